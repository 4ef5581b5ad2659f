# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asked from the controller, and rows of what they answered."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _page
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.fleet_changes import fleet_changes
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.fleet_choices import fleet_choices
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.fleet_servers import fleet_servers
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.fleet_status import fleet_status


def host(**more: t.Any) -> dict[str, t.Any]:
    return {"inventory_hostname": "c701", "ansible_host": "10.0.0.41", **more}


def inet(port: str, **more: t.Any) -> dict[str, t.Any]:
    return {"supervisor_inet_http_server": {"port": port, **more}}


@pytest.mark.parametrize(
    ("more", "server"),
    [
        (inet("*:9001"), {"server_url": "http://10.0.0.41:9001"}),
        (
            inet("10.9.9.9:9002", username="u", password="p"),
            {"server_url": "http://10.9.9.9:9002", "username": "u", "password": "p"},
        ),
        ({"ansible_host": "fd00::1", **inet("9001")}, {"server_url": "http://[fd00::1]:9001"}),
        ({"supervisor_server_url": "https://c701:9443"}, {"server_url": "https://c701:9443"}),
        # Beside an address the login of the host's own server is known.
        (
            {"supervisor_server_url": "https://c701:9443", **inet("127.0.0.1:9001", username="u", password="p")},
            {"server_url": "https://c701:9443", "username": "u", "password": "p"},
        ),
        (
            {"supervisor_server_url": "https://c701:9443", **inet("9001", username="u", password="{SHA}" + "0" * 40)},
            {"server_url": "https://c701:9443"},
        ),
        # Each host may have its own.
        (
            {
                "supervisor_server_url": "https://c701:9443",
                "supervisor_server_username": "own",
                "supervisor_server_password": "word",
                "supervisor_server_ca_path": "/etc/ca.pem",
                "supervisor_server_client_cert": "/etc/c.pem",
                "supervisor_server_client_key": "/etc/k.pem",
                "supervisor_server_validate_certs": False,
                "supervisor_server_timeout": 3,
                **inet("9001", username="u", password="p"),
            },
            {
                "server_url": "https://c701:9443",
                "username": "own",
                "password": "word",
                "ca_path": "/etc/ca.pem",
                "client_cert": "/etc/c.pem",
                "client_key": "/etc/k.pem",
                "validate_certs": False,
                "timeout": 3,
            },
        ),
        # An own user name gets no password but its own.
        (
            {"supervisor_server_username": "own", **inet("9001", username="u", password="{SHA}" + "0" * 40)},
            {"server_url": "http://10.0.0.41:9001", "username": "own"},
        ),
        ({"supervisor_server_username": "", **inet("9001")}, {"server_url": "http://10.0.0.41:9001"}),
        # What the inventory plugin has set.
        (
            {"supervisord_server": {"name": "x", "server_url": "https://a:1", "validate_certs": False}},
            {"server_url": "https://a:1", "validate_certs": False},
        ),
        (
            {"supervisord_server": {"server_url": "http://a:1"}, **inet("9001", username="u", password="p")},
            {"server_url": "http://a:1", "username": "u", "password": "p"},
        ),
        (
            {"supervisord_server": {"server_url": "http://a:1"}, "supervisor_server_url": "http://b:1"},
            {"server_url": "http://b:1"},
        ),
    ],
)
def test_a_daemon_with_an_address_is_asked_from_the_controller(more: dict, server: dict) -> None:
    assert fleet_servers([host(**more)]) == [{"name": "c701", **server}]


@pytest.mark.parametrize(
    "more",
    [
        {},
        inet("127.0.0.1:9001"),
        inet("[::1]:9001"),
        inet("localhost:9001"),
        inet("127.1:9001"),
        inet("[::ffff:127.0.0.1]:9001"),
        {"ansible_host": "localhost", **inet("9001")},
        inet("*:9001", username="u", password="{SHA}" + "0" * 40),
        inet("*:9001", username="u"),
        inet("*:nine"),
    ],
)
def test_others_are_left_to_ssh(more: dict) -> None:
    assert fleet_servers([host(**more)]) == []


def test_a_name_that_only_begins_like_the_machines_own_is_asked_from_the_controller() -> None:
    asked = fleet_servers([host(**inet("localhost-db.example:9001")), host(**inet("127-0-0-1.example:9001"))])
    assert [server["server_url"] for server in asked] == [
        "http://localhost-db.example:9001",
        "http://127-0-0-1.example:9001",
    ]


