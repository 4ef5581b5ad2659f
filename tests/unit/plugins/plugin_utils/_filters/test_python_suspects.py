# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts are asked for their Python: those alone whose module said nothing, or that it is too old."""

from __future__ import annotations

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.python_suspects import python_suspects

TOO_OLD = "ansible-core requires a minimum of Python version 3.8. Current version: 3.6.8 (default, Nov 16 2020)"


@pytest.mark.parametrize(
    ("answer", "suspect"),
    [
        ({"processes": []}, False),
        ({"msg": "no daemon answers", "failed": True}, False),
        ({"msg": "Failed to connect", "unreachable": True}, False),
        ({"msg": "MODULE FAILURE", "module_stderr": "", "module_stdout": ""}, True),
        ({"msg": TOO_OLD, "failed": True}, True),
        ({"msg": None}, False),
        (None, False),
    ],
)
def test_only_a_module_that_may_not_have_run_is_a_suspect(answer, suspect):
    hosts = [{"inventory_hostname": "c701", "answer": answer}, {"inventory_hostname": "c702"}]
    assert python_suspects(hosts, "answer") == (["c701"] if suspect else [])
