# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same trouble of several hosts as one message."""

from __future__ import annotations

import typing as t

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _tell

HOOK = {"name": "ops", "type": "webhook", "url": "https://example.com/s3cret"}


def row(host: str, process: str = "app01", state: str = "FATAL", **more: t.Any) -> dict[str, t.Any]:
    return {"host": host, "process": process, "state": state, "message": "", **more}


def told(rows: list[dict[str, t.Any]], language: str = "en") -> list[t.Any]:
    return _tell.messages(rows, frozenset(str(one["host"]) for one in rows), language, 1700000000.0)


def test_the_same_trouble_of_several_hosts_is_one_message() -> None:
    rows = [row(f"c{number}", message="Exited too quickly") for number in range(7)]
    (message,) = told([*rows, row("c0", "web", "RUNNING")])
    assert message.title == "[critical] app01 is FATAL on 7 hosts: c0, c1, c2, c3, c4 and 2 more"
    assert message.text.split("\n")[:2] == [message.title, "c0: Exited too quickly"]
    assert message.fields["host"] == "c0, c1, c2, c3, c4, c5, c6"
    assert message.fields["count"] == 7


def test_other_troubles_are_other_messages() -> None:
    rows = [row("c1"), row("c2", "", "unreachable", message="refused"), row("c3", state="BACKOFF")]
    assert [one.title for one in told(rows)] == [
        "[critical] app01 is FATAL on c1",
        "[critical] supervisord is unreachable on c2",
        "[warning] app01 is BACKOFF on c3",
    ]
    assert told([row("c1")])[0].id == told([row("c9")])[0].id != told([row("c1", state="BACKOFF")])[0].id
    assert "2 台主机上 app01 为 FATAL:c1, c2" in told([row("c1"), row("c2")], "zh")[0].title


def test_what_a_daemon_says_cannot_break_a_message() -> None:
    (message,) = told([row("c1", "a\x1b[31m\nb", message="x\ny")])
    assert message.text.count("\n") == 1
    assert "\x1b" not in message.text + str(message.fields)


def test_equal_routes_of_hosts_are_one_and_others_are_not() -> None:
    other = {**HOOK, "url": "https://example.com/other"}
    orders, faults = _tell.orders({"c1": [HOOK], "c2": [dict(HOOK)], "c3": [other]}, ["ops"])
    assert faults == []
    assert [sorted(order.hosts) for order in orders] == [["c1", "c2"], ["c3"]]


def test_routes_that_are_of_their_host_alone_or_not_there_are_refused() -> None:
    file = {"name": "file", "type": "command", "command": ["/bin/cat"]}
    bad = {"name": "bad", "type": "webhook"}
    _orders, faults = _tell.orders({"c1": [HOOK, file, bad]}, ["opps", "file", "bad"])
    assert faults[0].startswith("bad: routes[0].url: ")
    assert faults[1:] == [
        "file: a route of type command is of its host alone; name another one",
        "opps: no host has a route of this name; there are: bad, file, ops",
    ]