def test_a_misspelt_name_is_refused_by_name() -> None:
    with pytest.raises(
        ValueError, match="supervisor_server_pasword of host c701 .*; did you mean supervisor_server_password?"
    ):
        fleet_servers([host(supervisor_server_pasword="p")])
    assert fleet_servers([host(supervisor_server_room="b12", **inet("9001"))])


def process(name: str = "app01", **more: t.Any) -> dict[str, t.Any]:
    base = {"name": f"{name}:{name}", "group": name, "process": name, "state": "RUNNING", "pid": 7, "uptime": 3661}
    return {**base, "spawnerr": "", **more}


def answer(name: str, *processes: dict, **more: t.Any) -> dict[str, t.Any]:
    return {"name": name, "reachable": True, "failed": False, "msg": "", "processes": list(processes), **more}


LOST = {"name": "c9", "reachable": False, "failed": True, "msg": "refused"}


def test_a_row_for_each_process_in_the_order_of_people() -> None:
    table = fleet_status(
        [answer("c10", process()), answer("c2", process(), {**process("web"), "name": "web:w_1"}), LOST]
    )
    rows = table["rows"]
    assert [(row["host"], row["process"]) for row in rows] == [
        ("c2", "app01"),
        ("c2", "web:w_1"),
        ("c9", ""),
        ("c10", "app01"),
    ]
    assert rows[0]["uptime"] == "1:01:01"
    assert rows[2]["state"] == "unreachable"
    assert rows[2]["message"] == "refused"
    assert table["summary"] == "3 processes on 3 hosts, 3 RUNNING, 1 to look at"
    assert table["complaint"] == ""


def test_one_that_refuses_is_reachable() -> None:
    (row,) = fleet_status([{"name": "c1", "reachable": True, "failed": True, "msg": "wrong password"}])["rows"]
    assert row["state"] == "failed"


SOME = [
    answer(
        "c1",
        process(),
        process("a", state="FATAL", pid=0, spawnerr="Exited too quickly"),
        process("b", state="EXITED", pid=0),
        process("c", state="EXITED", pid=0, spawnerr="Bad exit code 1"),
        process("d", state="STOPPED", pid=0),
        process("e", state="BACKOFF", pid=0),
    ),
    LOST,
]


def test_only_problems() -> None:
    assert [row["process"] for row in fleet_status(SOME, problems=True)["rows"]] == ["a", "c", "e", ""]


@pytest.mark.parametrize(
    ("fail_on", "complaint"),
    [("nothing", ""), ("unreachable", "To look at: c9"), ("problem", "To look at: c1 a, c1 c, c1 e, c9")],
)
def test_a_user_says_what_to_complain_about(fail_on: str, complaint: str) -> None:
    assert fleet_status(SOME, fail_on=fail_on)["complaint"] == complaint


def test_a_long_complaint_is_cut() -> None:
    many = [{**LOST, "name": f"c{number}"} for number in range(100)]
    assert fleet_status(many, fail_on="unreachable")["complaint"].endswith("c18, c19 and 80 more")


def test_what_was_done_is_told() -> None:
    done = process(before="STOPPED", after="RUNNING", actions=["start"], failed=False, reason="started")
    bad = process("web", before="STOPPED", after="FATAL", pid=0, actions=["start"], failed=True, reason="gave up")
    table = fleet_changes([answer("c1", done, bad, failed=True, msg="web failed")])
    assert [(row["did"], row["result"], row["message"]) for row in table["rows"]] == [
        ("start", "ok", ""),
        ("start", "failed", "gave up"),
    ]
    assert table["complaint"] == "Not as wanted: c1 web"
    assert fleet_changes([LOST])["complaint"] == "Not as wanted: c9"


def test_nothing_to_do_is_an_error_unless_states_were_asked_for() -> None:
    assert fleet_changes([answer("c1")])["complaint"] == "No program matches."
    table = fleet_changes([answer("c1")], states=["FATAL", "EXITED"])
    assert table["complaint"] == ""
    assert table["summary"] == "Nothing is in these states: FATAL, EXITED. Nothing was done."


