# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A memo is believed only while everything it was made of is the same."""

import json
import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import stamp as _stamp
from ansible_collections.supervisord.fleet.plugins.module_utils._program import memo as _memo, request as _request
from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import client as _client, states as _states

PID = os.getpid()
PARAMS = {"programs": [{"name": "web", "kind": "program", "command": "x", "umask": None}], "purge": False}


def process(**options):
    known = {"group": "web", "name": "web", "state": _states.RUNNING, "statename": "RUNNING", "pid": 7}
    known.update(start=1000, now=2000, stdout_logfile="/o", stderr_logfile="/e")
    return _client.Process(**dict(known, **options))


def reported(state="started"):
    seen = {"name": "web:web", "before": "RUNNING", "after": "RUNNING", "pid_before": 7, "pid": 7, "actions": []}
    return [{"name": "web", "group": "web", "state": state, "processes": [] if state == "absent" else [seen]}]


@pytest.fixture
def conf(tmp_path):
    path = tmp_path / "web.conf"
    path.write_bytes(b"one")
    return path


@pytest.fixture
def memo(conf, tmp_path):
    identity = _stamp.daemon_identity(PID)
    return _memo.make(PARAMS, identity, "unix:///s", [str(conf), str(tmp_path)], reported(), {"web:web": process()})


@pytest.fixture
def path(memo, tmp_path):
    path = tmp_path / "state" / "conf-0123.memo"
    _memo.save(memo, str(path))
    return str(path)


@pytest.fixture
def key():
    return _memo.key_of(PARAMS)


@pytest.fixture
def kept(memo, path):
    fresh = memo._replace(stamps={name: _stamp.stamp(name) for name in memo.stamps})
    _memo.save(fresh, path)
    return fresh


def test_an_option_that_was_not_given_makes_no_difference(kept, path):
    params = {"purge": False, "programs": [{"name": "web", "kind": "program", "command": "x"}], "backup": None}
    assert _memo.load(path, _memo.key_of(params)) == kept


def edit(conf):
    conf.write_bytes(b"two")


def protect(conf):
    conf.chmod(0o640)


def neighbour(conf):
    (conf.parent / "other.conf").write_bytes(b"")


def remove(conf):
    conf.unlink()


@pytest.mark.parametrize("change", [edit, protect, neighbour, remove])
def test_any_change_of_a_file_or_folder_ends_it(kept, path, key, conf, change):
    assert _memo.load(path, key) == kept
    change(conf)
    assert _memo.load(path, key) is None


def test_other_arguments_another_daemon_and_damage_end_it(kept, path, key):
    assert _memo.load(path, _memo.key_of(dict(PARAMS, purge=True))) is None
    assert _memo.load(path + "x", key) is None
    _memo.save(kept._replace(daemon="%d:1" % PID), path)
    assert _memo.load(path, key) is None
    for text in (b"", b"[]", b"{}", json.dumps(dict(kept._asdict(), stamps=3)).encode()):
        with open(path, "wb") as stream:
            stream.write(text)
        assert _memo.load(path, key) is None


def test_a_release_of_the_collection_ends_it(key, monkeypatch):
    monkeypatch.setattr(_memo, "VERSION", "other")
    assert _memo.key_of(PARAMS) != key


def test_processes_are_reported_as_they_are_now(memo):
    [program] = _memo.programs(memo, PID, {"web:web": process(pid=9)})
    assert program["processes"][0]["pid"] == program["processes"][0]["pid_before"] == 9


@pytest.mark.parametrize(
    "now",
    [
        {},
        {"web:web": process(state=_states.STOPPED, statename="STOPPED", pid=0)},
        {"web:web": process(state=_states.STARTING, statename="STARTING")},
        {"web:web": process(start=1999)},
        {"web:web": process(stdout_logfile="/other")},
    ],
    ids=["gone", "stopped", "starting", "just started", "other log"],
)
def test_a_process_that_is_not_as_declared_ends_it(memo, now):
    assert _memo.programs(memo, PID, now) is None


def test_another_daemon_at_the_address_ends_it(memo):
    assert _memo.programs(memo, PID + 1, {"web:web": process()}) is None


def test_what_is_absent_must_stay_so(memo):
    absent = memo._replace(programs=reported("absent"))
    assert _memo.programs(absent, PID, {}) == reported("absent")
    assert _memo.programs(absent, PID, {"web:web": process()}) is None


def test_present_says_nothing_of_states(memo):
    stopped = {"web:web": process(state=_states.STOPPED, statename="STOPPED", pid=0)}
    [program] = _memo.programs(memo._replace(programs=reported("present")), PID, stopped)
    assert program["processes"][0]["after"] == "STOPPED"


def test_what_changed_during_the_run_or_right_before_is_not_settled(memo):
    changed = max(stamp[2] for stamp in memo.stamps.values()) / 1e9
    assert _memo.is_settled(memo, changed + _memo.MARGIN + 0.1)
    assert not _memo.is_settled(memo, changed + _memo.MARGIN - 0.1)
    assert not _memo.is_settled(memo, changed - 1)


def test_tasks_with_other_programs_have_other_memos():
    def path(**options):
        asked = _request.Request(PARAMS["programs"], "a", purge=False, conf_dir=None, state_dir="/s")
        return _memo.path_for(asked._replace(**options), "/etc/s.conf")

    assert path() == path(programs=[dict(PARAMS["programs"][0], command="other")])
    assert len({path(), path(managed_by="b"), path(purge=True), path(programs=[{"name": "b", "kind": "group"}])}) == 4


def test_memos_of_former_daemons_are_dropped(memo, path):
    old = os.path.join(os.path.dirname(path), "conf-9999.memo")
    other = os.path.join(os.path.dirname(path), "other-9999.memo")
    for name in (old, other):
        with open(name, "w", encoding="ascii"):
            pass
        os.utime(name, (1, 1))
    _memo.save(memo, path)
    assert sorted(os.listdir(os.path.dirname(path))) == ["conf-0123.memo", "other-9999.memo"]
