# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other severities of kinds: a fault says whether the kind or the severity is wrong."""

from __future__ import annotations

import pytest
from supervisord_fleet_alerts import config as _config, settings as _settings


@pytest.mark.parametrize(
    ("kind", "severity", "words"),
    [
        ("exited", "warn", "severities.exited: 'warn'; give one of info, warning, critical"),
        ("exitted", "info", "severities.exitted: there is no such kind, did you mean exited?"),
    ],
)
def test_what_is_wrong_is_named(kind, severity, words):
    with pytest.raises(_settings.Faults) as caught:
        _config.checked({"host": "web01", "folder": "/var/lib/x", "severities": {kind: severity}})
    assert caught.value.faults == [words]
