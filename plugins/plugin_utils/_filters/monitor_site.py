# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the monitor's site listens and how people reach it."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from .. import _site


def monitor_site(given: t.Mapping) -> dict:
    """See plugins/filter/monitor_site.yml."""
    try:
        return _site.site(given)
    except ValueError as error:
        raise AnsibleFilterError(f"monitor_site: {error}") from None
