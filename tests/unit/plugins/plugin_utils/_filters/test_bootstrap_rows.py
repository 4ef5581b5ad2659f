# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the table of the playbook bootstrap says of a host."""

from __future__ import annotations

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.bootstrap_rows import bootstrap_rows

FOUND = {
    "system": "CentOS Linux 7 (Core)",
    "pythons": [{"path": "/usr/bin/python3", "version": "3.6.8"}, {"path": "/usr/bin/python", "version": "2.7.5"}],
    "interpreter": "/usr/bin/python3",
    "inventory": "ansible_python_interpreter: /usr/bin/python3",
    "controllers": "2.16",
    "packages": ["python3"],
    "package_manager": "yum",
    "service_manager": "systemd 219",
    "supervisors": ["3.1.4 /usr/bin/supervisord"],
    "changed": True,
    "msg": "",
}


def row(found, foreseen=False):
    return bootstrap_rows([{"inventory_hostname": "c701", "__bootstrap_found": found}], foreseen)[0]


@pytest.mark.parametrize(
    ("change", "foreseen", "result"),
    [
        ({}, False, "installed"),
        ({}, True, "would install"),
        ({"changed": False}, False, "ok"),
        ({"changed": False, "msg": "This host has no Python", "interpreter": ""}, False, "failed"),
    ],
)
def test_the_result_is_what_was_done(change, foreseen, result):
    assert row({**FOUND, **change}, foreseen)["result"] == result


def test_a_host_is_told_with_what_the_inventory_needs():
    assert row(FOUND) == {
        "host": "c701",
        "system": "CentOS Linux 7 (Core)",
        "python": "3.6.8",
        "services": "systemd 219",
        "supervisor": "3.1.4",
        "controllers": "2.16",
        "inventory": "ansible_python_interpreter: /usr/bin/python3",
        "result": "installed",
        "message": "python3",
    }


def test_a_host_without_a_python_that_can_be_used_shows_those_it_has():
    found = {**FOUND, "pythons": FOUND["pythons"][1:], "interpreter": "", "inventory": ""}
    assert row(found, foreseen=True)["python"] == "2.7.5"
    assert row({**found, "pythons": []}, foreseen=True)["python"] == "none"


def test_a_host_that_was_not_reached_or_could_not_be_looked_at():
    assert row({"unreachable": True, "msg": "no route\n"}) == {
        "host": "c701",
        "result": "unreachable",
        "message": "no route",
    }
    assert row({"failed": True, "msg": "its shell"})["result"] == "failed"
    assert bootstrap_rows([{"inventory_hostname": "c702"}])[0]["message"] == "it was not asked"
