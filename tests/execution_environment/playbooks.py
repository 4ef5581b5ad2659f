# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs status, control and rolling_restart in an execution environment, as AWX does: each in a container.

usage: playbooks.py IMAGE

The daemons are real, and on this machine: the containers have its network, and see the folder of the daemons' files.
Prints a line for the programs that hosts over SSH and projects need, and one for each playbook, and ends with an error
if anything is not as it should be.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "integration"))

import daemons  # noqa: E402  found by the line above
import farm  # noqa: E402  see above

LOGIN = ("admin", "Zx9-planted")
PROGRAMS = {"web": {"command": "/bin/sleep 100000", "startsecs": "1"}}
RUNS = (
    ("status", {"status_ssh": False}, False),
    ("control", {"control_action": "restart", "control_programs": "web", "control_ssh": False}, True),
    ("rolling_restart", {"rolling_restart_programs": "web"}, True),
)


NEEDED = ("ssh", "sshpass", "git", "rsync")


def main(image):
    needed(image)
    with farm.Farm(daemons.installed()[-1], 3, PROGRAMS, LOGIN) as fleet, tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder)
        (data / "inventory").mkdir()
        (data / "inventory" / "hosts.json").write_text(json.dumps(inventory(fleet)))
        for playbook, variables, restarts in RUNS:
            daemons.wait_for(lambda: set(states(fleet)) == {"RUNNING"}, what="programs that run")
            before = pids(fleet)
            said = run(image, fleet, data, playbook, variables)
            assert (set(pids(fleet)).isdisjoint(before)) is restarts, said
            assert restarts or pids(fleet) == before, said
            assert LOGIN[1] not in said, said
            print("passed: %s" % playbook)
        artifacts = [path for path in (data / "artifacts").rglob("*") if path.is_file()]
        leaks = [path.name for path in artifacts if LOGIN[1].encode() in path.read_bytes()]
        assert artifacts
        assert not leaks, leaks


def needed(image):
    """What meta/execution-environment.yml asks of a system is there."""
    look = ["sh", "-c", 'for name; do command -v "$name"; done', "sh", *NEEDED]
    command = ["podman", "run", "--rm", "--entrypoint=", image, *look]
    found = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", timeout=600)
    assert [os.path.basename(path) for path in found.stdout.split()] == list(NEEDED), found
    print("passed: %s" % ", ".join(NEEDED))


def inventory(fleet):
    """The daemons as hosts that are, for a container, where it is itself."""
    local = {"ansible_connection": "local", "ansible_python_interpreter": "/usr/bin/python3"}
    username, password = fleet.login
    hosts = {
        "n%d" % number: {
            "supervisor_server_url": "http://127.0.0.1:%d" % port,
            "supervisor_inet_http_server": {"port": "127.0.0.1:%d" % port, "username": username, "password": password},
            "rolling_restart_config_file": os.path.join(fleet.dir, str(port), "supervisord.conf"),
            **local,
        }
        for number, port in enumerate(fleet.ports)
    }
    return {"app_hosts": {"hosts": hosts}}


def run(image, fleet, data, playbook, variables):
    """One playbook; returns all that it said."""
    options = ["--network=host", "--user=root", "--volume=%s:%s" % (fleet.dir, fleet.dir)]
    command = ["ansible-runner", "run", str(data), "-p", "supervisord.fleet." + playbook, "--ident", playbook]
    command += ["--process-isolation", "--process-isolation-executable", "podman", "--container-image", image]
    command += ["--container-option=" + option for option in options]
    extra = data / "env"
    extra.mkdir(exist_ok=True)
    (extra / "extravars").write_text(json.dumps(variables))
    ended = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", timeout=600)
    said = ended.stdout + ended.stderr
    if ended.returncode:
        sys.exit("%s ended with %d:\n%s" % (playbook, ended.returncode, said))
    return said


def infos(fleet):
    import xmlrpc.client

    for port in fleet.ports:
        with xmlrpc.client.ServerProxy("http://%s:%s@127.0.0.1:%d/RPC2" % (*LOGIN, port)) as daemon:
            yield daemon.supervisor.getProcessInfo("web")


def states(fleet):
    return [info["statename"] for info in infos(fleet)]


def pids(fleet):
    return [info["pid"] for info in infos(fleet)]


if __name__ == "__main__":
    main(*sys.argv[1:])
