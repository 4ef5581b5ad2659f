# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All filters of the collection, each with a page of its own beside this file.

To find one filter, Ansible runs every Python file of this folder and compiles all that they import, and does so again
in the process of each task that has a filter in its words. So there is one file, which knows nothing but names.
"""

from __future__ import annotations

import importlib
import typing as t

CODE = "ansible_collections.supervisord.fleet.plugins.plugin_utils._filters"
NAMES = (
    "adopt_rows",
    "alerts_archive",
    "alerts_faults",
    "alerts_misplaced",
    "alerts_test_rows",
    "awx_survey",
    "balanced_apps",
    "bootstrap_rows",
    "collection_version",
    "fleet_changes",
    "fleet_choices",
    "fleet_outcome",
    "fleet_servers",
    "fleet_status",
    "fleet_told",
    "fleet_unmatched",
    "htpasswd",
    "jdk_home",
    "monitor_servers",
    "monitor_site",
    "program_fault",
    "python_suspects",
    "recover_rows",
    "rolling_results",
    "rolling_rows",
    "rolling_targets",
    "served_ports",
    "site_ports",
    "site_ports_again",
    "tomcat_balancers",
    "tomcat_former",
    "tomcat_members",
    "tomcat_plan",
    "tomcat_programs",
    "tomcat_served",
    "tomcat_trials",
    "upstream_members",
)


def _late(name: str) -> t.Callable[..., t.Any]:
    """Return the filter, which is read when it is called for the first time."""

    def call(*args: t.Any, **kwargs: t.Any) -> t.Any:
        return getattr(importlib.import_module(f"{CODE}.{name}"), name)(*args, **kwargs)

    call.__name__ = name
    return call


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {name: _late(name) for name in NAMES}
