# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is read before a decision, as three values: what is declared, what lies on disk, what runs.

Reading changes nothing, so it is the same in check mode.
"""

import os
import typing as t

from .. import _errors
from .._adopt import cut as _cut
from .._config import imports as _imports, reader as _reader, source as _source
from .._host import state_dir as _state_dir
from .._options import render as _render
from .._process import intent as _intent
from .._rpc import client as _client
from . import disk as _disk, live as _live, request as _request, wanted as _wanted


class Situation(t.NamedTuple):
    """What was read."""

    wanted: _wanted.Wanted
    disk: _disk.Disk
    live: _live.Live


def read(request: _request.Request, config_file: t.Optional[str], snapshot: t.Optional[_client.Snapshot]) -> Situation:
    """Look at everything.

    :param config_file: the daemon's main file; None when there is none yet (check mode on a bare host).
    :param snapshot: the daemon; None when none runs yet (check mode only).
    :raises _errors.OptionError: a declared item that cannot be.
    :raises _errors.ConfigError: the daemon would refuse the configuration, or it would never come to rest.
    """
    reader = _reader.of(snapshot.version if snapshot else "", snapshot.pid if snapshot else 0)
    # The daemon would import what is new at its reread, and refuse what it cannot: so it is tried in check mode, too.
    pid = snapshot.pid if snapshot else 0
    reader.host.importer = _imports.of_process(pid, reader.host.daemon_uid(), reader.environ)
    main = config_file if config_file and os.path.exists(config_file) else None
    now = _disk.configuration(main, reader, _planned(main, request, reader))
    wanted = _wanted.read(request, now, reader.dialect)
    disk = _disk.read(wanted, now, reader)
    ledger_path = _state_dir.path_for(request.state_dir, config_file or "none")
    intent_path = _intent.path_for(request.state_dir, config_file or "none")
    uid = reader.host.daemon_uid()
    return Situation(wanted, disk, _live.read(snapshot, uid, ledger_path, disk.ours, disk.before, intent_path))


def _planned(main: t.Optional[str], request: _request.Request, reader: _reader.Reader) -> _source.Source:
    """The files as they will be when the main file includes what is planned; the disk when nothing is."""
    disk = _source.Disk()
    data = disk.read(main) if main and request.planned_include else None
    if main is None or data is None:
        return disk
    files = {"files": list(request.planned_include)}
    section = _render.render_section("include", "", files, reader.dialect).encode("utf-8")
    try:
        rest = _cut.without(data, ("include",), main, reader.dialect) or b""
    except _errors.ConfigError:
        return disk  # what is wrong with it is told where all files are read
    return _source.Overlay(disk, {main: rest + b"\n" + section})
