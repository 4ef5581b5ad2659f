# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Thirty troubles at once: of each is told what it is, no more, and in few messages."""

from __future__ import annotations

import json

import pytest
import troubles


@pytest.mark.newest
def test_of_each_trouble_is_told_what_it_is(version):
    stage = troubles.Stage(version, troubles.TROUBLES)
    try:
        stage.play()
        found = {one.name: sorted(stage.told(name)) for name, one in stage.names.items()}
        assert found == {one.name: sorted(one.told) for one in troubles.TROUBLES}
        last = {one.name: (one.words, json.dumps(stage.messages(name)[-1:])) for name, one in stage.names.items()}
        assert {name: text for name, (words, text) in last.items() if words not in text} == {}
        assert "hunter22" not in json.dumps(stage.web.taken)
        # What happens again and again is told seldom.
        assert max(len(stage.messages(name)) for name in stage.names) <= 5
    finally:
        stage.end()
