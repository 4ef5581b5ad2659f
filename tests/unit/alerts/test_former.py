# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a former listener told is over once it is: the next one takes it on, with other settings, and on a bad disk."""

from __future__ import annotations

import errno
import os
import time

import pytest
from supervisord_fleet_alerts import (
    config as _config,
    desk as _desk,
    details as _details,
    events as _events,
    inbox as _inbox,
    journal as _journal,
    log as _log,
    looks as _looks,
    sender as _sender,
    store as _store,
    watch as _watch,
)
from supervisord_fleet_alerts.signs import Sign

CHECK = {"name": "health", "program": "a", "url": "http://127.0.0.1:1/", "memory_mb": 9e6, "fails": 2, "of": 2}


def settings(folder, **more):
    routes = [{"name": "hook", "type": "command", "command": ["/bin/true"]}]
    return _config.checked(dict({"host": "h", "folder": str(folder), "routes": routes, "watch": [CHECK]}, **more))


@pytest.fixture
def store(tmp_path):
    made = _store.Store(str(tmp_path), 100, 1 << 20)
    yield made
    made.close()


def desk(store, tmp_path, **more):
    return _desk.Desk(settings(tmp_path, **more), store, _log.Log(), "d", "alerts:alerts")


def told(store):
    return [parcel.notice for parcel in store._spool.parcels.values()]


def test_a_check_that_was_ill_is_well_again_for_the_next_listener(store, tmp_path):
    first = desk(store, tmp_path)
    check = _watch.Check(settings(tmp_path)["watch"][0])
    for area in ("http", "memory"):
        first.hand(check.sign("bad", area))
    again = _watch.Check(settings(tmp_path)["watch"][0])
    again.go_on(store.troubles)
    assert [again.answers.tried(True), again.answers.tried(True), again.memory.tried(True)] == [None, "good", "good"]
    fresh = _watch.Check(settings(tmp_path)["watch"][0])
    fresh.go_on({})
    assert [fresh.answers.tried(True), fresh.answers.tried(True)] == [None, None]


def test_the_troubles_of_a_check_that_is_declared_no_more_are_over(store, tmp_path):
    check = _watch.Check(settings(tmp_path)["watch"][0])
    first = desk(store, tmp_path)
    first.hand(check.sign("bad", "http"))
    first.hand(check.sign("bad", "memory"))
    first.hand(Sign("bad", "watchdog", "a:a", "unhealed"))
    first.hand(Sign("bad", "state", "a:a", "fatal"))
    desk(store, tmp_path, watch=[dict(CHECK, restart_per_hour=1)]).begin()
    assert "ended" not in [notice["say"] for notice in told(store)]
    desk(store, tmp_path, watch=[]).begin()
    over = [(notice["area"], notice["say"]) for notice in told(store)][4:]
    assert sorted(over) == [("http", "ended"), ("memory", "ended"), ("watchdog", "ended")]
    assert [one["area"] for one in store.troubles.values()] == ["state"]


class Daemon:
    """Answers of a supervisord, as a look asks for them."""

    known = True

    def __init__(self, start, log=""):
        self.start, self.log = start, log

    def call(self, method, *_params):
        one = {"group": "el", "name": "el", "pid": 7, "start": self.start, "statename": "RUNNING"}
        return "4.2.5" if method == "getSupervisorVersion" else [one]

    def text(self, *_params):
        return self.log


@pytest.mark.parametrize(("start", "verbs"), [(50, ["bad", "bad"]), (150, ["good"])])
def test_a_listener_that_was_deaf_is_so_until_it_is_started_anew(start, verbs):
    """The log says nothing of it any more."""
    inbox = _inbox.Inbox()
    looks = _looks.Looks(Daemon(start), inbox, 30, "alerts:alerts", {"el": 100.0})
    looks._look()
    looks._look()
    signs = [one for one in inbox.take() if isinstance(one, Sign)]
    assert [sign.verb for sign in signs if sign.area == "ear"] == verbs


def test_a_program_is_checked_though_the_clock_was_set_back(tmp_path):
    check = _watch.Check(settings(tmp_path)["watch"][0])
    assert not check.ready({"state": "RUNNING", "up": 100.0}, 130.0)
    assert check.ready({"state": "RUNNING", "up": 100.0}, 161.0)
    assert check.ready({"state": "RUNNING", "up": 5000.0}, 161.0)


