# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics of a whole fleet in one text."""

from __future__ import annotations

import typing as t

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _alerts, _metrics
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.fleet_status import fleet_status

# A metric may come; what is here stays as it is.
RELEASED = """\
supervisor_alerts_dropped_total counter Messages dropped for want of room.
supervisor_alerts_events_lost_total counter Events that it dropped.
supervisor_alerts_events_total counter Events that supervisord sent.
supervisor_alerts_failed_total counter Attempts that failed.
supervisor_alerts_firing gauge Troubles that last.
supervisor_alerts_heartbeat_timestamp_seconds gauge When supervisord was last heard.
supervisor_alerts_refused_total counter Messages that were not taken.
supervisor_alerts_sent_total counter Messages that arrived.
supervisor_alerts_waiting gauge Messages on their way.
supervisor_process_exit_status gauge Exit status of the last run.
supervisor_process_start_time_seconds gauge Start time of the process.
supervisor_process_starts_total counter Starts that the listener saw.
supervisor_process_state gauge The process state as Supervisor's code.
supervisor_process_up gauge Whether the process is RUNNING.
supervisor_up gauge Whether supervisord answers.
"""


def process(group: str, own: str, state: str, **more: t.Any) -> dict[str, t.Any]:
    facts = {"name": f"{group}:{own}", "group": group, "process": own, "state": state, "pid": 7, "uptime": 5}
    return {**facts, "start": 1795439595, "exitstatus": 0, "spawnerr": "", **more}


def answer(name: str, *processes: dict, **more: t.Any) -> dict[str, t.Any]:
    return {"name": name, "reachable": True, "failed": False, "processes": list(processes), **more}


def test_each_process_of_each_host_is_a_series_and_each_name_stands_once():
    text = _metrics.text(
        [
            answer("b", process("web", "web", "FATAL", exitstatus=-1)),
            answer("a", process("app", "app01", "RUNNING")),
            answer("c", failed=True, reachable=False),
        ]
    )
    lines = text.splitlines()
    assert 'supervisor_up{host="a"} 1' in lines
    assert 'supervisor_up{host="c"} 0' in lines
    assert 'supervisor_process_state{host="b",group="web",name="web"} 200' in lines
    assert 'supervisor_process_up{host="b",group="web",name="web"} 0' in lines
    assert 'supervisor_process_exit_status{host="b",group="web",name="web"} -1' in lines
    assert 'supervisor_process_start_time_seconds{host="a",group="app",name="app01"} 1795439595' in lines
    assert [line for line in lines if "start_time" in line and 'host="b"' in line] == []
    heads = [line for line in lines if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads)) == 5
    assert "starts_total" not in text  # nobody counts them here


def test_a_series_stands_once_whatever_daemons_answer():
    double = [process("web", "web", "RUNNING"), process("web", "web", "FATAL", name="web:web\ufffd")]
    text = _metrics.text([answer("a", *double), answer("a", *double)])
    samples = [line.rpartition(" ")[0] for line in text.splitlines() if not line.startswith("#")]
    assert len(samples) == len(set(samples))


def test_the_texts_of_a_listener_and_of_the_fleet_agree_on_each_metric():
    """Of two files that do not, node_exporter leaves out series and says nothing of it."""
    metrics = _alerts.listener(_alerts.FILES, "metrics")
    seen = {"group": "web", "name": "web", "statename": "RUNNING", "state": 20, "start": 5, "exitstatus": 0}
    report = {"answers": True, "counts": {}, "firing": 0, "heard": 1.0, "routes": {"ops": {"waiting": 0}}}
    own = _alerts.listener(_alerts.FILES, "beat").prometheus(
        {**report, "processes": {"web:web": seen}, "starts": {"web:web": 1}}
    )
    fleet = _metrics.text([answer("a", process("web", "web", "RUNNING"))])
    heads = [{line for line in text.splitlines() if line.startswith(("# HELP", "# TYPE"))} for text in (own, fleet)]
    known = {
        line
        for name, (kind, means) in metrics.KNOWN.items()
        for line in (f"# HELP {name} {means}", f"# TYPE {name} {kind}")
    }
    assert heads[0] == known
    assert heads[1] < known


def test_what_metrics_mean_is_as_it_was_released():
    """Hosts get a new release one after the other: a new text of HELP would cost series until the last has it."""
    metrics = _alerts.listener(_alerts.FILES, "metrics")
    text = "".join(f"{name} {kind} {means}\n" for name, (kind, means) in sorted(metrics.KNOWN.items()))
    assert text == RELEASED


def test_an_odd_state_and_odd_names_are_still_metrics():
    text = _metrics.text([answer('a"b', process("g\\", "x", "TIRED", start=None))])
    assert 'supervisor_process_state{host="a\\"b",group="g\\\\",name="x"} 1000' in text


def test_what_only_tells_of_a_listener_is_no_daemon():
    only = answer("a", alerts={"unseen": "no route to host"})
    assert _metrics.text([answer("a", failed=True), only]).count("supervisor_up{") == 1
    assert 'supervisor_up{host="a"} 0' in _metrics.text([only, answer("a", failed=True)])


def test_a_report_has_them_only_when_asked():
    assert fleet_status([answer("a")])["metrics"] == ""
    assert fleet_status([answer("a")], metrics=True)["metrics"].startswith("# HELP supervisor_up ")
