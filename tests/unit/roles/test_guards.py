# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What guards a host, by the order of tasks: types of SELinux are there before a service needs them."""

from __future__ import annotations

import pathlib

import yaml

ROLES = pathlib.Path(__file__).parents[3] / "roles"


def test_the_new_folder_of_a_log_has_its_type_before_php_writes_there():
    """It is made after the policy has been told of it, and has the type of /var/log until somebody gives it its own."""
    tasks = yaml.safe_load((ROLES / "monitor_web/tasks/log.yml").read_text(encoding="utf-8"))
    typed = [task.get("ansible.builtin.include_tasks") == {"file": "selinux.yml"} for task in tasks].index(True)
    made = [task["name"] for task in tasks].index("Make the folder of the application's log")
    assert made < typed
    assert f"{tasks[made]['register']} is changed" in tasks[typed]["when"]
    names = [task["name"] for task in yaml.safe_load((ROLES / "monitor_web/tasks/configure.yml").read_text())]
    writing = names.index("Write the pool of php-fpm, and see that php-fpm works by it")
    assert names.index("See to the application's log") < writing


def test_the_types_of_an_environment_go_with_it():
    tasks = yaml.safe_load((ROLES / "supervisor/tasks/remove_environment.yml").read_text(encoding="utf-8"))
    assert "__supervisor.venv_path" in tasks[-2]["loop"]
    assert tasks[-1]["ansible.builtin.include_tasks"] == {"file": "selinux.yml"}
    assert tasks[-1]["vars"] == {"__supervisor_typed_folders": []}
    (typing,) = yaml.safe_load((ROLES / "supervisor/tasks/selinux.yml").read_text(encoding="utf-8"))
    assert typing["supervisord.fleet.selinux_labels"]["folders"] == "{{ __supervisor_typed_folders }}"
