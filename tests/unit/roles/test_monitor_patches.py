# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of patches that the role brings, and the one of the tests' application."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from ansible_collections.supervisord.fleet.plugins.module_utils._release import (
    patch as _patch,
    patch_tree as _patch_tree,
)

ROOT = Path(__file__).resolve().parents[3]
REAL = ROOT / "roles/monitor_web/files/patches.yml"
FIXTURE = ROOT / "tests/fixtures/monitor_app/patches.yml"
# The real list is tried on the real source wherever somebody has it; the fixture's list on the fixture everywhere.
SOURCES = [(FIXTURE, FIXTURE.parent / "source")]
if os.environ.get("MONITOR_UPSTREAM"):
    SOURCES.append((REAL, Path(os.environ["MONITOR_UPSTREAM"])))
FOLDERS = ["application", "system", "public_html"]


def edits(path):
    # The loader that Ansible uses: it is stricter than the other one.
    data = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return _patch.entries(
        data,
        {
            item["create"]: (path.parent / item["create"]).read_text(encoding="utf-8")
            for item in data
            if "create" in item
        },
    )


@pytest.mark.parametrize("path", [REAL, FIXTURE], ids=["real", "fixture"])
def test_every_entry_is_whole_and_says_why(path):
    for entry in edits(path):
        assert entry.why.endswith((".", "?")), entry.id


@pytest.mark.parametrize(("path", "source"), SOURCES, ids=[source.name for _path, source in SOURCES])
def test_the_list_fits_its_source_and_a_second_time_changes_nothing(path, source, tmp_path):
    release = tmp_path / "release"
    _patch_tree.build(str(source), str(release), FOLDERS, edits(path))
    again = _patch.plan(edits(path), _patch_tree.reader(str(release)))
    assert again.files == {}
    assert {outcome.status for outcome in again.outcomes} == {"present"}


def test_the_real_list_refuses_another_application(tmp_path):
    with pytest.raises(_patch.PatchMismatch, match="Use the release the list was written for"):
        _patch_tree.build(str(FIXTURE.parent / "source"), str(tmp_path / "release"), FOLDERS, edits(REAL))
    assert not list(tmp_path.iterdir())
