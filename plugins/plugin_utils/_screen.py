# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text for people that is no result of a task: tables, help, how far something is."""

from __future__ import annotations

from ansible import constants
from ansible.utils.display import Display

MACHINES = ("json", "jsonl")  # callbacks of ansible.posix, and of Ansible itself before


def aside() -> bool:
    """Whether standard output is for a program, which would not understand it: then it goes to standard error."""
    return str(constants.DEFAULT_STDOUT_CALLBACK).rpartition(".")[2] in MACHINES


def show(text: str, plain: str | None = None) -> None:
    """Show a text at once, since AWX makes an event, which is a row of its database, of each call.

    :param text: what is shown, with colours or without.
    :param plain: the same without colours, for Ansible's log file; None if there are none in it.
    """
    display = Display()
    display.display(text, stderr=aside(), screen_only=plain is not None)
    if plain is not None:
        display.display(plain, log_only=True)
