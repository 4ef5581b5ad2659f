# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which program a port belongs to, and who is said to hold it."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._host import sockets as _sockets
from ansible_collections.supervisord.fleet.plugins.module_utils._orphans import ports as _ports

NAMES = ["web:web", "workers:a", "workers:b"]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"web": 80}, {"web:web": [80]}),
        ({"web:web": [80, "443"]}, {"web:web": [80, 443]}),
        ({"a": 8080}, {"workers:a": [8080]}),
        ({"workers": 8080}, {"workers": [8080]}),
        ({}, {}),
    ],
)
def test_programs_by_any_of_their_names(given, found):
    assert _ports.check(given, NAMES) == found


@pytest.mark.parametrize("given", [{"nosuch": 80}, {"web": 0}, {"web": 65536}, {"web": "http"}, {"web": [-1]}])
def test_what_is_no_program_or_no_port_is_refused(given):
    with pytest.raises(_errors.OptionError, match="ports: "):
        _ports.check(given, NAMES)


def test_holders_from_the_program_to_nobody():
    sockets = [
        _sockets.Socket("0.0.0.0", 80, 0, (5, 6)),
        _sockets.Socket("::", 80, 0, (7,)),
        _sockets.Socket("127.0.0.1", 81, 1000, ()),
    ]
    judged = {5: "orphan", 6: "program", 7: "other"}
    found = _ports.holders({"web:web": [80, 81, 82]}, sockets, lambda name, pid: (judged[pid], {"user": "u"}))
    assert [(item["port"], item["address"], item["holder"], item["pid"]) for item in found] == [
        (80, "0.0.0.0", "program", 6),
        (80, "::", "other", 7),
        (81, "127.0.0.1", "unseen", 0),
        (82, "", "nobody", 0),
    ]
    assert _ports.of(6, sockets) == [80]