def test_a_check_of_a_program_that_is_not_there_says_so(store, tmp_path, capsys):
    inbox = _inbox.Inbox()
    watch = _watch.Watch(settings(tmp_path)["watch"], store, lambda _program: 0, None, inbox, _log.Log())
    ((_at, _number, check),) = watch._due
    watch._once(check)
    assert capsys.readouterr().err == ""  # nothing is known of any program yet
    store.commit({"p": {"tomcats:a": {"state": "RUNNING", "at": 1.0, "up": 1.0, "starts": 1}}})
    watch._once(check)
    watch._once(check)
    said = capsys.readouterr().err
    assert said.count("check health: there is no program a:a; give tomcats:a\n") == 1
    assert list(inbox.take()) == []


def test_what_cannot_be_taken_does_not_end_the_listener(store, tmp_path, capsys):
    """It would come again to the next one, and the next one after that."""
    made, asked = desk(store, tmp_path), []
    made.asks = lambda: asked.append(True)
    made.safely(made.hand, ("look", {"a:a": {}}, 0.0))
    assert "could not be taken" in capsys.readouterr().err
    assert asked == [True]


def test_a_number_that_is_none_is_no_reason_to_end(store, tmp_path):
    words = {"processname": "a", "groupname": "a", "tries": "\xb2", "from_state": "STARTING"}
    desk(store, tmp_path).event(_events.Event("PROCESS_STATE_BACKOFF", 1, 1, "", words, ""))
    assert store.programs["a:a"]["state"] == "BACKOFF"


def notice(at):
    return {"severity": "warning", "at": at}


def test_a_clock_that_is_set_right_makes_no_message_old(store):
    """A host begins with the time of its making, has trouble, and then learns what time it is."""
    store.commit({"n": {"k": {"notice": notice(1000.0), "routes": ["hook"]}}})
    ((_key, parcel),) = store.first("hook", 9, time.time())
    assert _sender._age(parcel) < 60
    parcel.came = None  # as of one that was read from the disk
    assert _sender._age(parcel) > 1e6


def test_a_message_that_cannot_be_made_holds_no_other(store, tmp_path):
    """It is of another release, say."""
    made = settings(tmp_path)
    sender = _sender.Sender(made, made["routes"][0], store, lambda _route: [], _log.Log())
    store.commit({"n": {"k": {"notice": notice(time.time()), "routes": ["hook"]}}, "f": {"k": {}}})
    for _turn in range(_sender.TRIES):
        sender._next = 0.0
        assert sender._step() == 0.0
    assert store.waiting("hook") == 0
    assert store.counts()["refused hook"] == 1


def test_a_store_that_was_left_takes_nothing(tmp_path):
    store = _store.Store(str(tmp_path), 100, 1 << 20)
    store.close()
    size = (tmp_path / "journal").stat().st_size
    store.commit({"c": {"late": 1}})
    store.try_again()
    assert (tmp_path / "journal").stat().st_size == size
    assert store.counts() == {}


def test_a_disk_that_became_read_only_is_no_reason_not_to_begin(tmp_path, monkeypatch):
    first = _store.Store(str(tmp_path), 100, 1 << 20)
    first.commit({"c": {"events": 3}})
    first.close()
    real = os.open

    def refuse(path, flags, *more, **named):
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)
        return real(path, flags, *more, **named)

    monkeypatch.setattr(_journal.os, "open", refuse)
    store = _store.Store(str(tmp_path), 100, 1 << 20)
    store.commit({"c": {"events": 1}})
    store.sync()
    assert store.counts() == {"events": 4}
    assert "Read-only" in store.unsaved
    monkeypatch.undo()
    store._retry = 0.0
    store.try_again()
    assert store.unsaved == ""
    store.close()
    again = _store.Store(str(tmp_path), 100, 1 << 20)
    assert again.counts() == {"events": 4}
    again.close()


def test_what_stands_in_the_place_of_a_log_is_not_read(tmp_path):
    (tmp_path / "log").write_text("one\n")
    (tmp_path / "link").symlink_to(tmp_path / "log")
    os.mkfifo(str(tmp_path / "pipe"))
    said = [_details._end_of(str(tmp_path / name)) for name in ("log", "link", "pipe", "none")]
    assert said == ["one\n", "", "", ""]