def test_a_host_that_was_lost_is_not_taken_for_nothing_to_do() -> None:
    table = fleet_changes([answer("c1"), LOST], states=["FATAL"])
    assert "Nothing" not in table["summary"]
    assert table["complaint"] == "Not as wanted: c9"


def test_each_is_asked_for_what_it_has() -> None:
    answers = [answer("c1", process("web"), process("job")), answer("c2", process("web")), answer("c3"), LOST]
    assert fleet_choices(answers, ["web", "job:*", "nobody"]) == [
        {"names": ["web", "job:*"], "hosts": ["c1"]},
        {"names": ["web"], "hosts": ["c2"]},
    ]


def test_an_uptime_that_cannot_be_is_shown_all_the_same() -> None:
    process = {"name": "web:web", "group": "web", "state": "RUNNING", "pid": 7, "uptime": 2**62}
    [row] = fleet_status([{"name": "c701", "failed": False, "processes": [process]}])["rows"]
    assert row["uptime"].startswith("11574 days")


def test_each_host_is_blamed_for_its_own() -> None:
    table = fleet_status(SOME, fail_on="problem")
    assert table["complaints"] == {
        "c1": "To look at: a FATAL: Exited too quickly; c EXITED: Bad exit code 1; e BACKOFF",
        "c9": "To look at: unreachable: refused",
    }
    assert fleet_status(SOME, fail_on="unreachable")["complaints"] == {"c9": "To look at: unreachable: refused"}
    assert fleet_status(SOME)["complaints"] == {}


def test_what_is_handed_on_has_numbers_and_names() -> None:
    assert fleet_status(SOME, problems=True)["stats"] == {
        "hosts": 2,
        "processes": 6,
        "running": 1,
        "to_look_at": {"count": 4, "names": ["c1 a", "c1 c", "c1 e", "c9"]},
        "failed": {"count": 1, "names": ["c1"]},
        "unreachable": {"count": 1, "names": ["c9"]},
        "changed": {"count": 0, "names": []},
    }


def test_changes_are_handed_on() -> None:
    done = process(before="STOPPED", after="RUNNING", actions=["start"], failed=False, reason="started")
    bad = process("web", before="FATAL", after="FATAL", pid=0, actions=[], failed=True, reason="gave up")
    stats = fleet_changes([answer("c1", done), answer("c2", bad, failed=True), LOST])["stats"]
    assert (stats["processes"], stats["running"]) == (2, 1)
    assert stats["changed"] == {"count": 1, "names": ["c1"]}
    assert stats["failed"] == {"count": 1, "names": ["c2"]}
    assert stats["unreachable"] == {"count": 1, "names": ["c9"]}


def test_listeners_are_counted_once_for_each_host() -> None:
    well = {"error": None, "written": 3, "heard": 40, "started": 900, "unsaved": "", "routes": []}
    asked = [
        answer("c1", process()),
        answer("c1", alerts=well),
        answer("c2", process(), alerts={**well, "written": 90}),
    ]
    table = fleet_status([*asked, answer("c3", process())])
    assert table["totals"]["listeners well"] == "1 of 2"
    assert table["summary"].endswith("1 to look at; 1 of 2 listeners of the role alerts are well")
    assert "listeners well" not in fleet_status([answer("c3", process())])["totals"]
    assert "<b>1 of 2</b>listeners well" in _page.page(
        table["rows"], ["host", "state"], "Fleet", "now", table["totals"]
    )


def test_what_an_earlier_daemon_has_left_is_one_row() -> None:
    left = [{"name": f"web:web_{number}", "pid": number} for number in range(5)]
    table = fleet_status([answer("c1", process(), orphans={"processes": left, "error": None})], fail_on="problem")
    _running, row = table["rows"]
    assert row["state"] == "orphans"
    assert row["message"] == (
        "run beside, of an earlier daemon: web:web_0 (PID 0), web:web_1 (PID 1), web:web_2 (PID 2) and 2 more; "
        "the playbook recover stops them"
    )
    assert table["summary"] == "1 processes on 1 hosts, 1 RUNNING, 1 to look at"
    assert list(table["complaints"]) == ["c1"]
    assert fleet_status([answer("c1", process(), orphans={"processes": [], "error": None})])["rows"] == [
        table["rows"][0]
    ]
