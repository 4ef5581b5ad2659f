# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared programs: from a situation to a decision, and from a decision to a daemon that runs it."""

import os
import typing as t

from .. import _errors
from .._host import files as _files
from .._process import control as _control, intent as _intent, logs as _logs
from .._rpc import client as _client, states as _states
from . import (
    apply as _apply,
    disk as _disk,
    first_contact as _first_contact,
    ledger as _ledger,
    listeners as _listeners,
    live as _live,
    notes as _notes,
    plan as _plan,
    situation as _situation,
    taken as _taken,
)


class Decision(t.NamedTuple):
    """What will be done: group changes, those left for the daemon to decide, and the states to reach."""

    groups: _plan.Groups
    goals: t.Tuple[_control.Goal, ...]


class Applied(t.NamedTuple):
    """What was done. ``pending``: what the daemon reported of other people's files; it was left alone."""

    decision: Decision
    outcomes: t.Dict[str, _control.Outcome]
    actions: t.List[t.Dict[str, str]]
    pending: t.Dict[str, t.List[str]]
    backups: t.List[str]
    warnings: t.Tuple[str, ...] = ()


def decide(situation: _situation.Situation, stay: float) -> Decision:
    """Decide what has to be done, as far as that can be known without asking the daemon to reread."""
    groups = _groups(situation.disk, situation.live)
    _refuse(situation, groups)
    return with_goals(situation, groups, stay)


def foresee(situation: _situation.Situation, stay: float, alike: t.Container[str] = ()) -> Decision:
    """Decide everything, for check mode. ``alike``: see ``plan.foresee``."""
    _wanted, disk, live = situation
    certain = _groups(disk, live)
    _refuse(situation, certain)
    groups = _plan.foresee(certain, disk.before, disk.after, drift(disk, live), alike)
    return with_goals(situation, groups, stay)


def _refuse(situation: _situation.Situation, groups: _plan.Groups) -> None:
    """Refuse what hurts somebody else: a socket that is taken, a file that somebody else has written."""
    wanted, disk, live = situation
    _taken.refuse(disk.before, disk.after, groups, live.active, live.pid)
    if not wanted.adopt:
        _first_contact.refuse(wanted.items, disk.copies, disk.before, disk.after, groups)


def _groups(disk: _disk.Disk, live: _live.Live) -> _plan.Groups:
    return _plan.groups(disk.before, disk.after, disk.ours, live.active, live.known)


def with_goals(situation: _situation.Situation, groups: _plan.Groups, stay: float) -> Decision:
    """Add the states to reach. Refuses groups with a process that must not be touched."""
    wanted, disk, live = situation
    touched = groups.names | {item.name for item in wanted.items if item.state != "present"}
    _plan.refuse_unknown(touched & (disk.ours | groups.names), live.processes)
    return Decision(groups, tuple(_plan.goals(wanted.items, disk.after, live.processes, groups.changes, stay)))


def drift(disk: _disk.Disk, live: _live.Live) -> t.Dict[str, t.Tuple[str, ...]]:
    """Group -> differences that the daemon does not count as a change: those that it shows, and those that this run
    writes.
    """
    found = {}
    for name in disk.ours & set(disk.after):
        before, after = disk.before.get(name), disk.after[name]
        options = set(_plan.log_drift(after, live.processes))
        options.update(_plan.unseen(before, after) if before else ())
        if options:
            found[name] = tuple(sorted(options))
    return found


def _logs_now(live: _live.Live, disk: _disk.Disk) -> _logs.Marks:
    """Where all logs end that the processes of this run write, or will."""
    coming = {
        process.options.get(stream + "_logfile")
        for name in disk.ours.intersection(disk.after)
        for process in disk.after[name].processes
        for stream in ("stdout", "stderr")
    }
    found = _logs.marks(path for path in coming if isinstance(path, str) and os.path.isabs(path))
    found.update(_logs.marks_of(live.processes.values()))
    return found


NO_NOTE = "Cannot note in %s what is under way: %s; should a run be killed, the next cannot end it."


