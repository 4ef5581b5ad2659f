# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What looks copied from an ini file or a shell gets a word, what only looks alike does not."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._options import habits as _habits


@pytest.mark.parametrize(
    ("values", "option", "words"),
    [
        ({"command": "celery -n worker@%%h"}, "command", "as two"),
        ({"command": ["date", "+%%s"]}, "command", "as two"),
        ({"stdout_logfile": "/log/%%x.log"}, "stdout_logfile", "as two"),
        ({"environment": {"FORMAT": "%%t", "OTHER": "x"}}, "environment.FORMAT", "as two"),
        ({"command": "/bin/x a \\\n  --bind b\n"}, "command", "backslash"),
    ],
)
def test_a_word_about(values, option, words):
    (sentence,) = _habits.found("program:web", values)
    assert sentence.startswith("[program:web] %s: " % option)
    assert words in sentence


@pytest.mark.parametrize(
    "values",
    [
        {"command": "date +%s", "environment": {"A": "100%"}},
        {"command": "/bin/sh -c 'sleep 1 \\\n && true'"},
        {"command": '/bin/sh -c "sleep 1 \\\n && true"'},
        {"command": "a\nb"},
        {"command": ["/bin/sh", "-c", "a \\\n b"]},
        {"environment": {"A": "x \\\n y"}},
        {"extra_options": {"wait": "%%"}, "password": "%%", "numprocs": 3},
    ],
)
def test_no_word_about(values):
    assert _habits.found("program:web", values) == []


def test_no_value_is_told():
    (sentence,) = _habits.found("program:web", {"environment": {"A": "s3cret%%"}})
    assert "s3cret" not in sentence
