# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A section's file gets a name that the daemon's own patterns match, in a folder that they name."""

import glob
import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._config import ini as _ini, tree as _tree
from ansible_collections.supervisord.fleet.plugins.module_utils._program import place as _place


def tree(*patterns):
    return _tree.Tree("/etc/s.conf", "/etc", _ini.Store(), ("/etc/s.conf",), patterns, (), ())


@pytest.mark.parametrize(
    ("pattern", "kind", "name", "file"),
    [
        ("*.conf", "program", "web", "web.conf"),
        ("*.ini", "group", "web", "group-web.ini"),
        ("*", "program", "web", "web.conf"),
        ("**", "program", "web", "web.conf"),
        ("prog-*.conf", "program", "web", "prog-web.conf"),
        ("prog-*.conf", "program", "prog-web", "prog-web.conf"),
        ("prog-*.conf", "group", "web", "prog-group-web.conf"),
        ("[a-z]*.conf", "program", "web", "web.conf"),
        ("[a-z]*.conf", "program", "9web", "program-9web.conf"),
        ("[!p]*.conf", "program", "9web", "9web.conf"),
        ("?*.conf", "program", "web", "web.conf"),
        ("*.conf", "program", ".x", "program-.x.conf"),
        ("[0-9][0-9]-*.conf", "program", "web", ""),
        ("programs.conf", "program", "web", ""),
    ],
)
def test_the_name_of_a_file(pattern, kind, name, file, tmp_path):
    found = _place.Place(str(tmp_path), (pattern,)).name_for(kind, name)
    assert found == file
    if file:
        (tmp_path / file).write_text("", encoding="utf-8")
        assert glob.glob(os.path.join(str(tmp_path), pattern)) == [str(tmp_path / file)]


def test_a_folder_that_a_pattern_names_comes_first(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    patterns = [str(tmp_path / "*" / "*.x"), str(tmp_path / "c" / "prog-*.conf"), str(tmp_path / "c" / "*.ini")]
    assert _place.find(None, tree(*patterns)) == _place.Place(str(tmp_path / "c"), ("*.x", "prog-*.conf", "*.ini"))


def test_the_only_folder_that_a_pattern_matches_is_taken(tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    pattern = str(tmp_path / "*" / "*.conf")
    assert _place.find(None, tree(pattern)) == _place.Place(str(tmp_path / "shop"), ("*.conf",))


def test_of_several_folders_none_is_guessed(tmp_path):
    for name in ("shop", "web"):
        (tmp_path / name).mkdir()
    pattern = str(tmp_path / "*" / "*.conf")
    with pytest.raises(_errors.OptionError, match="conf_dir") as caught:
        _place.find(None, tree(pattern))
    assert str(tmp_path / "shop") in caught.value.message
    chosen = _place.find(str(tmp_path / "web"), tree(pattern))
    assert chosen == _place.Place(str(tmp_path / "web"), ("*.conf",))


def test_a_folder_by_another_name_of_it_is_the_same(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    found = _place.find(str(tmp_path / "link"), tree(str(tmp_path / "real" / "*.conf")))
    assert found == _place.Place(str(tmp_path / "link"), ("*.conf",))


@pytest.mark.parametrize("patterns", [(), ("/etc/one.conf",)])
def test_without_any_folder_it_says_what_to_add(patterns):
    with pytest.raises(_errors.OptionError, match=r"/some/where/\*\.conf"):
        _place.find(None, tree(*patterns))
