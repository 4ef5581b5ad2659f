# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Tomcats of the inventory, as others reach them."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from .. import _upstreams


def tomcat_members(hosts: t.Iterable[t.Mapping], own: str | None = None) -> list[dict[str, t.Any]]:
    """See plugins/filter/tomcat_members.yml."""
    try:
        return _upstreams.members(hosts, own)
    except ValueError as error:
        raise AnsibleFilterError(f"tomcat_members: {error}") from error
    except (KeyError, TypeError) as error:
        raise AnsibleFilterError(f"tomcat_members: tomcat_app_instances cannot be read: {error!r}") from error
