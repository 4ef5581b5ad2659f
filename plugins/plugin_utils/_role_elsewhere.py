# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A role's variables as a host has them, outside the role: for tasks that look at many hosts from the controller."""

from __future__ import annotations

import functools
import os
import typing as t

from ansible.module_utils.common.yaml import yaml_load

from . import _role_spec, _role_taken

try:
    from ansible.template import trust_as_template as _trust
except ImportError:  # before ansible-core 2.19 every text was a template

    def _trust(value: str) -> str:
        return value


def taken(
    templar: t.Any, role: str, own: dict[str, t.Any], variables: dict[str, t.Any], only: t.Collection[str] = ()
) -> _role_taken.Taken:
    """The variables of a role on a host, yet to be asked for ``all()``.

    :param own: all variables of the host, not templated.
    :param variables: those of the task, for what Ansible knows of other hosts.
    :param only: the names that matter; all by default.
    """
    defaults, more = _default_vars(role)
    seen = {**defaults, **own, **more, "hostvars": variables["hostvars"], "groups": variables["groups"]}
    return _role_taken.Taken(templar, role, defaults, seen, only)


@functools.cache
def _default_vars(role: str) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """A role's defaults, and its own variables."""
    found = []
    for folder in ("defaults", "vars"):
        with open(os.path.join(_role_spec.ROLES, role, folder, "main.yml"), encoding="utf-8") as stream:
            found.append({str(name): _trusted(value) for name, value in yaml_load(stream).items()})
    found[1]["role_path"] = os.path.join(_role_spec.ROLES, role)
    return found[0], found[1]


def _trusted(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {key: _trusted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_trusted(item) for item in value]
    return _trust(value) if isinstance(value, str) else value
