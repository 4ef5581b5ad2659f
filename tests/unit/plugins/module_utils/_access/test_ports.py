# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports as both tools write them."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._access import ports as _ports


@pytest.mark.parametrize(
    ("text", "found"),
    [("80", [(80, 80)]), (" 8000-8010 ", [(8000, 8010)]), ("", []), ("http", []), ("80,81", []), ("-80", [])],
)
def test_a_port_is_a_number_or_a_range(text, found):
    assert _ports.ranges(text) == found


def test_a_range_has_its_ends():
    some = _ports.ranges("8000-8010")
    assert [port for port in (7999, 8000, 8005, 8010, 8011) if _ports.within(port, some)] == [8000, 8005, 8010]
