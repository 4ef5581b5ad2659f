# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook refuses before anything is touched: misspelt names, wrong values, hosts that nobody is."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _playbook_faults, _playbook_table
from ansible_collections.supervisord.fleet.plugins.plugin_utils._playbook_hosts import Hosts

BOOKS = list(_playbook_table.playbooks().values())
NAMES = [(book, name) for book in BOOKS for name in book.variables]
GROUPS = {
    "all": ["c701", "c702", "lb1", "mon1", "db1"],
    "ungrouped": [],
    "app_hosts": ["c701", "c702"],
    "lb_hosts": ["lb1"],
    "monitor_hosts": ["mon1"],
    "databases": ["db1"],
    "nobody": [],
}
THERE = "the groups app_hosts, lb_hosts, monitor_hosts, databases, nobody and the hosts c701, c702, lb1, mon1, db1."
NEEDED = {"control_action": "stop", "control_programs": "web", "awx_repository": "https://git.example.com/x"}
# What AWX gives each of its jobs, of which a playbook that is one of them must not complain.
OF_AWX = (
    *("job_id", "job_launch_type", "job_template_id", "job_template_name", "job_scm_branch", "execution_node"),
    *("workflow_job_id", "workflow_job_name", "workflow_job_launch_type", "schedule_id", "schedule_name"),
    *("parent_job_schedule_id", "parent_job_schedule_name", "inventory_id", "inventory_name"),
    *("user_id", "user_name", "user_email", "user_first_name", "user_last_name"),
    *("project_revision", "project_scm_branch", "webhook_event_type", "webhook_event_guid", "webhook_event_ref"),
    *("webhook_status_api", "webhook_payload"),
)


def needed(book: _playbook_table.Playbook) -> dict[str, t.Any]:
    """What has no default."""
    rows = [row for row in book.variables.values() if row.required]
    return {row.name: NEEDED.get(row.name) or (row.choices or ["some"])[0] for row in rows}


def faults(
    book: _playbook_table.Playbook | str,
    run: dict[str, t.Any] | None = None,
    inventory: dict[str, dict[str, t.Any]] | None = None,
    limit: str = "",
    groups: dict[str, list[str]] | None = None,
    typed: tuple[str, ...] = (),
    unwritable: t.Callable[[str], str] = lambda _path: "",
) -> list[str]:
    """All that is wrong with what is given on top of what is needed."""
    if isinstance(book, str):
        book = _playbook_table.playbook(book)
    given = {**needed(book), **(run or {})}
    said = inventory or {}
    hosts = Hosts(GROUPS if groups is None else groups, limit)
    told = _playbook_faults.Given(given, set(given), lambda host: said.get(host, {}), hosts, typed, unwritable)
    return _playbook_faults.faults(book, told)


def misspelt(name: str, prefix: str) -> set[str]:
    """A letter too few, too many, and two that have changed places, behind the prefix."""
    rest = name[len(prefix) :]
    middle = len(rest) // 2
    forms = {rest[:-1], rest + rest[-1], rest[: middle - 1] + rest[middle] + rest[middle - 1] + rest[middle + 1 :]}
    return {prefix + form for form in forms} - {name}


def test_what_awx_tells_each_of_its_jobs_is_no_misspelt_variable() -> None:
    """The playbook awx may be a job of AWX as well."""
    about = {
        "job": ("id", "launch_type", "template_id", "template_name"),
        "inventory": ("id", "name"),
        "project": ("revision", "scm_branch"),
        "schedule": ("id", "name"),
        "user": ("id", "name", "email", "first_name", "last_name"),
        "workflow_job": ("id", "name", "launch_type", "user_id", "user_name", "user_email"),
    }
    assert faults("awx", {f"awx_{kind}_{name}": "5" for kind, names in about.items() for name in names}) == []


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_done() -> None:
    paths = ["/srv/a.csv", "/nowhere/b.csv"]
    why = {"/nowhere/b.csv": "/nowhere/b.csv cannot be written"}.get
    found = faults("control", {"control_report": paths}, unwritable=lambda path: why(path, ""))
    assert found == ["control_report: /nowhere/b.csv cannot be written."]


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_nothing_but_what_is_needed_is_fine(book: _playbook_table.Playbook) -> None:
    assert faults(book) == []


MISSPELT = [(book, name, wrong) for book, name in NAMES for wrong in sorted(misspelt(name, book.prefix))]


@pytest.mark.parametrize(("book", "name", "wrong"), MISSPELT, ids=str)
def test_a_misspelt_name_is_refused_with_the_right_one(book: _playbook_table.Playbook, name: str, wrong: str) -> None:
    assert wrong not in book.variables
    assert faults(book, {wrong: "1"}) == [f"{wrong} is no variable of this playbook; did you mean {name}?"]


