# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listener of the role alerts as one file."""

from __future__ import annotations

DOCUMENTATION = r"""
name: alerts_archive
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Pack the alerts' listener into one archive
description:
  - Makes an archive on the controller, in the temporary folder of the run. Equal files make equal archives.
  - Used by the role P(supervisord.fleet.alerts#role).
options:
  _input:
    description: The role's folder C(files), which holds the listener.
    type: path
    required: true
"""

EXAMPLES = r"""
- name: Install the listener
  ansible.builtin.unarchive:
    src: "{{ packed.path }}"
    dest: "/usr/local/lib/supervisord-fleet-alerts/{{ packed.name }}"
  vars:
    packed: "{{ (role_path ~ '/files') | supervisord.fleet.alerts_archive }}"
"""

RETURN = r"""
_value:
  description: Where it is, and a name for what is in it.
  type: dict
  sample: {path: ~/.ansible/tmp/ansible-local-1/supervisord_fleet_alerts-0a1b2c3d4e5f.tar.gz, name: 0a1b2c3d4e5f}
"""

import typing as t

from ansible import constants as _constants

from ..plugin_utils import _alerts


def alerts_archive(files: str) -> dict[str, str]:
    """See DOCUMENTATION."""
    return _alerts.archive(str(files), _constants.DEFAULT_LOCAL_TMP)


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"alerts_archive": alerts_archive}
