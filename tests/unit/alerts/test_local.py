# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of this machine that take messages."""

from __future__ import annotations

import json
import os
import signal

import notices as _notices
import pytest
from supervisord_fleet_alerts import local as _local
from supervisord_fleet_alerts.routes import batch as _batch

BATCH = _batch.Batch([_notices.message(facts={"log": "x" * 200000})], _notices.TELLER, 1700000000.5)


@pytest.fixture
def run(tmp_path):
    def started(text, timeout=20):
        program = tmp_path / "program"
        program.write_text("#!/bin/sh\n" + text)
        program.chmod(0o755)
        return _local.deliver({"command": [str(program), str(tmp_path)], "timeout": timeout}, BATCH)

    return started


def test_it_gets_the_json(run, tmp_path):
    assert run('cat > "$1/got"').word == "ok"
    assert json.loads((tmp_path / "got").read_text())["version"] == 1


@pytest.mark.parametrize(
    ("text", "word", "why"),
    [
        ("exit 0", "ok", ""),
        ("echo away >&2; exit 75", "later", "exit status 75: away"),
        ("exit 3", "refused", "exit status 3: nothing more is said"),
        ("kill -9 $$", "refused", "exit status -9"),
        ("sleep 60", "later", "did not end within 0.5 s"),
    ],
)
def test_what_its_end_means(run, text, word, why):
    verdict = run(text, 0.5 if "sleep" in text else 20)
    assert verdict.word == word
    assert why in verdict.why


def test_what_it_leaves_behind_does_not_make_it_come_again(run, tmp_path):
    """A program in the background keeps standard error open, as those that show something on a screen do."""
    assert run('sleep 60 & echo $! > "$1/pid"', 5).word == "ok"
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


def test_what_it_says_takes_no_room(run):
    verdict = run("head -c 50000000 /dev/zero | tr '\\0' x >&2; echo the end >&2; exit 1")
    assert verdict.why.endswith("xthe end")
    assert len(verdict.why) < 300


def test_a_program_that_is_not_there_is_for_a_person():
    verdict = _local.deliver({"command": ["/nonexistent/x"], "timeout": 5}, BATCH)
    assert verdict.word == "wrong"
    assert verdict.why.startswith("/nonexistent/x: No such file or directory")
