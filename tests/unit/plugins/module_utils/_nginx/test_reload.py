# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reload of nginx is over when no worker goes by the old rules; processes are stood in for by sets of numbers."""

import os

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

    def __init__(self, monkeypatch, *looks):
        self.looks = [set(look) for look in looks]
        self.commands = []
        monkeypatch.setattr(_reload, "master", lambda _pid_file: 1)
        monkeypatch.setattr(_reload, "workers", self.look)

    def look(self, _pid):
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]

    def run(self, words):
        self.commands.append(words)
        return 0, "", ""


def test_waits_until_the_old_workers_have_gone(monkeypatch):
    nginx = Master(monkeypatch, {10, 11}, {10, 11}, {11, 20}, set(), {20, 21})
    clock = Clock()
    _reload.reload(nginx.run, "nginx", "pid", 5, clock)
    assert nginx.commands == [["nginx", "-s", "reload"]]
    assert clock.time == pytest.approx(0.15)


def test_says_when_nothing_happens(monkeypatch):
    nginx = Master(monkeypatch, {10})
    with pytest.raises(_errors.DeadlineExceeded, match="exchanged its workers"):
        _reload.reload(nginx.run, "nginx", "pid", 1, Clock())


def test_says_what_nginx_says(monkeypatch):
    Master(monkeypatch, {10})
    with pytest.raises(_errors.SupervisorError, match=r"refuses its configuration: nginx: \[emerg\] unknown directive"):
        _reload.reload(lambda _words: (1, "", "nginx: [emerg] unknown directive\n"), "nginx", "pid", 1, Clock())


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
