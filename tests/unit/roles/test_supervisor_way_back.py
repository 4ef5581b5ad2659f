# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role keeps before a change goes back as it was: files and what was not there, and a virtual environment."""

import os
import pathlib
import subprocess

import pytest
import yaml

ROLE = pathlib.Path(__file__.partition("/tests/unit/")[0]) / "roles" / "supervisor"
SCRIPTS = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))


def sh(name, *arguments):
    words = [str(argument) for argument in arguments]
    run = subprocess.run(["/bin/sh", "-euc", SCRIPTS[name], "x", *words], stdout=subprocess.PIPE, check=True)
    return run.stdout.decode()


@pytest.fixture
def host(tmp_path):
    """Files of a daemon, ``started`` with the same ones; the hardening is not there."""
    (tmp_path / "started").mkdir()
    for folder in (tmp_path, tmp_path / "started"):
        for name in ("main.conf", "d.service"):
            (folder / name).write_text("old " + name)
            (folder / name).chmod(0o640)
    return tmp_path


def files(host):
    return [host / name for name in ("main.conf", "d.service", "hardening.conf")]


def seen(host):
    return [(path.read_text(), oct(path.stat().st_mode)) if path.exists() else None for path in files(host)]


def change(host):
    for path in files(host):
        path.write_text("new")
        path.chmod(0o600)


@pytest.mark.parametrize("started", ["started", "not-there"])
def test_files_go_back_and_what_was_not_there_goes(host, started):
    before = seen(host)
    sh("__supervisor_keep", host / "former", host / started, *files(host))
    change(host)
    sh("__supervisor_put_back", host / "former", *files(host))
    assert seen(host) == before
    assert not (host / "former").exists()


def test_what_the_daemon_was_started_with_goes_back_and_not_what_waited(host):
    before = seen(host)
    change(host)
    sh("__supervisor_keep", host / "former", host / "started", *files(host))
    sh("__supervisor_put_back", host / "former", *files(host))
    assert seen(host) == before


def test_a_link_to_the_main_file_stays_one(host):
    (host / "main.conf").rename(host / "real.conf")
    (host / "main.conf").symlink_to("real.conf")
    sh("__supervisor_keep", host / "former", host / "started", *files(host))
    (host / "real.conf").write_text("new")
    sh("__supervisor_put_back", host / "former", *files(host))
    assert (host / "main.conf").is_symlink()
    assert (host / "real.conf").read_text() == "old main.conf"


def test_nobody_else_sees_what_is_kept(host):
    sh("__supervisor_keep", host / "former", host / "started", *files(host))
    assert (host / "former").stat().st_mode & 0o777 == 0o700


def test_a_copy_of_a_run_that_broke_off_makes_no_trouble(host):
    (host / "former.new").mkdir()
    sh("__supervisor_keep", host / "former", host / "started", *files(host))
    sh("__supervisor_keep", host / "former", host / "started", *files(host))
    assert sorted(os.listdir(str(host / "former"))) == ["d.service", "main.conf"]


def test_a_release_goes_back_as_it_was(tmp_path):
    """pip takes files away and writes new ones, as here."""
    venv, former = tmp_path / "venv", tmp_path / "venv.former"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "supervisord").write_text("4.2.5")
    (venv / "bin" / "supervisord").chmod(0o755)
    sh("__supervisor_keep_venv", former, venv)
    (venv / "bin" / "supervisord").unlink()
    (venv / "bin" / "supervisord").write_text("4.3.0")
    (venv / "bin" / "more").write_text("x")
    sh("__supervisor_put_venv_back", former, venv)
    assert os.listdir(str(venv / "bin")) == ["supervisord"]
    assert (venv / "bin" / "supervisord").read_text() == "4.2.5"
    assert (venv / "bin" / "supervisord").stat().st_mode & 0o111
    assert sorted(os.listdir(str(tmp_path))) == ["venv"]


def test_logs_go_to_the_account_with_their_folder(tmp_path):
    """Files that another name leads to as well are left, since they may be somebody's who is not meant."""
    (tmp_path / "d.log").write_text("")
    (tmp_path / "linked.log").write_text("")
    os.link(str(tmp_path / "linked.log"), str(tmp_path.parent / (tmp_path.name + "-link")))
    told = sh("__supervisor_give_logs", tmp_path, "nobody" if os.geteuid() == 0 else os.geteuid())
    given = [name for name in ("d.log", "linked.log") if name in told]
    assert given == (["d.log"] if os.geteuid() == 0 else [])
    if os.geteuid() == 0:
        assert (tmp_path / "d.log").stat().st_uid == 65534
        assert (tmp_path / "linked.log").stat().st_uid == 0
