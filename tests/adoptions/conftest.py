# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of the scenario ``adopt``, one process of pytest for each."""

from __future__ import annotations

import os
import pathlib
import shutil
import sys
import tempfile
import typing as t

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / name) for name in ("adoptions", "failures", "integration")]

import host as host_  # noqa: E402  both folders have to be on the path first
from installations import INSTALLATIONS  # noqa: E402

RUN = pathlib.Path(os.environ["ADOPTIONS_RUN"])
HOSTS = ("package", "venv")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Each host has a process of its own."""
    parser.addoption("--host", choices=HOSTS, required=True, help="the host to try")
    parser.addoption("--share", choices=["all", "half"], default="all", help="every installation, or half of them")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Share the installations out to the hosts."""
    if "installation" in metafunc.fixturenames:
        names = list(INSTALLATIONS)
        if metafunc.config.getoption("--share") == "half":
            names = names[HOSTS.index(metafunc.config.getoption("--host")) :: 2]
        metafunc.parametrize("installation", names)


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
