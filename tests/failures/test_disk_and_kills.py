# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Full disks, runs that are killed, and others at work."""

from __future__ import annotations

import contextlib
import json
import time

import host as host_
import pytest

STATE = "/var/lib/supervisord-fleet"
SLEEP = {"name": "extra", "command": "/bin/sleep 1000", "startsecs": 0}
# Does not end when it is asked to, so that a run that takes it away is at work for as long as the test needs.
STUBBORN = {
    "name": "extra",
    "command": "/bin/sh -c \"trap '' TERM; while :; do sleep 1; done\"",
    "stopwaitsecs": 3600,
    "startsecs": 1,
}
LABEL = "failures"


def _main(host):
    return host.sh("ls /etc/supervisor/supervisord.conf /etc/supervisord.conf 2>/dev/null | head -n 1")


def _conf_dir(host):
    return host.sh("ls -d /etc/supervisor/conf.d /etc/supervisord.d 2>/dev/null | head -n 1")


def _tasks(host):
    """One task of each module that changes a daemon."""
    return {
        "supervisor_program": {"programs": [SLEEP]},
        "supervisor_process": {"names": ["bystander"], "state": "restarted"},
        "supervisor_orphans": {"state": "absent"},
        "supervisor_config": {"path": _main(host), "include": {"files": [_conf_dir(host) + "/*.conf"]}},
    }


@contextlib.contextmanager
def _held(host, note=""):
    """The daemon's lock is held by somebody on the host, who may have left a note in it."""
    script = """
import fcntl, hashlib, os, sys, time
main, note = sys.argv[1:]
os.makedirs("/run/supervisord-fleet", exist_ok=True)
name = "%s-%s.lock" % (os.path.basename(main), hashlib.sha256(os.path.realpath(main).encode()).hexdigest()[:16])
lock = open("/run/supervisord-fleet/" + name, "w")
fcntl.flock(lock, fcntl.LOCK_EX)
lock.write(note)
lock.flush()
open("/run/held", "w").close()
time.sleep(120)
"""
    host.sh(
        "cat > /run/hold.py <<'END'\n%s\nEND\nrm -f /run/held\n"
        "nohup python3 /run/hold.py '%s' '%s' >/dev/null 2>&1 & echo $! > /run/hold.pid\n"
        "while ! test -e /run/held; do sleep 0.1; done" % (script, _main(host), note)
    )
    try:
        yield
    finally:
        host.sh("kill $(cat /run/hold.pid); rm -f /run/hold.py /run/hold.pid /run/held")


@contextlib.contextmanager
def _full(host, folder, free=0):
    """A folder with what is in it lies on a disk of its own that has so many KiB left."""
    host.sh(
        f"set -e; mkdir -p {folder} /run/small; mount -t tmpfs -o size=1m,mode=$(stat -c %a {folder}) none /run/small\n"
        f"cp -a {folder}/. /run/small/; mount --move /run/small {folder}\n"
        f"dd if=/dev/zero of={folder}/.fill bs=1k 2>/dev/null || true\n"
        f"truncate -s $(( ($(stat -c %s {folder}/.fill) / 1024 - {free}) * 1024 )) {folder}/.fill"
    )
    try:
        yield
    finally:
        host.sh("umount %s; rmdir /run/small 2>/dev/null || true" % folder)


@pytest.mark.parametrize(
    "module", ["supervisor_program", "supervisor_process", "supervisor_orphans", "supervisor_config"]
)
def test_others_are_at_work(host, failure, module):
    says = r"another run is at work at .*supervisord.conf and did not end within lock_timeout 1 s. Nothing was changed"
    with _held(host), failure("10", "%s while another run does not end" % module, says) as case:
        case.outcome = host.module(module, lock_timeout=1, **_tasks(host)[module])


def test_who_is_at_work_is_told(host, failure):
    note = json.dumps({"who": "supervisor_config", "pid": 4711, "uid": 0, "since": 1, "from": "192.0.2.7"})
    says = r"supervisor_config \(process 4711 of account 0, called from 192.0.2.7, since .*\) is at work at"
    with _held(host, note), failure("10", "a run that tells who it is does not end", says) as case:
        case.outcome = host.module("supervisor_program", lock_timeout=1, programs=[SLEEP])


def test_a_program_on_a_full_disk(host, failure):
    folder = _conf_dir(host)
    with _full(host, folder):
        says = r"extra.conf: No space left on device. Nothing was changed"
        with failure("7", "a new program, and no room for its file", says) as case:
            case.outcome = host.module("supervisor_program", programs=[SLEEP])


def test_many_programs_and_room_for_some(host, failure):
    programs = [dict(SLEEP, name="extra%d" % number) for number in range(8)]
    with _full(host, _conf_dir(host), free=12):
        says = r"No space left on device. Nothing was changed"
        with failure("7", "eight new programs, and room for three files", says) as case:
            case.outcome = host.module("supervisor_program", programs=programs)


def test_no_room_for_the_note(host, failure):
    with _full(host, STATE):
        says = r"Cannot note in .*\.intent what is about to be done: .*No space left on device.*Nothing was changed"
        with failure("7", "a new program, and no room for the note of it", says) as case:
            case.outcome = host.module("supervisor_program", programs=[SLEEP])


def _killed(host):
    """Kill a purge between its files and its groups; what its run came to."""
    run = host.start_module("supervisor_program", managed_by=LABEL, purge=True, programs=[])
    note = "%s/*.intent" % STATE
    deadline = time.monotonic() + 60
    while not host.sh("test -e %s/extra.conf || cat %s 2>/dev/null || true" % (_conf_dir(host), note)):
        assert time.monotonic() < deadline
        assert run.poll() is None
        time.sleep(0.2)
    pid = int(json.loads(host.sh("cat " + note))["who"].split()[-1].rstrip(")"))
    host.sh("kill -9 %d" % pid)
    output = run.communicate(timeout=60)[0]
    # Its program would hold up the next run for as long.
    host.sh("kill -9 $(pgrep -f 'trap .. TERM; while')", check=False)
    return host_.Outcome(run.returncode, 0, output, "", (), output)


@pytest.mark.parametrize(
    "module", ["supervisor_program", "supervisor_process", "supervisor_orphans", "supervisor_config"]
)
def test_a_purge_is_killed_and_ended_by_the_next_run(host, failure, module):
    host.module("supervisor_program", managed_by=LABEL, programs=[STUBBORN])
    title = "a purge killed after its files, then " + module
    with failure("8", title, r"(?i)fail|unreachable", lost="extra:extra", changed=r".*/extra\.conf") as case:
        case.outcome = _killed(host)
        task = _tasks(host)[module]
        if module == "supervisor_program":
            task = {"managed_by": LABEL, "purge": True, "programs": []}
        if module == "supervisor_process":
            task = {"names": ["bystander"], "state": "started"}
        # supervisor_config tells of it; its role declares programs next.
        ended = host.role("supervisor") if module == "supervisor_config" else host.module(module, **task)
        assert not ended.failed, ended.output
        assert "was ended in the midst of its work" in ended.warnings, ended.output
        assert ended.changed or module == "supervisor_config", ended.output
    assert "extra:extra" not in case.after.states