@pytest.mark.parametrize(
    ("book", "name", "wrong"), [case for case in MISSPELT if len(case[1]) - len(case[0].prefix) > 7], ids=str
)
def test_so_it_is_in_an_inventory_where_it_is_nobody_elses(
    book: _playbook_table.Playbook, name: str, wrong: str
) -> None:
    host = "localhost" if book.groups == ("localhost",) else "c701"
    assert faults(book, {}, {host: {wrong: "1"}}) == [
        f"{wrong} is no variable of this playbook; did you mean {name}? The inventory says so for {host}."
    ]


@pytest.mark.parametrize("name", ["status_host", "status_program", "status_states_", "status_timout"])
def test_an_inventory_is_read_for_names_that_are_nearly_right(name: str) -> None:
    found = faults("status", {}, {"c701": {name: "x"}, "c702": {name: "x"}})
    assert len(found) == 1
    assert found[0].startswith(f"{name} is no variable of this playbook; did you mean status_")
    assert found[0].endswith("The inventory says so for c701, c702.")


@pytest.mark.parametrize(
    ("book", "name"),
    [("site", "site_name"), ("site", "site_url"), ("site", "site_path"), ("control", "control_plane_endpoint")],
)
def test_what_an_inventory_has_for_others_is_no_fault(book: str, name: str) -> None:
    assert faults(book, {}, {"c701": {name: "x"}}) == []


def test_what_begins_with_a_common_word_may_be_given_for_others_but_not_where_the_word_is_ours() -> None:
    assert faults("site", {"site_name": "east", "site_path": "/srv"}) == []
    assert faults("control", {"control_plane": "x"}) == [
        "control_plane is no variable of this playbook; -e control_help=true shows those that there are."
    ]


@pytest.mark.parametrize("name", ["contol_hosts", "controlhosts", "control-hosts", "Control_hosts"])
def test_a_misspelt_prefix_is_seen(name: str) -> None:
    assert faults("control", {name: "c701"}) == [f"{name} is no variable of this playbook; did you mean control_hosts?"]


def test_variables_of_other_playbooks_and_of_roles_are_none_of_its_business() -> None:
    others = {"status_hosts": "x", "supervisor_programs": [], "tomcat_app_version": "10.1", "ansible_user": "ops"}
    assert faults("control", others) == []


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_all_faults_are_told_at_once(book: _playbook_table.Playbook) -> None:
    wrong = {row.name: {"a": 1} for row in book.variables.values() if row.name != f"{book.prefix}missing"}
    found = faults(book, wrong)
    assert [line.partition(":")[0] for line in found] == list(wrong)


def test_what_is_required_is_asked_for() -> None:
    assert faults("control", {"control_action": "", "control_programs": [""]}) == [
        "control_action is required; choose one of start, stop, restart, signal.",
        'control_programs is required. The programs: "web", or "web,worker:*"; "*" is everything.',
    ]


def test_a_signal_goes_with_one_action_only() -> None:
    assert faults("control", {"control_action": "SIGNAL", "control_signal": "HUP"}) == []
    assert faults("control", {"control_action": "signal"}) == [
        'control_signal is required with control_action=signal. Signal to send, "HUP".'
    ]
    assert faults("control", {"control_action": "stop", "control_signal": "HUP"}) == [
        "control_signal: it has no effect with control_action=stop; leave it out."
    ]


@pytest.mark.parametrize(
    "book", [book for book in BOOKS if f"{book.name}_hosts" in book.variables], ids=lambda b: b.name
)
def test_hosts_that_nobody_is_are_named_with_what_there_is(book: _playbook_table.Playbook) -> None:
    name = f"{book.name}_hosts"
    assert faults(book, {name: "app_hots"}) == [
        f"{name}: 'app_hots' matches no host; did you mean app_hosts? The inventory has {THERE}"
    ]
    assert faults(book, {name: "app_hots", f"{book.name}_missing": "ignore"}) == []


@pytest.mark.parametrize(
    ("pattern", "lost"),
    [
        ("app_hosts,c703:lb1", ["c703"]),
        ("app_hosts:!c703", ["c703"]),
        ("app_hosts,!c701,&lb_hots", ["lb_hots"]),
        ("zzz,yyy", ["zzz", "yyy"]),
        ("~c9.*", ["~c9.*"]),
        ("c9*", ["c9*"]),
        ("app_hosts,nobody", []),
        ("app_hosts:!nobody", []),
        ("app_hosts[0]", []),
        ("~c70[12]", []),
        ("localhost", []),
        ("all", []),
    ],
)
def test_each_part_of_a_pattern_that_names_nobody_is_told(pattern: str, lost: list[str]) -> None:
    found = faults("status", {"status_hosts": pattern})
    assert [line.partition(" matches no host; ")[0] for line in found] == [f"status_hosts: {part!r}" for part in lost]


