# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes about a daemon are believed only while they can be true."""

import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import stamp as _stamp
from ansible_collections.supervisord.fleet.plugins.module_utils._program import ledger as _ledger
from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import client as _client


@pytest.fixture
def conf(tmp_path):
    path = tmp_path / "a.conf"
    path.write_bytes(b"one")
    return str(path)


def noted(conf, daemon="1:2"):
    return _ledger.Ledger(daemon, {"a": _ledger.Entry("print", _stamp.stamps([conf]), {"a:a": [7, 1000]})})


def test_notes_survive_the_file(tmp_path, conf):
    path = tmp_path / "notes.json"
    path.write_bytes(_ledger.dump(noted(conf)))
    assert _ledger.load(str(path)) == noted(conf)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"version": 99}', b'{"version": 2, "daemon": 3, "groups": []}'])
def test_damaged_notes_are_no_notes(tmp_path, text):
    path = tmp_path / "notes.json"
    path.write_bytes(text)
    assert _ledger.load(str(path)) == _ledger.EMPTY


def test_missing_notes_are_no_notes(tmp_path):
    assert _ledger.load(str(tmp_path / "none")) == _ledger.EMPTY


def test_believed_for_the_same_process_and_the_same_file(conf):
    assert _ledger.active_fingerprint(noted(conf), "1:2", "a", [conf], {}) == "print"


def test_not_believed_for_another_process(conf):
    assert _ledger.active_fingerprint(noted(conf), "1:3", "a", [conf], {}) is None
    assert _ledger.active_fingerprint(noted(conf, ""), "", "a", [conf], {}) is None


def test_not_believed_once_the_file_was_touched_even_with_the_same_content_and_time(conf):
    ledger = noted(conf)
    status = os.stat(conf)
    with open(conf, "wb") as handle:
        handle.write(b"one")
    os.utime(conf, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert _ledger.active_fingerprint(ledger, "1:2", "a", [conf], {}) is None


def test_not_believed_when_another_file_shapes_the_group_too(conf, tmp_path):
    other = tmp_path / "b.conf"
    other.write_bytes(b"")
    assert _ledger.active_fingerprint(noted(conf), "1:2", "a", [conf, str(other)], {}) is None


@pytest.mark.parametrize(
    ("pid", "start", "known"), [(7, 1000, True), (8, 1000, False), (7, 1001, False), (0, 0, False)]
)
def test_a_process_that_runs_ever_since_proves_that_its_group_was_not_replaced(conf, pid, start, known):
    ledger = noted(conf)
    with open(conf, "ab") as handle:
        handle.write(b"edited")
    seen = _client.Process("a", "a", 20 if pid else 0, "RUNNING" if pid else "STOPPED", pid=pid, start=start)
    assert _ledger.active_fingerprint(ledger, "1:2", "a", [conf], {"a:a": seen}) == ("print" if known else None)


def test_loaded_at_start_needs_a_file_older_than_the_daemon(conf):
    changed = os.stat(conf).st_ctime
    assert _ledger.loaded_at_start(changed + 10, [conf])
    assert not _ledger.loaded_at_start(changed + 1, [conf])
    assert not _ledger.loaded_at_start(changed - 10, [conf])
    assert _ledger.loaded_at_start(changed - 1, [conf], -_ledger.START_MARGIN)
    assert not _ledger.loaded_at_start(changed - 10, [conf], -_ledger.START_MARGIN)
    assert not _ledger.loaded_at_start(None, [conf])
    assert not _ledger.loaded_at_start(changed + 10, [conf + "x"])
