# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a dry run does where only a real run brings what the next task needs: it says so, and goes on."""

from __future__ import annotations

import pathlib

import jinja2.nativetypes
import pytest
import yaml

ROLE = pathlib.Path(__file__).parents[3] / "roles" / "supervisor"
VARIABLES = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))
CHANGED, SAME = {"changed": True}, {"changed": False}


def evaluated(text: str, **values):
    environment = jinja2.nativetypes.NativeEnvironment()
    environment.tests["changed"] = lambda result: result.get("changed", False)
    return environment.from_string(text).render(**values)


@pytest.mark.parametrize(
    ("dry", "library", "epel", "unseen"),
    [
        (True, True, SAME, False),
        (True, True, CHANGED, True),  # its repository comes with a real run
        (True, False, SAME, True),  # python3-apt comes with a real run
        (False, True, CHANGED, False),
    ],
)
def test_a_package_that_cannot_be_looked_for_yet(dry, library, epel, unseen):
    check = {"stat": {"exists": library}} if dry else {"skipped": True}
    for package, written in ((epel, {"skipped": True}), (SAME, epel)):
        values = {"__supervisor_epel_package": package, "__supervisor_epel_written": written}
        values |= {"__supervisor_package_check": check, "__supervisor": {"epel_url": "https://mirror.example.com/epel"}}
        assert evaluated(VARIABLES["__supervisor_package_unseen"], ansible_check_mode=dry, **values) is unseen


def test_a_repository_that_goes_takes_no_package_along():
    values = {"__supervisor_epel_package": SAME, "__supervisor_epel_written": CHANGED, "__supervisor": {"epel_url": ""}}
    values["__supervisor_package_check"] = {"stat": {"exists": True}}
    assert evaluated(VARIABLES["__supervisor_package_unseen"], ansible_check_mode=True, **values) is False


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("install_package.yml", "Install the distribution's package"),
    ],
)
def test_what_is_foretold_without_a_look_bears_the_name_of_what_a_real_run_does(file, name):
    tasks = yaml.safe_load((ROLE / "tasks" / file).read_text(encoding="utf-8"))
    said, done = sorted((task for task in tasks if task["name"] == name), key=lambda task: "changed_when" not in task)
    assert "ansible.builtin.debug" in said
    assert done["when"] == "not " + said["when"]
