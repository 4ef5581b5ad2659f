# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages on their way."""

from __future__ import annotations

import sys

import pytest
from supervisord_fleet_alerts import spool as _spool, store as _store


def notice(severity="warning", at=0.0):
    return {"severity": severity, "at": at}


def filled(spool, severities, size=100):
    for number, severity in enumerate(severities):
        spool.add("k%d" % number, _spool.Parcel(notice(severity), ["a"], size))
    return spool


def test_the_oldest_of_the_lowest_severity_go_first():
    spool = filled(_spool.Spool(3, 10**6), ["critical", "info", "warning", "info", "critical", "warning"])
    assert spool.surplus() == ["k1", "k3", "k2"]


def test_room_counts_too():
    spool = filled(_spool.Spool(100, 250), ["critical", "critical", "critical", "critical"])
    assert spool.surplus() == ["k0", "k1"]
    for key in spool.surplus():
        spool.drop(key)
    assert spool.surplus() == []
    assert spool.size == 200
    assert spool.waiting("a") == 2


def test_each_route_gets_it_once():
    spool = _spool.Spool(10, 10**6)
    spool.add("k", _spool.Parcel(notice(), ["a", "b"], 5))
    assert not spool.done("k", "a")
    assert spool.first("a", 9, 99, 5) == []
    assert spool.waiting("b") == 1
    assert not spool.done("k", "a")
    assert spool.done("k", "b")
    assert spool.size == 0
    assert not spool.parcels
    assert spool.routes() == []


def test_a_message_waits_for_what_is_being_found_out_but_not_for_ever():
    spool = _spool.Spool(10, 10**6)
    spool.add("k", _spool.Parcel(notice(at=100.0), ["a"], 5))
    assert spool.first("a", 9, 101.0, 5.0) == []
    assert len(spool.first("a", 9, 105.0, 5.0)) == 1
    spool.enrich("k", {"log": "x"}, 7)
    assert len(spool.first("a", 9, 101.0, 5.0)) == 1
    assert spool.size == 12


def test_what_waits_needs_no_more_room_than_was_counted():
    """One odd letter in a text makes Python keep four bytes for each of its letters."""
    spool = _spool.Spool(10, 10**6)
    spool.add("k", _spool.Parcel(notice(), ["a"], 5))
    facts = {"log": "\U0001f600" + "x" * 100000, "exit_status": 3}
    spool.enrich("k", facts, 7)
    kept = spool.parcels["k"]
    assert kept.facts == facts
    held = sum(sys.getsizeof(getattr(kept, name)) for name in kept.__slots__)
    assert held < 110000


def parcel(severity="warning", routes=("a",)):
    return {"notice": notice(severity), "routes": list(routes)}


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path)


def test_what_is_on_its_way_is_there_after_a_restart(folder):
    store = _store.Store(folder, 100, 10**6)
    store.commit(
        {"n": {"k1": parcel(routes=("a", "b")), "k2": parcel()}, "f": {"k1": {"log": "x"}}, "t": {"x": {"y": 1}}}
    )
    store.commit({"d": [["k1", "b"]], "c": {"events": 2}, "k": {"last": ["d", 7]}})
    store.close()
    again = _store.Store(folder, 100, 10**6)
    assert [(key, one.facts) for key, one in again.first("a", 9, 99.0)] == [("k1", {"log": "x"}), ("k2", None)]
    assert again.waiting("b") == 0
    assert again.troubles == {"x": {"y": 1}}
    assert again.counts() == {"events": 2}
    assert again.kept["last"] == ["d", 7]
    again.close()


def test_two_cannot_have_it(folder):
    store = _store.Store(folder, 100, 10**6)
    with pytest.raises(_store.Busy):
        _store.Store(folder, 100, 10**6)
    store.close()
    _store.Store(folder, 100, 10**6).close()


def test_what_goes_for_want_of_room_is_counted(folder):
    store = _store.Store(folder, 10, 10**6)
    for number in range(30):
        store.commit({"n": {"k%d" % number: parcel("info" if number % 2 else "critical")}})
    assert store.waiting("a") == 10
    assert store.counts() == {"dropped_info": 15, "dropped_critical": 5}
    store.close()
    again = _store.Store(folder, 10, 10**6)
    assert again.waiting("a") == 10
    assert again.counts() == {"dropped_info": 15, "dropped_critical": 5}
    again.close()


def test_a_journal_of_what_is_done_with_is_rewritten(folder, tmp_path):
    store = _store.Store(folder, 100, 10**6)
    for number in range(6000):
        store.commit({"n": {"k%d" % number: parcel()}, "d": [["k%d" % number, "a"]], "k": {"text": "x" * 500}})
    assert (tmp_path / "journal").stat().st_size < 2 << 20
    store.close()


def test_what_waits_for_a_route_that_is_gone_is_given_up(folder):
    store = _store.Store(folder, 100, 10**6)
    store.commit({"n": {"k1": parcel(routes=("a", "old")), "k2": parcel(routes=("old",))}})
    assert store.keep_routes(["a"]) == ["old"]
    assert store.keep_routes(["a"]) == []
    assert store.waiting("a") == 1
    assert store.counts() == {"unroutable": 2}
    store.close()
