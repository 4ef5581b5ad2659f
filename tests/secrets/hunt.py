# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs site.yml with a secret in every variable that can hold one, as AWX does, and then looks for them everywhere.

hunt.py INVENTORY ARCHIVES FOLDER NAME=CONTAINER...

INVENTORY is a folder, ARCHIVES a JSON file with facts of tests/archives, FOLDER gets what the runs leave behind.
Three runs: for real, in check mode with other secrets, and one that fails. Nothing is given to a process as an
argument, and nothing is done on the hosts by Ansible but these runs, so that their logs hold nothing else.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time
import typing as t

import planted as planted_

HERE = pathlib.Path(__file__).resolve().parent
ROLES = ["supervisor", "jdk", "tomcat_app", "load_balancer"]
NOTES = ["/var/lib/supervisord-fleet"]
PLUGIN = "import types\n\n\ndef make(_owner, **_options):\n    return types.SimpleNamespace()\n"
WAR = "/srv/fleet-secrets/fleet.war"
SLEEP = "/bin/sleep 100000"

# (where, variable) -> why a secret may be there.
ALLOWED = {
    (where, name): reason
    for where, reason in (
        ("argument", "a JVM takes its options as arguments"),
        ("temporary file", "a JVM notes its arguments in a file of its user's alone, /tmp/hsperfdata_*"),
    )
    for name in ("tomcat_app_jvm_options", "tomcat_app_instances[app01].jvm_options")
}


def beside(archives: dict) -> dict[str, t.Any]:
    """What the planted variables need to work."""
    extra = {"port": 8190}
    return {
        "supervisor_unix_http_server": {"username": "fleet"},
        "supervisor_inet_http_server": {"port": "*:9001", "username": "fleet"},
        "supervisor_rpcinterfaces": [{"name": "fleet", "rpcinterface_factory": "fleet_plugin:make"}],
        "supervisor_ctlplugins": [{"name": "fleet", "ctl_factory": "fleet_plugin:make"}],
        "supervisor_programs": [{"name": "secretive", "command": SLEEP}],
        "supervisor_fcgi_programs": [
            {"name": "secretive_fcgi", "command": SLEEP, "socket": "unix:///run/secretive.sock"}
        ],
        "supervisor_eventlisteners": [{"name": "secretive_listener", "command": SLEEP, "events": ["TICK_3600"]}],
        "jdk_versions": [{"checksum": archives["archives_jdk"]["checksum"]}],
        "tomcat_app_versions": [{"version": "9.0.1", "state": "absent"}],
        "tomcat_app_extra_connectors": [{"port": 8191}],
        "tomcat_app_instances": [
            {
                "name": "app01",
                "extra_connectors": [extra],
                "wars": [{"context": "/fleet", "checksum": archives["archives_war"]["checksum"]}],
            },
            {"name": "app02", "_as_it_is": True},
        ],
        "load_balancer_apps": [{"name": "shop", "instances": ["app01", "app02"], "port": 8000}],
    }


