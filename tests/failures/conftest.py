# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the failures: the two hosts, and the comparison of before and after."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import shutil
import tempfile
import typing as t
import zlib

import host as host_
import pytest

RUN = pathlib.Path(os.environ["FAILURES_RUN"])
HOSTS = ("package", "venv")
LEFT = pytest.StashKey[str]()
# Share of the cases -> turns in which a case runs on no host, to the two in which it runs on one.
SHARES = {"all": 0, "half": 0, "quarter": 2, "eighth": 6, "sixteenth": 14}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Each host can have a process of its own; what needs both hosts is a third one's."""
    parser.addoption("--host", choices=[*HOSTS, "both"], help="only the cases of this host, or those of both together")
    parser.addoption(
        "--share",
        choices=SHARES,
        default="all",
        help="each case on both hosts, or on one of them in turn, or some of them on one",
    )


def _host_of(item: pytest.Item) -> str:
    return item.callspec.params["host"] if isinstance(item, pytest.Function) and hasattr(item, "callspec") else "both"


def pytest_collection_modifyitems(config: pytest.Config, items: t.List[pytest.Item]) -> None:
    """Leave what ``--host`` names (the groups of pytest-xdist 3.8 do nothing with pytest 9.2)."""
    only = config.getoption("--host")
    if only:
        items[:] = [item for item in items if _host_of(item) == only]
    kept = [item for item in items if _host_of(item) in ("both", *_turn(item, config.getoption("--share")))]
    if len(kept) < len(items):
        config.stash[LEFT] = f"{len(items) - len(kept)} of {len(items)} cases of host {only or 'all'}"
    items[:] = kept


def pytest_report_collectionfinish(config: pytest.Config) -> t.List[str]:
    """Say how much is left out, in words that the summary of `make test` looks for."""
    left = config.stash.get(LEFT, "")
    return [f"left to make test-more: {left}"] if left else []


def _turn(item: pytest.Item, share: str) -> t.Sequence[str]:
    """The hosts that a case runs on: the same in each run, and as many on each host where time is short."""
    if share == "all":
        return HOSTS
    case = zlib.crc32(item.nodeid.replace("[venv", "[package").encode())
    turns = [(host,) for host in HOSTS] + [()] * SHARES[share]
    return turns[case % len(turns)]


@pytest.fixture(scope="session")
def scratch() -> t.Iterator[pathlib.Path]:
    """A folder with a short path: a socket of ssh stands in it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="f"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session", params=HOSTS)
def host(request, scratch: pathlib.Path) -> host_.Host:
    """Each test runs on both hosts."""
    return host_.Host(request.param, RUN, scratch)


@pytest.fixture(scope="session")
def hosts(scratch: pathlib.Path) -> t.List[host_.Host]:
    """Both hosts, for what takes several."""
    return [host_.Host(name, RUN, scratch) for name in HOSTS]


class Case:
    """A change that is to fail. Put what it came to into ``outcome``."""

    def __init__(self, before: host_.Look) -> None:
        self.before = before
        self.after = before
        self.outcome: t.Optional[host_.Outcome] = None


def _lost(before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> t.List[str]:
    return sorted(name for name, pid in before.items() if after.get(name) != pid)


def _changed(before: t.Mapping[str, str], after: t.Mapping[str, str]) -> t.List[str]:
    return sorted(path for path in {*before, *after} if before.get(path) != after.get(path))


@pytest.fixture
def failure(host: host_.Host, request):
    """Compare a host before and after a change that fails.

        def test_port(host, failure):
            with failure("1", "a port that another process holds", r"18081 .* python3") as case:
                case.outcome = host.role("supervisor", supervisor_inet_http_server={...})

    ``says`` is a regular expression that the message has to hold. ``lost`` and ``changed`` are what may differ
    afterwards, as regular expressions for whole names of programs and paths; nothing by default. ``restarted`` says
    that the daemon had to be started again: then programs may have other process ids, but each runs as before.
    """

    @contextlib.contextmanager
    def judge(
        item: str, title: str, says: str, lost: str = "(?!)", changed: str = "(?!)", restarted: bool = False
    ) -> t.Iterator[Case]:
        case = Case(host.look())
        yield case
        case.after = after = host.look()
        before, outcome = case.before, case.outcome
        assert outcome is not None
        left, right = (before.states, after.states) if restarted else (before.pids, after.pids)
        gone = [name for name in _lost(left, right) if not re.fullmatch(lost, name)]
        services = [] if restarted else _lost(before.services, after.services)
        written = [path for path in _changed(before.files, after.files) if not re.fullmatch(changed, path)]
        row = {
            "item": item, "case": title, "host": host.name, "lost": gone, "services": services, "changed": written,
            "failed": outcome.failed, "message": outcome.message,
        }  # fmt: skip
        with (RUN / "failures.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")
        assert outcome.failed, outcome.output
        assert re.search(says, outcome.message, re.DOTALL), outcome.message
        assert (gone, services, written) == ([], [], []), outcome.message

    return judge
