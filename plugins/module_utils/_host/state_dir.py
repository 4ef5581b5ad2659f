# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where this collection keeps what it must know the next time, unless a task says otherwise."""

import os

from .. import _errors

# Nobody else needs what lies there, although it holds no values.
MODE = 0o700


def default() -> str:
    """``/var/lib/supervisord-fleet`` for root, a folder below the user's state directory otherwise."""
    if os.geteuid() == 0:
        return "/var/lib/supervisord-fleet"
    base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(base, "supervisord-fleet")


def path_for(folder: str, config_file: str, ending: str = ".json") -> str:
    """Where notes about the daemon with this main configuration file are kept."""
    name = os.path.realpath(config_file).strip("/").replace("/", "-")
    return os.path.join(folder, name + ending)


def write(path: str, data: bytes) -> None:
    """Replace one file of notes. Raises SupervisorError; details: errno."""
    from . import files as _files  # only a run that has something to note needs it

    try:
        os.makedirs(os.path.dirname(path), MODE, exist_ok=True)
    except OSError as error:
        raise _errors.SupervisorError(str(error), errno=error.errno) from None
    _files.replace({path: data}, _files.Attributes(0o600))
