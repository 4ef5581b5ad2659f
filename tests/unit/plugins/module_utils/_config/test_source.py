# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on disk, in memory, and with pending edits look alike."""

import glob
import os
import random

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._config import source as _source

SEED = 20261123


@pytest.fixture
def tree(tmp_path):
    for name in ("a.conf", "b.conf", ".hidden.conf", "c.ini"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "d.conf").write_bytes(b"d")
    return tmp_path


def names(paths):
    return sorted(os.path.basename(path) for path in paths)


def test_disk_reads_and_says_why_not(tree):
    disk = _source.Disk()
    (tree / "dangling.conf").symlink_to(tree / "nowhere")
    assert disk.read(str(tree / "a.conf")) == b"a.conf"
    assert disk.why(str(tree / "a.conf")) == ""
    for name, reason in (("none", "missing"), ("dangling.conf", "missing"), ("sub", "directory")):
        assert disk.read(str(tree / name)) is None
        assert disk.why(str(tree / name)) == reason


def test_disk_as_another_account_sees_it(tree):
    path = str(tree / "a.conf")
    for folder in (tree, *tree.parents):
        if "pytest-of" in str(folder):  # pytest's own folders, however deep
            folder.chmod(0o755)
    mine = os.stat(path)
    other = _source.Disk(_source.Account(54321, frozenset([54321])))
    group = _source.Disk(_source.Account(54321, frozenset([mine.st_gid])))
    for mode, by_group, by_other in (
        (0o644, True, True),
        (0o640, True, False),
        (0o600, False, False),
        (0o604, False, True),
    ):
        os.chmod(path, mode)
        assert (group.read(path) is not None, other.read(path) is not None) == (by_group, by_other)
        assert other.why(path) == ("" if by_other else "denied")
    os.chmod(path, 0o644)
    tree.chmod(0o700)
    assert other.read(path) is None
    assert _source.Disk(_source.Account(0, frozenset([0]))).read(path) is not None


def test_overlay_adds_replaces_and_removes(tree):
    overlay = _source.Overlay(
        _source.Disk(),
        {
            str(tree / "a.conf"): b"new",
            str(tree / "b.conf"): None,
            str(tree / "z.conf"): b"z",
            str(tree / ".h.conf"): b"",
        },
    )
    pattern = str(tree / "*.conf")
    assert names(overlay.glob(pattern)) == ["a.conf", "z.conf"]
    assert overlay.read(str(tree / "a.conf")) == b"new"
    assert overlay.read(str(tree / "b.conf")) is None
    assert overlay.why(str(tree / "b.conf")) == "missing"
    assert overlay.read(str(tree / "c.ini")) == b"c.ini"
    assert overlay.why(str(tree / "z.conf")) == ""
    assert (tree / "b.conf").exists()


def test_overlay_knows_a_directory_by_both_its_names(tree):
    (tree / "link").symlink_to(tree / "sub")
    overlay = _source.Overlay(_source.Disk(), {str(tree / "sub" / "e.conf"): b"e", str(tree / "link" / "d.conf"): None})
    assert names(overlay.glob(str(tree / "link" / "*.conf"))) == ["e.conf"]
    assert overlay.glob(str(tree / "link" / "*.conf")) == [str(tree / "link" / "e.conf")]
    assert overlay.read(str(tree / "link" / "e.conf")) == b"e"
    assert names(overlay.glob(str(tree / "*" / "e.conf"))) == ["e.conf"]


def test_an_exact_name_is_a_pattern_too(tree):
    overlay = _source.Overlay(_source.Disk(), {str(tree / "new.conf"): b"", str(tree / "a.conf"): None})
    assert overlay.glob(str(tree / "new.conf")) == [str(tree / "new.conf")]
    assert overlay.glob(str(tree / "a.conf")) == []


def test_memory_matches_what_glob_would_find_on_disk(tmp_path):
    rng = random.Random(SEED)
    parts = ["a", "b", ".c", "ab", "a.conf", ".x.conf", "[z]", "d*"]
    files = {}
    for _turn in range(60):
        path = os.path.join(str(tmp_path), *(rng.choice(parts) for _turn in range(rng.randint(1, 3))))
        if not os.path.isdir(path):
            try:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb"):
                    files[path] = b""
            except OSError:  # a file is in the way of a directory
                continue
    memory = _source.Memory(files)
    pieces = ["*", "?", "a", "*.conf", "[ab]*", ".*", "**", "[!a]", "ab", "[[]z]", "*c"]
    for _turn in range(500):
        pattern = os.path.join(str(tmp_path), *(rng.choice(pieces) for _turn in range(rng.randint(1, 3))))
        real = sorted(path for path in glob.glob(pattern) if os.path.isfile(path))
        assert sorted(memory.glob(pattern)) == real, pattern


def test_a_link_to_what_is_edited_leads_to_what_it_will_be(tree):
    for name, target in (("x.conf", "y.conf"), ("y.conf", str(tree / "a.conf")), ("w.conf", "b.conf")):
        (tree / name).symlink_to(target)
    overlay = _source.Overlay(_source.Disk(), {str(tree / "a.conf"): b"new", str(tree / "b.conf"): None})
    assert overlay.read(str(tree / "x.conf")) == overlay.read(str(tree / "y.conf")) == b"new"
    assert (overlay.read(str(tree / "w.conf")), overlay.why(str(tree / "w.conf"))) == (None, "missing")
    # A link that is edited itself becomes a file, and what it led to stays.
    overlay = _source.Overlay(_source.Disk(), {str(tree / "y.conf"): b"own"})
    assert overlay.read(str(tree / "x.conf")) == b"own"
    assert overlay.read(str(tree / "a.conf")) == b"a.conf"


def test_links_in_a_circle_end(tree):
    (tree / "x.conf").symlink_to("y.conf")
    (tree / "y.conf").symlink_to("x.conf")
    overlay = _source.Overlay(_source.Disk(), {str(tree / "a.conf"): b"new"})
    assert overlay.read(str(tree / "x.conf")) is None
