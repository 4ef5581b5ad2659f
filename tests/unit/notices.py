# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A notice of a trouble, and the message that is made of it."""

from __future__ import annotations

from supervisord_fleet_alerts import message as _message

TELLER = _message.Teller("web01", link="https://fleet.example.com/")
NOTICE = {
    "key": "abc-1",
    "id": "abc",
    "say": "problem",
    "kind": "fatal",
    "area": "state",
    "part": "",
    "severity": "critical",
    "subject": "tomcats:app01",
    "since": 1700000000.0,
    "at": 1700000000.25,
    "count": 1,
    "happened": 1,
    "minutes": 1,
    "facts": {},
}
FACTS = {"exit_status": 1, "log": "one\ntwo", "pid": 7}


def message(facts=None, teller=TELLER, **more):
    return _message.message(dict(NOTICE, **more), FACTS if facts is None else facts, teller)
