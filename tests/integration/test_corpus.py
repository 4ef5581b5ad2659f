# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our verdict about every configuration of the corpus is that of Supervisor's own parser, release by release."""

from __future__ import annotations

import json
import os
import random
import sys

import mutants
import parsers
import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "corpus"))

import corpus
import values

from ansible_collections.supervisord.fleet.plugins.module_utils._config import machine as _machine

MUTANTS = 1500
SEED = 20261123


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return corpus.cases(corpus.unpack(tmp_path_factory.mktemp("odd")))


@pytest.fixture
def python(version):
    return parsers.python(version)


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


def test_what_supervisor_refuses_is_refused_for_the_same_reason_and_the_rest_accepted(version, python, cases, real):
    disagreements = []
    for name, path in cases.items():
        theirs, ours = real(version)[name], corpus.ours(path, version, python=python)
        if ("error" in theirs) != ("error" in ours):
            disagreements.append((name, theirs.get("error", "accepted"), ours.get("error", "accepted")))
        elif "error" in theirs and not corpus.same_reason(ours["error"], theirs["error"]):
            disagreements.append((name, theirs["error"], ours["error"]))
    assert not disagreements


def test_accepted_files_mean_the_same_groups_processes_and_options(version, python, cases, real):
    compared = 0
    for name, path in cases.items():
        theirs = real(version)[name]
        if "error" not in theirs:
            ours = corpus.ours(path, version, python=python)
            assert {key: ours[key] for key in theirs} == theirs, name
            compared += 1
    assert compared >= 150


def test_recorded_verdicts_are_the_real_ones(version, python, cases, real):
    recorded = corpus.recorded(version, python)
    answers = real(version)
    assert {name: corpus.verdict(answers[name], path) for name, path in cases.items()} == recorded


class Machine(_machine.Host):
    """This machine, as the real parser sees it: accounts and directories are real, the environment is the corpus's."""

    def expand_user(self, path):
        return corpus.ENVIRON["HOME"] + path[1:] if path[:2] in ("~", "~/") else os.path.expanduser(path)

    def temporary(self):
        return "/tmp"

    def importable(self, spec):
        return bool(_machine.Host.importable(self, spec))


def disagreement(ours, theirs):
    """Say how two results about a file differ; None when they agree."""
    if "error" in ours or "error" in theirs:
        same = "error" in ours and "error" in theirs and corpus.same_reason(ours["error"], theirs["error"])
        return None if same else (ours.get("error", "accepted"), theirs.get("error", "accepted"))
    # A bare %s prints Python's dictionary of names, whose order is its own affair.
    if "'ENV_" in json.dumps(theirs):
        return None
    return next(((ours[key], theirs[key]) for key in theirs if ours[key] != theirs[key]), None)


def test_random_configurations_get_the_same_verdict_and_meaning(version, python, cases, tmp_path, monkeypatch):
    monkeypatch.setitem(corpus.ENVIRON, "PLAIN", values.ENVIRON["PLAIN"])
    originals = []
    for name, path in cases.items():
        if "/include/" not in name and name not in corpus.ODD:
            with open(path, encoding="utf-8") as file:
                originals.append(file.read())
    rng = random.Random(SEED)
    paths = [tmp_path / ("%04d.conf" % number) for number in range(MUTANTS)]
    for path in paths:
        path.write_bytes(mutants.mutant(rng, originals))
    machine = Machine()

    answers = parsers.read(version, [str(path) for path in paths], corpus.ENVIRON, corpus.HOSTNAME)

    found = []
    for path, answer in zip(paths, answers, strict=True):
        different = disagreement(corpus.ours(str(path), version, machine, python), corpus.theirs(answer))
        if different:
            found.append((path.read_text(encoding="utf-8"), *different))
    assert not found
    assert sum("error" not in answer for answer in answers) >= 200
