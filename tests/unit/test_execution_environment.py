# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What execution environments are made of: what is needed on a system, and the definitions for ansible-builder."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml
from architecture import ROOT

FOLDER = ROOT / "execution-environment"


def needed(platform: str) -> set[str]:
    """The packages that bindep would have installed there."""
    meta = yaml.safe_load((ROOT / "meta" / "execution-environment.yml").read_text(encoding="utf-8"))
    lines = (ROOT / meta["dependencies"]["system"]).read_text(encoding="utf-8").splitlines()
    entries = [re.fullmatch(r"(\S+) \[(.*)\]", line) for line in lines if not line.startswith("#")]
    return {entry[1] for entry in entries if entry and f"platform:{platform}" in entry[2].split()}


def definition(name: str) -> dict[str, t.Any]:
    """One of the files for ansible-builder."""
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("platform", "client"), [("dpkg", "openssh-client"), ("rpm", "openssh-clients")])
def test_what_hosts_over_ssh_and_projects_need_is_asked_for(platform: str, client: str) -> None:
    assert needed(platform) == {client, "sshpass", "git", "rsync"}


@pytest.mark.parametrize("name", ["debian.yml", "el.yml"])
def test_a_definition_has_what_is_tested(name: str) -> None:
    found = definition(name)
    locked = (ROOT / "requirements" / "builder.in").read_text(encoding="utf-8").split()
    packages = {found["dependencies"][key]["package_pip"] for key in ("ansible_core", "ansible_runner")}
    assert packages <= set(locked)
    (entry,) = found["dependencies"]["galaxy"]["collections"]
    assert (entry["name"], entry["type"]) == ("supervisord.fleet", "file")
    assert {item["dest"] for item in found["additional_build_files"]} == {"tarball", "ca"}
    assert f"`{name}`" in (FOLDER / "README.md").read_text(encoding="utf-8")
