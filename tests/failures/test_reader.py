# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A daemon is found, and read, as it runs; where it cannot be reached, the truth about it is told."""

from __future__ import annotations

import planted
import pytest

EXTRA = {"name": "extra", "command": "/bin/sleep 100008"}
TASKS = {
    "supervisor_program": {"programs": [EXTRA]},
    "supervisor_process": {"names": ["bystander"], "state": "restarted"},
    "supervisor_info": {},
}
every_module = pytest.mark.parametrize("module", TASKS)
LIVES = r"supervisord \d+ \(of %s\) lives, but nothing answers at unix://%s: .*Do not start another one"
SERVER = "[unix_http_server]\nfile=/run/fleet-elsewhere.sock\n"


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_main_file_that_the_daemon_does_not_read(host, failure, check):
    text = host.sh("cat " + planted.MAIN).replace(planted.CONF_DIR, "/opt/fleet-other.d") + "\n"
    says = r"was started with %s, and does not read /opt/fleet-other.conf.*Nothing was changed" % planted.MAIN
    with planted.file(host, "/opt/fleet-other.d/none.conf", ""), planted.file(host, "/opt/fleet-other.conf", text):
        with failure("11", "a main file that the daemon does not read", says) as case:
            case.outcome = host.module(
                "supervisor_program", check, programs=[EXTRA], config_file="/opt/fleet-other.conf"
            )
        assert host.sh("ls /opt/fleet-other.d") == "none.conf"


@every_module
def test_socket_that_is_gone(host, failure, module):
    with failure("11", f"a living daemon without its socket, {module}", LIVES % (planted.MAIN, planted.SOCKET)) as case:
        with planted.moved(host, planted.SOCKET):
            case.outcome = host.module(module, **TASKS[module])


def test_socket_that_is_gone_in_check_mode(host, failure):
    """No daemon at all would do there: then everything is new."""
    with failure("11", "a living daemon without its socket, in check mode", r"lives, but nothing answers") as case:
        with planted.moved(host, planted.SOCKET):
            case.outcome = host.module("supervisor_program", check=True, programs=[EXTRA])


@every_module
def test_server_section_in_an_included_file(host, failure, module):
    """Written after the daemon was started: it listens where it did, and its files say otherwise."""
    with planted.file(host, planted.CONF_DIR + "/server.conf", SERVER):
        says = LIVES % (planted.MAIN, "/run/fleet-elsewhere.sock")
        with failure("11", f"an included file with another address, {module}", says) as case:
            case.outcome = host.module(module, **TASKS[module])


def test_daemon_that_is_stopped_by_a_signal(host, failure):
    with failure("11", "a daemon that a signal has stopped", r"it is stopped by a signal; kill -CONT \d+") as case:
        host.sh("kill -STOP $(cat /run/supervisor/supervisord.pid)")
        try:
            case.outcome = host.module("supervisor_program", programs=[EXTRA], timeout=2)
        finally:
            host.sh("kill -CONT $(cat /run/supervisor/supervisord.pid)")


def test_included_file_that_is_spoilt(host, failure):
    with planted.file(host, planted.CONF_DIR + "/spoilt.conf", "this is no section\n"):
        says = r"spoilt.conf.*This is in the configuration already.*Nothing was changed"
        with failure("11", "an included file that was spoilt", says) as case:
            case.outcome = host.module("supervisor_program", programs=[EXTRA])


def test_file_that_is_read_by_two_names(host, failure):
    with planted.program(host, EXTRA), planted.link(host, planted.CONF_DIR + "/zz-extra.conf", "extra.conf"):
        says = r"can't find command '/no/such/command'.*were put back"
        with failure("11", "a file that is read by two names", says, lost="extra:extra") as case:
            case.outcome = host.module("supervisor_program", programs=[{**EXTRA, "command": "/no/such/command"}])


def test_included_file_that_overrides_the_daemon(host):
    """It is no failure, and never said to be in force."""
    before = host.look()
    with planted.file(host, planted.CONF_DIR + "/old.conf", "[supervisord]\nloglevel=debug\n"):
        outcome = host.role("supervisor", True, supervisor_supervisord={"loglevel": "warn"})
    assert not outcome.failed, outcome.output
    says = "loglevel of [supervisord] is not in force as declared: /etc/supervisor/conf.d/old.conf, line 2"
    assert says in outcome.warnings
    assert host.look() == before
