# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where this collection keeps what it must know the next time, unless a task says otherwise."""

import os

# Nobody else needs what lies there, although it holds no values.
MODE = 0o700


def default() -> str:
    """``/var/lib/supervisord-fleet`` for root, a folder below the user's state directory otherwise."""
    if os.geteuid() == 0:
        return "/var/lib/supervisord-fleet"
    base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(base, "supervisord-fleet")
