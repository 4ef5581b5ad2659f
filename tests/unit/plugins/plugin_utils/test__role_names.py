# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names are misspelt, which belong to others, and what is said when variables are refused."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import (
    _role_foreign,
    _role_names,
    _role_said,
    _role_spec,
)

KNOWN = _role_spec.options("supervisor")


def strange(others: tuple[str, ...] = (), **variables: t.Any) -> _role_names.Strange:
    return _role_names.strange("supervisor", KNOWN, variables, others)


def test_a_misspelt_name_is_refused_with_the_right_one_and_the_way_out() -> None:
    found = strange(supervisor_programms=[])
    (fault,) = found.faults
    assert fault.startswith(
        "supervisor_programms is no variable of the role supervisor; did you mean supervisor_programs?"
    )
    assert fault.endswith("name it in supervisor_other_variables.)")


def test_a_name_that_is_near_to_none_is_a_warning() -> None:
    found = strange(supervisor_exporter_port=9876)
    assert found.faults == []
    assert "supervisor_exporter_port is no variable of the role supervisor and does nothing here" in found.words[0]


@pytest.mark.parametrize(
    "variables",
    [
        {"supervisor_server_url": "http://x"},
        {"supervisor_server_username": "x"},
        {"supervisord_programms": []},
        {"__supervisor_programms": []},
        {"supervisor_programms": {"changed": False, "failed": False}},
        {"supervisor_passwords": "x", "supervisor_inet_http_server": {"password": "{{ supervisor_passwords.ui }}"}},
        {"supervisor_program": "x", "deeper": [{"a": "{% if supervisor_program %}b{% endif %}"}]},
    ],
)
def test_what_belongs_to_others_is_left_alone(variables: dict[str, t.Any]) -> None:
    assert strange(**variables) == ([], [])


def test_a_name_within_another_name_is_not_used_by_it() -> None:
    for template in ("{{ __supervisor_packages }}", "{{ supervisor_packages }}", "{{ their.supervisor_package }}"):
        assert len(strange(supervisor_package=["x"], other=template).faults) == 1


def test_who_needs_such_a_name_says_so() -> None:
    assert strange(("supervisor_prog*",), supervisor_programms=[]) == ([], [])
    assert strange(("supervisor_exporter_*",), supervisor_exporter_port=1) == ([], [])


def test_the_variables_of_another_role_are_recognised_with_what_stands_for_them() -> None:
    programs = [{"name": "a", "command": "x"}, {"name": "apache", "configuration": "autostart=true\nuser=root\n"}]
    variables = {"supervisor_programs": programs, "supervisor_started": True, "supervisor_user": "root"}
    (fault,) = _role_foreign.recognised(variables, programs)
    assert "docs/from-geerlingguy.md" in fault
    assert "supervisor_programs: apache: 'configuration' is text of an ini file" in fault
    assert "supervisor_user: here supervisor_supervisord: {user: ...}" in fault


def test_variables_of_this_role_are_not_taken_for_those_of_another() -> None:
    programs = [{"name": "a", "command": "x", "state": "present"}]
    assert _role_foreign.recognised({"supervisor_programs": programs, "supervisor_log_dir": "/l"}, programs) == []
    assert _role_foreign.recognised({"supervisor_user": "x"}, "text") == []


class Everybody:
    """What Ansible calls hostvars."""

    def __init__(self, **hosts: dict[str, t.Any]) -> None:
        self.hosts = hosts

    def raw_get(self, host: str) -> dict[str, t.Any]:
        return self.hosts[host]


def refused(host: str, faults: list[str], own: tuple[str, ...] = (), **hosts: dict[str, t.Any]) -> str:
    variables = {"inventory_hostname": host, "ansible_play_batch": list(hosts), "hostvars": Everybody(**hosts)}
    return _role_said.refusal("jdk", faults, own, variables)


def test_the_first_host_says_everything() -> None:
    same = {"jdk_state": "gone", "jdk_link": []}
    told = refused("a", ["jdk_state: x", "jdk_link: y"], a=same, b=same)
    assert told.splitlines() == [
        "The variables of the role jdk have 2 faults; nothing was changed by it:",
        "- jdk_state: x",
        "- jdk_link: y",
    ]


def test_a_host_with_the_same_variables_says_who_has_told_it() -> None:
    same = {"jdk_state": "gone"}
    assert refused("b", ["jdk_state: x"], a=same, b={**same, "other": 1}) == (
        "The variables of the role jdk have a fault, as on a; nothing was changed by it: jdk_state: x"
    )
    told = refused("b", ["jdk_state: x", "jdk_link: y"], a=same, b=same)
    assert told.splitlines()[0].endswith("have 2 faults, as on a; nothing was changed by it. The first of those:")
    assert told.splitlines()[1:] == ["- jdk_state: x"]


def test_what_may_differ_from_host_to_host_is_told_by_each() -> None:
    same = {"jdk_state": "gone", "jdk_link": "{{ undefined }}"}
    told = refused("b", ["jdk_state: x", "jdk_link: y"], ("jdk_link: y",), a=same, b=same)
    assert "- jdk_link: y" in told.splitlines()
    assert "1 of them as on a" in told


def test_a_host_with_other_variables_says_everything() -> None:
    told = refused("b", ["jdk_state: x"], a={"jdk_state": "present"}, b={"jdk_state": "gone"})
    assert told.splitlines()[1:] == ["- jdk_state: x"]


def test_a_template_that_cannot_be_worked_out_is_one_line() -> None:
    error = RuntimeError("'vault_x' is undefined. 'vault_x' is undefined\n\nThe error appears to be in ...")
    assert _role_said.template(error) == "'vault_x' is undefined"
