# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With ``servers`` the controller asks the daemons itself; everything else is the module's."""

from __future__ import annotations

from ..plugin_utils import _worker


class ActionModule(_worker.Action):
    """See the module's DOCUMENTATION."""
