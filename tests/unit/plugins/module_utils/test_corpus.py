# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts about the corpus against those recorded from real parsers; needs no Supervisor, runs on Python 3.6."""

import os
import sys

import pytest

TESTS = os.path.abspath(__file__).split(os.sep + "unit" + os.sep)[0]
sys.path.insert(0, os.path.join(TESTS, "corpus"))

import corpus  # noqa: E402 - its folder had to be added first


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return corpus.cases(corpus.unpack(tmp_path_factory.mktemp("odd")))


def test_there_are_enough_cases(cases):
    for kind in ("broken", "valid"):
        assert len([name for name in cases if name.startswith(kind + "/")]) >= 80


# What a machine without the usual Python has in its place.
PAIRS = [*sorted(corpus.PYTHONS.items()), ("4.2.5", (3, 10)), ("4.3.0", (3, 13))]


@pytest.mark.parametrize(("version", "python"), PAIRS)
def test_verdict_is_the_recorded_one(version, python, cases):
    recorded = corpus.recorded(version, python)
    assert sorted(recorded) == sorted(cases)
    wrong = []
    for name, path in cases.items():
        ours = corpus.verdict(corpus.ours(path, version, python=python), path)
        same = ours == recorded[name]
        if not same and not (ours.startswith("ok ") or recorded[name].startswith("ok ")):
            same = corpus.same_reason(ours, recorded[name])
        if not same:
            wrong.append((name, recorded[name], ours))
    assert not wrong


@pytest.mark.parametrize("version", sorted(corpus.PYTHONS))
def test_a_folder_says_what_its_files_are(version):
    for name, text in corpus.recorded(version).items():
        kind = name.split("/")[0]
        if kind != "differs":
            assert text.startswith("ok ") == (kind == "valid"), name


def test_no_verdict_quotes_a_library_whose_words_change_from_day_to_day():
    for version in sorted(corpus.PYTHONS):
        text = "\n".join(corpus.recorded(version).values())
        for words in ("EntryPoint must be in", "Invalid requirement", "Parse error at", "Expected "):
            assert words not in text, version


def test_files_in_differs_do_differ():
    everywhere = [corpus.recorded(version) for version in sorted(corpus.PYTHONS)]
    for name in everywhere[0]:
        if name.startswith("differs/"):
            assert len({verdicts[name] for verdicts in everywhere}) > 1, name


def test_a_refusal_names_the_file_and_where_there_is_one_the_section(cases):
    for name, path in cases.items():
        result = corpus.ours(path, "4.3.0")
        if "error" in result:
            details = result["details"]
            folder = os.path.dirname(path)
            assert details["file"].startswith(folder), name
            assert details["file"] in result["message"], name
            if "section" in details and details["section"] not in ("supervisord", "include"):
                with open(details["file"], encoding="utf-8") as file:
                    assert "[%s]" % details["section"] in file.read(), name
