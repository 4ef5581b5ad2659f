# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons do what they say, seen by asking the daemons themselves."""

from __future__ import annotations

import pytest

ODD = 'sürvér / "1" <&>\''
PROCESSES = [
    ("c701", "c701", "web"),
    ("c701", "c701", "worker:0"),
    ("c702", "c702", "grp:8080"),
    ("c702", "c702", "a+b"),
    ("c702", "c702", "应用一"),
    ("c702", "c702", "it's(1)&me@home"),
    (ODD, "c702", "web"),
    ("benchmark", "c702", "web"),
]


@pytest.mark.parametrize(("server", "daemon", "process"), PROCESSES)
def test_stop_start_and_restart_of_one_process(site, page, daemons, server, daemon, process):
    asked = daemons[daemon]
    first = asked.wait(process, "RUNNING")["pid"]
    running = page.boxes[server].rows[process].buttons

    assert site.press(running["stop"]).status == 302
    assert asked.states()[process] == "STOPPED"
    row = site.row(server, process)
    assert row.state == "STOPPED"

    assert site.press(row.buttons["start"]).status == 302
    second = asked.wait(process, "RUNNING")["pid"]

    assert site.press(running["restart"]).status == 302
    third = asked.wait(process, "RUNNING")["pid"]
    assert len({first, second, third}) == 3


def test_a_restart_waits_for_a_slow_stop(site, page, daemons, settings):
    before = daemons["c702"].wait("slow", "RUNNING")["pid"]
    answer = site.press(page.boxes["c702"].rows["slow"].buttons["restart"])
    assert answer.status == 302
    assert answer.seconds > settings["timeout"]
    assert daemons["c702"].processes()["slow"]["statename"] == "RUNNING"
    assert daemons["c702"].processes()["slow"]["pid"] != before


def test_all_processes_of_a_daemon(site, page, daemons):
    asked = daemons["c701"]
    for name in asked.states():
        asked.wait(name, "RUNNING")
    pids = {name: item["pid"] for name, item in asked.processes().items()}
    buttons = page.boxes["c701"].buttons

    assert site.press(buttons["stopall"]).status == 302
    assert set(asked.states().values()) == {"STOPPED"}

    assert site.press(buttons["startall"]).status == 302
    assert set(asked.states().values()) == {"RUNNING"}

    assert site.press(buttons["restartall"]).status == 302
    assert set(asked.states().values()) == {"RUNNING"}
    assert all(item["pid"] != pids[name] for name, item in asked.processes().items())


def test_clear_empties_the_log(site, daemons):
    row = site.page().boxes["c702"].rows["log-control"]
    assert row.log
    assert site.press(row.clear).status == 302
    assert site.page().boxes["c702"].rows["log-control"].log is None
    # As it was, for whoever runs the tests again.
    site.press(row.buttons["restart"])
    daemons["c702"].wait("log-control", "RUNNING")
