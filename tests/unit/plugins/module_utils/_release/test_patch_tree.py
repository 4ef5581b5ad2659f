# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release is there whole or not at all."""

import os
import stat

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._errors import SupervisorError
from ansible_collections.supervisord.fleet.plugins.module_utils._release import (
    patch as _patch,
    patch_tree as _patch_tree,
)

ENTRIES = [
    {"id": "edit", "file": "app/a.php", "why": "w", "match": "old", "replace": "new"},
    {"id": "add", "file": "app/lib/b.php", "why": "w", "create": "b"},
    {"id": "remove", "file": "public/test.php", "why": "w", "delete": True},
]
EDITS = _patch.entries(ENTRIES, {"b": "added"})


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    for name, data in {
        "app/a.php": b"old \xff\r\n",
        "public/test.php": b"x",
        "public/index.php": b"y",
        "README": b"z",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o777)
    (folder / "public" / "link").symlink_to("/etc/passwd")
    return folder


def build(source, path, edits=EDITS):
    _patch_tree.build(str(source), str(path), ["app", "public"], edits)


def test_a_link_that_leads_nowhere_and_old_leftovers_are_in_nobodys_way(source, tmp_path):
    root = tmp_path / "releases"
    (root / ".fleet-staging-old" / "app").mkdir(parents=True)
    os.utime(str(root / ".fleet-staging-old"), (0, 0))
    (root / "1").symlink_to("nowhere")
    build(source, root / "1")
    assert sorted(path.name for path in root.iterdir()) == ["1"]
    assert not (root / "1").is_symlink()


def listing(path):
    return sorted(str(item.relative_to(path)) for item in path.rglob("*") if not item.is_dir())


def test_a_release_is_a_patched_copy_of_the_folders_asked_for(source, tmp_path):
    release = tmp_path / "releases" / "1"
    build(source, release)
    assert listing(release) == ["app/a.php", "app/lib/b.php", "public/index.php"]
    assert (release / "app/a.php").read_bytes() == b"new \xff\r\n"
    assert (release / "app/lib/b.php").read_text() == "added"


def test_everybody_may_read_it_and_nobody_else_may_write(source, tmp_path):
    before = os.umask(0o077)
    try:
        build(source, tmp_path / "1")
    finally:
        os.umask(before)
    for item in [tmp_path / "1", *(tmp_path / "1").rglob("*")]:
        assert stat.S_IMODE(item.stat().st_mode) == (0o755 if item.is_dir() else 0o644)


def test_the_source_stays_as_it_was(source, tmp_path):
    build(source, tmp_path / "1")
    assert (source / "app/a.php").read_bytes() == b"old \xff\r\n"
    assert (source / "public/test.php").exists()


def test_a_list_that_does_not_fit_leaves_nothing_behind(source, tmp_path):
    (source / "app/a.php").write_text("something else")
    with pytest.raises(_patch.PatchMismatch):
        build(source, tmp_path / "releases" / "1")
    assert not list(tmp_path.glob("releases/*"))


def test_a_failure_in_the_middle_leaves_nothing_behind(source, tmp_path):
    with pytest.raises(SupervisorError, match="has no folder nowhere"):
        _patch_tree.build(str(source), str(tmp_path / "releases" / "1"), ["app", "nowhere"], EDITS)
    assert not list((tmp_path / "releases").iterdir())


def test_a_source_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SupervisorError, match="nowhere is no folder"):
        build(tmp_path / "nowhere", tmp_path / "1")


def test_what_has_drifted_is_repaired(source, tmp_path):
    release = tmp_path / "1"
    build(source, release)
    (release / "app/lib/b.php").write_text("drifted")
    (release / "public/test.php").write_text("back again")
    plan = _patch.plan(EDITS, _patch_tree.reader(str(release)))
    _patch_tree.write(str(release), plan.files)
    assert listing(release) == ["app/a.php", "app/lib/b.php", "public/index.php"]
    assert (release / "app/lib/b.php").read_text() == "added"
    assert _patch.plan(EDITS, _patch_tree.reader(str(release))).files == {}


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(SupervisorError, match="folder cannot be read"):
        _patch_tree.reader(str(tmp_path))("folder")
