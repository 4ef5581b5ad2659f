# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs and is known of it: the daemon, its processes, and the configuration that it has certainly loaded."""

import typing as t

from .._config import model as _model
from .._host import stamp as _stamp
from .._rpc import client as _client
from . import ledger as _ledger


class Live(t.NamedTuple):
    """``identity``: which process the daemon is, empty when it cannot be told; ``uid``: the account it runs as;
    ``known``: group -> fingerprint of what it runs, where that is certain; ``ledger``: notes of former runs;
    ``intent_path``: where a run notes what it is about to do.
    """

    processes: t.Dict[str, _client.Process]
    identity: str
    uid: int
    known: t.Dict[str, str]
    ledger: _ledger.Ledger
    ledger_path: str
    intent_path: str = ""

    @property
    def active(self) -> t.Set[str]:
        """Names of the groups that the daemon runs."""
        return {process.group for process in self.processes.values()}

    @property
    def pid(self) -> int:
        """Of the daemon; 0 when none runs, or none that can be seen from here."""
        return int(self.identity.partition(":")[0] or 0)


def read(
    snapshot: t.Optional[_client.Snapshot],
    uid: int,
    ledger_path: str,
    ours: t.Iterable[str],
    before: t.Mapping[str, _model.Group],
    intent_path: str,
) -> Live:
    """What is known of a daemon; nothing of one that does not run yet.

    :param ours: names of the groups that the task answers for.
    :param before: groups by name, as the files say now.
    :param intent_path: where a run notes what it is about to do.
    """
    ledger = _ledger.load(ledger_path)
    if snapshot is None:
        return Live({}, "", uid, {}, ledger, ledger_path, intent_path)
    identity = _stamp.daemon_identity(snapshot.pid)
    known = _known(snapshot, identity, ledger, ours, before)
    return Live(snapshot.processes, identity, uid, known, ledger, ledger_path, intent_path)


def _known(
    snapshot: _client.Snapshot,
    identity: str,
    ledger: _ledger.Ledger,
    ours: t.Iterable[str],
    before: t.Mapping[str, _model.Group],
) -> t.Dict[str, str]:
    """Group -> fingerprint of what the daemon runs, for the groups where this can be said for certain."""
    found: t.Dict[str, str] = {}
    started = _stamp.daemon_started(snapshot.pid)
    for name in ours:
        group = before.get(name)
        files = group.files if group else frozenset()
        noted = _ledger.active_fingerprint(ledger, identity, name, files, snapshot.processes)
        if noted is None and group is not None and _ledger.loaded_at_start(started, group.files):
            noted = _model.fingerprint(group)
        if noted is not None:
            found[name] = noted
    return found
