# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What "did you mean" says."""

from ansible_collections.supervisord.fleet.plugins.module_utils import _near

KNOWN = ["control_hosts", "control_action", "FATAL", "BACKOFF"]


def test_the_nearest_comes_first_and_is_written_as_it_is_known() -> None:
    assert _near.near("control_host", KNOWN)[0] == "control_hosts"
    assert _near.near("fatl", KNOWN) == ["FATAL"]


def test_what_is_like_nothing_has_no_hint() -> None:
    assert _near.near("zzz", KNOWN) == []
    assert _near.hint("zzz", KNOWN, "known are those") == "known are those"


def test_a_hint_is_one_question() -> None:
    assert _near.hint("BACKOF", KNOWN, "known are those") == "did you mean BACKOFF?"
