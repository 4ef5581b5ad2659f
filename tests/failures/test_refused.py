# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before anything is written."""

from __future__ import annotations


def test_command_that_is_missing(host, failure):
    with failure("9", "a program whose command is not there", r"can't find command '/no/such/command'") as case:
        case.outcome = host.module("supervisor_program", programs=[{"name": "extra", "command": "/no/such/command"}])


def test_option_that_does_not_exist(host, failure):
    with failure("1", "a main file with a value that is none", r"loglevel") as case:
        case.outcome = host.role("supervisor", supervisor_supervisord={"loglevel": "loud"})
