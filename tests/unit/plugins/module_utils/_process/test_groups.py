# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How groups are cut into requests."""

from ansible_collections.supervisord.fleet.plugins.module_utils._process import groups as _groups


def test_requests_are_cut_by_processes_not_by_groups():
    sizes = {"a": 30, "b": 20, "c": 1, "d": 200, "e": 0}
    assert _groups.parts(list("abcde"), sizes) == [["a", "b"], ["c"], ["d"], ["e"]]
    assert _groups.parts([], {}) == []


def test_groups_of_unknown_size_count_as_one_process():
    names = ["g%d" % number for number in range(120)]
    assert [len(part) for part in _groups.parts(names, {})] == [50, 50, 20]
