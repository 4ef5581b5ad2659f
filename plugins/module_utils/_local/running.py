# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the daemon of a main configuration file runs, and as what. Only looks; changes nothing."""

import typing as t

from .. import _errors
from .._config import source as _source
from .._rpc import client as _client, transport as _transport
from . import address as _address, main_file as _main_file, silence as _silence

TIMEOUT = 5.0  # seconds for each call; a daemon that takes longer counts as running and unknown


class Running(t.NamedTuple):
    """A daemon that runs. version is "" and pid 0 where that is not known, for example for want of the password.

    ``trouble``: why it lives and does not answer, in words; "" if it answers. ``processes``: full names of those that
    it has running.
    """

    version: str = ""
    pid: int = 0
    trouble: str = ""
    processes: t.Tuple[str, ...] = ()


def look(config_file: str, text: t.Optional[bytes] = None) -> t.Optional[Running]:
    """The daemon that this file describes; None when none lives.

    :param config_file: the file that the daemon was started with.
    :param text: what stood in it then, for the address and the credentials; None: what stands in it now.
    """
    process = _main_file.process_of(config_file)
    pid = process.pid if process else 0
    edits = {} if text is None else {config_file: text}  # type: t.Dict[str, t.Optional[bytes]]
    try:
        endpoint = _address.read(config_file, process, _source.Overlay(_source.Disk(), edits))
    except _errors.SupervisorError as error:
        return Running("", pid, error.message) if process else None
    client = _client.Client(_transport.Transport(endpoint, TIMEOUT))
    try:
        calls = [("getSupervisorVersion", ()), ("getPID", ()), ("getAllProcessInfo", ())]  # type: t.List[t.Any]
        version, answered, infos = client.multicall(calls)
        names = ["%s:%s" % (info["group"], info["name"]) for info in infos if info["pid"]]
        return Running(str(version), int(answered), "", tuple(sorted(names)))
    except (_errors.ConnectionFailed, _errors.DeadlineExceeded) as error:
        if process is None and error.details.get("reason") in ("missing", "refused"):
            return None
        return Running("", pid, _silence.explained(error, process).message)
    except (_errors.SupervisorError, TypeError, ValueError, KeyError):
        return Running("", pid)
    finally:
        client.close()
