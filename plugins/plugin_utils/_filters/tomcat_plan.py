# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that turns tomcat_app_instances into a complete, checked plan."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from .. import _tomcat_plan


def tomcat_plan(
    instances: t.Any, settings: t.Any, host: t.Any, changed: t.Any = (), programs: t.Any = None
) -> dict[str, t.Any]:
    """See plugins/filter/tomcat_plan.yml."""
    if not isinstance(instances, list) or not all(isinstance(item, dict) and item.get("name") for item in instances):
        raise AnsibleFilterError("tomcat_app_instances must be a list of mappings, each with a name")
    try:
        return _tomcat_plan.plan(instances, dict(settings), dict(host), list(changed), dict(programs or {}))
    except (TypeError, ValueError, KeyError) as error:
        raise AnsibleFilterError(f"tomcat_app_instances cannot be planned: {error!r}") from error
