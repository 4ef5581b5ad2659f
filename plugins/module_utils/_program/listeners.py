# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether event listeners that have been started speak their protocol: one that does not is RUNNING, and deaf.

Supervisor gives it no further event, and tells so in its own log only (supervisor dispatchers.py,
PEventListenerDispatcher._change_listener_state).
"""

import typing as t

from .. import _errors
from .._config import model as _model
from .._process import control as _control, logs as _logs
from .._rpc import script as _script
from . import apply as _apply, plan as _plan


def check(
    daemon: _apply.Daemon,
    groups: t.Mapping[str, _model.Group],
    changed: _plan.Groups,
    outcomes: t.Iterable[_control.Outcome],
) -> None:
    """Look at those that this run has started.

    :param groups: as the files describe them.
    :param changed: the groups that were added or replaced.
    :raises _errors.ProcessFailed: one gets no events any more; details: ``failed_processes``.
    """
    started = [
        outcome
        for outcome in outcomes
        if outcome.after == "RUNNING"
        and _is_listener(groups, outcome.name)
        and ("start" in outcome.actions or outcome.name.partition(":")[0] in changed.names)
    ]
    if not started:
        return
    journal = _script.run(daemon.client, _logs.daemon_log(), daemon.clock)
    deaf = [outcome for outcome in started if _logs.is_deaf(journal, outcome.name, outcome.pid)]
    if deaf:
        reason = (
            "is RUNNING, but supervisord sends it no events: it has written something else than the event listener "
            "protocol allows to its standard output. Its first line must be READY, and what it logs belongs to its "
            "standard error"
        )
        raise _errors.ProcessFailed(
            "\n".join("%s %s." % (outcome.name, reason) for outcome in deaf),
            failed_processes=[
                {"name": outcome.name, "state": outcome.after, "reason": reason, "pid": outcome.pid} for outcome in deaf
            ],
        )


def _is_listener(groups: t.Mapping[str, _model.Group], name: str) -> bool:
    group = groups.get(name.partition(":")[0])
    return group is not None and group.kind == "eventlistener"