@pytest.mark.parametrize("pattern", ["nobody", "app_hosts:!c701:!c702", "app_hosts:&lb_hosts"])
def test_a_pattern_that_leaves_nobody_is_a_fault(pattern: str) -> None:
    found = faults("status", {"status_hosts": pattern})
    assert len(found) == 1
    assert "leaves no host at all" in found[0]


def test_the_usual_group_must_be_there_too() -> None:
    found = faults("status", groups={"all": ["n1"], "ungrouped": ["n1"]})
    assert found == ["status_hosts: 'app_hosts' matches no host; the inventory has the host n1."]
    assert faults("status", groups={"all": [], "ungrouped": []}) == [
        "status_hosts: 'app_hosts' matches no host; the inventory has no hosts; give one with -i."
    ]


def test_a_limit_that_leaves_nobody_is_a_fault() -> None:
    assert faults("status", limit="lb1") == [
        "--limit lb1 leaves none of the hosts of status_hosts=app_hosts, which are c701, c702."
    ]
    assert faults("status", limit="c701") == []
    assert faults("status", {"status_hosts": "all"}, limit="lb1") == []
    assert faults("status", limit="c701,c70x")[0].startswith("--limit: 'c70x' matches no host; did you mean c702?")
    assert faults("status", {"status_missing": "ignore"}, limit="lb1") == []


def test_load_balancers_are_a_group_that_is_there_or_none() -> None:
    name = "rolling_restart_load_balancers"
    without = {key: hosts for key, hosts in GROUPS.items() if key != "lb_hosts"}
    assert faults("rolling_restart", groups=without) == []
    assert faults("rolling_restart", {name: "None"}) == []
    assert faults("rolling_restart", {name: "lb_host"})[0].startswith(
        f"{name}: 'lb_host' matches no host; did you mean lb_"
    )


def test_site_needs_one_of_its_groups() -> None:
    assert faults("site", groups={"all": ["mon1"], "monitor_hosts": ["mon1"]}) == []
    found = faults("site", groups={"all": ["c701"], "ungrouped": [], "apphosts": ["c701"]})
    assert len(found) == 1
    assert found[0].startswith("The inventory has no host in any of the groups app_hosts, lb_hosts, monitor_hosts, on ")
    assert found[0].endswith("; did you mean app_hosts by apphosts?")
    assert faults("site", limit="db1") == [
        "--limit db1 leaves none of the hosts of app_hosts,lb_hosts,monitor_hosts, which are c701, c702, lb1, mon1."
    ]


def test_a_playbook_for_no_host_needs_none_and_knows_no_limit_but_its_own() -> None:
    assert faults("awx", groups={"all": [], "ungrouped": []}) == []
    assert faults("awx", limit="localhost") == []
    assert faults("awx", limit="c701") == [
        "--limit c701 leaves none of the hosts of localhost, which are localhost.",
    ]


def test_what_awx_gives_to_each_job_is_no_fault() -> None:
    for book in BOOKS:
        assert faults(book, {f"awx_{name}": "x" for name in OF_AWX}) == []


def test_a_secret_on_the_command_line_is_told_and_not_shown() -> None:
    (said,) = faults("awx", {"awx_token": "hush"}, typed=("awx_token",))
    assert said.startswith("awx_token: it stands on the command line, which everybody on this machine can read")
    assert "hush" not in said


def test_what_the_inventory_says_wrong_is_told_once_with_its_hosts() -> None:
    said = {host: {"recover_ports": "web"} for host in ("c701", "c702")}
    told = "recover_ports: 'web' cannot be used; give a program and a port, such as web:8080."
    assert faults("recover", {}, said) == [f"{told} The inventory says so for c701, c702."]
    assert faults("recover", {}, {"lb1": {"recover_ports": "web"}}) == []  # nobody who is meant


def test_an_inventory_may_say_what_differs_from_host_to_host_only_of_what_may() -> None:
    said = {
        "c701": {"recover_service": "a", "recover_start": True},
        "c702": {"recover_service": "b", "recover_start": "yes"},
    }
    assert faults("recover", {}, said) == []
    said["c702"]["recover_start"] = "no"
    told = "recover_start: the inventory says True (c701) and False (c702), but there is one for the whole run;"
    assert faults("recover", {}, said) == [f"{told} give it with -e."]
    assert faults("recover", {"recover_start": True}, said) == []


def test_what_decides_about_hosts_comes_too_late_from_an_inventory() -> None:
    said = {"c701": {"rolling_restart_batch": "25%", "rolling_restart_canary": 1}}
    told = "rolling_restart_batch: '25%' comes too late, Ansible needs it before it knows any host; give it with -e."
    assert faults("rolling_restart", {}, said) == [f"{told} The inventory says so for c701."]
    assert faults("rolling_restart", {"rolling_restart_batch": "25%"}, said) == []
