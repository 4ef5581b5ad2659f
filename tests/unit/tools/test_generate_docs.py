# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation that files share is written into them, once in each, and is fresh."""

from __future__ import annotations

import typing as t

import generate_docs
import pytest
import yaml

if t.TYPE_CHECKING:
    from pathlib import Path

MODULE = '''DOCUMENTATION = r"""
options:
  # BEGIN generated options: program,group without programs,command
  old:
    type: str
  # END generated options
  programs:
    suboptions:
      # BEGIN generated options: group
      # END generated options
"""
'''


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "module.py"
    path.write_text(MODULE, encoding="utf-8")
    return path


def documentation(path: Path) -> dict[str, t.Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8").split('"""')[1])["options"]


def test_every_file_of_the_project_is_fresh() -> None:
    assert generate_docs.main(["--check"]) == 0


def test_check_changes_nothing_and_fails(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate_docs.main(["--check", str(module)]) == 1
    assert module.read_text(encoding="utf-8") == MODULE
    assert str(module) in capsys.readouterr().out


def test_marked_parts_are_replaced_at_their_own_depth(module: Path) -> None:
    assert generate_docs.main([str(module)]) == 0
    options = documentation(module)
    assert "old" not in options
    assert "command" not in options
    assert options["exitcodes"] == {
        "description": options["exitcodes"]["description"],
        "type": "list",
        "elements": "str",
    }
    assert sorted(options["programs"]["suboptions"]) == ["priority", "programs"]
    assert any("One of V(true), V(false), V(unexpected)." in line for line in options["autorestart"]["description"])


def test_what_comes_again_is_said_once_and_read_as_if_said_twice(module: Path) -> None:
    generate_docs.main([str(module)])
    options = documentation(module)
    assert options["priority"] == options["programs"]["suboptions"]["priority"]
    text = module.read_text(encoding="utf-8")
    assert text.count(options["priority"]["description"][0]) == 1
    assert text.count("priority: &program-priority\n") == text.count("priority: *program-priority\n") == 1
    assert "&program-exitcodes" not in text


def test_an_option_that_differs_between_kinds_is_said_for_each(tmp_path: Path) -> None:
    path = tmp_path / "argument_specs.yml"
    kinds = ("program", "eventlistener")
    part = "%s:\n  # BEGIN generated options: %s\n  # END generated options\n"
    path.write_text("".join(part % (kind, kind) for kind in kinds), encoding="utf-8")
    generate_docs.main([str(path)])
    options = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert options["program"]["user"] == options["eventlistener"]["user"]
    assert "V(999)" in str(options["program"]["priority"])
    assert "V(-1)" in str(options["eventlistener"]["priority"])


def test_return_values_come_from_the_fragment(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("result:\n  # BEGIN generated returns: servers\n  # END generated returns\n", encoding="utf-8")
    assert generate_docs.main(["--check", str(path)]) == 1
    generate_docs.main([str(path)])
    assert generate_docs.main(["--check", str(path)]) == 0
    values = yaml.safe_load(path.read_text(encoding="utf-8"))["result"]
    assert sorted(values) == ["servers", "states", "summary"]
    assert values["servers"]["contains"]["seconds"]["type"] == "float"


def test_a_second_run_changes_nothing(module: Path) -> None:
    generate_docs.main([str(module)])
    text = module.read_text(encoding="utf-8")
    assert generate_docs.main(["--check", str(module)]) == 0
    assert generate_docs.main([str(module)]) == 0
    assert module.read_text(encoding="utf-8") == text


def test_lines_fit(module: Path) -> None:
    generate_docs.main([str(module)])
    assert max(len(line) for line in module.read_text(encoding="utf-8").splitlines()) <= 120
