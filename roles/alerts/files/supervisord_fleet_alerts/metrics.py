# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Prometheus is told of one host, in its text format. No effects.

A state is a value, never a label: a label that changes would begin a new series each time.
"""

import typing as t

CODES = {
    "STOPPED": 0,
    "STARTING": 10,
    "RUNNING": 20,
    "BACKOFF": 30,
    "STOPPING": 40,
    "EXITED": 100,
    "FATAL": 200,
    "UNKNOWN": 1000,
}
Label = t.Mapping[str, str]
Sample = t.Tuple[Label, float]


class Metric(t.NamedTuple):
    """One metric and its samples."""

    name: str
    kind: str
    help: str
    samples: t.Sequence[Sample]


def text(metrics: t.Iterable[Metric]) -> str:
    """The text; a metric without samples is left out."""
    lines = []
    for metric in metrics:
        if metric.samples:
            lines += ["# HELP %s %s" % (metric.name, metric.help), "# TYPE %s %s" % (metric.name, metric.kind)]
            lines += ["%s%s %s" % (metric.name, _labels(label), _number(value)) for label, value in metric.samples]
    return "".join(line + "\n" for line in lines)


def _labels(label: Label) -> str:
    return "{%s}" % ",".join('%s="%s"' % (key, _escaped(value)) for key, value in label.items()) if label else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _number(value: float) -> str:
    return "%d" % value if value == int(value) else repr(float(value))


def processes(latest: t.Mapping[str, t.Mapping[str, t.Any]], starts: t.Mapping[str, int]) -> t.List[Metric]:
    """The programs, as they were last seen."""
    rows = [({"group": one["group"], "name": one["name"]}, key, one) for key, one in sorted(latest.items())]
    up = [(label, float(one["statename"] in ("RUNNING",))) for label, _key, one in rows]
    state = [(label, float(one["state"])) for label, _key, one in rows]
    started = [(label, float(one["start"])) for label, _key, one in rows if one["statename"] == "RUNNING"]
    status = [(label, float(one["exitstatus"])) for label, _key, one in rows]
    restarts = [(label, float(max(0, starts.get(key, 0)))) for label, key, _one in rows]
    return [
        Metric("supervisor_process_up", "gauge", "Whether the process is RUNNING.", up),
        Metric("supervisor_process_state", "gauge", "The process state as Supervisor's code.", state),
        Metric("supervisor_process_start_time_seconds", "gauge", "Start time of the process.", started),
        Metric("supervisor_process_exit_status", "gauge", "Exit status of the last run.", status),
        Metric("supervisor_process_starts_total", "counter", "Starts that the listener saw.", restarts),
    ]


def listener(counts: t.Mapping[str, int], waiting: t.Mapping[str, int], firing: int, beat: float) -> t.List[Metric]:
    """The listener itself."""

    def of(word: str) -> t.List[Sample]:
        return [({"route": route}, float(counts.get("%s %s" % (word, route), 0))) for route in sorted(waiting)]

    dropped = [({"severity": s}, float(counts.get("dropped_" + s, 0))) for s in ("info", "warning", "critical")]
    queue = [({"route": route}, float(number)) for route, number in sorted(waiting.items())]
    events = [({}, float(counts.get("events", 0)))]  # type: t.List[Sample]
    return [
        Metric("supervisor_alerts_events_total", "counter", "Events that supervisord sent.", events),
        Metric(
            "supervisor_alerts_events_lost_total",
            "counter",
            "Events that it dropped.",
            [({}, float(counts.get("lost", 0)))],
        ),
        Metric("supervisor_alerts_firing", "gauge", "Troubles that last.", [({}, float(firing))]),
        Metric("supervisor_alerts_sent_total", "counter", "Messages that arrived.", of("sent")),
        Metric("supervisor_alerts_failed_total", "counter", "Attempts that failed.", of("failed")),
        Metric("supervisor_alerts_refused_total", "counter", "Messages that were not taken.", of("refused")),
        Metric("supervisor_alerts_waiting", "gauge", "Messages on their way.", queue),
        Metric("supervisor_alerts_dropped_total", "counter", "Messages dropped for want of room.", dropped),
        Metric("supervisor_alerts_heartbeat_seconds", "gauge", "When supervisord was last heard.", [({}, beat)]),
    ]
