# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter tomcat_trials: what to try before Tomcat instances are changed."""

from __future__ import annotations

import typing as t

from .. import _tomcat_program


def tomcat_trials(instances: list[dict]) -> list[dict[str, t.Any]]:
    """See plugins/filter/tomcat_trials.yml."""
    return [_tomcat_program.trial(item) for item in instances]
