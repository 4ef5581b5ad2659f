# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits apply, or are there already, or do not fit and say so."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._errors import OptionError
from ansible_collections.supervisord.fleet.plugins.module_utils._release import patch as _patch

EDIT = {
    "id": "one",
    "file": "a.php",
    "why": "because",
    "match": r"old\((\d)\)",
    "replace": r"new(\1)",
    "done": r"new\(",
}


def plan(data, files, contents=None):
    return _patch.plan(_patch.entries(data, contents or {}), files.get)


def after(data, files, contents=None):
    return {path: text for path, (_before, text) in plan(data, files, contents).files.items()}


def test_an_edit_applies():
    assert after([EDIT], {"a.php": "x old(1) y"}) == {"a.php": "x new(1) y"}
    assert plan([EDIT], {"a.php": "x old(1) y"}).outcomes == (("one", "a.php", "applied"),)


def test_a_second_run_has_nothing_to_do():
    result = plan([EDIT], {"a.php": "x new(1) y"})
    assert result.files == {}
    assert result.outcomes == (("one", "a.php", "present"),)


def test_a_newer_source_that_needs_no_edit_is_left_alone():
    assert plan([EDIT], {"a.php": "upstream's own new(1)"}).files == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("something else", "found 0 times instead of 1"),
        ("old(1) old(2)", "found 2 times instead of 1"),
        ("old(1) old(2) new(3)", "found 2 times instead of 1"),
        (None, "has no file a.php"),
    ],
)
def test_an_edit_that_does_not_fit_says_so(text, words):
    with pytest.raises(_patch.PatchMismatch, match=words) as caught:
        plan([EDIT], {} if text is None else {"a.php": text})
    assert caught.value.details["id"] == "one"
    assert caught.value.details["file"] == "a.php"


def test_several_edits_of_one_file_see_each_other():
    second = dict(EDIT, id="two", match=r"new\(", replace="other(", done=None)
    assert after([EDIT, second], {"a.php": "old(1)"}) == {"a.php": "other(1)"}


def test_more_than_one_place():
    assert after([dict(EDIT, count=2)], {"a.php": "old(1) old(2)"}) == {"a.php": "new(1) new(2)"}


def test_lines_are_what_anchors_mean():
    edit = dict(EDIT, match="^b$", replace="B", done=None)
    assert after([edit], {"a.php": "a\nb\nc"}) == {"a.php": "a\nB\nc"}


def test_a_plain_replacement_is_its_own_sign():
    edit = {"id": "x", "file": "a", "why": "w", "match": r"f\(0\);", "replace": r"f(A | B);\t// $x"}
    assert after([edit], {"a": "f(0);"}) == {"a": "f(A | B);\t// $x"}
    assert plan([edit], {"a": "f(A | B);\t// $x"}).files == {}


def test_an_edit_that_would_apply_for_ever_is_refused():
    with pytest.raises(_patch.PatchMismatch, match="would apply again"):
        plan([dict(EDIT, match="a", replace="aa", done="aa")], {"a.php": "a"})


def test_an_edit_whose_result_is_not_found_is_refused():
    with pytest.raises(_patch.PatchMismatch, match="its result is not found"):
        plan([dict(EDIT, done="nowhere")], {"a.php": "old(1)"})


def test_files_are_added_and_removed():
    data = [
        {"id": "new", "file": "lib/x.php", "why": "w", "create": "x.php"},
        {"id": "gone", "file": "test.php", "why": "w", "delete": True},
        {"id": "gone-already", "file": "other.php", "why": "w", "delete": True},
    ]
    files = {"test.php": "sleep"}
    assert after(data, files, {"x.php": "<?php"}) == {"lib/x.php": "<?php", "test.php": None}
    assert plan(data, {"lib/x.php": "<?php"}, {"x.php": "<?php"}).files == {}
    assert after(data, {"lib/x.php": "<?php drifted"}, {"x.php": "<?php"}) == {"lib/x.php": "<?php"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": ""}, "has no id"),
        ({"why": None}, "has no why"),
        ({"file": "/etc/passwd"}, "inside the tree"),
        ({"file": "a/../../b"}, "inside the tree"),
        ({"delete": True}, "exactly one of"),
        ({"match": None}, "exactly one of"),
        ({"match": "("}, "entry 1"),
        ({"done": "("}, "entry 1"),
        ({"done": None}, "refers to groups needs done"),
        ({"done": None, "replace": ""}, "needs done"),
        ({"match": None, "create": "missing.php"}, "contents lacks"),
    ],
)
def test_a_wrong_entry_is_named(change, words):
    with pytest.raises(OptionError, match=words):
        _patch.entries([dict(EDIT, **change)], {})


def test_ids_are_unique():
    with pytest.raises(OptionError, match="used twice"):
        _patch.entries([EDIT, EDIT], {})
