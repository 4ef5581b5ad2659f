# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rolling restart does in which order, and how it tells afterwards."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _rolling
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.rolling_results import rolling_results
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.rolling_rows import rolling_rows
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.rolling_targets import rolling_targets

MEMBER = {
    "name": "c701/app01",
    "instance": "app01",
    "port": 8080,
    "url": "http://127.0.0.1:8080/shop/",
    "status": ["200-399"],
}
BALANCED = [{"member": "c701/app01", "drained": False}]


def process(group: str = "app01", name: str = "", **more: t.Any) -> dict[str, t.Any]:
    base = {"name": f"{group}:{name or group}", "group": group, "process": name or group, "state": "RUNNING", "pid": 7}
    return {**base, "stdout_logfile": "/log", **more}


def target(http: str = "", **more: t.Any) -> dict[str, t.Any]:
    return rolling_targets([process(**more)], [MEMBER], BALANCED, http)[0]


def test_a_tomcat_is_known_by_its_program() -> None:
    one = target()
    assert (one["label"], one["instance"], one["member"], one["port"]) == ("app01", "app01", "c701/app01", 8080)
    assert one["ready"] == {
        "name": "app01:app01",
        "url": "http://127.0.0.1:8080/shop/",
        "status": ["200-399"],
        "log": "/log",
    }


def test_a_tomcat_with_tls_alone_is_trusted_as_its_role_says() -> None:
    trust = {"validate_certs": True, "ca_path": "/ca.pem", "server_name": "shop.example"}
    member = {**MEMBER, "url": "https://127.0.0.1:8443/shop/", "trust": trust}
    for http, url in (("", "https://127.0.0.1:8443/shop/"), ("/health", "https://127.0.0.1:8443/health")):
        (one,) = rolling_targets([process()], [member], BALANCED, http)
        assert one["ready"]["url"] == url
        assert {key: one["ready"][key] for key in trust} == trust
    (one,) = rolling_targets([process()], [member], BALANCED, "http://127.0.0.1:9000/x")
    assert "ca_path" not in one["ready"]


def test_another_program_is_not_balanced_nor_asked() -> None:
    one = target(group="web", name="web_0")
    assert (one["label"], one["instance"], one["member"], one["balancer"], one["ready"]) == (
        "web:web_0",
        "",
        "",
        "",
        {},
    )


def test_a_tomcat_no_balancer_knows_is_only_restarted() -> None:
    assert rolling_targets([process()], [MEMBER])[0]["member"] == ""


def test_a_member_that_is_out_already_is_said_to_be() -> None:
    (one,) = rolling_targets([process()], [MEMBER], [{"member": "c701/app01", "drained": True}])
    assert (one["member"], one["balancer"]) == ("c701/app01", "out")


@pytest.mark.parametrize(
    ("http", "tomcat", "other"),
    [
        ("/health", "http://127.0.0.1:8080/health", None),
        ("http://127.0.0.1:9000/x", "http://127.0.0.1:9000/x", "http://127.0.0.1:9000/x"),
        ("none", None, None),
    ],
)
def test_a_user_may_say_what_to_ask(http: str, tomcat: str | None, other: str | None) -> None:
    assert target(http)["ready"].get("url") == tomcat
    assert target(http, group="web")["ready"].get("url") == other
    assert "status" not in target(http)["ready"]


@pytest.mark.parametrize(
    ("hosts", "serial", "sizes"),
    [
        (4, [1, 1], [1, 1, 1, 1]),
        (10, [1, "25%"], [1, 2, 2, 2, 2, 1]),
        (10, ["30%"], [3, 3, 3, 1]),
        (3, ["1%"], [1, 1, 1]),
        (5, ["100%"], [5]),
        (5, [1, 9], [1, 4]),
        (0, [1], []),
        (2, ["1"], [1, 1]),
        (3, [0], [3]),
    ],
)
def test_batches_are_those_of_ansible(hosts: int, serial: list, sizes: list[int]) -> None:
    found = _rolling.batches([f"h{number}" for number in range(hosts)], serial)
    assert [len(batch) for batch in found] == sizes
    assert [name for batch in found for name in batch] == [f"h{number}" for number in range(hosts)]


def test_all_well() -> None:
    found = rolling_results([target()], [process(pid=8)], 7.54)
    assert found["app01:app01"] == {
        "result": "ok",
        "state": "RUNNING",
        "pid": 8,
        "seconds": 7.5,
        "message": "",
        "member": "c701/app01",
        "balancer": "in",
    }


def test_a_dry_run_does_not_claim_to_have_restarted_anything() -> None:
    found = rolling_results([target()], [process()], 1, foreseen=True)["app01:app01"]
    assert (found["result"], found["balancer"]) == ("would restart", "in")
    failed = rolling_results([target()], [process()], 1, "no answer", foreseen=True)["app01:app01"]
    assert failed["result"] == "failed"


def test_what_is_not_well_stays_out() -> None:
    found = rolling_results([target()], [process(pid=0, state="FATAL")], 1, "is FATAL\nits log")["app01:app01"]
    assert (found["result"], found["member"], found["balancer"], found["message"]) == ("failed", "", "out", "is FATAL")


def test_what_nobody_has_touched_goes_back() -> None:
    found = rolling_results([target()], [process()], 1, "no archive")["app01:app01"]
    assert (found["result"], found["member"], found["balancer"]) == ("failed", "c701/app01", "in")


def test_nobody_knows_about_a_daemon_that_does_not_answer() -> None:
    found = rolling_results([target()], [], 1, "gone")["app01:app01"]
    assert (found["state"], found["pid"], found["balancer"]) == ("", 0, "out")


def test_rows_tell_where_everything_is() -> None:
    targets = [target(), target(group="web")]
    hosts = [
        {
            "inventory_hostname": "c1",
            "__rolling_targets": targets,
            "__rolling_results": rolling_results(targets, [], 1),
        },
        {
            "inventory_hostname": "c2",
            "__rolling_targets": targets[:1],
            "__rolling_results": {"app01:app01": {"result": "restarting", "balancer": "out"}},
        },
        {"inventory_hostname": "c3", "__rolling_targets": targets[:1], "__rolling_results": {}},
    ]
    rows = rolling_rows(hosts, [1, 2], ["c2"])
    assert [(row["batch"], row["host"], row["program"], row["result"]) for row in rows] == [
        (1, "c1", "app01", "ok"),
        (1, "c1", "web", "ok"),
        (2, "c2", "app01", "unknown"),
        (2, "c3", "app01", "untouched"),
    ]
    assert rows[2]["message"] == "the host was lost on the way"
    assert [row["balancer"] for row in rows] == ["in", "", "out", "in"]
    assert [row["result"] for row in rolling_rows(hosts, [1, 2])][2] == "restarting"
