# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that a program reads become part of its environment, and nothing else of what is declared changes."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._tasks import watched as _watched


def declared(**entry):
    entry = dict({"name": "shop"}, **entry)
    _watched.declare([entry])
    return {key: value for key, value in entry.items() if value is not None}


def test_a_program_that_names_no_files_is_as_it_was_declared():
    assert declared(environment={"A": "1"}) == {"name": "shop", "environment": {"A": "1"}}
    assert declared(restart_on_files=[]) == {"name": "shop"}


def test_another_content_is_another_program(tmp_path):
    (tmp_path / "shop.yml").write_text("1")
    names = [str(tmp_path / "*.yml")]
    first = declared(restart_on_files=names, environment={"A": "1"})
    assert sorted(first["environment"]) == ["A", "SUPERVISOR_FLEET_FILES"]
    assert declared(restart_on_files=names, environment={"A": "1"}) == first
    (tmp_path / "shop.yml").write_text("2")
    second = declared(restart_on_files=names, environment={"A": "1"})
    assert second["environment"]["SUPERVISOR_FLEET_FILES"] != first["environment"]["SUPERVISOR_FLEET_FILES"]
    assert second["environment"]["A"] == "1"


def test_one_that_is_to_go_reads_nothing():
    assert declared(state="absent", restart_on_files=["etc"]) == {"name": "shop", "state": "absent"}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"restart_on_files": ["etc/shop.yml"]}, "program:shop: restart_on_files: 'etc/shop.yml' is not absolute"),
        ({"restart_on_files": ["/etc"], "kind": "group"}, "group:shop: restart_on_files: a group reads no files"),
    ],
)
def test_what_cannot_work_is_refused_by_its_name(entry, words):
    with pytest.raises(_errors.OptionError, match=words):
        declared(**entry)
