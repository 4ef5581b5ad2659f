# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks status and control want of the daemons that the controller reaches. Pure: data in, data out."""

from __future__ import annotations

import typing as t

from . import _fleet, _fleet_asked, _metrics, _playbook_given, _playbook_table, _reach, _report

# What a task of either playbook says to the daemons at least: it tells of all, whatever becomes of them.
COMMON = {"fail_when": "100%", "detail": "all"}
STATES = {"start": "started", "stop": "stopped", "restart": "restarted", "signal": "signalled"}
ALERTS = "alerts_routes"  # a host that has it has the role alerts, perhaps

Answers = list[dict[str, t.Any]]


class Run(t.NamedTuple):
    """One run of a playbook: its name, its values, and the hosts of the play with their variables."""

    book: str
    values: dict[str, t.Any]
    hosts: dict[str, t.Mapping]


def run(book: str, variables: t.Mapping, template: t.Callable[[t.Any], t.Any]) -> Run:
    """Take what a playbook works with from the variables of a task. Raises ValueError for a wrong one."""
    values = _playbook_given.values(_playbook_table.playbook(book), variables, template)
    return Run(book, values, {str(host): variables["hostvars"][host] for host in variables["ansible_play_hosts_all"]})


def question(about: Run) -> dict[str, t.Any]:
    """Arguments for supervisor_info, which asks all that can be asked from here."""
    values = about.values
    some = {"names": values["programs"], "in_state": values["states"]}
    return {
        "servers": _reach.servers(about.hosts.values()),
        **{option: value for option, value in some.items() if value},
        "parallel": values["parallel"],
        "timeout": values["timeout"],
        **COMMON,
    }


def remainder(about: Run, answers: Answers) -> dict[str, list[str]]:
    """Hosts that are left over, and those that have said all but how the listener of the role alerts is."""
    said = {answer["name"] for answer in answers if not (about.values["ssh"] and answer["failed"])}
    return {
        "left": [host for host in about.hosts if host not in said],
        "listening": [host for host, its in about.hosts.items() if host in said and ALERTS in its],
    }


def is_all(about: Run, answers: Answers, rest: dict[str, list[str]]) -> bool:
    """Whether nothing but these daemons has a part in this run, and nothing is to be refused."""
    values = about.values
    others = rest["left"] or (rest["listening"] and values["ssh"]) or values.get("tell")
    return not others and (values["missing"] == "ignore" or not _strangers(about, answers))


def _strangers(about: Run, answers: Answers) -> list[str]:
    good = [answer for answer in answers if not answer["failed"]]
    return _fleet_asked.unmatched(good, about.values["programs"], f"{about.book}_programs")


def orders(about: Run, answers: Answers) -> list[dict[str, t.Any]]:
    """Arguments for supervisor_process, one after the other: the servers that have the same of the programs at once."""
    values, asked = about.values, question(about)
    some = {"in_state": values["states"], "signal": values["signal"]}
    return [
        {
            "servers": [server for server in asked["servers"] if server["name"] in choice["hosts"]],
            "names": choice["names"],
            "state": STATES[values["action"]],
            **{option: value for option, value in some.items() if value},
            "settle": values["settle"],
            "max_parallel": values["at_once"],
            "parallel": values["parallel"],
            "timeout": values["timeout"],
            **COMMON,
        }
        for choice in _fleet.choices([one for one in answers if not one["failed"]], values["programs"])
    ]


def states(about: Run, answers: Answers) -> dict[str, t.Any]:
    """Options of a report about what runs."""
    values = about.values
    metrics = any(path.endswith(".prom") for path in values["report"])
    return {
        **_options(about),
        "title": values["title"],
        "table": {
            **_fleet.status(answers, values["problems"], values["fail_on"]),
            "metrics": _metrics.text(answers) if metrics else "",
        },
        "columns": ["host", "process", "state", "pid", "uptime", "message"],
        "show": values["show"],
    }


def changes(about: Run, answers: Answers, check: bool) -> dict[str, t.Any]:
    """Options of a report about what was done.

    :param answers: of the servers that could not be asked, and of those that were told what to do.
    """
    values = about.values
    what = f"{values['action'].capitalize()} {', '.join(values['programs'])}"
    return {
        **_options(about),
        "title": what + (" (dry run)" if check else ""),
        "table": _fleet.changes(answers, values["states"]),
        "columns": ["host", "process", "before", "after", "did", "pid", "result", "message"],
    }


def _options(about: Run) -> dict[str, t.Any]:
    return {
        **{name: option.get("default") for name, option in _report.SPEC.items()},
        "paths": about.values["report"],
        "show_rows": about.values["rows"],
        "hint": f"{about.book}_report=all.html writes all of them, {about.book}_rows=0 prints them",
        "by_host": True,
    }
