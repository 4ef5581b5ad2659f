# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring files and groups of one daemon to a plan, all of it or nothing.

Whatever goes wrong after the first change - a refused configuration, a program that does not come up, a signal, a
lost connection - the former files are put back, reread, and the groups touched so far get back what they ran before.
"""

import collections
import contextlib
import signal
import typing as t

from .. import _errors, _wait
from .._config import model as _model
from .._process import control as _control, groups as _groups, logs as _logs
from .._rpc import client as _client, states as _states
from . import plan as _plan

# So many failed processes are in a message with their logs.
IN_MESSAGE = 10


class Interrupted(BaseException):
    """The run was told to end: a signal, or the connection that carried it went away.

    Not an error of the daemon, so that nothing which tolerates those swallows it.
    """


class Timing(t.NamedTuple):
    """How long to wait, how many heavy starts at once (0: any), and whether to wait for states at all.

    ``timeout``: seconds for each stopping and each starting; None works it out from the programs' own options.
    """

    timeout: t.Optional[float] = None
    max_parallel: int = 0
    wait: bool = True
    log_lines: int = 20


class Daemon:
    """A daemon with the actions taken on it, in order."""

    def __init__(self, client: _client.Client, timing: Timing, clock: t.Optional[_wait.Clock] = None) -> None:
        self.client = client
        self.timing = timing
        self.clock = clock or _wait.Clock()
        self.actions: t.List[t.Dict[str, str]] = []
        self.marks: t.Optional[_logs.Marks] = None  # where the logs ended before anything was done

    def note(self, action: str, name: str = "") -> None:
        """Record one action."""
        self.actions.append({"action": action, "name": name} if name else {"action": action})

    def reread(self) -> _groups.Reread:
        """Let the daemon read its files; nothing is applied by that. Raises Fault 92 when it refuses them."""
        self.note("reread")
        return _groups.reread(self.client)

    def drive(self, goals: t.List[_control.Goal], wait: bool = True) -> t.List[_control.Outcome]:
        """Carry goals out and note what was done for each. wait=False: be content once the daemon accepted."""
        if not goals:
            return []
        timeout = self.timing.timeout
        if timeout is None:
            timeout = _plan.seconds_needed(goals, self.timing.max_parallel)
        outcomes = _control.drive(
            self.client,
            goals,
            timeout,
            self.clock,
            max_parallel=self.timing.max_parallel,
            log_lines=self.timing.log_lines,
            wait=wait,
            since=self.marks,
        )
        for outcome in outcomes:
            for action in outcome.actions:
                self.note(action, outcome.name)
        return outcomes

    def remove(self, groups: t.Sequence[str], stops: t.Sequence[_control.Goal] = ()) -> None:
        """Remove groups whose processes are at rest; one that is not there is fine.

        :param stops: the goals that its processes were stopped with.
        :raises _errors.SupervisorError: one would not come to rest.
        """
        known = {goal.name: goal for goal in stops}

        def stop(names: t.List[str]) -> None:
            check(self.drive([known.get(name, _control.Goal(name, "stopped", leaving=True)) for name in names]))

        _groups.remove(self.client, groups, stop, self.clock, self.note)

    def add(self, groups: t.Sequence[str], sizes: t.Optional[t.Mapping[str, int]] = None) -> None:
        """Add groups from the configuration read last; one that is already there is fine.

        :param sizes: processes of each, where that is known.
        """
        _groups.add(self.client, groups, sizes or {}, self.note)


def check(outcomes: t.List[_control.Outcome]) -> None:
    """Raise when a process did not become what was wanted; the message carries the reason and its last log lines.

    :raises _errors.ProcessFailed: see above; details: ``failed_processes`` (list of name, state, reason, log).
    """
    failed = [outcome for outcome in outcomes if outcome.failed]
    if not failed:
        return
    lines = []
    for outcome in failed[:IN_MESSAGE]:
        lines.append("%s %s" % (outcome.name, outcome.reason))
        lines.extend("    " + line for line in outcome.log)
    if len(failed) > IN_MESSAGE:
        lines.append("... and %d more, see failed_processes" % (len(failed) - IN_MESSAGE))
    raise _errors.ProcessFailed(
        "\n".join(lines),
        failed_processes=[_told(number, outcome) for number, outcome in enumerate(failed)],
    )


def _told(number: int, outcome: _control.Outcome) -> t.Dict[str, t.Any]:
    """One that has failed, as data. The lines that are in the message are not told a second time."""
    plain = {"name": outcome.name, "state": outcome.after, "reason": outcome.reason, "pid": outcome.pid}
    return plain if number < IN_MESSAGE else dict(plain, log=list(outcome.log))


def replace(
    daemon: Daemon,
    changes: t.Sequence[_plan.Change],
    processes: t.Dict[str, _client.Process],
    before: t.Dict[str, _model.Group],
    after: t.Mapping[str, _model.Group],
    touched: t.List[str],
) -> None:
    """Stop the groups that go or change, all at once, then remove and add them.

    :param before: groups as configured so far; after: as they are to be.
    :param touched: receives each group's name before it is touched, for a way back.
    """
    touched.extend(change.group for change in changes)
    going = [change.group for change in changes if change.action != _plan.ADD]
    stops = _plan.stops(going, processes, before)
    check(daemon.drive(stops))
    daemon.remove(going, stops)
    coming = [change.group for change in changes if change.action != _plan.REMOVE]
    daemon.add(coming, {name: len(after[name].processes) for name in coming if name in after})


def put_back(
    daemon: Daemon,
    touched: t.Sequence[str],
    processes: t.Dict[str, _client.Process],
    after: t.Dict[str, _model.Group],
) -> None:
    """After the former files are back in place: give the groups touched so far what they ran before.

    :param processes: the processes as they were before anything was done.
    :param after: groups as the failed run configured them.
    :raises _errors.SupervisorError: not everything could be put back.
    """
    daemon.reread()
    now = daemon.client.processes()
    active = {process.group for process in now.values()}
    going = [name for name in touched if name in active]
    stops = _plan.stops(going, now, after)
    check(daemon.drive(stops))
    daemon.remove(going, stops)
    back = {process.group for process in processes.values()}.intersection(touched)
    daemon.add(sorted(back), collections.Counter(process.group for process in processes.values()))
    goals = [
        _control.Goal(name, "started" if seen.state in _states.ACTIVE else "stopped")
        for name, seen in sorted(processes.items())
        if seen.group in back
    ]
    # A program that was failing before may fail again: it is back where it was, and that is all that is promised.
    was_well = {name for name, seen in processes.items() if seen.state != _states.BACKOFF}
    check([outcome for outcome in daemon.drive(goals) if outcome.name in was_well])


# What ends a run. SIGHUP comes when the connection from the controller is lost.
ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def _interrupt(number: int, _frame: t.Any) -> None:
    raise Interrupted("ended by signal %d" % number)


@contextlib.contextmanager
def _handling(handler: t.Any) -> t.Iterator[None]:
    """Handle the signals that end a run in another way for a while."""
    former = [(number, signal.signal(number, handler)) for number in ENDING]
    try:
        yield
    finally:
        for number, previous in former:
            signal.signal(number, previous)


def interruptible() -> t.Any:
    """Context in which the signals that end a run raise Interrupted, so that the way back is taken."""
    return _handling(_interrupt)


def uninterrupted() -> t.Any:
    """Context for the way back itself: it has its own deadlines, and half a way back helps nobody."""
    return _handling(signal.SIG_IGN)
