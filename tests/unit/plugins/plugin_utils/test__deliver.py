# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files go to the one folder that Ansible knows of, and removes when the task is over."""

from __future__ import annotations

import types

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _deliver


@pytest.mark.parametrize(
    ("there", "made"), [("/home/ops/.ansible/tmp/one", []), (None, ["/home/ops/.ansible/tmp/two"])]
)
def test_a_folder_that_the_task_has_is_not_forgotten_for_another(there: str | None, made: list[str]) -> None:
    shell, done = types.SimpleNamespace(tmpdir=there), []

    def make() -> str:
        done.append("/home/ops/.ansible/tmp/two")
        return done[-1]

    action = types.SimpleNamespace(_connection=types.SimpleNamespace(_shell=shell), _make_tmp_path=make)
    assert _deliver.folder(action) == (there or made[0])
    assert done == made
