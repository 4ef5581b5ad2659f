# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a message of a failure holds: the cause of this one, first, and once."""

from __future__ import annotations

import planted

FLAG = "/run/fleet-broken"
EXTRA = {"name": "extra", "command": "/bin/sh -c 'exit 7'", "startretries": 0}


def declare(host, **item):
    return host.module("supervisor_program", programs=[{"name": "extra", **item}])


def test_exit_status_of_an_earlier_life(host, failure):
    with planted.program(host, EXTRA, rollback=False):
        says = r"^(?!.*exit status 7).*extra:extra.*can't find command '/no/such/command'"
        with failure("9", "the exit status of an earlier life", says) as case:
            case.outcome = declare(host, command="/no/such/command", startretries=0)


def test_log_of_an_earlier_life(host, failure):
    script = f"if test -e {FLAG}; then echo broken now >&2; exit 3; fi; echo all is well >&2; exec sleep 100005"
    item = {"name": "extra", "command": f"/bin/sh -c '{script}'", "startretries": 0}
    with planted.program(host, item), planted.file(host, FLAG, ""):
        says = r"^extra:extra (?!.*all is well).*exit status 3.*broken now"
        with failure("9", "the log of an earlier life", says, lost="extra:extra") as case:
            case.outcome = host.module("supervisor_process", names=["extra"], state="restarted")


def test_lines_of_each_start_are_told_once(host, failure):
    says = r"^extra:extra (?!.*the port is taken.*the port is taken).*the port is taken"
    with failure("9", "the same lines at each of several starts", says) as case:
        command = "/bin/sh -c 'echo the port is taken >&2; exit 4'"
        case.outcome = declare(host, command=command, startretries=2)
    assert str(case.outcome.result).count("the port is taken") == 1


def test_listener_that_breaks_its_protocol(host, failure):
    says = r"^extra:extra is RUNNING, but supervisord sends it no events.*were put back"
    with failure("9", "an event listener that breaks its protocol", says) as case:
        command = "/bin/sh -c 'echo Starting up; exec sleep 100006'"
        case.outcome = declare(host, kind="eventlistener", command=command, events=["TICK_3600"])


def test_log_that_cannot_be_opened(host, failure):
    host.sh("mkdir /run/fleet-folder")
    try:
        says = r"^extra:extra.*cannot open a log, /run/fleet-folder.*: a folder has this name\. Name a file in it"
        with failure("9", "a log that cannot be opened", says) as case:
            case.outcome = declare(host, command="/bin/sleep 100007", stdout_logfile="/run/fleet-folder")
    finally:
        host.sh("rmdir /run/fleet-folder")


def test_method_of_a_plugin_that_is_missing(host, failure):
    with failure("9", "a method whose section is missing", r"\[rpcinterface:twiddler\]") as case:
        case.outcome = host.module("supervisor_rpc", method="twiddler.getAPIVersion")


def test_signal_that_would_not_be_sent(host, failure):
    with failure("9", "a signal without its state", r"signal 'USR1' is only sent with state: signalled") as case:
        case.outcome = host.module("supervisor_process", names=["bystander"], state="restarted", signal="USR1")
