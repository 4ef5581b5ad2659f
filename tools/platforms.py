#!/usr/bin/env python3
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write into docs/platforms.md what works with what, and how that is known, from the scenarios and tests themselves.

usage: tools/platforms.py [--check]

It replaces what stands between `<!-- BEGIN generated: NAME -->` and `<!-- END generated -->`. --check changes nothing
and fails if the document is not up to date. "Tested" is what a scenario of molecule/ does on a host of that system, or
a test of tests/integration with that Python; what roles list in meta/main.yml, without a host here, is "by reading".
"""

from __future__ import annotations

import ast
import functools
import importlib
import re
import sys
import typing as t
from pathlib import Path

import generated
import yaml
from checks import place, stages

sys.path.insert(0, str(place.ROOT / ".build" / "collections"))
_host_python = importlib.import_module("ansible_collections.supervisord.fleet.plugins.plugin_utils._host_python")

ROOT = place.ROOT
DOCUMENT = ROOT / "docs" / "platforms.md"
SYSTEMS = ROOT / "tests" / "platforms" / "systems.yml"
ROLES = ("supervisor", "jdk", "tomcat_app", "alerts", "load_balancer", "monitor_web")
# Which group of the playbook site gets which roles.
GROUPS = {"app_hosts": ROLES[:4], "lb_hosts": ("load_balancer",), "monitor_hosts": ("monitor_web",)}
NEEDED = {"alerts": "alerts_routes"}  # role -> the variable without which the playbook site leaves it out
VERSIONS = ("python", "systemd", "supervisor", "php", "nginx")
PYTHONS = [(2, 7), *((3, minor) for minor in range(6, 14))]
Row = t.Dict[str, t.Any]


class Loader(yaml.SafeLoader):
    """For playbooks, in which Ansible has tags of its own: what they mark is of no interest here."""


Loader.add_multi_constructor("", lambda _loader, _tag, _node: None)


@functools.cache
def read(path: Path) -> t.Any:
    """Parse a YAML file."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


def table(head: t.Sequence[str], rows: t.Iterable[t.Sequence[str]]) -> str:
    """Write a table of Markdown."""
    lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join([*lines, ""])


def systems() -> list[Row]:
    """Return the rows of tests/platforms/systems.yml."""
    return list(read(SYSTEMS))


def plays(scenario: Path) -> t.Iterator[Row]:
    """Yield the plays that make a scenario's hosts what they are, those of imported playbooks beside it too."""
    for name in ("converge.yml", "side_effect.yml"):
        if (scenario / name).exists():
            for play in read(scenario / name):
                other = scenario / str(play.get("ansible.builtin.import_playbook", ""))
                yield from read(other) if other.is_file() else [play]


def roles_of(play: Row, host: Row) -> set[str]:
    """Return the roles that a play gives to a host."""
    text = yaml.safe_dump(play)
    if "import_playbook" in text:
        groups = host.get("groups", []) if "supervisord.fleet.site" in text else []
        return {role for group in groups for role in GROUPS.get(group, ())}
    meant = {"all", host["name"], *host.get("groups", [])} & set(re.split(r"[:,]", str(play.get("hosts", ""))))
    return {role for role in ROLES if f"supervisord.fleet.{role}" in text.split() and meant}


def image_name(text: str) -> str:
    """Return an image's name as a scenario has it without a variable of the shell."""
    return re.sub(r"\$\{\w+:-(\w+)\}", r"\1", text)


def gives(scenario: Path, role: str) -> bool:
    """Say whether a scenario has what the playbook site asks for before it gives this role to a host."""
    wanted = NEEDED.get(role, "")
    return any(wanted in path.read_text(encoding="utf-8") for path in scenario.rglob("*.yml"))


