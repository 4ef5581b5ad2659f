# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with declared programs that can be said without knowing any host."""

from __future__ import annotations

import typing as t

from ..module_utils import _errors
from ..module_utils._options import dialect, render
from ..module_utils._program import declare, place

# Stands for any folder, in which the daemon reads whatever there is.
ANYWHERE = place.Place("", ("*",))


def first(items: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """The message of the first fault; "" when every value can be written for the newest Supervisor."""
    try:
        for item in declare.items([dict(item) for item in items], ANYWHERE):
            if item.state != "absent" and not item.former:
                render.render_section(item.kind, item.name, item.values, dialect.Dialect())
    except _errors.SupervisorError as error:
        return error.message
    return ""
