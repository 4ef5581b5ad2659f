# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the daemons of a fleet answered, as metrics for Prometheus: one text with a label for the host.

The names are those of the listener of the role alerts, and so is the code that writes them: who has both reads one
language.
"""

from __future__ import annotations

import typing as t

from ..module_utils._rpc import states as _states
from . import _alerts


def text(answers: t.Iterable[t.Mapping]) -> str:
    """The metrics of all servers, in the order of their names.

    :param answers: entries as modules return them in ``servers``; those that only tell of a listener have no processes.
    """
    metrics = _alerts.listener(_alerts.FILES, "metrics")
    ordered = sorted(answers, key=lambda answer: str(answer["name"]))
    return str(metrics.text(metrics.joined(_of(metrics, answer) for answer in ordered)))


def _of(metrics: t.Any, answer: t.Mapping) -> list[t.Any]:
    host = {"host": str(answer["name"])}
    processes = {str(one["name"]): _process(one) for one in answer.get("processes") or []}
    found = [] if _only_heard(answer) else [metrics.known("supervisor_up", [(host, float(not answer.get("failed")))])]
    return [*found, *metrics.processes(processes, {}, host)]


def _only_heard(answer: t.Mapping) -> bool:
    """Whether an entry is about a listener alone; whether the daemon answers is told by another."""
    return bool(answer.get("alerts")) and not answer.get("processes") and not answer.get("failed")


def _process(process: t.Mapping) -> dict[str, t.Any]:
    """As getAllProcessInfo has it."""
    state = str(process["state"])
    return {
        "group": str(process["group"]),
        "name": str(process["process"]),
        "statename": state,
        "state": _states.CODES.get(state, _states.CODES["UNKNOWN"]),
        "start": process.get("start") or 0,
        "exitstatus": process.get("exitstatus") or 0,
    }
