# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Old releases of what the role supervisor stands on: of Supervisor itself, and of systemd."""

from __future__ import annotations

import pathlib

import jinja2.nativetypes
import pytest
import yaml
from ansible.plugins.test.core import TestModule as Known

VARS = pathlib.Path(__file__).parents[3] / "roles" / "supervisor" / "vars"


def variables(name):
    return yaml.safe_load((VARS / f"{name}.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("version", "flawed", "too_old"),
    [
        ("3.0", True, False),
        ("3.0.1", False, True),
        ("3.1.3", True, False),
        ("3.1.4", False, True),
        ("3.2.3", True, False),
        ("3.2.4", False, True),
        ("3.3.2", True, False),
        ("3.3.3", False, True),
        ("3.4.0", False, True),
        ("4.0.0", False, False),
        ("4.3.0", False, False),
    ],
)
def test_a_release_that_mended_the_flaw_is_not_said_to_have_it(version, flawed, too_old):
    environment = jinja2.nativetypes.NativeEnvironment(undefined=jinja2.StrictUndefined)
    environment.tests.update(Known().tests())
    texts = variables("main")
    known = {"__supervisor": {"version": version}}
    known["__supervisor_flawed"] = environment.from_string(texts["__supervisor_flawed"]).render(known)
    said = environment.from_string(texts["__supervisor_version_fault"]).render(known) or ""
    assert ("CVE" in said, "runs on Python 2 alone" in said) == (flawed, too_old)


def test_systemd_219_reads_the_limit_of_starts_under_its_former_name():
    """As systemd 219 has it: in [Service], and without the end "Sec"; it knows no OOMPolicy."""
    defaults = variables("main")["__supervisor_service_defaults"]
    old = variables("RedHat_7")["__supervisor_service_old"]
    merged = {section: {**defaults[section], **old.get(section, {})} for section in defaults}
    written = {name: value for section in merged.values() for name, value in section.items() if value is not None}
    assert not set(written) & {"StartLimitIntervalSec", "OOMPolicy"}
    assert merged["Service"]["StartLimitInterval"] == 0
    assert variables("main")["__supervisor_service_old"] == {}


def test_every_system_with_that_systemd_is_treated_alike():
    assert variables("Amazon_2") == variables("RedHat_7")
