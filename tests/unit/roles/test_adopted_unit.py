# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Of a unit only what the role would not write itself is told."""

import pathlib

import pytest
import yaml

from ansible_collections.supervisord.fleet.plugins.module_utils._adopt import (
    installation as _installation,
    secrets as _secrets,
)

ROLE = yaml.safe_load((pathlib.Path(__file__).parents[3] / "roles/supervisor/vars/main.yml").read_text())
IN_UNIT = ROLE["__supervisor_service_hardening"]
IN_DROP_IN = {item["name"]: item["value"] for item in ROLE["__supervisor_hardening"]}


def lines(options):
    return "".join(
        "%s=%s\n" % (name, str(value).lower() if value is True else value) for name, value in options.items()
    )


def told(tmp_path, unit, **drop_ins):
    """What service() says of a unit of these lines, with drop-ins by their names."""
    paths = []
    for name, text in dict({"supervisor.service": unit}, **drop_ins).items():
        path = tmp_path / name
        path.write_text("[Service]\n" + text)
        paths.append(str(path))
    shown = "FragmentPath=%s\nDropInPaths=%s\n" % (paths[0], " ".join(paths[1:]))
    _found, left = _installation.service("supervisor", lambda _command: (0, shown, ""), _secrets.Vault())
    return [(entry.what, entry.line) for entry in left]


def test_the_unit_and_the_hardening_of_the_role_are_nothing_to_tell(tmp_path):
    assert told(tmp_path, lines(IN_UNIT), **{"10-fleet-hardening.conf": lines(IN_DROP_IN)}) == []


@pytest.mark.parametrize(
    "name", sorted(list(IN_UNIT) + [name for name, value in IN_DROP_IN.items() if value == "true"])
)
def test_what_the_role_switches_on_itself_is_told_only_where_it_is_off(tmp_path, name):
    assert told(tmp_path, name + "=yes\n") == []
    assert told(tmp_path, name + "=no\n") == [("%s of [Service]" % name, 2)]


def test_what_only_the_unit_of_somebody_else_has_is_told(tmp_path):
    found = told(tmp_path, "Type=simple\nPrivateDevices=true\n", **{"other.conf": "SystemCallFilter=~@swap\n"})
    assert found == [("PrivateDevices of [Service]", 3), ("SystemCallFilter of [Service]", 2)]
