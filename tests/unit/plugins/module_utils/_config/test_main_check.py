# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A main file is judged with everything it includes: would the daemon start, and must it restart?"""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._config import (
    main_check as _main_check,
    reader as _reader,
)

MAIN = """[unix_http_server]
file={folder}/s.sock
[supervisord]
logfile={folder}/s.log
childlogdir={folder}
{more}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://{folder}/s.sock
[include]
files=conf.d/*.conf {files}
"""


@pytest.fixture
def judge(tmp_path):
    (tmp_path / "conf.d").mkdir()

    def run(more="", before=None, files="", before_files="", planned=()):
        def text(more, files):
            return MAIN.format(folder=tmp_path, more=more, files=files).encode()

        old = None if before is None else text(before, before_files)
        path = str(tmp_path / "supervisord.conf")
        return _main_check.judge(path, text(more, files), old, _reader.of("4.3.0", 0), planned)

    return run


def test_the_same_file_needs_nothing(judge):
    assert judge("loglevel=info", "loglevel=info") == _main_check.Verdict()


def test_a_default_that_is_written_is_no_change(judge):
    assert judge("loglevel=info\nstrip_ansi=no", "") == _main_check.Verdict()


@pytest.mark.parametrize(
    "option", ["loglevel=debug", "minfds=900", "identifier=x", "umask=077", "environment=A='1'", "strip_ansi=true"]
)
def test_what_only_a_restart_applies(judge, option):
    name = option.split("=")[0]
    assert judge(option, "").reasons == ("%s of [supervisord] changed" % name,)


def test_values_are_not_told(judge):
    assert "hunter2" not in str(judge("environment=A='hunter2'", "environment=A='hunter1'"))


def test_a_server_that_comes_or_goes(judge):
    server = "[inet_http_server]\nport=127.0.0.1:9001"
    assert judge(server, "").reasons == ("[inet_http_server] was added",)
    assert judge("", server).reasons == ("[inet_http_server] was removed",)


def test_other_includes_need_a_reread(judge):
    verdict = judge(before="", files="more.d/*.conf")
    assert (verdict.reasons, verdict.reread) == ((), True)


def test_without_a_daemon_nothing_waits(judge):
    assert judge("loglevel=debug") == _main_check.Verdict()


def test_a_file_in_force_that_cannot_be_read_is_replaced_by_a_restart(judge):
    assert judge("", "loglevel=nonsense").reasons == (_main_check.UNREADABLE,)


@pytest.mark.parametrize(
    ("option", "word"),
    [
        ("loglevel=verbose", "bad logging level"),
        ("childlogdir=/no/such/folder", "not an existing directory"),
        ("logfile=/no/such/folder/x.log", "does not exist"),
        ("user=nosuchaccount", "nosuchaccount"),
        ("[inet_http_server]\nport=99999", "99999"),
    ],
)
def test_what_the_daemon_would_not_start_with_is_refused(judge, option, word):
    with pytest.raises(_errors.ConfigError, match=word) as caught:
        judge(option)
    assert "nothing was written" in caught.value.message


def test_directories_that_are_planned_count_as_there(judge):
    assert judge("logfile=/no/such/folder/x.log", planned=["/no/such/folder/"]) == _main_check.Verdict()


def test_a_broken_file_of_somebody_else_is_found(judge, tmp_path):
    (tmp_path / "conf.d" / "other.conf").write_text("[program:other]\nautostart=maybe\ncommand=x\n")
    with pytest.raises(_errors.ConfigError, match=r"other\.conf"):
        judge()


def test_a_skipped_file_is_told(judge, tmp_path):
    (tmp_path / "conf.d" / "folder.conf").mkdir()
    assert "folder.conf" in judge().warnings[0]
