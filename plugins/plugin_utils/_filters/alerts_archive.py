# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listener of the role alerts as one file."""

from __future__ import annotations

from ansible import constants as _constants

from .. import _alerts


def alerts_archive(files: str) -> dict[str, str]:
    """See plugins/filter/alerts_archive.yml."""
    return _alerts.archive(str(files), _constants.DEFAULT_LOCAL_TMP)
