# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A monitor host without a way to the repository is told the other way, which the README describes."""

from __future__ import annotations

import pathlib

import jinja2
import pytest
import yaml

ROLE = pathlib.Path(__file__).parents[3] / "roles" / "monitor_web"
TASKS = yaml.safe_load((ROLE / "tasks" / "git.yml").read_text())
[FAIL] = [task for task in TASKS if "ansible.builtin.fail" in task]
DEFAULTS = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text())
KNOWN = {
    "inventory_hostname": "c702",
    "__monitor_web": {key[len("monitor_web_") :]: value for key, value in DEFAULTS.items()},
    "__monitor_web_git_to_come": False,
}
FAILED = {"msg": "fatal: unable to access: Could not resolve host\n", "rc": 128}


def rendered(text: str, result: dict) -> str:
    return jinja2.Environment().from_string(text).render(KNOWN, __monitor_web_fetched=result)


def test_the_failure_names_the_way_out_before_the_words_of_git() -> None:
    said = rendered(FAIL["ansible.builtin.fail"]["msg"], FAILED)
    way, words = said.split("git says:")
    for word in ("monitor_web_archive", "monitor_web_checksum", "c702", "and not the controller", "README"):
        assert word in way
    assert words.strip() == FAILED["msg"].strip()


@pytest.mark.parametrize(("result", "fails"), [(FAILED, "True"), ({"before": None, "after": "6b0f"}, "False")])
def test_it_fails_when_nothing_was_fetched(result: dict, fails: str) -> None:
    assert rendered("{{ %s }}" % FAIL["when"], result) == fails


def test_the_archive_of_the_readme_is_made_of_the_pinned_commit() -> None:
    readme = (ROLE / "README.md").read_text()
    commit = DEFAULTS["monitor_web_git_version"]
    assert f"{commit} > supervisord-monitor.tar.gz" in readme
    assert f"/archive/{commit}.tar.gz" in readme
