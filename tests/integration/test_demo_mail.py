# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail of the demo: what its hosts send arrives in its mailbox, as text."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import alerting
import collection
import daemons as _daemons
import pytest

TOOLS = os.path.join(collection.ROOT, "tools")


@pytest.fixture
def variables(tmp_path):
    """The demo's own variables, by group."""
    (tmp_path / "monitor").mkdir()
    (tmp_path / "monitor" / "monitor.tar.gz.sha256").write_text("0" * 64 + "  monitor.tar.gz\n")
    settings = [sys.executable, os.path.join(TOOLS, "demo-settings"), tmp_path]
    subprocess.run(settings, check=True, cwd=collection.ROOT, timeout=60)
    groups = tmp_path / "settings" / "group_vars"
    return {path.stem: json.loads(path.read_text()) for path in groups.iterdir()}


@pytest.mark.parametrize(("language", "words"), [("en", "ended unexpectedly"), ("zh", "意外退出")])
def test_a_message_of_its_hosts_can_be_read_in_its_mailbox(variables, tmp_path, language, words):
    (program,) = variables["monitor_hosts"]["supervisor_programs"]
    port, box = _daemons.free_port(), tmp_path / "box"
    where = {"/usr/local/bin/demo-mailbox": os.path.join(TOOLS, "demo-mailbox"), "2525": str(port)}
    command = [where.get(word, word) for word in program["command"][:-1]]
    (route,) = variables["app_hosts"]["alerts_routes"]
    route.update(host="127.0.0.1", port=port)
    watch = variables["app_hosts"]["alerts_watch"]
    mailbox = subprocess.Popen([*command, box])
    settings = alerting.settings(str(tmp_path), routes=[route], watch=watch, language=language)
    pipe = alerting.Pipe(alerting.write(settings))
    try:
        pipe.ready()
        pipe.state("app01", "EXITED", "expected:0 pid:7")
        text = _daemons.wait_for(lambda: box.exists() and box.read_text(), what="mail")
    finally:
        pipe.end()
        mailbox.kill()
        mailbox.wait(20)
    assert "To: ops@example.com\nSubject: [" in text
    assert words in text
