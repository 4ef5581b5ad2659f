# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many daemons at once: sockets are real, the daemons are threads that answer as they are told."""

import contextlib
import os
import socket
import threading
import time

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._fleet import loop as _loop
from ansible_collections.supervisord.fleet.plugins.module_utils._host import open_files as _open_files
from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import (
    batch as _batch,
    endpoint as _endpoint,
    script as _script,
)

ANSWER = (
    b"<?xml version='1.0'?><methodResponse><params><param><value><string>%s</string></value></param></params>"
    b"</methodResponse>"
)


RUNNING = ANSWER % b"RUNNING"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(RUNNING), RUNNING)


class Daemon:
    """Answers each request with ``answer``; None never answers."""

    def __init__(self, folder, name, answer):
        self.path = os.path.join(str(folder), name)
        self.url = "unix://" + self.path
        self.answer, self.requests, self.connections = answer, [], 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(8)
        self._start(self._accept)

    def _start(self, target, *arguments):
        thread = threading.Thread(target=target, args=arguments)
        thread.daemon = True
        thread.start()

    def _accept(self):
        while True:
            connection, _address = self.listener.accept()
            self.connections += 1
            self._start(self._serve, connection)

    def _serve(self, connection):
        with contextlib.suppress(OSError):  # given up on in the middle of an answer
            self._answer(connection)

    def _answer(self, connection):
        data = b""
        while True:
            more = connection.recv(65536)
            if not more:
                return
            data += more
            if data.endswith(b"</methodCall>") and self.answer is not None:
                self.requests.append(data)
                connection.sendall(self.answer)
                data = b""


@pytest.fixture
def daemon(tmp_path):
    count = []

    def start(answer=OK):
        count.append(1)
        return Daemon(tmp_path, "s%d" % len(count), answer)

    return start


def job(url, script=None, name=None, timeout=5.0):
    return _loop.Job(name or url, _endpoint.make(url), script or _script.call("getState"), timeout)


def errors(ended):
    return [type(item.error).__name__ if item.error else item.value for item in ended]


def test_results_come_in_the_order_of_the_jobs(daemon, tmp_path):
    ended = _loop.run([job("unix://%s/missing" % tmp_path), job(daemon().url), job(daemon(b"SSH-2.0-OpenSSH\r\n").url)])
    assert errors(ended) == ["ConnectionFailed", "RUNNING", "ProtocolError"]
    assert [item.error.details.get("reason") for item in ended if item.error] == ["missing", None]


def test_no_jobs_are_no_work():
    assert _loop.run([]) == []


def test_jobs_that_end_at_once_leave_nothing_to_wait_for(tmp_path):
    ended = _loop.run([job("unix://%s/%d" % (tmp_path, number)) for number in range(100)])
    assert {item.error.details["reason"] for item in ended} == {"missing"}


def test_a_hung_daemon_costs_the_others_nothing(daemon):
    began, seen = time.monotonic(), {}
    jobs = [job(daemon(None).url, timeout=0.5)] + [job(daemon().url) for _number in range(20)]
    ended = _loop.run(jobs, progress=lambda item, done, total: seen.update({item.name: (done, total)}))
    assert errors(ended) == ["DeadlineExceeded"] + ["RUNNING"] * 20
    assert "within 0.5 s: it accepts the connection but does not answer" in ended[0].error.message
    assert ended[0].seconds >= 0.5
    assert time.monotonic() - began < 3
    assert seen[jobs[0].name] == (21, 21)


def test_a_connection_is_used_again(daemon):
    one = daemon()

    def script():
        for _number in range(3):
            yield from _script.call("getState")
            yield _script.Pause(0.01)

    assert errors(_loop.run([job(one.url, script())])) == [None]
    assert (len(one.requests), one.connections) == (3, 1)


def test_a_single_call_is_sent_as_itself_and_several_as_a_multicall(daemon):
    one = daemon()

    def script():
        yield _script.Calls([("getPID", ())])
        with pytest.raises(_errors.ProtocolError):  # text is no list of answers
            yield _script.Calls([("getPID", ()), ("getState", ())])
        with pytest.raises(_errors.ProtocolError):
            yield _script.Calls([("getPID", ())], multicall=True)

    assert errors(_loop.run([job(one.url, script())])) == [None]
    names = [request.partition(b"<methodName>")[2].partition(b"<")[0] for request in one.requests]
    assert names == [b"supervisor.getPID", b"system.multicall", b"system.multicall"]


