# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The load balancers in front of the Tomcats of a host."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from .. import _tomcat_proxies


def tomcat_balancers(
    hosts: t.Iterable[t.Mapping], host: str, groups: t.Mapping, instances: list[str]
) -> list[dict[str, t.Any]]:
    """See plugins/filter/tomcat_balancers.yml."""
    try:
        return _tomcat_proxies.balancers(hosts, str(host), groups, [str(name) for name in instances])
    except (KeyError, TypeError, ValueError) as error:
        raise AnsibleFilterError(f"tomcat_balancers: load_balancer_apps cannot be read: {error}") from error
