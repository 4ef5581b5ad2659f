# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Prometheus is told of one host, in its text format. No effects.

A state is a value, never a label: a label that changes would begin a new series each time.
"""

import typing as t

from . import kinds as _kinds

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


# Name of a metric -> what kind it is, and what it means. One name means one thing, whoever tells it, and in one text in
# all releases: of two files with other texts node_exporter leaves out series, and a fleet gets a release host by host.
KNOWN = {
    "supervisor_up": ("gauge", "Whether supervisord answers."),
    "supervisor_process_up": ("gauge", "Whether the process is RUNNING."),
    "supervisor_process_state": ("gauge", "The process state as Supervisor's code."),
    "supervisor_process_start_time_seconds": ("gauge", "Start time of the process."),
    "supervisor_process_exit_status": ("gauge", "Exit status of the last run."),
    "supervisor_process_starts_total": ("counter", "Starts that the listener saw."),
    "supervisor_alerts_events_total": ("counter", "Events that supervisord sent."),
    "supervisor_alerts_events_lost_total": ("counter", "Events that it dropped."),
    "supervisor_alerts_firing": ("gauge", "Troubles that last."),
    "supervisor_alerts_sent_total": ("counter", "Messages that arrived."),
    "supervisor_alerts_failed_total": ("counter", "Attempts that failed."),
    "supervisor_alerts_refused_total": ("counter", "Messages that were not taken."),
    "supervisor_alerts_waiting": ("gauge", "Messages on their way."),
    "supervisor_alerts_dropped_total": ("counter", "Messages dropped for want of room."),
    "supervisor_alerts_heartbeat_timestamp_seconds": ("gauge", "When supervisord was last heard."),
}


def known(name: str, samples: t.Sequence[Sample]) -> Metric:
    """One of the metrics that there are, with its samples."""
    return Metric(name, KNOWN[name][0], KNOWN[name][1], samples)


def processes(
    latest: t.Mapping[str, t.Mapping[str, t.Any]], starts: t.Mapping[str, int], beside: t.Optional[Label] = None
) -> t.List[Metric]:
    """The programs, as they were last seen.

    :param latest: full name -> what getAllProcessInfo tells of it.
    :param starts: full name -> how often it was started.
    :param beside: more labels for each.
    """
    more = dict(beside or {})
    rows = [(dict(more, group=one["group"], name=one["name"]), key, one) for key, one in sorted(latest.items())]
    started = [(label, float(one["start"])) for label, _key, one in rows if one["statename"] == "RUNNING"]
    counted = [(label, float(max(0, starts[key]))) for label, key, _one in rows if key in starts]
    return [
        known("supervisor_process_up", [(label, float(one["statename"] == "RUNNING")) for label, _key, one in rows]),
        known("supervisor_process_state", [(label, float(one["state"])) for label, _key, one in rows]),
        known("supervisor_process_start_time_seconds", started),
        known("supervisor_process_exit_status", [(label, float(one["exitstatus"])) for label, _key, one in rows]),
        known("supervisor_process_starts_total", counted),
    ]


def joined(lists: t.Iterable[t.Sequence[Metric]]) -> t.List[Metric]:
    """The metrics of several hosts: each name once, with the samples of all, and each series once."""
    samples = {}  # type: t.Dict[str, t.Dict[t.Tuple[t.Tuple[str, str], ...], float]]
    for metrics in lists:
        for metric in metrics:
            found = samples.setdefault(metric.name, {})
            for label, value in metric.samples:
                found.setdefault(tuple(label.items()), value)
    return [known(name, [(dict(label), value) for label, value in found.items()]) for name, found in samples.items()]


def listener(counts: t.Mapping[str, int], waiting: t.Mapping[str, int], firing: int, beat: float) -> t.List[Metric]:
    """The listener itself."""

    def of(word: str) -> t.List[Sample]:
        return [({"route": route}, float(counts.get("%s %s" % (word, route), 0))) for route in sorted(waiting)]

    dropped = [({"severity": s}, float(counts.get("dropped_" + s, 0))) for s in _kinds.SEVERITIES]
    return [
        known("supervisor_alerts_events_total", [({}, float(counts.get("events", 0)))]),
        known("supervisor_alerts_events_lost_total", [({}, float(counts.get("lost", 0)))]),
        known("supervisor_alerts_firing", [({}, float(firing))]),
        known("supervisor_alerts_sent_total", of("sent")),
        known("supervisor_alerts_failed_total", of("failed")),
        known("supervisor_alerts_refused_total", of("refused")),
        known(
            "supervisor_alerts_waiting", [({"route": name}, float(number)) for name, number in sorted(waiting.items())]
        ),
        known("supervisor_alerts_dropped_total", dropped),
        known("supervisor_alerts_heartbeat_timestamp_seconds", [({}, beat)]),
    ]