class Run:
    """One run against a live daemon: everything, or nothing."""

    def __init__(
        self,
        situation: _situation.Situation,
        daemon: _apply.Daemon,
        attributes: _files.Attributes,
        backup: bool = False,
        stay: float = 0.0,
        rollback: bool = True,
    ) -> None:
        self.situation = situation
        self.disk, self.live = situation.disk, situation.live
        self.daemon = daemon
        self.rollback = rollback
        self._stay = stay
        self._touched: t.List[str] = []
        self._attributes = attributes
        self._transaction = _files.Transaction(
            self.disk.changed, attributes, backup, self.disk.copies, self.disk.edited, self.disk.order
        )
        self._pending: t.Dict[str, t.List[str]] = {"added": [], "changed": [], "removed": []}
        self._attributes_before: t.Dict[str, _files.Attributes] = {}
        self._troubles: t.List[str] = []

    def apply(self, decision: Decision) -> Applied:
        """Carry the decision out.

        :raises _errors.SupervisorError: something failed. The files and groups are back as they were, unless the
            message says otherwise; details: ``rolled_back``.
        """
        self._transaction.stage()
        try:
            self._intend(_intent.BACK, decision)
        except _errors.SupervisorError:
            self._transaction.finish()
            raise
        self.daemon.marks = _logs_now(self.live, self.disk)
        try:
            with _apply.interruptible():
                self._write()
                decision = self._reread(decision)
                self._intend(_intent.FORWARD, decision)
                _apply.replace(
                    self.daemon,
                    decision.groups.changes,
                    self.live.processes,
                    self.disk.before,
                    self.disk.after,
                    self._touched,
                )
                goals = _plan.open_goals(decision.goals, self.live.processes, decision.groups.changes)
                outcomes = self.daemon.drive(goals, wait=self.daemon.timing.wait)
                _apply.check(outcomes)
                self._verify()
                _listeners.check(self.daemon, self.disk.after, decision.groups, outcomes)
        except _errors.SupervisorError as error:
            raise self._undo(error) from None
        except _apply.Interrupted as signal:
            raise self._undo(_errors.SupervisorError("The run was %s." % signal)) from None
        except Exception:
            self._undo(_errors.SupervisorError(""))
            raise
        warnings = self._remember()
        self._over()
        by_name = {outcome.name: outcome for outcome in outcomes}
        warnings += tuple(self._troubles[:1])
        return Applied(decision, by_name, self.daemon.actions, self._pending, self._transaction.backups, warnings)

    def _intend(self, phase: str, decision: t.Optional[Decision] = None, touched: bool = False) -> None:
        """Note what is about to be done, for the next run, if there is anything.

        :param decision: None on the way back: the groups touched so far get back what they ran.
        """
        wanted = self._transaction.wanted
        names = sorted(decision.groups.names | set(decision.groups.uncertain)) if decision else self._touched
        goals = {goal.name: goal.wanted for goal in decision.goals} if decision else {}
        if not wanted and not names and "restarted" not in goals.values():
            return
        groups = {name: self._pids(name) for name in names}
        states = self._states_of(groups)
        if phase == _intent.FORWARD:
            states.update(goals)
        intent = _intent.Intent(
            self.live.identity,
            phase,
            touched or phase == _intent.FORWARD,
            {path: (second, _intent.digest(wanted[path])) for path, second in sorted(self._transaction.former.items())},
            groups,
            sorted(name for name, state in states.items() if state != "stopped"),
            sorted(name for name, state in states.items() if state == "stopped"),
            order=self._transaction.order,
        )
        try:
            trouble = _intent.note(self.live.intent_path, intent, "supervisor_program")
        except _errors.SupervisorError as error:
            if not self.daemon.actions:
                raise
            trouble = error.message  # the note that is there tells of the way back
        if trouble:
            self._troubles.append(NO_NOTE % (self.live.intent_path, trouble))

    def _pids(self, group: str) -> t.Optional[t.Dict[str, int]]:
        """What a group ran before; None for one that the daemon did not have."""
        return {full: seen.pid for full, seen in self.live.processes.items() if seen.group == group} or None

    def _states_of(self, groups: t.Container[str]) -> t.Dict[str, str]:
        """What the processes of groups were before: started or stopped."""
        return {
            full: "started" if seen.state in _states.ACTIVE else "stopped"
            for full, seen in self.live.processes.items()
            if seen.group in groups
        }

    def _over(self) -> None:
        """The run has come to its end, or the way back to its own."""
        self._transaction.finish()
        _intent.forget(self.live.intent_path)

    def _write(self) -> None:
        """Put the files in place. Mode and ownership are set right even where the content is."""
        self._transaction.commit()
        for path in self._transaction.order:
            self.daemon.note("write" if self._transaction.wanted[path] is not None else "delete", path)
        for path, (_old, new) in sorted(self.disk.files.items()):
            if path not in self.disk.changed and new is not None and _files.attributes_differ(path, self._attributes):
                before = _files.attributes_of(path)
                _files.set_attributes(path, self._attributes)
                self._attributes_before[path] = before or self._attributes
                self.daemon.note("attributes", path)

    def _reread(self, decision: Decision) -> Decision:
        """Let the daemon read the files, and settle by its answer what was uncertain.

        It also tells of changes in files of others. Those are only reported: they are never applied by accident.
        """
        groups = decision.groups
        if not groups.changes and not groups.uncertain:
            return decision
        added, changed, removed = self.daemon.reread()
        ours = self.disk.ours
        for key, names in (("added", added), ("changed", changed), ("removed", removed)):
            self._pending[key] = sorted(names - ours)
        settled = _plan.settle(groups, added, changed, drift(self.disk, self.live))
        return with_goals(self.situation, settled, self._stay)

    def _verify(self) -> None:
        """Look once more: every declared group is there, and none that was to go.

        :raises _errors.ProcessFailed: see above.
        """
        if not self._touched:
            return
        active = {process.group for process in self.daemon.client.processes().values()}
        for name in sorted(self.disk.ours):
            group = self.disk.after.get(name)
            if group is None and name in active:
                raise _errors.ProcessFailed("%s is still there after its removal" % name)
            if group is not None and group.processes and name not in active:
                raise _errors.ProcessFailed("%s is not there after it was added; did something else remove it?" % name)

    def _undo(self, error: _errors.SupervisorError) -> _errors.SupervisorError:
        """Put files and groups back, and say in the error how that went."""
        if not self.rollback:
            error.details["rolled_back"] = False
            self._over()
            return error
        changed = bool(self._transaction.wanted) or bool(self._attributes_before)
        try:
            with _apply.uninterrupted():
                self._intend(_intent.BACK, touched=bool(self._touched))
                self._transaction.restore()
                for path, attributes in self._attributes_before.items():
                    _files.set_attributes(path, attributes)
                if self._transaction.wanted or self._touched:
                    _apply.put_back(self.daemon, self._touched, self.live.processes, self.disk.after)
                self._over()
        except _errors.SupervisorError as trouble:
            error.message += "\nThe former state could not be put back completely: %s" % trouble.message
            error.details["rolled_back"] = False
        else:
            if changed or self._touched:
                error.message += "\nThe former files and programs were put back."
            error.details["rolled_back"] = changed or bool(self._touched)
        error.details["actions"] = self.daemon.actions
        self._remember(undone=True)
        return error

    def _processes_now(self) -> t.Dict[str, _client.Process]:
        """All processes, as first seen when nothing was done to any; none when the daemon cannot be asked."""
        if not self.daemon.actions:
            return self.live.processes
        try:
            return self.daemon.client.processes()
        except _errors.SupervisorError:
            return {}

    def _remember(self, undone: bool = False) -> t.Tuple[str, ...]:
        """Note what the daemon is known to run now. Without notes the next run asks the daemon, so no failure here
        is one of the run.
        """
        if not self.live.identity:
            return ()
        groups = dict(self.live.ledger.groups) if self.live.ledger.daemon == self.live.identity else {}
        processes = {} if undone else self._processes_now()
        for name in self.disk.ours:
            groups.pop(name, None)
            if not undone and name in self.disk.after:
                groups[name] = _ledger.entry(self.disk.after[name], processes)
        ledger = _ledger.Ledger(self.live.identity, groups)
        if ledger == self.live.ledger:
            return ()
        trouble = _notes.write(self.live.ledger_path, _ledger.dump(ledger))
        if not trouble:
            return ()
        return (
            "Cannot keep notes in %s: %s; each run will ask the daemon to reread." % (self.live.ledger_path, trouble),
        )
