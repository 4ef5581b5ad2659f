# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture and the index of docs/architecture.md are made from the imports that are there."""

from __future__ import annotations

import architecture
import pytest


def test_the_document_is_fresh() -> None:
    assert architecture.main(["--check"]) == 0


def test_a_stale_document_is_told_and_left_alone(tmp_path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    stale = tmp_path / "docs" / "architecture.md"
    stale.parent.mkdir()
    stale.write_text("<!-- BEGIN generated: picture -->\nold\n<!-- END generated -->\n", encoding="utf-8")
    monkeypatch.setattr(architecture, "DOCUMENT", stale)
    monkeypatch.setattr(architecture, "ROOT", tmp_path)
    monkeypatch.setattr(architecture, "graph", lambda: {"_rpc": {"_host"}, "_host": set()})
    assert architecture.main(["--check"]) == 1
    assert "docs/architecture.md" in capsys.readouterr().out
    assert "old" in stale.read_text(encoding="utf-8")
    assert architecture.main([]) == 0
    assert "_rpc --> _host" in stale.read_text(encoding="utf-8")
    assert architecture.main(["--check"]) == 0


def test_arrows_that_follow_from_others_are_left_out() -> None:
    uses = {"roof": {"wall", "ground"}, "wall": {"ground"}, "ground": set()}
    assert architecture.reduced(uses) == {"roof": {"wall"}, "wall": {"ground"}, "ground": set()}
