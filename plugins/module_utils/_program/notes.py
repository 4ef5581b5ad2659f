# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes that a run can do without: those that only save the next one some work."""

from .. import _errors
from .._host import state_dir as _state_dir


def write(path: str, data: bytes) -> str:
    """Replace one file of notes. A failure is no error: the reason is returned."""
    try:
        _state_dir.write(path, data)
    except _errors.SupervisorError as error:
        return error.message
    return ""
