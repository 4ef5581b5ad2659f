# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""More processes than a daemon can deal with in one request: none of them keeps it for long.

Until a daemon has done all that a request asks for, and has started all that this makes it start, it answers nobody.
"""

import pytest

PROGRAMS, EACH = 10, 6
MOST = 50


def program(number):
    return {
        "name": "p%d" % number,
        "command": "/bin/sleep 1000",
        "numprocs": EACH,
        "process_name": "%(program_name)s_%(process_num)s",
        "startsecs": 0,
    }


def touched(batch):
    """How many processes a request starts, stops or asks for one by one."""
    per_call = {"addProcessGroup": EACH, "startProcess": 1, "stopProcess": 1, "signalProcess": 1, "getProcessInfo": 1}
    return sum(per_call.get(method.rpartition(".")[2], 0) for method, _params in batch)


@pytest.fixture
def many(daemons, record, run_module, tmp_path):
    """A daemon with more processes than go into one request, and a record of what declaring them took."""
    daemon = daemons(supervisord={"minfds": "1024"})
    recorder = record(daemon)
    args = {
        "programs": [program(number) for number in range(PROGRAMS)],
        "config_file": daemon.conf,
        "server_url": recorder.url,
        "state_dir": str(tmp_path),
    }
    result = run_module("supervisor_program", args)
    assert not result["failed"], result
    return daemon, recorder


def test_no_request_starts_more_than_a_daemon_does_soon(many):
    daemon, recorder = many
    assert len(daemon.pids()) == PROGRAMS * EACH
    assert max(map(touched, recorder.batches)) <= MOST


@pytest.mark.parametrize("state", ["restarted", "signalled"])
def test_what_is_done_to_all_of_them_comes_in_parts(many, run_module, state):
    daemon, recorder = many
    before = daemon.pids()
    del recorder.batches[:]
    args = {"names": ["p*"], "state": state, "server_url": recorder.url}
    result = run_module("supervisor_process", dict(args, signal="CONT") if state == "signalled" else args)
    assert not result["failed"], result
    assert len(result["processes"]) == PROGRAMS * EACH
    assert max(map(touched, recorder.batches)) <= MOST
    heavy = {"supervisor.getAllProcessInfo", "supervisor.getAllConfigInfo"}
    assert [batch for batch in recorder.batches if len(heavy & {method for method, _params in batch}) > 1] == []
    same = set(before.items()) & set(daemon.pids().items())
    assert len(same) == (0 if state == "restarted" else PROGRAMS * EACH)
