# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every playbook has rows in the table, begins with the refusal of what cannot be meant, and reads nothing past it."""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
import yaml

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _playbook_help, _playbook_table

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLAYBOOKS = sorted(ROOT.glob("playbooks/*.yml"))
FILES = sorted(ROOT.glob("playbooks/**/*.yml"))
TASKS = [path for path in FILES if path.parent.name != "vars"]
BOOKS = _playbook_table.playbooks()
NAMES = "|".join(name for book in BOOKS.values() for name in book.variables)


def test_every_playbook_is_in_the_table_and_nothing_else() -> None:
    assert sorted(BOOKS) == [path.stem for path in PLAYBOOKS]


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_the_first_play_refuses_what_cannot_be_meant(path: pathlib.Path) -> None:
    first = yaml.safe_load(path.read_text(encoding="utf-8"))[0]
    task = first["tasks"][0]
    assert task["supervisord.fleet.playbook_variables"] == {"playbook": path.stem}
    # Also under --limit and with other tags, and once.
    assert "ansible_limit" in first["hosts"]
    assert (first["tags"], first["gather_facts"], task["run_once"]) == (["always"], False, True)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_values_come_from_the_table_only(path: pathlib.Path) -> None:
    """A name may stand in a sentence or in quotes, never where its raw value would be used."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    inside = [part for line in lines for part in re.findall(r"{{(.*?)}}|(?:when|that): (.*)", line)]
    bare = [re.sub(r"'[^']*'", "", " ".join(part)) for part in inside]
    assert [part for part in bare if re.search(rf"(?<![.\w])({NAMES})\b", part)] == []


# What cannot fail for a reason that is in the run.
SAFE = ("set_fact", "set_stats", "include_tasks", "fleet_direct", "fleet_report", "playbook_variables")
# Tasks of plays that have localhost first.
OURS = ("fleet/named.yml", "rolling_restart/named.yml", "site/check.yml")


def once(tasks: list[dict]) -> t.Iterator[dict]:
    """Tasks that run once and may fail, in blocks too."""
    for task in tasks:
        yield from once([*task.get("block", ()), *task.get("always", ())])
        harmless = task.get("failed_when") is False or any(key.rpartition(".")[2] in SAFE for key in task)
        never = any(isinstance(told, dict) and told.get("fail_when") == "100%" for told in task.values())
        if task.get("run_once") and not harmless and not never:
            yield task


@pytest.mark.parametrize("path", TASKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_host_fails_for_what_is_wrong_with_the_run(path: pathlib.Path) -> None:
    """A relaunch on failed hosts would be one on the host that happens to be first."""
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    for play in read if path.parent.name == "playbooks" else []:
        assert list(once([*play.get("tasks", ()), *play.get("pre_tasks", ())])) == []
        uses = [task.get("ansible.builtin.import_tasks", "") for task in play.get("tasks", ())]
        if any(str(name).endswith(OURS) for name in uses):
            first = play["hosts"] if isinstance(play["hosts"], str) else play["hosts"][0]
            assert "localhost" in first
    if path.parent.name != "playbooks" and not str(path).endswith(OURS):
        # The load balancers of a batch are changed for that batch; it has failed when they have.
        assert [task["name"] for task in once(read) if path.name != "balance.yml"] == []


@pytest.mark.parametrize("book", BOOKS.values(), ids=lambda book: book.name)
def test_every_playbook_has_what_all_have(book: _playbook_table.Playbook) -> None:
    assert all(name.startswith(book.prefix) for name in book.variables)
    assert f"{book.prefix}help" in book.variables
    assert f"{book.prefix}missing" in book.variables or book.groups == ("localhost",)  # which is never missing
    assert book.groups or f"{book.prefix}hosts" in book.variables
    assert all(other in book.variables for row in book.variables.values() for other in row.goes_with)


@pytest.mark.parametrize("book", BOOKS.values(), ids=lambda book: book.name)
def test_help_and_page_tell_every_variable(book: _playbook_table.Playbook) -> None:
    text, page = "\n".join(_playbook_help.text(book)), _playbook_help.page([book])
    for row in book.variables.values():
        assert f"{row.name}  (" in text
        assert f"| `{row.name}`" in page
        assert _playbook_help.default(row)
    assert [line for line in text.splitlines() if len(line) > 150 and "ansible-playbook" not in line] == []


def test_a_playbook_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="'statsu' is none of site, status"):
        _playbook_table.playbook("statsu")
