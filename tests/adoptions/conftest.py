# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of the scenario ``adopt``, one process of pytest for each."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import sys
import tempfile
import typing as t

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / name) for name in ("adoptions", "failures", "integration")]

import host as host_  # noqa: E402  both folders have to be on the path first
from installations import INSTALLATIONS, LINK  # noqa: E402

RUN = pathlib.Path(os.environ["ADOPTIONS_RUN"])
HOSTS = ("package", "venv")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Each host has a process of its own."""
    parser.addoption("--host", choices=HOSTS, required=True, help="the host to try")
    parser.addoption(
        "--share",
        choices=["all", "half", "quarter", "eighth"],
        default="all",
        help="every installation for itself, or a share of them, as many at once as do not get into each other's way",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Share the installations out to the hosts."""
    if "installations" in metafunc.fixturenames:
        sets = [[name] for name in INSTALLATIONS]
        share = metafunc.config.getoption("--share")
        if share != "all":
            step = {"half": 2, "quarter": 4, "eighth": 8}[share]
            sets = _together(list(INSTALLATIONS)[HOSTS.index(metafunc.config.getoption("--host")) :: step])
        metafunc.parametrize("installations", sets, ids=" + ".join)


def _together(names: list[str]) -> list[list[str]]:
    """The installations in as few sets as can be, each with every section and file only once."""
    sets: list[tuple[list[str], set[str]]] = []
    for name in names:
        main, files = INSTALLATIONS[name]
        text = "\n".join([main, *files.values()]).replace(LINK, "")
        words = set(re.findall(r"^\[[^]]+\]", text, re.MULTILINE)) | set(files)
        for others, taken in sets:
            if not words & taken:
                others.append(name)
                taken.update(words)
                break
        else:
            sets.append(([name], words))
    return [found for found, _taken in sets]


@pytest.fixture(scope="session")
def scratch() -> t.Iterator[pathlib.Path]:
    """A folder with a short path: a socket of ssh stands in it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="a"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def host(request: pytest.FixtureRequest, scratch: pathlib.Path) -> host_.Host:
    """The host that this process tries."""
    return host_.Host(request.config.getoption("--host"), RUN, scratch)
