# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of programs as the unit says them: a soft one that all get, and a hard one up to which they may go."""

from __future__ import annotations

import pathlib
import typing as t

import jinja2.nativetypes
import pytest
import yaml
from ansible.plugins.filter.core import FilterModule as Core
from ansible.plugins.filter.mathstuff import FilterModule as Math

VARS = pathlib.Path(__file__).parents[3] / "roles" / "supervisor" / "vars"
NAMES = (
    "__supervisor_minfds", "__supervisor_soft_nofile", "__supervisor_limit_nofile", "__supervisor_limits_given",
    "__supervisor_limit_hard", "__supervisor_limits_hard", "__supervisor_service_limits",
)  # fmt: skip
NONE = {"nofile": None, "nproc": None, "core": None, "memlock": None, "stack": None}


def unit(limits: dict[str, t.Any], minfds: int | None = None, system: str = "") -> dict[str, t.Any]:
    """The limits of the unit, option -> value."""
    texts = [yaml.safe_load((VARS / f"{name}.yml").read_text(encoding="utf-8")) for name in ("main", system) if name]
    role = {name: value for text in texts for name, value in text.items()}
    environment = jinja2.nativetypes.NativeEnvironment(undefined=jinja2.StrictUndefined)
    filters = {**Core().filters(), **Math().filters()}
    environment.filters.update({name: filters[name] for name in ("dict2items", "regex_replace", "zip")})
    known: dict[str, t.Any] = {
        "__supervisor": {"limits": {**NONE, **limits}},
        "__supervisor_supervisord": {"minfds": minfds} if minfds else {},
    }
    for name in NAMES:
        text = str(role[name])
        known[name] = environment.from_string(text).render(known) if "{{" in text else text
    return {"LimitNOFILE": known["__supervisor_limit_nofile"], **known["__supervisor_service_limits"]}


@pytest.mark.parametrize(
    ("limits", "minfds", "wanted"),
    [
        ({}, None, {"LimitNOFILE": "1024:524288"}),
        ({}, 4096, {"LimitNOFILE": "4096:524288"}),
        ({}, 1000000, {"LimitNOFILE": "1000000:1000000"}),
        ({"nofile": 65536}, None, {"LimitNOFILE": "65536:524288"}),
        ({"nofile": "65536"}, 4096, {"LimitNOFILE": "65536:524288"}),
        ({"nofile": 1048576}, None, {"LimitNOFILE": "1048576:1048576"}),
        ({"nofile": "unlimited"}, None, {"LimitNOFILE": "infinity"}),
        ({"core": "unlimited"}, None, {"LimitCORE": "infinity:infinity"}),
        ({"core": 0, "stack": 8388608}, None, {"LimitCORE": "0:infinity", "LimitSTACK": "8388608:infinity"}),
        ({"nproc": 8192, "memlock": "unlimited"}, None, {"LimitNPROC": "8192", "LimitMEMLOCK": "infinity"}),
    ],
)
def test_what_programs_get(limits: dict, minfds: int | None, wanted: dict[str, str]) -> None:
    found = unit(limits, minfds)
    assert {name: str(found[name]) for name in wanted} == wanted
    assert set(found) - {"LimitNOFILE"} == set(wanted) - {"LimitNOFILE"}


@pytest.mark.parametrize(
    ("limits", "wanted"),
    [
        ({}, {"LimitNOFILE": "65536"}),
        ({"nofile": 4096, "core": "unlimited"}, {"LimitNOFILE": "4096", "LimitCORE": "infinity"}),
        ({"nofile": "unlimited"}, {"LimitNOFILE": "infinity"}),
    ],
)
def test_a_systemd_that_knows_no_pairs(limits: dict, wanted: dict[str, str]) -> None:
    assert {name: str(value) for name, value in unit(limits, system="RedHat_7").items()} == wanted
