# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs site.yml with a secret in every variable that can hold one, as AWX does, and then looks for them everywhere.

hunt.py SCENE FOLDER NAME=CONTAINER...

SCENE is one of scenes.py, FOLDER that of the scenario's run: it has the inventory, and its folder "secrets" gets what
the runs leave behind. Nothing is given to a process as an argument, and nothing is done on the hosts by Ansible but
these runs, so that their logs hold nothing else.
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

import look
import planted as planted_
import scenes

LOOK = pathlib.Path(look.__file__)
NOTES = ["/var/lib/supervisord-fleet"]

# (where, variable) -> why a secret may be there.
ALLOWED = {
    (where, name): reason
    for where, reason in (
        ("argument", "a JVM takes its options as arguments"),
        ("temporary file", "a JVM notes its arguments in a file of its user's alone, /tmp/hsperfdata_*"),
    )
    for name in ("tomcat_app_jvm_options", "tomcat_app_instances[app01].jvm_options")
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
    """The private data directory of ansible-runner, in the folder of a scenario's run."""

    def __init__(self, above: pathlib.Path, hosts: str) -> None:
        self.folder = folder = above / "secrets"
        self.hosts = hosts
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("env", "project"):
            (folder / name).mkdir(parents=True)
        (folder / "inventory").symlink_to(above / "inventory")
        (folder / "project" / "site.yml").write_text(
            "- ansible.builtin.import_playbook: supervisord.fleet.site\n", encoding="utf-8"
        )
        settings = {"ANSIBLE_CACHE_PLUGIN": "jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(folder / "facts")}
        (folder / "env" / "envvars").write_text(json.dumps(settings), encoding="utf-8")

    def run(self, ident: str, variables: dict[str, t.Any], arguments: tuple[str, ...]) -> int:
        (self.folder / "env" / "extravars").write_text(json.dumps(variables), encoding="utf-8")
        all_arguments = ("-vvv", "--diff", "--limit", self.hosts, *arguments)
        (self.folder / "env" / "cmdline").write_text(" ".join(all_arguments), encoding="utf-8")
        command = ["ansible-runner", "run", str(self.folder), "--playbook", "site.yml", "--ident", ident, "--quiet"]
        begin = time.monotonic()
        code = subprocess.run(command, check=False).returncode
        print(f"{ident}: exit code {code} after {time.monotonic() - begin:.0f} s", flush=True)
        return code

    def told(self) -> t.Iterator[tuple[str, str, bytes]]:
        """All that a run leaves on the controller but what it was given."""
        for path in self.folder.rglob("*"):
            if path.is_file() and not path.is_relative_to(self.folder / "env") and "inventory" not in path.parts:
                where = "facts" if path.is_relative_to(self.folder / "facts") else "output"
                yield where, str(path.relative_to(self.folder)), path.read_bytes()


def inside(container: str, *command: str, given: bytes = b"") -> bytes:
    """Run something on a host without Ansible, so that its log holds nothing of it."""
    argv = ["podman", "exec", "--interactive", container, *command]
    return subprocess.run(argv, input=given, check=True, stdout=subprocess.PIPE).stdout


def prepare(container: str, scene: scenes.Scene) -> None:
    """The scene's files, and a server on the host itself that archives are fetched from."""
    inside(container, "rm", "-rf", scenes.SERVED, *scene.gone)
    for path, content in scene.files.items():
        inside(container, "mkdir", "-p", os.path.dirname(path))
        inside(container, "sh", "-c", 'cat >"$0"', path, given=content)
    server = ["python3", "-m", "http.server", "8099", "--bind", "127.0.0.1", "--directory", scenes.SERVED]
    subprocess.run(["podman", "exec", "--detach", container, *server], check=True)


def main() -> None:
    name, folder, *pairs = sys.argv[1:]
    hosts = dict(pair.split("=") for pair in pairs)
    scene = scenes.SCENES[name](pathlib.Path(folder))
    for container in hosts.values():
        prepare(container, scene)
    planted = {run.salt: planted_.plant(scene.roles, scene.beside, run.salt) for run in scene.runs}
    secrets = scene.others | {secret: place for each in planted.values() for place, secret in each.secrets.items()}
    arguments, runner, since = Arguments(), Runner(pathlib.Path(folder), ",".join(hosts)), time.time()
    arguments.start()
    wrong = []
    for run in scene.runs:
        variables = {**planted[run.salt].variables, **scene.variables, **run.variables}
        if bool(runner.run(run.ident, variables, run.arguments)) != run.fails:
            wrong.append(run.ident)
    arguments.ended.set()
    arguments.join()
    found = list(search(runner, arguments, secrets))
    request = json.dumps({"secrets": list(secrets), "since": int(since), "notes": NOTES}).encode()
    for host, container in hosts.items():
        answer = inside(container, "python3", "-c", LOOK.read_text(encoding="utf-8"), given=request)
        found += [(where, f"{host}: {what}", secret) for where, what, secret in json.loads(answer)]
    report(wrong, secrets, found)


def search(runner: Runner, arguments: Arguments, secrets: dict[str, str]) -> t.Iterator[tuple[str, str, str]]:
    """What can be found on the controller."""
    finder, spelled = look.pattern(secrets)
    for where, what, data in [*runner.told(), *(("argument", "", command) for command in arguments.seen)]:
        for text in set(finder.findall(data)):
            yield where, what or data.replace(b"\0", b" ").decode("utf-8", "replace")[:80], spelled[text]


def report(wrong: list[str], secrets: dict[str, str], found: list[tuple[str, str, str]]) -> None:
    """Fail unless the runs ended as they should and nothing was found but what is allowed."""
    lines = sorted(
        {
            f"{where}: {secrets[secret]} in {what}"
            for where, what, secret in found
            if (where, secrets[secret]) not in ALLOWED
        }
    )
    print(f"{len(secrets)} secrets, found {len(lines)}")
    print("\n".join(lines))
    if wrong:
        sys.exit(f"these runs did not end as they should: {', '.join(wrong)}")
    if lines:
        sys.exit("secrets were found")


if __name__ == "__main__":
    main()
