# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reload of nginx is over when no worker goes by the old rules; processes are stood in for by sets of numbers."""

import os
import signal

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._nginx import reload as _reload


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self):
        self.time = 0.0

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds


class Master:
    """An nginx whose workers change with each look."""

    def __init__(self, monkeypatch, *looks, log=None):
        self.looks = [set(look) for look in looks]
        self.commands = []
        self.signals = []
        self.log = log
        monkeypatch.setattr(_reload, "master", lambda _pid_file: 1)
        monkeypatch.setattr(_reload, "workers", self.look)
        monkeypatch.setattr(_reload.os, "kill", lambda pid, number: self.signals.append((pid, number)))
        monkeypatch.setattr(_reload._words, "logs_of", lambda _pid: [str(log)] if log else [])

    def look(self, _pid):
        if self.log and self.signals:
            with self.log.open("a") as stream:
                stream.write(self.writes)
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]

    def run(self, words):
        self.commands.append(words)
        return 0, "", ""


def test_waits_until_the_old_workers_have_gone(monkeypatch):
    nginx = Master(monkeypatch, {10, 11}, {10, 11}, {11, 20}, set(), {20, 21})
    clock = Clock()
    _reload.reload(nginx.run, "nginx", "pid", 5, clock)
    assert nginx.commands == [["nginx", "-q", "-t"]]
    assert nginx.signals == [(1, signal.SIGHUP)]
    assert clock.time == pytest.approx(0.15)


def test_says_when_nothing_happens(monkeypatch):
    nginx = Master(monkeypatch, {10})
    with pytest.raises(_errors.DeadlineExceeded, match="exchanged its workers"):
        _reload.reload(nginx.run, "nginx", "pid", 1, Clock())


def test_says_what_nginx_says(monkeypatch):
    Master(monkeypatch, {10})
    with pytest.raises(_errors.SupervisorError, match=r"refuses its configuration: \[emerg\] unknown directive"):
        _reload.reload(lambda _words: (1, "", "nginx: [emerg] unknown directive\n"), "nginx", "pid", 1, Clock())


BIND = "2026/11/29 05:00:00 [emerg] 1#1: bind() to 0.0.0.0:8010 failed (98: Address already in use)\n"
LAST = "2026/11/29 05:00:02 [emerg] 1#1: still could not bind()\n"


def test_a_port_that_nginx_could_not_get_is_named_in_its_own_words(monkeypatch, tmp_path):
    log = tmp_path / "error.log"
    log.write_text("2026/11/28 05:00:00 [emerg] 1#1: of yesterday\n")
    nginx = Master(monkeypatch, {10}, log=log)
    nginx.writes = BIND + LAST
    clock = Clock()
    with pytest.raises(
        _errors.SupervisorError, match=r"take its configuration up: \[emerg\] 1#1: bind\(\) to 0.0.0.0:8010"
    ):
        _reload.reload(nginx.run, "nginx", "pid", 30, clock)
    assert clock.time < 1


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], ""),
        ([BIND], ""),  # it tries several times
        ([BIND, BIND, LAST], "8010"),
        ([BIND, "x [emerg] 1#1: open() failed"], "open() failed"),
        (["x [warn] 1#1: nothing", "x [notice] 1#1: start worker"], ""),
    ],
)
def test_nginx_has_given_up_only_when_it_says_so(lines, words):
    assert words in _reload.final(lines)
    assert bool(_reload.final(lines)) == bool(words)


def test_what_selinux_forbids_comes_with_the_cure(monkeypatch, tmp_path):
    log = tmp_path / "error.log"
    nginx = Master(monkeypatch, {10}, log=log)
    nginx.writes = BIND.replace("98: Address already in use", "13: Permission denied") + LAST
    with pytest.raises(_errors.SupervisorError, match="http_port_t"):
        _reload.reload(nginx.run, "nginx", "pid", 30, Clock())


def test_a_file_that_is_newer_than_the_workers_is_not_known_to_them(monkeypatch, tmp_path):
    path = tmp_path / "site.conf"
    path.write_text("")
    now = _reload._stamp.changed_at(str(path))
    monkeypatch.setattr(_reload, "workers", lambda _pid: {7})
    monkeypatch.setattr(_reload._stamp, "daemon_started", lambda _pid: now - 5)
    os.utime(str(path), (1000, 1000))  # a copy that keeps the time of what it is a copy of
    assert _reload.is_behind(1, [str(path)])
    monkeypatch.setattr(_reload._stamp, "daemon_started", lambda _pid: now)
    os.utime(str(path), (now + 5000, now + 5000))
    assert not _reload.is_behind(1, [str(path), str(tmp_path / "none")])


def test_a_worker_in_the_place_of_one_that_has_ended_knows_no_more_than_the_others(monkeypatch, tmp_path):
    path = tmp_path / "site.crt"
    path.write_text("")
    now = _reload._stamp.changed_at(str(path))
    monkeypatch.setattr(_reload, "workers", lambda _pid: {7, 8})
    monkeypatch.setattr(_reload._stamp, "daemon_started", lambda pid: now - 50 if pid == 7 else now + 50)
    assert _reload.is_behind(1, [str(path)])


@pytest.mark.parametrize("content", [None, "", "4194304999", "words"])
def test_no_master_is_an_error_with_a_cure(tmp_path, content):
    path = tmp_path / "nginx.pid"
    if content is not None:
        path.write_text(content)
    with pytest.raises(_errors.SupervisorError, match="nginx does not run: pid_file"):
        _reload.master(str(path))


def test_a_master_is_found_by_its_file(tmp_path):
    path = tmp_path / "nginx.pid"
    path.write_text("%d\n" % os.getpid())
    assert _reload.master(str(path)) == os.getpid()


def test_other_children_are_no_workers():
    assert _reload.workers(os.getpid()) == set()


@pytest.mark.parametrize(
    ("title", "takes_requests"),
    [
        (b"nginx: worker process", True),
        (b"nginx: worker process\0\0 ", True),
        (b"nginx: worker process is shutting down", False),
        (b"nginx: cache manager process", False),
        (b"nginx: master process /usr/sbin/nginx", False),
    ],
)
def test_a_worker_says_in_its_title_whether_it_takes_requests(title, takes_requests):
    assert bool(_reload.TITLE.match(title.replace(b"\0", b" "))) is takes_requests
