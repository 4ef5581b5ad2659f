# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tasks of the role tomcat_app hand on, where two of them have to see the same."""

from __future__ import annotations

import pathlib

import yaml

TASKS = pathlib.Path(__file__).parents[3] / "roles" / "tomcat_app" / "tasks"


def tasks(items: list[dict]) -> list[dict]:
    """All of them, those in blocks too."""
    inner = [one for item in items for key in ("block", "rescue", "always") for one in tasks(item.get(key) or [])]
    return [*items, *inner]


def test_a_war_is_looked_for_with_the_login_that_it_is_fetched_with():
    """Whoever foresees without it sees no newer file: then what changes is not kept, and cannot go back."""
    found = [task for path in sorted(TASKS.glob("*.yml")) for task in tasks(yaml.safe_load(path.read_text()))]
    options = [task["supervisord.fleet.tomcat_base"] for task in found if "supervisord.fleet.tomcat_base" in task]
    asking = [
        one for one in options if "war_checksum_required" in one and one.get("former") not in ("settle", "restore")
    ]
    assert len(asking) == 2
    assert {one.get("url_options") for one in asking} == {"{{ __tomcat_app.url_options }}"}


def test_ports_are_opened_and_closed_whichever_part_of_the_role_runs():
    """Whatever starts or removes instances by its tags sees to their ports by the same ones."""
    main = {task["name"]: task for task in yaml.safe_load((TASKS / "main.yml").read_text())}
    for name in ("Open the ports", "Close the ports that are served no more"):
        assert set(main["Configure and run"]["tags"]) <= set(main[name]["tags"])
    absent = yaml.safe_load((TASKS / "absent.yml").read_text())
    closing = [
        task["supervisord.fleet.firewall_ports"] for task in absent if "supervisord.fleet.firewall_ports" in task
    ]
    assert ["__tomcat_app_plan.absent" in one["holders"] and one.get("close", True) for one in closing] == [True]


def test_the_plan_is_made_for_each_part_of_the_role_and_for_no_other_role():
    """Its errors (no JAVA_HOME yet) are nothing to a run that is told to see to the daemon or the balancer only."""
    main = yaml.safe_load((TASKS / "main.yml").read_text())
    (plan,) = [task for task in main if "plan.yml" in str(task)]
    assert set(plan["tags"]) == {tag for task in main for tag in task["tags"]} - {"always"}
