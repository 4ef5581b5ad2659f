# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixtures themselves: a test that proves nothing is worse than none."""

from __future__ import annotations


def test_every_release_answers_with_its_own_version(daemons, version, record):
    daemon = daemons({"web": {"command": "/bin/sleep 1000"}})
    daemon.wait_state("web:web", "RUNNING")
    assert daemon.client().snapshot().version == version
    assert list(daemon.pids()) == ["web:web"]


def test_the_recorder_sees_calls_inside_a_multicall(daemons, record):
    daemon = daemons({"web": {"command": "/bin/sleep 1000", "autostart": "false"}})
    proxy = record(daemon)
    client = daemon.client(proxy.url)
    client.multicall([("getState", ()), ("startProcess", ("web", False))])
    assert proxy.methods == ["supervisor.getState", "supervisor.startProcess"]
    assert proxy.mutating == [("supervisor.startProcess", ("web", False))]
