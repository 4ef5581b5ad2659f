# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a running supervisord is known to have loaded.

Supervisor's RPC does not tell the active configuration: ``getAllConfigInfo`` shows the last reread one, and without
environment, umask or stopasgroup. So this collection notes, for each group that it applied, a fingerprint of the
configuration and the identity of the files it came from, together with the identity of the daemon process. A note
is believed only while the same daemon runs, and either the files have not been touched since, or one of the group's
processes has been running ever since: a group can only be replaced when all its processes are at rest. Everything
else is unknown and has to be asked of the daemon.

The notes hold hashes only, never values.
"""

import json
import typing as t

from .._config import model as _model
from .._host import stamp as _stamp

VERSION = 2

# A file changed less than this many seconds before the daemon's start may have been read before or after the change:
# the kernel gives the boot time in whole seconds.
START_MARGIN = 2.0


class Entry(t.NamedTuple):
    """One applied group: the fingerprint of its configuration, the stamps of the files that shape it, and which of
    its processes ran then (name -> pid and start by the daemon's clock).
    """

    fingerprint: str
    files: t.Dict[str, _stamp.Stamp]
    running: t.Dict[str, t.List[int]]


class Ledger(t.NamedTuple):
    """Everything noted about one daemon process."""

    daemon: str
    groups: t.Dict[str, Entry]


EMPTY = Ledger("", {})


def load(path: str) -> Ledger:
    """Read the notes. Missing, unreadable or damaged notes are no notes: the daemon is asked instead."""
    try:
        with open(path, "r", encoding="utf-8") as handle:
            raw = json.load(handle)
        if raw["version"] != VERSION:
            return EMPTY
        groups = {
            name: Entry(str(item["fingerprint"]), dict(item["files"]), dict(item["running"]))
            for name, item in raw["groups"].items()
        }
        return Ledger(str(raw["daemon"]), groups)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return EMPTY


def dump(ledger: Ledger) -> bytes:
    """The notes as the bytes of their file."""
    groups = {name: entry._asdict() for name, entry in ledger.groups.items()}
    raw = {"version": VERSION, "daemon": ledger.daemon, "groups": groups}
    return (json.dumps(raw, indent=1, sort_keys=True) + "\n").encode("utf-8")


def entry(group: _model.Group, processes: t.Mapping[str, t.Any]) -> Entry:
    """The note about a group that the daemon has just been given.

    :param processes: all processes of the daemon by full name.
    """
    return Entry(_model.fingerprint(group), _stamp.stamps(group.files), _running(group.name, processes))


def _running(group: str, processes: t.Mapping[str, t.Any]) -> t.Dict[str, t.List[int]]:
    """Name -> pid and start of a group's processes that run."""
    return {name: [seen.pid, seen.start] for name, seen in processes.items() if seen.group == group and seen.pid}


def active_fingerprint(
    ledger: Ledger, identity: str, group: str, files: t.Iterable[str], processes: t.Mapping[str, t.Any]
) -> t.Optional[str]:
    """The fingerprint of what the daemon runs for a group, when the notes can be trusted; else None.

    :param files: the files that shape the group on disk now.
    :param processes: all processes of the daemon by full name.
    """
    entry = ledger.groups.get(group)
    if not identity or ledger.daemon != identity or entry is None:
        return None
    now = _running(group, processes)
    if any(now.get(name) == noted for name, noted in entry.running.items()):
        return entry.fingerprint
    return entry.fingerprint if _stamp.stamps(files) == entry.files else None


def loaded_at_start(started: t.Optional[float], files: t.Iterable[str], margin: float = START_MARGIN) -> bool:
    """Whether none of the files changed since the daemon started, so that it runs what they hold.

    :param margin: seconds before the start in which a file must not have changed either; negative: may have changed
        after it, for an answer that is not to be "no" of a daemon which was started right after its files were written.
    """
    if started is None:
        return False
    for path in files:
        value = _stamp.stamp(path)
        if value is None or value[2] / 1e9 + margin > started:
            return False
    return True
