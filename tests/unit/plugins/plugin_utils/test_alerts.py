# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller knows of the listener."""

from __future__ import annotations

import json
import pathlib
import tarfile

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _alerts

FILES = str(pathlib.Path(__file__).parents[4] / "roles" / "alerts" / "files")


def test_settings_are_judged_by_the_listener_itself():
    assert _alerts.faults({"host": "a", "folder": "/x"}, FILES) == []
    found = _alerts.faults({"host": "a", "folder": "/x", "routes": [{"name": "r", "type": "dingding"}]}, FILES)
    assert found[0].startswith("routes[0].type: 'dingding'")


def test_equal_files_make_an_equal_archive(tmp_path):
    first, again = (_alerts.archive(FILES, str(tmp_path)) for _turn in range(2))
    assert first == again
    with tarfile.open(first["path"]) as tar:
        names = tar.getnames()
    assert names[-1] == "complete"
    assert "supervisord_fleet_alerts/__main__.py" in names
    assert [name for name in names if "pycache" in name] == []


def outcome(sent=None, **more):
    """What came of a test on a host where all is there."""
    there = {"unreachable": False, "msg": "", "installed": True, "python": True, "pythons": ["/usr/bin/python3"]}
    return {**there, "sent": sent or {}, **more}


def test_rows_of_tests():
    one = {"type": "smtp", "arrived": False, "why": "535 no", "seconds": 0.5}
    outcomes = {
        "a": outcome({"stdout": json.dumps({"routes": {"ops": one}})}),
        "b": outcome({"stdout": "", "stderr": "mode 0644\n"}),
        "c": outcome({"stdout": json.dumps({"routes": {}})}),
    }
    rows = _alerts.rows(outcomes)
    assert rows[0] == {
        "host": "a",
        "name": "ops",
        "route": "ops",
        "type": "smtp",
        "result": "failed",
        "seconds": 0.5,
        "message": "535 no",
    }
    assert [row["message"] for row in rows[1:]] == ["mode 0644", "there is no such route"]
    assert {row["result"] for row in rows} == {"failed"}


def test_a_dry_run_sends_nothing_and_fails_nobody():
    (row,) = _alerts.rows({"a": outcome({"skipped": True})}, foreseen=True)
    assert (row["result"], row["message"]) == ("would send", "a test through every route")
    (row,) = _alerts.rows({"a": outcome({"skipped": True})}, foreseen=True, route="ops")
    assert row["message"] == "a test through the route ops"


@pytest.mark.parametrize("foreseen", [True, False])
@pytest.mark.parametrize(
    ("found", "result", "message"),
    [
        ({}, "failed", "it has failed before a test could be sent; what was wrong stands above"),
        (outcome(unreachable=True, msg="no route to host\n"), "unreachable", "no route to host"),
        (outcome(installed=False), "failed", "there is no listener of the role alerts"),
        (outcome(python=False), "failed", "none of /usr/bin/python3 is a Python 3.6 or newer; see alerts_python"),
    ],
)
def test_why_nothing_can_be_sent(found, result, message, foreseen):
    (row,) = _alerts.rows({"a": found}, foreseen)
    assert (row["result"], row["message"]) == (result, message)


def test_a_host_that_is_lost_while_it_sends_is_told_as_such():
    (row,) = _alerts.rows({"a": outcome({"unreachable": True, "msg": "no route to host"})})
    assert (row["result"], row["message"]) == ("unreachable", "no route to host")


PLACES = {
    "name": "fleet-alerts",
    "program_dir": "/usr/local/lib/alerts",
    "config_dir": "/etc/alerts",
    "data_dir": "/var/lib/alerts",
    "maintenance_dir": "/var/lib/marks",
    "supervisor_config_file": "",
    "supervisor_url": "",
    "python": "",
}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("name", "a b", "name: 'a b'; give a name of letters"),
        ("python", "python3", "python: 'python3'; give an absolute path"),
        ("config_dir", "//", "config_dir: '//'; give an absolute path below /"),
        ("config_dir", "/var/lib/alerts/fleet-alerts/a", "config_dir: '/var/lib/alerts/fleet-alerts/a' leads into "),
        ("program_dir", "/var/lib/alerts", "program_dir: '/var/lib/alerts' leads into /var/lib/alerts/fleet-alerts, "),
        ("maintenance_dir", "/var/lib/alerts/fleet-alerts", "maintenance_dir: "),
        ("supervisor_url", "ftp://me:s3cret@a", "supervisor_url: 'ftp://a'; give unix:///PATH or http://HOST:PORT"),
    ],
)
def test_names_and_places_that_cannot_be(name, value, words):
    assert _alerts.misplaced(PLACES) == []
    assert _alerts.misplaced({**PLACES, "supervisor_url": "unix:///run/s.sock", "python": "/usr/bin/python3"}) == []
    (found,) = _alerts.misplaced({**PLACES, name: value})
    assert found.startswith(words)


def test_folders_of_the_archive_are_for_everybody(tmp_path):
    with tarfile.open(_alerts.archive(FILES, str(tmp_path))["path"]) as tar:
        folders = {member.name: member.mode for member in tar if member.isdir()}
    assert folders == {"supervisord_fleet_alerts": 0o755, "supervisord_fleet_alerts/routes": 0o755}
