# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role says about its variables: meta/argument_specs.yml, read once."""

from __future__ import annotations

import functools
import os
import typing as t

from ansible.module_utils.common.yaml import yaml_load

ROLES = os.path.join(os.path.dirname(__file__), "..", "..", "roles")
# The entry point is not called "main": ansible-core would check the variables of "main" by itself when the role begins,
# by a copy that the role never sees, and print the whole specification for each host that it refuses. Nor may a file in
# tasks/ have its name, for the same is done when a play names such a file.
ENTRY = "variables"


@functools.cache
def options(role: str, roles: str = ROLES) -> dict[str, dict[str, t.Any]]:
    """Return name -> specification of each variable of a role."""
    path = os.path.join(roles, role, "meta", "argument_specs.yml")
    with open(path, encoding="utf-8") as stream:
        return dict(yaml_load(stream)["argument_specs"][ENTRY]["options"])
