# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks what others said, so that Ansible never evaluates it."""

from __future__ import annotations

import typing as t

from ansible.utils.unsafe_proxy import wrap_var


class Marker:
    """Marks every text in plain data, keys too, as ``wrap_var`` does, but each text only once.

    A fleet says the same few words many thousand times, so this takes a fraction of the time. Texts without braces are
    marked as well: they are no templates, but ``when: name_of_a_variable`` would evaluate one that is not marked.
    """

    def __init__(self) -> None:
        self._known: dict[str, t.Any] = {}

    def mark(self, value: t.Any) -> t.Any:
        """The same data, marked. To be called last: a text made of marked ones is not marked itself."""
        if isinstance(value, str):
            if value not in self._known:
                self._known[value] = wrap_var(value)
            return self._known[value]
        if isinstance(value, dict):
            return {self.mark(key): self.mark(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.mark(item) for item in value]
        return value
