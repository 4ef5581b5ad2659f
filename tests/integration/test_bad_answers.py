# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of bad answer at once, next to good daemons: each is told as what it is, in time, in little memory.

How long a server took is what the run says, by the clock that its deadlines are made of. A machine that is busy makes
all of them late together, so times are compared with that of a server that never says a word, in the same run. That a
deadline holds to the second is shown in the unit tests of the loop, where time passes only when it is looked at.
"""

from __future__ import annotations

import json
import os
import resource

import badanswers
import badservers
import pytest
import targets
from ansible_programs import Ansible

TIMEOUT = 8.0  # seconds
MEMORY = 1 << 30  # bytes
TASKS = {
    "supervisor_info": ({}, badanswers.ALL),
    "supervisor_process": ({"names": ["web"], "state": "started"}, badanswers.PROCESS),
    "supervisor_rpc": ({"method": "getSupervisorVersion"}, badanswers.ANY),
}


@pytest.fixture
def serve():
    """Factory of servers: ``serve(behave).url``."""
    servers = []

    def start(behave, **options):
        servers.append(badservers.Server(behave, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def limited(process):
    """The result of a module that has so much memory and no more: what each server became, by name."""
    resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
    result = targets.finish(process, timeout=20 * TIMEOUT)
    assert not result["failed"], result
    return {row["name"]: row for row in result["servers"]}


def check(found, kinds):
    """Each is told as what it is, by the rule about it, and none has taken longer than a silent one."""
    odd = {
        kind: found[kind]["msg"]
        for kind in kinds
        if not any(word in found[kind]["msg"] for word in badanswers.verdicts(kind))
    }
    assert odd == {}, "not told as what they are"
    assert [kind for kind in kinds if not found[kind]["failed"]] == []
    assert [kind for kind in kinds if "exception" in found[kind]] == [], "only the last net has caught these"
    assert all(row["msg"].isprintable() for row in found.values())
    silent = found["silence"]["seconds"]
    assert silent >= TIMEOUT
    assert {kind: row["seconds"] for kind, row in found.items() if row["seconds"] > 2 * silent} == {}


def test_there_are_enough_kinds():
    assert len(badanswers.ALL) > 80


@pytest.mark.ends
@pytest.mark.parametrize("name", list(TASKS))
def test_every_bad_answer_is_the_fault_of_its_server(name, start_module, serve):
    options, kinds = TASKS[name]
    behaviours = {"first": badanswers.answers(), **{kind: pair[0] for kind, pair in kinds.items()}}
    behaviours["last"] = badanswers.answers()
    servers = [{"name": kind, "server_url": serve(behave).url} for kind, behave in behaviours.items()]
    found = limited(start_module(name, {**options, "servers": servers, "timeout": TIMEOUT, "fail_when": "all"}))
    assert list(found) == list(behaviours)
    assert [found[good]["msg"] for good in ("first", "last")] == ["", ""]
    check(found, kinds)


@pytest.mark.ends
def test_the_inventory_has_all_others(version, tmp_path, serve):
    ansible = Ansible(version, tmp_path)
    kinds = badanswers.ALL
    behaviours = {"first": badanswers.answers(), **{kind: pair[0] for kind, pair in kinds.items()}}
    behaviours["last"] = badanswers.answers()
    names = {"s%02d" % number: kind for number, kind in enumerate(behaviours)}
    endpoints = [{"server_url": serve(behaviours[kind]).url, "name": name} for name, kind in names.items()]
    config = ansible.write({"endpoints": endpoints, "timeout": TIMEOUT, "unreachable": "group"})
    program = os.path.join(ansible.programs, "ansible-inventory")
    ended = ansible.run("/usr/bin/prlimit", f"--as={MEMORY}", program, "-i", config, "--list", timeout=20 * TIMEOUT)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    known = json.loads(ended.stdout)
    assert [names[host] for host in known["supervisor_reachable"]["hosts"]] == ["first", "last"]
    hosts = {names[host]: variables for host, variables in known["_meta"]["hostvars"].items()}
    failures = {kind: hosts[kind]["supervisord_failure"]["__ansible_unsafe"] for kind in kinds}
    assert set(failures.values()) == {"timeout", "protocol", "closed", "unauthorized", "fault"}
    late = {kind for kind, failure in failures.items() if failure == "timeout"}
    assert {kind for kind in kinds if badanswers.verdicts(kind) == (badanswers.LATE,)} <= late
    assert late <= {kind for kind in kinds if badanswers.LATE in badanswers.verdicts(kind)}


@pytest.mark.ends
def test_endless_answers_through_tls(start_module, serve, tmp_path):
    """What is decrypted already is not seen by whoever waits for the socket."""
    made = badservers.Certificates(tmp_path)
    kinds = [kind for kind, pair in badanswers.ANY.items() if hasattr(pair[0], "endless")]
    assert len(kinds) > 10
    kinds.append("silence")
    behaviours = {**{kind: badanswers.ANY[kind][0] for kind in kinds}, "good": badanswers.answers()}
    servers = [
        {"name": kind, "server_url": serve(behave, tcp=True, context=made.context()).url}
        for kind, behave in behaviours.items()
    ]
    options = {"method": "getState", "ca_path": made.ca, "timeout": TIMEOUT, "fail_when": "all", "servers": servers}
    check(limited(start_module("supervisor_rpc", options)), kinds)
