# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line of a supervisord says."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import supervisords as _supervisords


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["/usr/bin/python3", "/usr/bin/supervisord", "-n", "-c", "/etc/s.conf"], "/etc/s.conf"),
        (["/venv/bin/supervisord", "--configuration=/a b"], "/a b"),
        (["python", "-u", "supervisord", "-c/x"], "/x"),
        (["/usr/bin/supervisord", "-n"], None),
        (["vim", "-c", "/etc/s.conf"], None),
        (["grep", "x", "y", "supervisord", "-c", "z"], None),
        (["python3", "-m", "supervisor.supervisord", "--configuration=/x"], "/x"),
        (["python3", "-W", "ignore", "/usr/bin/supervisord", "-c", "/x"], "/x"),
        (["vi", "/usr/bin/supervisord", "-c", "/x"], None),
        ([], None),
    ],
)
def test_command_lines_of_daemons(words, expected):
    assert _supervisords.config_of(words) == expected
