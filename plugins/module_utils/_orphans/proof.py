# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which processes a dead supervisord has left behind, and what proves it. Only decides; all that it knows is given.

Nothing is concluded from names or command lines. What can be copied (an environment) needs something beside it that
only the kernel gives: the session that the daemon led, the very start that it noted, or descent from what is proven.
"""

import functools
import typing as t

from .._host import proctable as _proctable
from . import earlier_lives as _earlier_lives, environment as _environment

SLACK = 2.0  # seconds between a fork and the daemon's note of it, on a busy machine

ENVIRONMENT = "environment"
SESSION = "session"
SPAWNED = "spawned"
MEMBER = "member"
DESCENDANT = "descendant"
PIPE = "pipe"
TRUSTED = "trusted"


class Known(t.NamedTuple):
    """What is known about the daemon. ``daemon``: its living PID, or 0; ``trust``: an environment alone will do."""

    urls: t.FrozenSet[str]
    lives: _earlier_lives.Lives
    daemon: int = 0
    trust: bool = False
    protected: t.FrozenSet[int] = frozenset()


class Finding(t.NamedTuple):
    """A process and what speaks for it: words above -> sentences. ``missing``: why this is no proof; "" if it is."""

    row: _proctable.Row
    name: str
    evidence: t.Dict[str, str]
    missing: str = ""

    @property
    def proven(self) -> bool:
        """Is nothing missing from the proof?"""
        return not self.missing


class Carry:
    """What earlier looks have proven. It stays true when the process that proved it has ended since.

    The kernel gives the number of a session or group to nobody else as long as it has members.
    """

    def __init__(self) -> None:
        self.findings = {}  # type: t.Dict[t.Tuple[int, int], Finding]
        self.lives = {}  # type: t.Dict[int, str]
        self.sessions = {}  # type: t.Dict[int, t.Tuple[_proctable.Row, str]]
        self.groups = {}  # type: t.Dict[int, t.Tuple[_proctable.Row, str]]

    def keep(self, table: t.Any, known: Known, finding: Finding) -> None:
        """Note what a proven process says about others."""
        row = finding.row
        self.findings[row.identity] = finding
        who = finding.name or "PID %d" % row.pid
        life = life_of(table, known, row)
        if row.session == row.pid:
            self.sessions[row.session] = row, "the session that %s (PID %d) began" % (who, row.pid)
        elif life is not None:
            self.lives[row.session] = "%s (PID %d) of the same session is proven" % (who, row.pid)
        if row.group == row.pid:
            self.groups[row.group] = row, "the process group of %s (PID %d)" % (who, row.pid)

    def forget(self, rows: t.Mapping[int, _proctable.Row]) -> None:
        """Drop the numbers that nobody bears any more: from now on they may mean somebody else."""
        for kept, used in (
            (self.sessions, {row.session for row in rows.values()}),
            (self.groups, {row.group for row in rows.values()}),
        ):
            for number in list(kept):
                leader = rows.get(number, kept[number][0])
                if number not in used or leader.identity != kept[number][0].identity:
                    del kept[number]
        for number in set(self.lives) - {row.session for row in rows.values()}:
            del self.lives[number]


def find(table: t.Any, known: Known, carry: t.Optional[Carry] = None) -> t.List[Finding]:
    """Everything that is proven or suspected, by PID.

    :param table: a ``_proctable.Table``.
    :param carry: of earlier looks in the same run; it is added to.
    """
    carry = Carry() if carry is None else carry
    carry.forget(table.rows)
    alive = living(table, known)
    marks = {}  # type: t.Dict[int, _environment.Marks]
    proven = {}  # type: t.Dict[int, Finding]
    rest = []
    for row in table.rows.values():
        if not row.alive or not row.session or row.pid in alive:  # those of the kernel have no session
            continue
        marks[row.pid] = _environment.read(table.environ(row.pid), known.urls, functools.partial(table.nested, row.pid))
        finding = carry.findings.get(row.identity) or _direct(table, known, row, marks[row.pid])
        if not finding.proven:
            rest.append(finding)
        elif not _owned(table, alive, row):
            proven[row.pid] = finding
            carry.keep(table, known, finding)
    rest = _related(table, known, carry, marks, proven, rest)
    suspects = [finding for finding in rest if finding.evidence and not _owned(table, alive, finding.row)]
    return sorted(list(proven.values()) + suspects, key=lambda finding: finding.row.pid)


def _owned(table: t.Any, alive: t.Set[int], row: _proctable.Row) -> bool:
    """Does a living supervisord answer for it, this one or another one, or may somebody do so who cannot be seen?"""
    above = table.ancestors(row.pid)
    return bool(alive.intersection(above)) or any(map(table.supervisord, above)) or table.hidden(row.pid)


def living(table: t.Any, known: Known) -> t.Set[int]:
    """The PIDs under which the daemon lives now: what answers, and what its files name and is older than they."""
    found = {known.daemon} if known.daemon else set()
    for pid, lives in known.lives.lives.items():
        alive = pid in table.rows and table.rows[pid].alive
        if alive and any(table.started(pid) <= life.since + SLACK for life in lives):
            found.add(pid)
    return found


def life_of(table: t.Any, known: Known, row: _proctable.Row) -> t.Optional[_earlier_lives.Life]:
    """The dead life of the daemon whose session the process is in; None if there is none.

    Not if somebody living leads that session, or if the process is older or could not have been started by the writer.
    """
    if table.living(row.session):
        return None
    started = table.started(row.pid)
    for life in known.lives.lives.get(row.session, ()):
        if started >= life.since - SLACK and life.writer in (0, row.uid):
            return life
    return None


def spawn_of(table: t.Any, known: Known, row: _proctable.Row) -> t.Optional[_earlier_lives.Spawn]:
    """The daemon's own note of having started this very process."""
    started = table.started(row.pid)
    for spawn in known.lives.spawns.get(row.pid, ()):
        if abs(spawn.when - started) <= SLACK and spawn.writer in (0, row.uid):
            return spawn
    return None


