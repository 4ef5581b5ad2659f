# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/molecule: what its README says is what its files do, and they use nothing that a user does not have."""

from __future__ import annotations

import json
import re
import typing as t

import yaml
from architecture import ROOT

EXAMPLE = ROOT / "examples" / "molecule"
README = (EXAMPLE / "README.md").read_text(encoding="utf-8")


def read(name: str) -> t.Any:
    """Return what stands in one of its YAML files."""
    return yaml.safe_load((EXAMPLE / name).read_text(encoding="utf-8"))


def tasks() -> list[dict[str, t.Any]]:
    """Return the tasks of all plays."""
    books = [EXAMPLE / "playbook.yml", *(EXAMPLE / "molecule" / "default").glob("[cdv]*.yml")]
    return [task for book in books for play in read(str(book)) for task in play.get("tasks", [])]


def test_both_ci_files_run_the_commands_of_the_readme_and_no_others():
    [shell] = re.findall(r"```shell\n(.*?)```", README, re.DOTALL)
    commands = shell.splitlines()
    assert len(commands) == 3
    steps = read(".github/workflows/molecule.yml")["jobs"]["molecule"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == commands
    assert read(".gitlab-ci.yml")["molecule"]["script"] == commands


def test_every_file_and_every_variable_of_the_environment_is_in_the_readme():
    files = {path for path in EXAMPLE.rglob("*") if path.is_file()} - {EXAMPLE / "README.md"}
    assert [str(path.relative_to(EXAMPLE)) for path in sorted(files) if path.name not in README] == []
    said = "".join(path.read_text(encoding="utf-8") for path in files)
    assert set(re.findall(r"\bTEST_[A-Z]+", said)) == set(re.findall(r"\bTEST_[A-Z]+", README))
    image = re.search(r"TEST_IMAGE:-([^}]+)}", said)
    assert image is not None
    assert f"`{image[1]}` by itself" in README


def test_it_needs_no_collection_but_this_one():
    assert [entry["name"] for entry in read("requirements.yml")["collections"]] == ["supervisord.fleet"]
    full = {name for task in tasks() for name in task if "." in name}
    assert {name.rpartition(".")[0] for name in full} == {"ansible.builtin", "supervisord.fleet"}
    assert {"supervisord.fleet.supervisor_info", "supervisord.fleet.supervisor_rpc"} <= full


def test_both_engines_get_the_same_commands():
    """What is podman's own (rm --ignore, --time, --systemd) stands in no command that docker is given too."""
    [make, take] = (read(f"molecule/default/{name}.yml")[0] for name in ("create", "destroy"))
    assert make["vars"]["options"].keys() == {"podman", "docker"}
    shared = json.dumps([make["tasks"], take["tasks"], read("molecule/default/molecule.yml")])
    assert set(re.findall(r"--(?:ignore|time|systemd|replace)\b", shared)) == set()
    assert len(re.findall(r"TEST_ENGINE'\) or 'podman'", shared + json.dumps([make["vars"], take["vars"]]))) == 2
