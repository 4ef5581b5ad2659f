# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run that was killed has left half done at a daemon: the next run takes it back, or brings it to its end.

Until all files are in place it is taken back. From then on it is brought to its end. Which group is still as it was,
its processes tell: a group can only be replaced when all of them are at rest.
"""

import os
import typing as t

from .. import _errors, _wait
from .._host import files as _files, stamp as _stamp
from . import control as _control, groups as _groups, intent as _intent

TIMEOUT = 600.0  # seconds for processes to stop, and once more to start


class Finished(t.NamedTuple):
    """What was done to get there, as a module reports it, and a sentence about it."""

    actions: t.Tuple[t.Dict[str, str], ...]
    sentence: str

    @property
    def changed(self) -> bool:
        """Was there anything left to do? The run may have been killed when all was done."""
        return any(action["action"] != "reread" for action in self.actions)


def finish(client: t.Any, path: str, clock: t.Optional[_wait.Clock] = None) -> t.Optional[Finished]:
    """Take back or bring to its end what a killed run has left; None when there is nothing.

    To be called with the lock of the daemon held, for else its run may still be at work.

    :param client: of the daemon; None if none runs: then its next start reads the files.
    :param path: of the note, see ``intent.path_for``.
    :raises _errors.SupervisorError: that did not succeed; the note stays for the next run.
    """
    intent = _intent.load(path)
    if intent is None:
        _intent.forget(path)
        return None
    work = _Work(client, intent, clock or _wait.Clock())
    try:
        work.files()
        if client is not None:
            work.groups()
    except _errors.SupervisorError as error:
        error.message = "%s. It could not be %s: %s" % (_intent.sentence(intent), _ended(intent), error.message)
        raise
    _intent.forget(path)
    return Finished(tuple(work.actions), "%s. It was %s first." % (_intent.sentence(intent), _ended(intent)))


def _ended(intent: _intent.Intent) -> str:
    return "taken back" if intent.phase == _intent.BACK else "brought to its end"


class _Work:
    """One unfinished run on its way to an end."""

    def __init__(self, client: t.Any, intent: _intent.Intent, clock: _wait.Clock) -> None:
        self.client, self.intent, self.clock = client, intent, clock
        self.actions = []  # type: t.List[t.Dict[str, str]]

    def note(self, action: str, name: str) -> None:
        self.actions.append({"action": action, "name": name} if name else {"action": action})

    def files(self) -> None:
        """Take files back, but none that somebody has changed since; and remove their second names."""
        order = [path for path in self.intent.order if path in self.intent.files] or sorted(self.intent.files)
        for path in reversed(order):
            second, coming = self.intent.files[path]
            try:
                if self.intent.phase == _intent.BACK and _intent.digest(_files.read(path)) == coming:
                    if second and os.path.lexists(second):
                        _files.take_back(second, path)
                        self.note("write", path)
                    elif not second and os.path.lexists(path):
                        os.unlink(path)
                        self.note("delete", path)
                if second and os.path.lexists(second):
                    os.unlink(second)
            except OSError as error:
                raise _errors.SupervisorError("%s: %s" % (path, error.strerror or error), path=path) from None

    def groups(self) -> None:
        """Bring the groups in line with the files, and their processes to rest or to run."""
        intent = self.intent
        if not intent.groups and not intent.running:
            return
        same = _stamp.daemon_identity(self.client.call("getPID")) == intent.daemon
        answer = _groups.reread(self.client)
        self.note("reread", "")
        processes = self.client.processes()
        ours = set(intent.groups)
        active = {seen.group for seen in processes.values()}
        going = sorted(ours & answer.removed)
        changing = sorted(
            name
            for name in (ours & active) - answer.removed
            if name in answer.changed or (same and self._half_changed(name, processes))
        )
        # A group that the daemon did not have does not come when all is taken back.
        back = intent.phase == _intent.BACK
        coming = {name for name in ours & answer.added if not back or intent.groups[name] is not None}
        self._replace(going + changing, sorted(coming | set(changing)), processes)
        if same:
            self._states(set(going))

    def _half_changed(self, name: str, processes: t.Mapping[str, t.Any]) -> bool:
        """Whether a group may run what it is not to run, although the daemon sees no difference."""
        before = self.intent.groups[name]
        if not self.intent.touched or before is None:
            return False
        now = {full: seen.pid for full, seen in processes.items() if seen.group == name}
        if self.intent.phase == _intent.BACK:
            return now != dict(before)
        return not any(pid and pid != before.get(full) for full, pid in now.items())

    def _replace(self, going: t.List[str], coming: t.List[str], processes: t.Mapping[str, t.Any]) -> None:
        self._stop([full for full, seen in sorted(processes.items()) if seen.group in going])
        _groups.remove(self.client, going, self._stop, self.clock, self.note)
        _groups.add(self.client, coming, {}, self.note)

    def _states(self, gone: t.Container[str]) -> None:
        known = self.client.processes()
        goals = [
            _control.Goal(name, wanted)
            for names, wanted in ((self.intent.running, "started"), (self.intent.resting, "stopped"))
            for name in names
            if name in known and known[name].group not in gone
        ]
        self._drive(goals)

    def _stop(self, names: t.List[str]) -> None:
        self._drive([_control.Goal(name, "stopped", leaving=True) for name in names])

    def _drive(self, goals: t.List[_control.Goal]) -> None:
        outcomes = _control.drive(self.client, goals, TIMEOUT, self.clock) if goals else []
        for outcome in outcomes:
            for action in outcome.actions:
                self.note(action, outcome.name)
        failed = ["%s %s" % (outcome.name, outcome.reason) for outcome in outcomes if outcome.failed]
        if failed:
            raise _errors.ProcessFailed("; ".join(failed[:5]))
