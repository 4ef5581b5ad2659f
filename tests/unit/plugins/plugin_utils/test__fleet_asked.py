# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of asking a fleet: who was not asked, and names that nothing goes by."""

from __future__ import annotations

import typing as t

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _fleet_asked


def answer(failed: bool = False, **unmatched: list[str]) -> dict[str, t.Any]:
    return {"failed": failed, "unmatched": unmatched} if not failed else {"failed": True}


def test_a_host_that_nobody_asked_has_an_entry_that_says_so() -> None:
    entry = {"name": "c701", "reachable": True, "failed": False, "msg": "", "processes": [{"name": "web"}]}
    hosts = [{"inventory_hostname": "c701", "__fleet_entry": entry}, {"inventory_hostname": "c702"}]
    assert _fleet_asked.told(hosts, "not asked: no address") == [
        entry,
        {"name": "c702", "reachable": False, "failed": True, "msg": "not asked: no address", "processes": []},
    ]


def test_a_name_that_one_host_knows_is_no_stranger() -> None:
    answers = [answer(web=["app01"]), answer()]
    assert _fleet_asked.unmatched(answers, ["web"], "control_programs") == []


def test_a_name_that_no_host_knows_is_told_with_the_nearest_of_all() -> None:
    answers = [answer(ap02=["web"], cron=["web"]), answer(ap02=["app02", "app01"])]
    assert _fleet_asked.unmatched(answers, ["ap02", "cron"], "control_programs") == [
        "control_programs: 'ap02' matches no program on any of the 2 hosts; did you mean app02?"
    ]


def test_where_no_name_is_near_it_says_what_there_is() -> None:
    assert _fleet_asked.unmatched([answer(zzz=["web", "cron"])], ["zzz"], "status_programs") == [
        "status_programs: 'zzz' matches no program on the host; there are web, cron."
    ]
    assert _fleet_asked.unmatched([answer(web=[])], ["web"], "status_programs") == [
        "status_programs: 'web' matches no program on the host; there is none at all."
    ]


def test_hosts_that_could_not_be_asked_are_counted_and_alone_prove_nothing() -> None:
    lost = answer(failed=True)
    assert _fleet_asked.unmatched([lost], ["web"], "status_programs") == []
    assert _fleet_asked.unmatched([lost, answer(web=["wed"])], ["web"], "status_programs") == [
        "status_programs: 'web' matches no program on the host (1 could not be asked); did you mean wed?"
    ]


def test_a_group_is_found_by_its_name() -> None:
    found = _fleet_asked.unmatched([answer(**{"wrker:*": ["web", "worker"]})], ["wrker:*"], "status_programs")
    assert found[0].endswith("did you mean worker?")
