# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared programs are looked at before any host is touched."""

from __future__ import annotations

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _program_fault

GOOD = {"name": "web", "kind": "program", "command": "/bin/web", "numprocs": "%(ENV_WORKERS)s"}


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({}, ""),
        ({"one_shot": True, "extra_options": {"wait_for": "db"}, "filename": "any.name"}, ""),
        ({"state": "absent", "command": None}, ""),
        ({"autorestart": "perhaps"}, "[program:web] autorestart: 'perhaps' cannot be used; use one of true, false"),
        ({"numprocs": "many"}, "[program:web] numprocs: 'many' cannot be used; use a whole number"),
        ({"name": "a b"}, "programs[0] (program:a b): name 'a b' cannot be used"),
        ({"events": ["TICK_5"]}, "option events does not belong to kind program"),
        ({"command": None}, "[program:web] command is missing"),
        ({"extra_options": {"user": "x"}}, "give it as user, without extra_options"),
    ],
)
def test_the_first_fault_is_told(item, words):
    said = _program_fault.first([dict(GOOD, **item)])
    assert said.startswith(words) or words in said
    assert bool(said) == bool(words)


def test_no_secret_is_told():
    assert "s3cret" not in _program_fault.first([dict(GOOD, environment={"A": "s3cret\r"})])
