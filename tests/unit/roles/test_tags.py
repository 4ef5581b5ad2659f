# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of a role run alone by their tags: an included file gets the tags of its inclusion."""

from __future__ import annotations

import pathlib

import pytest
import yaml

ROLES = pathlib.Path(__file__).parents[3] / "roles"
INCLUSIONS = [
    pytest.param(task["ansible.builtin.include_tasks"], task["tags"], id=f"{path.parts[-3]} {task['name']}")
    for path in sorted(ROLES.glob("*/tasks/*.yml"))
    for task in yaml.safe_load(path.read_text())
    if "ansible.builtin.include_tasks" in task and "tags" in task
]


@pytest.mark.parametrize(("included", "tags"), INCLUSIONS)
def test_what_is_included_by_a_tag_runs_by_it(included, tags):
    assert included.get("apply", {}).get("tags") == tags
