# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tomcat_info calls settled is what the tasks of the role would make, to the letter."""

from __future__ import annotations

import pathlib

import yaml

from ansible_collections.supervisord.fleet.plugins.modules import tomcat_info as _tomcat_info

ROLE = pathlib.Path(__file__).parents[3] / "roles" / "tomcat_app"


def made(task: str, module: str) -> dict:
    """The arguments of a task of the installation."""
    tasks = yaml.safe_load((ROLE / "tasks" / "install.yml").read_text(encoding="utf-8"))
    return next(found for found in tasks if found["name"] == task)[f"ansible.builtin.{module}"]


def test_users():
    user = made("Make the users", "user")
    assert (user["shell"], user["comment"]) == (_tomcat_info.SHELL, _tomcat_info.COMMENT)
    looked = yaml.safe_load((ROLE / "tasks" / "plan.yml").read_text(encoding="utf-8"))[0][
        "supervisord.fleet.tomcat_info"
    ]
    assert user["home"] == looked["home_root"]


def test_the_folder_of_the_logs():
    folder = made("Make the folder of the logs", "file")
    assert (folder["owner"], int(folder["mode"], 8)) == ("root", _tomcat_info.LOGS_MODE)
