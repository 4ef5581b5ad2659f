# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Supervisor program of one planned Tomcat instance."""

from __future__ import annotations

import shlex
import typing as t

from . import _tomcat_environment, _tomcat_listen

# A JVM that got SIGTERM ends with 143 even after an orderly stop.
EXITCODES = [0, 143]


def program(item: dict, fingerprint: str) -> dict[str, t.Any]:
    """An item for supervisor_program; Supervisor's options by their own names."""
    if item["state"] == "absent":
        return {"name": item["name"], "state": "absent"}
    return {
        "name": item["name"],
        "state": item["state"],
        "command": f"{shlex.quote(item['home'] + '/bin/catalina.sh')} run",
        "directory": item["directory"],
        "user": item["user"],
        "numprocs": 1,
        "environment": _environment(item, fingerprint),
        "autostart": item["autostart"],
        "autorestart": item["autorestart"],
        "startsecs": item["startsecs"],
        "startretries": item["startretries"],
        "stopwaitsecs": item["stopwaitsecs"],
        "stopasgroup": True,
        "killasgroup": True,
        "exitcodes": EXITCODES,
        "priority": item["priority"],
        "redirect_stderr": True,
        "stdout_logfile": item["stdout_logfile"],
        **(item["program_options"] or {}),
    }


def former(item: dict) -> dict[str, t.Any]:
    """An item for supervisor_program that goes back: to its former text, or, for a newcomer, out of the daemon.

    A newcomer that stayed would be started with the host, and could then take a port from one that is well.
    """
    if item["newcomer"]:
        return {"name": item["name"], "state": "absent"}
    state = "started" if item["state"] == "restarted" else item["state"]
    return {"name": item["name"], "state": state, "_former": True}


def trial(item: dict) -> dict[str, t.Any]:
    """An item for tomcat_check: what decides whether its JVM starts."""
    wanted = program(item, "")
    return {
        "name": item["name"],
        "user": wanted["user"],
        "base": item["base"],
        "directory": wanted["directory"],
        "temp_dir": item["temp_dir"],
        "limits": item["limit_words"],
        "environment": wanted["environment"],
        "jvm_options": [*_tomcat_listen.trial_options(item), *item["jvm_options"]],
    }


def _environment(item: dict, fingerprint: str) -> dict[str, str]:
    return {
        **_tomcat_environment.plans_own(item),
        **{key: str(value) for key, value in item["environment"].items()},
        **({"TOMCAT_APP_CONFIG": fingerprint} if fingerprint else {}),
    }
