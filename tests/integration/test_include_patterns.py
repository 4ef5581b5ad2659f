# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever [include] asks for, a declared file is one that the daemon reads, and no other file becomes part of it."""

from __future__ import annotations

import os

import pytest

SLEEP = "/bin/sleep 1000"


@pytest.fixture
def including(daemons):
    """A daemon whose [include] has other patterns: ``including(pattern, ...)``, relative to its folder."""

    def start(*patterns, folders=()):
        daemon = daemons()
        with open(daemon.conf, encoding="utf-8") as stream:
            text = stream.read()
        files = " ".join(os.path.join(daemon.dir, pattern) for pattern in patterns)
        with open(daemon.conf, "w", encoding="utf-8") as stream:
            stream.write(text.replace(os.path.join(daemon.conf_dir, "*.conf"), files))
        for folder in folders:
            os.mkdir(os.path.join(daemon.dir, folder))
        return daemon

    return start


def declare(run_module, daemon, *names, **options):
    args = {"programs": [{"name": name, "command": SLEEP, "startsecs": 0} for name in names]}
    return run_module("supervisor_program", dict(args, state_dir=os.path.join(daemon.dir, "state"), **options), daemon)


@pytest.mark.ends
@pytest.mark.parametrize(
    ("pattern", "file"),
    [
        ("conf.d/*", "conf.d/web.conf"),
        ("conf.d/prog-*.conf", "conf.d/prog-web.conf"),
        ("conf.d/[a-z]*.conf", "conf.d/web.conf"),
        ("conf.d/*/*.conf", "conf.d/shop/web.conf"),
        ("*/shop/p?*.ini", "conf.d/shop/pweb.ini"),
    ],
)
def test_the_daemon_reads_what_is_declared(including, run_module, pattern, file):
    daemon = including(pattern, folders=["conf.d/shop"])
    result = declare(run_module, daemon, "web")
    assert not result["failed"], result
    assert result["programs"][0]["file"] == os.path.join(daemon.dir, file)
    pids = daemon.pids()
    assert declare(run_module, daemon, "web")["changed"] is False
    assert declare(run_module, daemon, "web", "db")["restarted"] == []
    assert daemon.pids()["web:web"] == pids["web:web"]
    assert declare(run_module, daemon, "db")["left_over"] == ["web"]
    assert declare(run_module, daemon, "db", purge=True)["left_over"] == []
    assert sorted(daemon.pids()) == ["db:db"]
    assert not os.path.exists(os.path.join(daemon.dir, file))


@pytest.mark.newest
def test_a_file_name_that_matches_is_taken_and_another_is_refused(including, run_module):
    daemon = including("conf.d/prog-*.conf")
    args = {"name": "web", "command": SLEEP, "conf_dir": daemon.conf_dir}
    result = run_module("supervisor_program", dict(args, filename="web.conf"), daemon)
    assert "filename 'web.conf': the daemon does not read it" in result["msg"]
    assert "prog-*.conf" in result["msg"]
    assert os.listdir(daemon.conf_dir) == []
    result = run_module("supervisor_program", dict(args, filename="prog-x.conf"), daemon)
    assert not result["failed"], result
    assert daemon.state("web:web") == "RUNNING"


@pytest.mark.newest
def test_of_several_folders_one_has_to_be_named(including, run_module):
    daemon = including("conf.d/*/*.conf", folders=["conf.d/shop", "conf.d/web"])
    result = declare(run_module, daemon, "web")
    assert "conf_dir" in result["msg"]
    assert os.path.join(daemon.conf_dir, "shop") in result["msg"]
    result = declare(run_module, daemon, "web", conf_dir=os.path.join(daemon.conf_dir, "web"))
    assert not result["failed"], result


@pytest.mark.newest
def test_a_copy_that_the_daemon_would_read_is_refused(including, run_module):
    daemon = including("conf.d/*")
    result = declare(run_module, daemon, "web", backup=True)
    assert result["msg"].startswith("backup: the daemon would read the copies as well")
    assert os.listdir(daemon.conf_dir) == []
