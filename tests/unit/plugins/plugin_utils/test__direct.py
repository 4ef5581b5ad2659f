# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What status and control ask of the daemons that can be reached, and when that is all there is to do."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _direct

HOSTS: dict[str, dict[str, t.Any]] = {
    name: {"inventory_hostname": name, "supervisor_server_url": f"http://{name}:9001"} for name in ("c701", "c702")
}
VALUES: dict[str, t.Any] = {
    "programs": ["web", "cron"], "states": [], "parallel": 0, "timeout": 10, "ssh": True, "missing": "refuse",
    "action": "signal", "signal": "HUP", "settle": 1, "at_once": 2, "report": [], "rows": 500,
}  # fmt: skip


def run(**values: t.Any) -> _direct.Run:
    """A run of control at two hosts."""
    return _direct.Run("control", {**VALUES, **values}, dict(HOSTS))


def answer(name: str, *programs: str, failed: bool = False) -> dict[str, t.Any]:
    """What a daemon has answered to a question about web and cron."""
    return {
        "name": name,
        "failed": failed,
        "processes": [{"group": program, "process": program, "name": f"{program}:{program}"} for program in programs],
        "unmatched": {asked: ["web"] for asked in VALUES["programs"] if asked not in programs},
    }


BOTH = [answer("c701", "web", "cron"), answer("c702", "web")]


def is_all(about: _direct.Run, answers: list[dict[str, t.Any]]) -> bool:
    return _direct.is_all(about, answers, _direct.remainder(about, answers))


def test_all_hosts_are_asked_for_what_is_meant() -> None:
    asked = _direct.question(run())
    assert [server["server_url"] for server in asked["servers"]] == ["http://c701:9001", "http://c702:9001"]
    assert (asked["names"], asked["fail_when"]) == (["web", "cron"], "100%")
    assert "in_state" not in asked
    assert "names" not in _direct.question(run(programs=[]))


def test_it_is_all_where_everybody_has_answered() -> None:
    assert is_all(run(), BOTH)
    assert _direct.remainder(run(), BOTH) == {"left": [], "listening": []}


@pytest.mark.parametrize("ssh", [True, False])
def test_who_has_not_answered_is_left_over_for_ssh(ssh: bool) -> None:
    answers = [BOTH[0], answer("c702", failed=True)]
    assert _direct.remainder(run(ssh=ssh), answers)["left"] == (["c702"] if ssh else [])
    assert is_all(run(ssh=ssh), answers) is not ssh


def test_a_host_without_an_address_is_left_over() -> None:
    assert not is_all(run(ssh=False), BOTH[:1])


def test_a_name_that_nothing_goes_by_is_refused_elsewhere() -> None:
    answers = [answer("c701", "web"), answer("c702", "web")]
    assert not is_all(run(), answers)
    assert is_all(run(missing="ignore"), answers)


def test_a_host_with_the_role_alerts_has_more_to_do() -> None:
    about = run()
    about.hosts["c702"] = {**HOSTS["c702"], "alerts_routes": []}
    assert _direct.remainder(about, BOTH)["listening"] == ["c702"]
    assert not is_all(about, BOTH)
    assert not is_all(run(tell=["ops"]), BOTH)


def test_servers_with_the_same_programs_are_told_at_once() -> None:
    first, second = _direct.orders(run(), BOTH)
    assert (first["names"], [server["name"] for server in first["servers"]]) == (["web", "cron"], ["c701"])
    assert (second["names"], [server["name"] for server in second["servers"]]) == (["web"], ["c702"])
    assert (first["state"], first["signal"], first["settle"], first["max_parallel"]) == ("signalled", "HUP", 1, 2)
    assert _direct.orders(run(), [answer("c701", "web", failed=True)]) == []
