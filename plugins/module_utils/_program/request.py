# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task of supervisor_program asks for."""

import typing as t


class Request(t.NamedTuple):
    """What the task asks for, apart from the connection.

    ``adopt``: take over what somebody else has written; ``planned_include``: patterns that the main file will have.
    """

    programs: t.List[t.Dict[str, t.Any]]
    managed_by: str
    purge: bool
    conf_dir: t.Optional[str]
    state_dir: str
    backup: bool = False
    adopt: bool = False
    planned_include: t.Tuple[str, ...] = ()
