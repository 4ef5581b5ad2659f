# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module promises about check mode, diff mode, platform and action group."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes shared by the modules. What is usual is said here; a module says only where it differs."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return the predicted changes without making any. No call that could change
      the daemon is made, C(reloadConfig) included.
    support: full
  diff_mode:
    description: Returns details on what has changed, or would change in C(check_mode), when run with C(--diff).
    support: full
  idempotent:
    description: When run twice in a row outside check mode with the same arguments, the second run changes nothing.
    support: full
  platform:
    description: Target operating systems on which the module works.
    platforms: linux
    support: full
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/supervisord.fleet.fleet) in C(module_defaults) to set the connection options once for all
      modules.
    support: full
    membership:
      - supervisord.fleet.fleet
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode). The module never changes anything.
    support: full
  diff_mode:
    description: Returns details on what has changed, or would change in C(check_mode), when run with C(--diff).
    support: N/A
    details:
      - The module never changes anything.
  idempotent:
    description: When run twice in a row outside check mode with the same arguments, the second run changes nothing.
    support: full
  platform:
    description: Target operating systems on which the module works.
    platforms: posix
    support: full
"""
