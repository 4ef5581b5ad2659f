# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only a start finds out is found out before, on this machine, with its real files, ports and accounts."""

import functools
import os
import socket

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._config import (
    main_check as _main_check,
    reader as _reader,
)
from ansible_collections.supervisord.fleet.plugins.module_utils._start import check as _check, service as _service

MAIN = """[unix_http_server]
file={socket}
[supervisord]
logfile={log}
childlogdir={folder}
pidfile={folder}/s.pid
{more}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""
ROOT = os.geteuid() == 0
UNIT = {"Type": "simple"}


@pytest.fixture
def judge(tmp_path):
    """Judge a main file: ``judge("minfds=9", service={...})``. ``before`` is the text of ``more`` that is in force."""
    for folder in [tmp_path, tmp_path.parent, tmp_path.parent.parent]:
        folder.chmod(0o755)

    def run(more="", before=None, service=None, log="", path="", running=False, owned=(), planned=()):
        def text(more, log, path):
            return MAIN.format(
                folder=tmp_path, more=more, log=log or tmp_path / "s.log", socket=path or tmp_path / "s.sock"
            ).encode()

        start = _service.Start(
            os.getpid() if running else 0, running, service or {}, _service.folders(owned), _service.folders(planned)
        )
        return _main_check.judge(
            str(tmp_path / "supervisord.conf"),
            text(more, log, path),
            None if before is None else text(before, "", ""),
            _reader.of("4.3.0", 0),
            list(planned) + list(owned),
            functools.partial(_check.look, start, os.geteuid()),
        )

    return run


def refused(judge, words, *arguments, **named):
    with pytest.raises(_errors.ConfigError, match=words) as caught:
        judge(*arguments, **named)
    assert "nothing was written" in caught.value.message


@pytest.fixture
def held():
    """A port that this process listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        yield server.getsockname()[1]


def server(port):
    return "[inet_http_server]\nport=127.0.0.1:%d" % port


def test_a_file_with_nothing_in_its_way_is_taken_without_a_word(judge):
    assert judge() == _main_check.Verdict()


def test_a_port_of_another_process_is_refused_with_its_holder(judge, held):
    refused(judge, r"127\.0\.0\.1:%d is in use by process %d" % (held, os.getpid()), server(held))


def test_a_port_that_is_in_force_is_the_daemons_own(judge, held):
    assert judge(server(held), before=server(held), running=True) == _main_check.Verdict()


def test_a_port_of_the_daemon_under_another_address_is_its_own(judge, held):
    verdict = judge("[inet_http_server]\nport=*:%d" % held, before=server(held), running=True)
    assert verdict.warnings == ()
    assert verdict.reasons == ("port of [inet_http_server] changed",)


def test_an_address_of_another_machine_is_refused(judge):
    refused(judge, "203.0.113.7:9001 is no address of this host", "[inet_http_server]\nport=203.0.113.7:9001")


def test_a_file_that_stays_in_force_is_not_refused_but_the_next_start_is_told(judge):
    address = "[inet_http_server]\nport=203.0.113.7:9001"
    verdict = judge(address, before=address)
    assert verdict.reasons == ()
    assert "The daemon would not start again with this: [inet_http_server]" in "".join(verdict.warnings)


def test_a_log_that_is_a_folder(judge, tmp_path):
    refused(judge, "logfile: .* is a folder", log=tmp_path)


def test_a_log_that_is_a_pipe(judge, tmp_path):
    os.mkfifo(str(tmp_path / "pipe"))
    refused(judge, "is no file but a pipe", log=tmp_path / "pipe")


def test_a_device_cannot_be_rotated(judge):
    refused(judge, "/dev/full is a device, which the daemon cannot rotate", log="/dev/full")
    assert "only its start shows" in "".join(judge("logfile_maxbytes=0", log="/dev/full").warnings)
    assert judge(log="/dev/null") == _main_check.Verdict()


