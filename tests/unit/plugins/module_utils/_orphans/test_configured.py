# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a configuration says about the traces of its daemon and the processes it starts."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._orphans import configured as _configured

UNIX = "[unix_http_server]\nfile=%(here)s/s\n"
PROGRAM = "[program:web]\ncommand=/bin/sleep 1\nstopsignal=INT\nstopwaitsecs=30\n"


@pytest.fixture
def read(tmp_path):
    def make(text):
        path = tmp_path / "supervisord.conf"
        path.write_text("[supervisord]\npidfile=%(here)s/pid\nlogfile=%(here)s/log\n" + text, encoding="utf-8")
        return _configured.read(str(path))

    return make


def test_files_of_the_daemon(read, tmp_path):
    estate = read(PROGRAM)
    assert (estate.pidfile, estate.logfile, estate.backups) == (str(tmp_path / "pid"), str(tmp_path / "log"), 10)
    assert set(estate.programs) == {"web:web"}


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("", set()),
        (UNIX, {"unix://%s/s"}),
        ("[inet_http_server]\nport=*:9001\n" + UNIX, {"unix://%s/s"}),
        ("[inet_http_server]\nport=*:9001\n", {"http://localhost:9001"}),
        ("[inet_http_server]\nport=127.0.0.1:9001\n", {"http://127.0.0.1:9001"}),
        (UNIX + PROGRAM + "serverurl=http://x:1\n", {"unix://%s/s", "http://x:1"}),
        (UNIX + PROGRAM + "serverurl=AUTO\n", {"unix://%s/s"}),
        (UNIX + PROGRAM + 'environment=SUPERVISOR_SERVER_URL="y"\n', {"unix://%s/s", "y"}),
    ],
)
def test_addresses_that_programs_are_given(read, tmp_path, text, urls):
    assert read(text).urls == {url.replace("%s", str(tmp_path)) for url in urls}


def test_names_from_the_log_get_their_group_where_only_one_can_be_meant(read):
    estate = read(PROGRAM + "[program:a]\ncommand=x\nprocess_name=p\n[program:b]\ncommand=x\nprocess_name=p\n")
    assert [estate.full_name(name) for name in (":web", ":p", ":gone", "a:p", "")] == [
        "web:web",
        "p",
        "gone",
        "a:p",
        "",
    ]


def test_how_a_program_wants_to_end(read):
    estate = read(PROGRAM)
    assert (estate.stop_signal("web:web"), estate.stop_signal("gone")) == (2, 15)
    assert (estate.stop_wait(["web:web", "gone"]), estate.stop_wait(["gone"]), estate.stop_wait([])) == (30, 10, 10)


def test_folders_that_ended_with_the_service_are_no_obstacle(read, tmp_path):
    estate = read("logfile=/run/gone/log\n[unix_http_server]\nfile=/run/gone/s\n" + PROGRAM)
    assert (estate.logfile, estate.urls) == ("/run/gone/log", {"unix:///run/gone/s"})


def test_what_the_daemon_would_refuse_is_refused(read):
    with pytest.raises(_errors.ConfigError):
        read("[program:web]\n")
