# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks of planned work, as people and playbooks write them."""

from __future__ import annotations

import json

import pytest
from supervisord_fleet_alerts import maintenance as _maintenance


@pytest.mark.parametrize("programs", ["app*, batch:", ["app*", "batch:"]])
def test_one_text_names_programs_as_a_list_does(tmp_path, programs):
    path = tmp_path / "work.json"
    path.write_text(json.dumps({"version": 1, "seconds": 900, "programs": programs}))
    mark = _maintenance.read(str(path))
    now = path.stat().st_mtime + 1
    silenced = {name for name in ("app01:app01", "batch:night", "web:web") if _maintenance.covers(mark, name, now)}
    assert silenced == {"app01:app01", "batch:night"}
