# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sign of life that somebody without rights has written: read if it is one, and never more than that."""

import json
import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._tasks import heartbeat as _heartbeat, info as _info

NOW = 1795953600.0  # 2026-11-29T12:00:00Z
GOOD = {
    "version": 1,
    "written": "2026-11-29T11:59:57.100Z",
    "heard": "2026-11-29T11:59:20Z",
    "started": "2026-11-28T12:00:00.000Z",
    "firing": 2,
    "unsaved": "",
    "routes": {"ops": {"type": "smtp", "waiting": 3, "last_error": "535 no"}},
}


@pytest.fixture
def read(tmp_path):
    def run(value):
        path = tmp_path / "heartbeat.json"
        path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
        return _heartbeat.read(str(path), NOW)

    return run


def test_what_it_says(read):
    assert read(GOOD) == {
        "error": None,
        "written": 3,
        "heard": 40,
        "started": 86400,
        "firing": 2,
        "unsaved": "",
        "routes": [{"name": "ops", "type": "smtp", "waiting": 3, "last_error": "535 no"}],
    }


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("written", "yesterday", None),
        ("written", "2026-13-45T99:00:00Z", None),
        ("written", 1795953600, None),
        ("written", "2030-01-01T00:00:00Z", 0),
        ("heard", None, None),
        ("firing", -5, 0),
        ("firing", 10**30, 10**12),
        ("firing", True, 0),
        ("firing", 1.5, 0),
        ("unsaved", ["x"], ""),
        ("unsaved", "\x1b[2Jfull\nup", "full\ufffdup"),
        ("unsaved", "x" * 1000, "x" * 200),
        ("routes", ["ops"], []),
        ("routes", {"ops": "smtp"}, []),
    ],
)
def test_only_values_of_their_kind_are_taken(read, name, value, wanted):
    found = read(dict(GOOD, **{name: value}))
    assert found["error"] is None
    assert found[name] == wanted


def test_no_more_routes_than_a_person_would_set(read):
    many = {"r%d" % number: {"type": "smtp", "waiting": 1} for number in range(500)}
    assert len(read(dict(GOOD, routes=many))["routes"]) == _heartbeat.ROUTES


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff\xfe", b"[1]", b"null", b'{"version": 2}', b"[" * 100000, b" " * (_heartbeat.LARGEST + 1)],
    ids=["empty", "cut", "not UTF-8", "a list", "nothing", "another version", "deep", "large"],
)
def test_what_is_none_is_refused(read, data):
    found = read(data)
    assert "is none of the role alerts" in found["error"]
    assert (found["written"], found["routes"]) == (None, [])


def test_a_link_is_not_followed_and_a_pipe_is_not_waited_for(tmp_path):
    (tmp_path / "real").write_text(json.dumps(GOOD))
    (tmp_path / "link").symlink_to("real")
    os.mkfifo(str(tmp_path / "pipe"))
    assert "is a link" in _heartbeat.read(str(tmp_path / "link"))["error"]
    assert "not a regular file" in _heartbeat.read(str(tmp_path / "pipe"))["error"]
    assert "there is no " in _heartbeat.read(str(tmp_path / "none"))["error"]


def test_it_is_on_the_machine_of_the_daemon_and_nowhere_else(tmp_path):
    with pytest.raises(_errors.OptionError, match="run the module there, without servers"):
        _info._alerts_of({"alerts": "/var/lib/x/heartbeat.json", "servers": []})
    assert "there is no " in _info._alerts_of({"alerts": str(tmp_path / "none"), "servers": None})["error"]
