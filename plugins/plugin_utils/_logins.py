# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins that the inventory plugin has used, in the memory of this very process and its children, and nowhere else.

They come from a vault, a lookup or the environment, and must not become variables of hosts, which are shown, exported
and cached. The playbooks, which run in the process that has read the inventory, ask the same daemons again.
"""

from __future__ import annotations

_known: dict[tuple[str, str], dict[str, str]] = {}


def remember(host: str, url: str, username: str | None, password: str | None) -> None:
    """Note with what login a host's daemon was asked at an address; ``None`` or "" for none."""
    login = {"username": username or "", "password": password or ""}
    _known[host, url] = {key: value for key, value in login.items() if value}


def of(host: str, url: str) -> dict[str, str]:
    """``username`` and ``password`` with which the host's daemon was asked at just this address, as far as known."""
    return dict(_known.get((host, url), {}))