class Arguments(threading.Thread):
    """Reads the arguments of every process of this machine and its containers, again and again."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.seen: set[bytes] = set()

    def run(self) -> None:
        while not self.ended.wait(0.1):
            for name in os.listdir("/proc"):
                if name.isdigit():
                    try:
                        self.seen.add(pathlib.Path("/proc", name, "cmdline").read_bytes())
                    except OSError:
                        continue


class Runner:
    """The private data directory of ansible-runner."""

    def __init__(self, folder: pathlib.Path, inventory: str) -> None:
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("env", "project"):
            (folder / name).mkdir(parents=True)
        (folder / "inventory").symlink_to(inventory)
        (folder / "project" / "site.yml").write_text(
            "- ansible.builtin.import_playbook: supervisord.fleet.site\n", encoding="utf-8"
        )
        settings = {"ANSIBLE_CACHE_PLUGIN": "jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(folder / "facts")}
        (folder / "env" / "envvars").write_text(json.dumps(settings), encoding="utf-8")

    def run(self, ident: str, variables: dict[str, t.Any], *arguments: str) -> int:
        (self.folder / "env" / "extravars").write_text(json.dumps(variables), encoding="utf-8")
        (self.folder / "env" / "cmdline").write_text(" ".join(("-vvv", "--diff", *arguments)), encoding="utf-8")
        command = ["ansible-runner", "run", str(self.folder), "--playbook", "site.yml", "--ident", ident, "--quiet"]
        return subprocess.run(command, check=False).returncode

    def told(self) -> t.Iterator[tuple[str, str, bytes]]:
        """All that a run leaves on the controller but what it was given."""
        for path in self.folder.rglob("*"):
            if path.is_file() and not path.is_relative_to(self.folder / "env") and "inventory" not in path.parts:
                where = "facts" if path.is_relative_to(self.folder / "facts") else "output"
                yield where, str(path.relative_to(self.folder)), path.read_bytes()


def inside(container: str, *command: str, text: str = "") -> str:
    """Run something on a host without Ansible, so that its log holds nothing of it."""
    argv = ["podman", "exec", "--interactive", container, *command]
    done = subprocess.run(argv, input=text, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    return done.stdout


def prepare(container: str, war: str) -> None:
    """A plugin for supervisord, and a server on the host itself that a WAR is fetched from."""
    inside(container, "sh", "-c", "cat >/usr/lib/python3/dist-packages/fleet_plugin.py", text=PLUGIN)
    inside(container, "mkdir", "-p", os.path.dirname(WAR))
    subprocess.run(["podman", "cp", war, f"{container}:{WAR}"], check=True)
    server = ["python3", "-m", "http.server", "8099", "--bind", "127.0.0.1", "--directory", os.path.dirname(WAR)]
    subprocess.run(["podman", "exec", "--detach", container, *server], check=True)


def main() -> None:
    inventory, facts, folder, *pairs = sys.argv[1:]
    hosts = dict(pair.split("=") for pair in pairs)
    archives = json.loads(pathlib.Path(facts).read_text(encoding="utf-8"))["all"]["hosts"][next(iter(hosts))]
    first, second = (planted_.plant(ROLES, beside(archives), salt) for salt in ("first", "second"))
    for container in hosts.values():
        prepare(container, archives["archives_war"]["archive"])
    arguments, runner, since = Arguments(), Runner(pathlib.Path(folder), inventory), int(time.time())
    arguments.start()
    common = {"tomcat_app_ajp_port_base": 8209, "jdk_checksum_required": True}
    one = ("--tags", "tomcat_app", "--limit", next(iter(hosts)))
    impossible = {"tomcat_app_ready_status": ["599"], "tomcat_app_ready_timeout": 1}
    codes = [
        runner.run("real", {**first.variables, **common}),
        runner.run("check", {**second.variables, **common}, "--check"),
        runner.run("failing", {**first.variables, **common, **impossible}, *one),
    ]
    arguments.ended.set()
    arguments.join()
    secrets = {secret: name for planted in (first, second) for name, secret in planted.secrets.items()}
    found = list(search(runner, arguments, secrets))
    for name, container in hosts.items():
        request = {"secrets": list(secrets), "since": since, "notes": NOTES}
        program = (HERE / "look.py").read_text(encoding="utf-8")
        answer = inside(container, "python3", "-c", program, text=json.dumps(request))
        found += [(where, f"{name}: {what}", secret) for where, what, secret in json.loads(answer)]
    report(codes, secrets, found)


def search(runner: Runner, arguments: Arguments, secrets: dict[str, str]) -> t.Iterator[tuple[str, str, str]]:
    """What can be found on the controller."""
    import look  # it has the pattern

    finder, spelled = look.pattern(secrets)
    for where, what, data in [*runner.told(), *(("argument", "", command) for command in arguments.seen)]:
        for text in set(finder.findall(data)):
            yield where, what or data.replace(b"\0", b" ").decode("utf-8", "replace")[:80], spelled[text]


def report(codes: list[int], secrets: dict[str, str], found: list[tuple[str, str, str]]) -> None:
    """Fail unless the runs ended as they should and nothing was found but what is allowed."""
    lines = sorted(
        {
            f"{where}: {secrets[secret]} in {what}"
            for where, what, secret in found
            if (where, secrets[secret]) not in ALLOWED
        }
    )
    print(f"{len(secrets)} secrets, exit codes {codes}, found {len(lines)}")
    print("\n".join(lines))
    if codes[0] or codes[1] or not codes[2]:
        sys.exit("the runs did not end as they should")
    if lines:
        sys.exit("secrets were found")


if __name__ == "__main__":
    main()
