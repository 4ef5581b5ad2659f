# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Supervisor was installed decides how it is installed: ``auto`` goes on with what is there."""

from __future__ import annotations

import os
import pathlib
import subprocess

import jinja2.nativetypes
import pytest
import yaml

ROLE = pathlib.Path(__file__).parents[3] / "roles" / "supervisor"
VARIABLES = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))


class Host:
    """A host by its parts: the unit of the role, the environment of pip, and managers of packages."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path, self.unit, self.venv = path, path / "supervisord.service", path / "venv"
        (path / "bin").mkdir()

    def program(self, path: pathlib.Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)

    def run(self, name: str, *arguments: object) -> str:
        path = {"PATH": f"{self.path}/bin:{os.environ['PATH']}"}
        words = ["/bin/sh", "-euc" if "erase" in name else "-uc", VARIABLES[name], "x", *map(str, arguments)]
        return subprocess.run(words, env=path, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def host(tmp_path):
    return Host(tmp_path)


@pytest.mark.parametrize(
    ("venv", "package", "started", "methods"),
    [
        (False, False, "", []),
        (True, False, "", ["pip"]),  # a first run that broke off
        (True, False, "venv/bin", ["pip"]),
        (False, True, "", ["package"]),  # somebody has installed it by hand
        (False, True, "usr/bin", ["package"]),
        (True, True, "venv/bin", ["pip", "package"]),
        (True, True, "usr/bin", ["package", "pip"]),
        (True, True, "", ["package", "pip"]),
    ],
)
@pytest.mark.parametrize("manager", ["rpm", "dpkg-query"])
def test_what_the_unit_starts_is_first(host, manager, venv, package, started, methods):
    if venv:
        host.program(host.venv / "bin" / "supervisord", "")
    if started:
        host.unit.write_text(f"[Service]\nExecStart={host.path}/{started}/supervisord -n -c /etc/supervisord.conf\n")
    for name, answer in {"rpm": "exit 0\n", "dpkg-query": "printf installed\n"}.items():
        there = package and name == manager
        host.program(host.path / "bin" / name, answer if there else "exit 1\n")
    assert host.run("__supervisor_find_installed", host.unit, host.venv, "supervisor=4.2.5-1").split() == methods


@pytest.mark.parametrize(
    ("asked", "here", "epel", "method"),
    [
        ("auto", [], False, "pip"),
        ("auto", [], True, "package"),
        ("auto", ["pip"], True, "pip"),  # an EPEL that came later
        ("auto", ["package"], False, "package"),  # an EPEL that went
        ("package", ["pip"], False, "package"),
        ("pip", ["package"], True, "pip"),
    ],
)
def test_a_repository_that_appears_changes_nothing(asked, here, epel, method):
    environment = jinja2.nativetypes.NativeEnvironment(undefined=jinja2.StrictUndefined)
    el = yaml.safe_load((ROLE / "vars" / "RedHat.yml").read_text(encoding="utf-8"))
    known = {
        "__supervisor": {"install_method": asked, "enable_epel": False, "epel_url": ""},
        "__supervisor_here": {"stdout_lines": here},
        "__supervisor_epel": {"matched": int(epel)},
    }
    for texts, name in (
        (el, "__supervisor_auto_method"),
        (VARIABLES, "__supervisor_methods_here"),
        (VARIABLES, "__supervisor_install_method"),
    ):
        known[name] = environment.from_string(texts[name]).render(known)
    assert known["__supervisor_install_method"] == method


def test_a_package_goes_without_its_scripts_and_without_the_files_of_the_role(host):
    """As rpm does it: what it calls configuration and somebody has changed gets another name."""
    files = [host.path / "supervisord.conf", host.path / "logrotate"]
    for path in files:
        path.write_text("of the role")
    host.program(host.path / "bin" / "rpm", f'echo "$@" >{host.path}/asked\nmv {files[0]} {files[0]}.rpmsave\n')
    host.program(host.path / "bin" / "systemctl", "")
    host.run("__supervisor_erase_package", *files, "--", "supervisor")
    assert (host.path / "asked").read_text() == "--erase --noscripts supervisor\n"
    assert [path.read_text() for path in files] == ["of the role"] * 2
    assert not list(host.path.glob("*.rpmsave"))
