# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role supervisor says of a system is what that system's package has: paths, names, rules for logs."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[3]
VARS = ROOT / "roles" / "supervisor" / "vars"
LISTS = yaml.safe_load((ROOT / "tests" / "platforms" / "packages.yml").read_text(encoding="utf-8"))
LOOK_ALIKE = ROOT / "tests" / "hosts" / "el9" / "files" / "supervisor"


def look_alike() -> dict[str, t.Any]:
    """The package that the test hosts of EL 9 install."""
    files = [f"/{path.relative_to(LOOK_ALIKE)}" for path in LOOK_ALIKE.rglob("*") if path.is_file()]
    files += ["/etc/supervisord.d", "/usr/bin/supervisord", "/usr/bin/supervisorctl"]  # as packages.py makes it
    config = (LOOK_ALIKE / "etc/supervisord.conf").read_text(encoding="utf-8")
    include = config.rpartition("files = ")[2].split()[0]
    return {"system": "EL 9", "vars": ["RedHat"], "files": files, "include": f"/etc/{include}"}


@pytest.mark.parametrize("package", [*LISTS, look_alike()], ids=lambda package: package["system"])
def test_the_role_uses_what_the_package_has(package):
    role = {}
    for name in ("main", *package["vars"]):
        role.update(yaml.safe_load((VARS / f"{name}.yml").read_text(encoding="utf-8")))
    files = package["files"]
    assert role["__supervisor_config_file"] in files
    assert role["__supervisor_include_dir"] in files
    assert f"{role['__supervisor_include_dir']}/*{role['__supervisor_include_extension']}" == package["include"]
    units = [path.rpartition("/")[2] for path in files if "/systemd/system/" in path]
    assert units == [f"{role['__supervisor_service_name']}.service"]
    assert [f"/usr/bin/{name}" for name in role["__supervisor_commands"] if f"/usr/bin/{name}" not in files] == []
    # A rule that takes logs away from the daemon is replaced, and none is made where the package has none.
    rules = [path for path in files if path.startswith("/etc/logrotate.d/")]
    assert rules == [path for path in [role["__supervisor_logrotate_file"]] if path]


@pytest.mark.parametrize("package", LISTS, ids=lambda package: package["system"])
def test_every_list_names_its_source(package):
    assert package["source"].startswith("https://")
    assert package["package"].startswith("supervisor ")
