# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our verdict about every configuration of the corpus is that of Supervisor's own parser, release by release."""

from __future__ import annotations

import os
import sys

import parsers
import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "corpus"))

import corpus


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return corpus.cases(corpus.unpack(tmp_path_factory.mktemp("odd")))


@pytest.fixture(scope="module")
def real(cases):
    """Results of the real parser, asked once for each release."""
    results = {}

    def ask(version):
        if version not in results:
            answers = parsers.read(version, cases.values(), corpus.ENVIRON, corpus.HOSTNAME)
            results[version] = {name: corpus.theirs(answer) for name, answer in zip(cases, answers, strict=True)}
        return results[version]

    return ask


def test_what_supervisor_refuses_is_refused_for_the_same_reason_and_the_rest_accepted(version, cases, real):
    disagreements = []
    for name, path in cases.items():
        theirs, ours = real(version)[name], corpus.ours(path, version)
        if ("error" in theirs) != ("error" in ours):
            disagreements.append((name, theirs.get("error", "accepted"), ours.get("error", "accepted")))
        elif "error" in theirs and not corpus.same_reason(ours["error"], theirs["error"]):
            disagreements.append((name, theirs["error"], ours["error"]))
    assert not disagreements


def test_accepted_files_mean_the_same_groups_processes_and_options(version, cases, real):
    compared = 0
    for name, path in cases.items():
        theirs = real(version)[name]
        if "error" not in theirs:
            ours = corpus.ours(path, version)
            assert {key: ours[key] for key in theirs} == theirs, name
            compared += 1
    assert compared >= 150


def test_recorded_verdicts_are_the_real_ones(version, cases, real):
    recorded = corpus.recorded(version)
    answers = real(version)
    assert {name: corpus.verdict(answers[name], path) for name, path in cases.items()} == recorded