@pytest.mark.parametrize(
    ("service", "rotated", "word"),
    [
        (UNIT, True, "is a socket for a service of systemd"),
        (UNIT, False, "is a socket for a service of systemd"),
        ({"StandardOutput": "file:/x"}, True, ""),
        ({"StandardOutput": "null"}, True, ""),
    ],
)
def test_standard_output_of_a_service(judge, service, rotated, word):
    more = "" if rotated else "logfile_maxbytes=0"
    if word:
        refused(judge, word, more, log="/dev/stdout", service=service)
    else:
        assert judge(more, log="/dev/stdout", service=service) == _main_check.Verdict()


def test_without_a_unit_what_standard_output_is_is_told_as_not_known(judge):
    assert "works unless it is a socket" in "".join(judge("logfile_maxbytes=0", log="/dev/stdout").warnings)


def test_a_relative_log_lies_where_the_service_says(judge, tmp_path):
    (tmp_path / "inside").mkdir()
    refused(judge, "logfile: inside is a folder", log="inside", service={"WorkingDirectory": str(tmp_path)})
    assert "only known when the daemon starts" in "".join(judge(log="inside").warnings)


def test_a_socket_that_is_a_folder(judge, tmp_path):
    refused(judge, "is a folder, which the daemon would try to remove", path=tmp_path)


def test_a_socket_on_which_another_program_listens(judge, tmp_path):
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "other"))
        other.listen(1)
        refused(judge, "is the socket of another program that runs", path=tmp_path / "other")
    assert judge(path=tmp_path / "other") == _main_check.Verdict()


def test_a_pidfile_that_is_a_folder_is_no_end_but_is_told(judge, tmp_path):
    (tmp_path / "s.pid").mkdir()
    assert "so the daemon will have no pidfile" in "".join(judge().warnings)


def test_more_files_than_a_unit_allows(judge):
    refused(
        judge, r"minfds: 2000000000 is more than the \d+ open files", "minfds=2000000000", service={"LimitNOFILE": "9"}
    )


def test_an_account_that_cannot_become_the_other_one(judge):
    refused(
        judge, "starts the daemon as account nobody, which cannot become root", "user=root", service={"User": "nobody"}
    )


class TestOtherAccount:
    """A daemon that gives up root. Another account than root cannot look for it, and says that."""

    USER = "user=nobody"

    def outcome(self, judge, words, **named):
        if ROOT:
            refused(judge, words, self.USER, **named)
        else:
            assert "cannot act as account" in "".join(judge(self.USER, **named).warnings)

    def test_a_log_that_it_cannot_write(self, judge, tmp_path):
        (tmp_path / "s.log").write_text("")
        self.outcome(judge, "s.log cannot be written by account nobody")

    def test_a_log_that_it_cannot_make(self, judge):
        self.outcome(judge, "s.log cannot be made by account nobody")

    def test_a_socket_that_it_cannot_make(self, judge):
        self.outcome(judge, "s.sock cannot be made by account nobody")

    def test_a_folder_that_will_be_its_own_with_its_logs(self, judge, tmp_path):
        (tmp_path / "s.log").write_text("")
        assert judge(self.USER, owned=[str(tmp_path)]).reasons == ()

    def test_a_log_of_root_in_a_folder_that_is_already_its_own(self, judge, tmp_path):
        (tmp_path / "s.log").write_text("")
        if ROOT:
            os.chown(str(tmp_path), 65534, -1)
        self.outcome(judge, "s.log cannot be written by account nobody: give it", owned=[str(tmp_path)] if ROOT else [])


def test_a_plugin_with_options_is_told_to_be_known_at_the_start_only(judge):
    more = "[rpcinterface:extra]\nsupervisor.rpcinterface_factory=%s\nkey=1" % (
        "supervisor.rpcinterface:make_main_rpcinterface"
    )
    with pytest.raises(_errors.ConfigError, match="takes no options"):
        judge(more)
    more = more.replace("supervisor.rpcinterface:make_main_rpcinterface", "extra:make")
    words = "".join(judge(more).warnings)
    assert "cannot tell from here whether extra:make exists" in words
    assert "[rpcinterface:extra] whether the plugin accepts its options only the start" in words


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("A=1", {"A": "1"}),
        (['"A=1 2" B=3', "C=4"], {"A": "1 2", "B": "3", "C": "4"}),
        (None, {}),
        ('"A=1', {}),
    ],
)
def test_variables_of_a_unit(given, found):
    assert _service.environment({"Environment": given} if given else {}) == found
