# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller knows of the listener."""

from __future__ import annotations

import json
import pathlib
import tarfile

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _alerts

FILES = str(pathlib.Path(__file__).parents[4] / "roles" / "alerts" / "files")


def test_settings_are_judged_by_the_listener_itself():
    assert _alerts.faults({"host": "a", "folder": "/x"}, FILES) == []
    found = _alerts.faults({"host": "a", "folder": "/x", "routes": [{"name": "r", "type": "dingding"}]}, FILES)
    assert found[0].startswith("routes[0].type: 'dingding'")


def test_equal_files_make_an_equal_archive(tmp_path):
    first, again = (_alerts.archive(FILES, str(tmp_path)) for _ in range(2))
    assert first == again
    with tarfile.open(first["path"]) as tar:
        names = tar.getnames()
    assert names[-1] == "complete"
    assert "supervisord_fleet_alerts/__main__.py" in names
    assert [name for name in names if "pycache" in name] == []


def test_rows_of_tests():
    one = {"type": "smtp", "arrived": False, "why": "535 no", "seconds": 0.5}
    sent = {
        "a": {"stdout": json.dumps({"routes": {"ops": one}})},
        "b": {},
        "c": {"stdout": "", "stderr": "mode 0644\n"},
    }
    rows = _alerts.rows(sent)
    assert rows[0] == {
        "host": "a",
        "name": "ops",
        "route": "ops",
        "type": "smtp",
        "result": "failed",
        "seconds": 0.5,
        "message": "535 no",
    }
    assert [row["message"] for row in rows[1:]] == ["there is no listener of the role alerts", "mode 0644"]
    assert {row["result"] for row in rows} == {"failed"}


def test_a_dry_run_sends_nothing_and_fails_nobody():
    (row,) = _alerts.rows({"a": {"skipped": True}}, foreseen=True)
    assert (row["result"], row["message"]) == ("would send", "a test through every route")


def test_a_host_that_is_not_reached_is_told_as_such():
    (row,) = _alerts.rows({"a": {"unreachable": True, "msg": "no route to host"}}, foreseen=True)
    assert (row["result"], row["message"]) == ("unreachable", "no route to host")
