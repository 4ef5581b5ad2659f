# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""supervisor_program against real daemons: what a user declares is what runs, and nothing else is touched."""

from __future__ import annotations

import pytest

SLEEP = "/bin/sleep 1000"


def declare(*programs, **options):
    return dict(programs=list(programs), **options)


def test_declared_programs_run_and_the_second_run_changes_nothing(daemons, run_module):
    daemon = daemons()
    wanted = declare({"name": "web", "command": SLEEP}, {"name": "job", "command": SLEEP, "state": "stopped"})
    first = run_module("supervisor_program", wanted, daemon)
    assert not first["failed"], first
    assert first["changed"]
    assert [p["action"] for p in first["programs"]] == ["added", "added"]
    assert (daemon.state("web:web"), daemon.state("job:job")) == ("RUNNING", "STOPPED")
    second = run_module("supervisor_program", wanted, daemon)
    assert not second["changed"], second
    assert second["actions"] == []
