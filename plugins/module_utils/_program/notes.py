# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where this collection keeps its notes about a daemon on the managed host."""

import os

from .. import _errors

# Nobody else needs the notes, although they hold no values.
STATE_DIR_MODE = 0o700


def default_state_dir() -> str:
    """``/var/lib/supervisord-fleet`` for root, a folder below the user's state directory otherwise."""
    if os.geteuid() == 0:
        return "/var/lib/supervisord-fleet"
    base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(base, "supervisord-fleet")


def path_for(state_dir: str, config_file: str, ending: str = ".json") -> str:
    """Where the notes about the daemon with this main configuration file are kept."""
    name = os.path.realpath(config_file).strip("/").replace("/", "-")
    return os.path.join(state_dir, name + ending)


def write(path: str, data: bytes) -> str:
    """Replace one file of notes. Every run can do without them, so a failure is no error: the reason is returned."""
    from .._host import files as _files  # only a run that has something to note needs it

    try:
        os.makedirs(os.path.dirname(path), STATE_DIR_MODE, exist_ok=True)
        _files.replace({path: data}, _files.Attributes(0o600))
    except (OSError, _errors.SupervisorError) as error:
        return str(error)
    return ""
