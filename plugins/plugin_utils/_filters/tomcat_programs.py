# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that makes Supervisor programs of planned Tomcat instances."""

from __future__ import annotations

import typing as t

from .. import _tomcat_program


def tomcat_programs(
    instances: list[dict], fingerprints: dict[str, str] | None = None, bare: bool = False
) -> list[dict[str, t.Any]]:
    """See plugins/filter/tomcat_programs.yml."""
    known = fingerprints or {}
    programs = [_tomcat_program.program(item, known.get(item["name"], "")) for item in instances]
    return [
        {key: value for key, value in program.items() if not bare or key not in item.get("lacking", ())}
        for item, program in zip(instances, programs)
    ]
