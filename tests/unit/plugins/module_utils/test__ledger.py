# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes about a daemon are believed only while they can be true."""

import os
import time

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _client, _ledger


@pytest.fixture
def conf(tmp_path):
    path = tmp_path / "a.conf"
    path.write_bytes(b"one")
    return str(path)


def noted(conf, daemon="1:2"):
    return _ledger.Ledger(daemon, {"a": _ledger.Entry("print", _ledger.stamps([conf]), {"a:a": [7, 1000]})})


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


@pytest.mark.parametrize(("pid", "start", "known"), [(7, 1000, True), (8, 1000, False), (7, 1001, False), (0, 0, False)])
def test_a_process_that_runs_ever_since_proves_that_its_group_was_not_replaced(conf, pid, start, known):
    ledger = noted(conf)
    with open(conf, "ab") as handle:
        handle.write(b"edited")
    seen = _client.Process("a", "a", 20 if pid else 0, "RUNNING" if pid else "STOPPED", pid=pid, start=start)
    assert _ledger.active_fingerprint(ledger, "1:2", "a", [conf], {"a:a": seen}) == ("print" if known else None)


def test_identity_of_this_process_is_stable_and_its_start_is_now():
    assert _ledger.daemon_identity(os.getpid()) == _ledger.daemon_identity(os.getpid())
    assert _ledger.daemon_identity(os.getpid()).startswith("%d:" % os.getpid())
    started = _ledger.daemon_started(os.getpid())
    assert 0 <= time.time() - started < 3600


def test_a_process_that_cannot_be_seen_has_no_identity(tmp_path):
    assert _ledger.daemon_identity(1, proc=str(tmp_path)) == ""
    assert _ledger.daemon_started(1, proc=str(tmp_path)) is None


def test_command_names_with_brackets_and_blanks_are_read(tmp_path):
    folder = tmp_path / "77"
    folder.mkdir()
    (folder / "stat").write_bytes(b"77 (a) b (c) S 1 2 3 " + b"0 " * 15 + b"4242 0 0\n")
    assert _ledger.daemon_identity(77, proc=str(tmp_path)) == "77:4242"


def test_loaded_at_start_needs_a_file_older_than_the_daemon(conf):
    changed = os.stat(conf).st_ctime
    assert _ledger.loaded_at_start(changed + 10, [conf])
    assert not _ledger.loaded_at_start(changed + 1, [conf])
    assert not _ledger.loaded_at_start(changed - 10, [conf])
    assert not _ledger.loaded_at_start(None, [conf])
    assert not _ledger.loaded_at_start(changed + 10, [conf + "x"])


def test_each_main_configuration_has_notes_of_its_own():
    paths = {_ledger.path_for("/s", p) for p in ("/etc/supervisord.conf", "/etc/supervisor/supervisord.conf")}
    assert paths == {"/s/etc-supervisord.conf.json", "/s/etc-supervisor-supervisord.conf.json"}