def test_no_more_than_parallel_at_the_same_time(daemon):
    under_way, seen = set(), []

    def script(number):
        under_way.add(number)
        yield from _script.call("getState")
        seen.append(len(under_way))
        yield _script.Pause(0.02)
        under_way.remove(number)

    url = daemon().url
    jobs = [job(url, script(number)) for number in range(12)]
    assert errors(_loop.run(jobs, parallel=3)) == [None] * 12
    assert max(seen) == 3


def test_one_deadline_for_everything(daemon):
    jobs = [job(daemon(None).url, timeout=60), job(daemon().url), job(daemon().url)]
    ended = _loop.run(jobs, deadline=0.3, parallel=1)
    assert errors(ended) == ["DeadlineExceeded"] * 3
    assert "is unknown" in ended[0].error.message
    assert "nothing was asked" in ended[1].error.message


def test_a_request_may_have_less_time_than_the_others(daemon):
    def script():
        with pytest.raises(_errors.DeadlineExceeded):
            yield _script.Calls([("getPID", ())], timeout=0.1)
        return "told"

    assert errors(_loop.run([job(daemon(None).url, script(), timeout=60)])) == ["told"]


def test_an_interrupt_leaves_a_true_report(daemon):
    def does_much():
        try:
            yield from _script.call("getState")
            yield _script.Pause(60)
        except _errors.Interrupted as error:
            raise _errors.ProcessFailed("stopped half of it, then %s" % error, changed=True) from None

    def interrupt(_item, _done, _total):
        if not seen:
            seen.append(1)
            raise KeyboardInterrupt

    seen = []
    jobs = [job(daemon().url, does_much()), job(daemon().url, timeout=1), job(daemon(None).url, timeout=60)]
    jobs.append(job(daemon().url))
    ended = _loop.run(jobs, parallel=3, progress=interrupt)
    assert errors(ended) == ["Interrupted", "RUNNING", "Interrupted", "Interrupted"]
    assert "stopped half of it, then interrupted after" in ended[0].error.message
    assert ended[0].error.details["changed"] is True
    assert "what became of the last request is unknown" in ended[2].error.message
    assert "nothing was asked of it" in ended[3].error.message


def test_odd_answers_of_one_do_not_cost_the_report_about_the_others(daemon):
    """What nothing here expects is that daemon's error, and says where it happened, so that it can be mended."""

    def confused():
        state = yield from _script.call("getState")
        return state["statename"]

    ended = _loop.run([job(daemon().url, confused()), job(daemon().url)])
    assert errors(ended) == ["Unexpected", "RUNNING"]
    assert ended[0].name in ended[0].error.message
    assert ended[0].error.details["exception"][-1].endswith("in confused")


def test_what_cannot_be_sent_is_told_to_the_script_that_asked(daemon):
    ended = _loop.run([job(daemon().url, _script.call("getState", None)), job(daemon().url)])
    assert errors(ended) == ["OptionError", "RUNNING"]


def test_names_are_looked_up_beside_the_loop(daemon):
    jobs = [job("http://no-such-host.invalid:%d" % port, timeout=20) for port in range(9001, 9021)]
    ended = _loop.run([*jobs, job(daemon().url)])
    assert errors(ended) == ["ConnectionFailed"] * 20 + ["RUNNING"]
    assert {item.error.details["reason"] for item in ended[:20]} == {"unresolved"}


def test_a_listening_port_is_reached_by_name_and_by_number():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(4)
        port = listener.getsockname()[1]
        ended = _loop.run([job("http://%s:%d" % (host, port), timeout=0.3) for host in ("127.0.0.1", "localhost")])
    assert [item.error.details["phase"] for item in ended] == ["wait", "wait"]


def test_files_are_opened_only_as_far_as_the_limit_allows():
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with _open_files.files(10) as room:
        assert room == 10
    soft, hard = before
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 128), hard))
    try:
        with _open_files.files(200) as room:
            raised = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
            assert room == 200
            assert raised > 200
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_request_is_written_once_and_never_for_another():
    first = _batch.encode([("m", (1,))])
    assert _batch.encode([("m", (1,))]) is first
    assert b"<boolean>1</boolean>" in _batch.encode([("m", (True,))])
    assert b"<double>1.0</double>" in _batch.encode([("m", (1.0,))])
    assert b"<string>1</string>" in _batch.encode([("m", ("1",))])
    assert b"multicall" not in _batch.encode([("m", (1,))], alone=True)