def _direct(table: t.Any, known: Known, row: _proctable.Row, marks: _environment.Marks) -> Finding:
    """What is known about one process without looking at others."""
    life, spawn = life_of(table, known, row), spawn_of(table, known, row)
    evidence = {}
    if life is not None:
        text = "session %d, which the daemon led that is dead now (%s)"
        evidence[SESSION] = text % (life.pid, life.source)
    if marks.kind == _environment.COMPLETE and (life is not None or spawn is not None or _former(table, known, row)):
        evidence[ENVIRONMENT] = "SUPERVISOR_* of this daemon, naming %s" % marks.name
    if spawn is not None:
        evidence[SPAWNED] = "the daemon's log notes the start of %s with this PID at this time" % spawn.name
    if ENVIRONMENT in evidence and known.trust and len(evidence) == 1 and _led_by_none(table, row):
        evidence[TRUSTED] = "trust_environment: the environment alone is taken for proof"
    return Finding(row, marks.name or _named(spawn), evidence, _missing(evidence, marks, spawn))


def _former(table: t.Any, known: Known, row: _proctable.Row) -> bool:
    """Is it nobody's who sits there, and older than the daemon that lives now, whose programs start others too?"""
    if row.session in table.ancestors(row.pid):
        return False
    return all(row.ticks < table.rows[pid].ticks for pid in living(table, known) if pid in table.rows)


def _led_by_none(table: t.Any, row: _proctable.Row) -> bool:
    return row.session == row.pid or not table.living(row.session)


def _named(spawn: t.Optional[_earlier_lives.Spawn]) -> str:
    return ":" + spawn.name if spawn is not None else ""


def _missing(evidence: t.Mapping[str, str], marks: _environment.Marks, spawn: t.Optional[_earlier_lives.Spawn]) -> str:
    """Why the evidence is no proof; empty if it is."""
    if marks.kind == _environment.OTHER:
        return "its environment names another daemon"
    complete = marks.kind == _environment.COMPLETE
    if complete and (SESSION in evidence or SPAWNED in evidence or TRUSTED in evidence):
        return ""
    if spawn is not None:
        return "" if spawn.sure else "programs write into the daemon's log, so that its lines are no proof"
    if SESSION in evidence:
        return "neither its environment nor the daemon's log names it, nor any other process of this session"
    return "an environment can be copied, and neither its session nor the daemon's log leads to the daemon"


def _related(
    table: t.Any,
    known: Known,
    carry: Carry,
    marks: t.Mapping[int, _environment.Marks],
    proven: t.Dict[int, Finding],
    rest: t.List[Finding],
) -> t.List[Finding]:
    """Move to ``proven`` what belongs to something proven, until nothing is added; returns what is left over."""
    alive = living(table, known)
    while True:
        pipes = {pipe: finding for finding in proven.values() for pipe in table.pipes(finding.row.pid)}
        left = []
        for finding in rest:
            found = _relation(table, carry, marks[finding.row.pid], proven, pipes, finding)
            if found and not _owned(table, alive, finding.row):
                related = finding._replace(evidence=dict(finding.evidence, **found), missing="")
                related = related._replace(name=related.name or _inherited(table, proven, related.row))
                proven[related.row.pid] = related
                carry.keep(table, known, related)
            else:
                left.append(finding)
        if len(left) == len(rest):
            return left
        rest = left


def _relation(
    table: t.Any,
    carry: Carry,
    marks: _environment.Marks,
    proven: t.Mapping[int, Finding],
    pipes: t.Mapping[str, Finding],
    finding: Finding,
) -> t.Dict[str, str]:
    """What ties a process to a proven one; empty if nothing does, or if its environment names another daemon."""
    row = finding.row
    if marks.kind == _environment.OTHER:
        return {}
    if row.session in carry.sessions:
        return {MEMBER: carry.sessions[row.session][1]}
    if row.session in carry.lives and SESSION in finding.evidence:
        return {MEMBER: carry.lives[row.session]}
    if row.group in carry.groups:
        return {MEMBER: carry.groups[row.group][1]}
    parent = proven.get(row.parent)
    if parent is not None and (row.session == parent.row.session or marks.kind == _environment.COMPLETE):
        return {DESCENDANT: "child of %s (PID %d)" % (parent.name or "an orphan", row.parent)}
    if marks.kind == _environment.COMPLETE and ENVIRONMENT in finding.evidence:
        for pipe in sorted(table.pipes(row.pid)):
            if pipe in pipes and pipes[pipe].name == marks.name:
                return {PIPE: "writes to or reads from the pipe of %s (PID %d)" % (marks.name, pipes[pipe].row.pid)}
    return {}


def _inherited(table: t.Any, proven: t.Mapping[int, Finding], row: _proctable.Row) -> str:
    """The name of the nearest relative that has one: ancestor, or leader of its group."""
    for pid in table.ancestors(row.pid) + [row.group]:
        if pid in proven and proven[pid].name:
            return proven[pid].name
    return ""