@functools.cache
def tested() -> dict[tuple[str, str], list[str]]:
    """Return the scenarios by image and role."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(ROOT.glob("molecule/*/molecule.yml")):
        scenario = list(plays(path.parent))
        for host in read(path)["platforms"]:
            for role in sorted(set().union(*(roles_of(play, host) for play in scenario))):
                if not gives(path.parent, role):
                    continue
                names = found.setdefault((image_name(host["image"]), role), [])
                if path.parent.name not in names:
                    names.append(path.parent.name)
    return found


def listed(system: Row, role: str) -> bool:
    """Whether a role says that it is for this system."""
    if "role" not in system:
        return (ROOT / "roles" / role / "vars" / f"{system['family']}.yml").exists()
    name, version = system["role"]
    platforms = read(ROOT / "roles" / role / "meta" / "main.yml")["galaxy_info"]["platforms"]
    return any(one["name"] == name and version in one["versions"] for one in platforms)


def known(system: Row, role: str, found: t.Mapping[tuple[str, str], list[str]]) -> str:
    """Say how it is known that a role works on a system; "no" where the role is not for it."""
    for key, word in (("image", "tested"), ("look_alike", "look-alike")):
        scenarios = found.get((system.get(key, ""), role))
        if scenarios:
            return f"{word}: {', '.join(scenarios)}"
    return "by reading" if listed(system, role) else "no"


def block_roles() -> str:
    """Make the table of roles."""
    found = tested()
    rows = [[system["name"], *(known(system, role, found) for role in ROLES)] for system in systems()]
    return table(["", *(f"`{role}`" for role in ROLES)], rows)


def block_systems() -> str:
    """Make the table of what the systems bring along, and what the look-alike runs instead."""
    rows = []
    for system in systems():
        rows.append([system["name"], *(str(system[key]) for key in VERSIONS)])
        if "runs" in system:
            inside = (str(system["runs"][key]) for key in VERSIONS)
            rows.append([f"the look-alike of {system['name']}", *inside])
    return table(["", "Python", "systemd", "Supervisor's package", "PHP", "nginx"], rows)


def runs(core: str, system: Row, found: t.Mapping[tuple[str, str], list[str]]) -> str:
    """Say whether an ansible-core manages a system, with its own Python, and how that is known."""
    python, number = _host_python.numbers(system["python"]), _host_python.numbers(core)
    least = _host_python.text(_host_python.needed(number))
    if system.get("old_packages") and number > _host_python.PACKAGES_OF_OLD_EL:
        return f"modules only, with Python {least}"
    if python < _host_python.needed(number):
        return f"no, needs Python {least}"
    chosen = stages.ONE_HOST.get(core)  # none with the usual core, which all scenarios run with
    for key, word in (("image", "tested"), ("look_alike", "look-alike")):
        image = system.get(key, "")
        if chosen is None and any(name == image for name, _role in found):
            return word
        if chosen and image.endswith(f":{chosen}"):
            return f"{word}: {stages.EVERY_CORE}"
    return "by reading"


def block_controllers() -> str:
    """Make the table of ansible-core and systems."""
    found = tested()
    rows = [[system["name"], *(runs(core, system, found) for core in place.CORES)] for system in systems()]
    return table(["host", *(f"ansible-core {core}" for core in place.CORES)], rows)


def constant(path: Path, name: str) -> t.Any:
    """Return what a file of tests assigns to a name."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return ast.literal_eval(node.value)
    raise KeyError(f"{path} has no {name}")


def proven_pythons() -> set[tuple[str, str]]:
    """Return the pairs of ansible-core and Python with which modules run in tests/integration or in a scenario."""
    folder = ROOT / "tests" / "integration"
    pairs = {(core, python) for python, core in constant(folder / "targets.py", "PAIRS").values()}
    for core in constant(folder / "test_host_python.py", "CORES"):
        hosts = constant(folder / "test_host_python.py", "PYTHONS").values()
        pairs |= {(core, version) for names in hosts for version in names.values()}
    for system in systems():
        cores = [core for core in place.CORES if runs(core, system, tested()).startswith("tested")]
        pairs |= {(core, system["python"]) for core in cores}
    return pairs


def block_pythons() -> str:
    """Make the table of ansible-core and the Python of a host."""
    proven = proven_pythons()
    rows = []
    for python in PYTHONS:
        row = [_host_python.text(python)]
        for core in place.CORES:
            works = python >= _host_python.needed(_host_python.numbers(core))
            how = "tested" if (core, row[0]) in proven else "by reading"
            row.append(f"{'works' if works else 'no, and a sentence says so'} ({how})")
        rows.append(row)
    return table(["Python of the host", *(f"ansible-core {core}" for core in place.CORES)], rows)


def block_supervisors() -> str:
    """Make the table of Supervisor's releases in the integration tests."""
    script = (ROOT / "tools" / "supervisor-venvs").read_text(encoding="utf-8")
    listed_there = script.partition("RELEASES=(")[2].partition(")")[0]
    releases = [words.split() for words in re.findall(r'"(\d[\d. ]+)"', listed_there)]
    pairs = constant(ROOT / "tests" / "integration" / "targets.py", "PAIRS")
    rows = [[release, pythons[0], *reversed(pairs[release])] for release, *pythons in releases]
    return table(["Supervisor", "its own Python", "ansible-core of the modules", "Python of the modules"], rows)


def updated(text: str) -> str:
    """Return the document with its generated parts made anew."""
    parts = {name[6:]: value for name, value in globals().items() if name.startswith("block_")}
    return generated.with_parts(text, lambda name: parts[name]())


def main(arguments: t.Sequence[str]) -> int:
    """Update or check the document; returns the exit status."""
    return generated.bring(ROOT, DOCUMENT, updated, arguments, "tools/platforms.py")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
