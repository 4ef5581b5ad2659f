# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the daemon of a main configuration file runs, and as what. Only looks; changes nothing."""

import os
import typing as t

from .. import _errors
from . import client as _client, endpoint as _endpoint, transport as _transport

TIMEOUT = 5.0  # seconds for each call; a daemon that takes longer counts as running and unknown


class Running(t.NamedTuple):
    """A daemon that runs. version is "" and pid 0 where it would not tell, for example for want of the password."""

    version: str = ""
    pid: int = 0


def look(config_file: str) -> t.Optional[Running]:
    """The daemon that this file describes; None when nothing listens where it says.

    :param config_file: the file that the daemon was started with, for the address and the credentials.
    """
    try:
        endpoint = _endpoint.from_config(_endpoint.read_config(config_file, os.environ), config_file)
    except _errors.SupervisorError:
        return None
    client = _client.Client(_transport.Transport(endpoint, TIMEOUT))
    try:
        version, pid = client.multicall([("getSupervisorVersion", ()), ("getPID", ())])
        return Running(str(version), int(pid))
    except _errors.ConnectionFailed as error:
        return None if error.details.get("reason") in ("missing", "refused") else Running()
    except (_errors.SupervisorError, TypeError, ValueError):
        return Running()
    finally:
        client.close()


def environment(pid: int) -> t.Dict[str, str]:
    """The environment that a process was started with; empty when it is gone or may not be seen."""
    try:
        with open("/proc/%d/environ" % pid, "rb") as handle:
            entries = os.fsdecode(handle.read()).split("\0")
    except OSError:
        return {}
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)
