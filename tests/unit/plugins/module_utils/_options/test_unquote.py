# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written for a value is read as that value again."""

import random

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._options import (
    dialect as _dialect,
    quote as _quote,
    table as _table,
    unquote as _unquote,
)

READER = _dialect.dialect("4.3.0")
PIECES = ["%", "%%", "a", " ", "(", ")s", "%(program_name)s", "%(process_num)02d", "%(ENV_X)s", "%d", "x,y", '"']
OPTIONS = [("program", "command"), ("program", "stdout_logfile"), ("supervisord", "environment"), ("group", "programs")]


@pytest.mark.parametrize("name", OPTIONS, ids=":".join)
def test_escaping_and_back_is_the_same(name):
    row = _table.option(*name)
    passes = row.passes_for(READER, name[0])
    dice = random.Random(7)
    for _turn in range(2000):
        value = "".join(dice.choice(PIECES) for _piece in range(dice.randrange(6)))
        assert _unquote.literal(_quote.escape(value, row, passes, READER), row, passes) == value


def test_what_a_lexer_would_break_is_guarded_and_comes_back():
    row = _table.option("program", "environment")
    text, back = _unquote.guarded("A=%(ENV_X)s,B=50%%", row, 1)
    assert "%" not in text
    assert back(text) == "A=%(ENV_X)s,B=50%"


@pytest.mark.parametrize("text", ["100%", "%s", "%(nobody)s", "%(program_name)", "%d"])
def test_what_supervisor_would_replace_in_another_way_is_refused(text):
    with pytest.raises(ValueError, match="cannot be declared"):
        _unquote.literal(text, _table.option("program", "command"), 1)
