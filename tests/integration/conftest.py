# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the integration tests: real supervisord of several releases, real modules, recording proxy.

    def test_starts(daemons, run_module):
        daemon = daemons({"web": {"command": "/bin/sleep 1000", "autostart": "false"}})
        result = run_module("supervisor_process", {"names": ["web"], "state": "started"}, daemon)
        assert result["changed"] and daemon.state("web:web") == "RUNNING"

Every test that uses ``version`` (directly, or through ``daemons`` or ``run_module``) runs once per release installed
below ``$SUPERVISOR_VENVS`` (default: ``supervisord-fleet/supervisor`` in the user's cache, see
tools/supervisor-venvs). Each release comes with another pair of target interpreter and ansible-core, the oldest one
with Python 3.6, so that every test runs on all of them: see ``targets.py``.

Useful from a shell: ``pytest tests/integration -n 4``, ``-k 4.3.0`` for one release, ``--versions 4.3.0,3.4.0``.
"""

from __future__ import annotations

import os
import zlib

import collection

collection.make_importable()

import daemons as daemons_  # noqa: E402  the collection has to be importable first
import pytest  # noqa: E402
import receivers  # noqa: E402
import recorder  # noqa: E402
import targets  # noqa: E402

MANY = 12  # cases of one test
LEFT = pytest.StashKey[str]()


def pytest_addoption(parser):
    parser.addoption("--versions", default="", help="comma-separated releases of Supervisor to test with")
    parser.addoption(
        "--turns",
        action="store_true",
        help="each test with one release, unless it is about the ends, and a third of many cases",
    )


def pytest_report_header(config):
    lines = ["supervisord: %s" % ", ".join(_chosen(config))]
    left = [version for version in daemons_.installed() if version not in _chosen(config)]
    if left:  # in words that the summary of `make test` looks for
        lines.append("left to make test-more: supervisord %s" % ", ".join(left))
    if config.getoption("--turns"):
        lines.append("left to make test-more: each test with each of %s" % ", ".join(_chosen(config)))
    absent = [version for version in daemons_.RELEASES if version not in daemons_.installed()]
    if absent:
        lines.append("supervisord NOT tested, not installed below %s: %s" % (daemons_.venvs(), ", ".join(absent)))
    for version in _chosen(config):
        lines.append("  %s is driven by %s" % (version, targets.of(version)))
    return lines


def _chosen(config):
    wanted = [version for version in config.getoption("--versions").split(",") if version]
    chosen = wanted or daemons_.installed()
    if not chosen:
        raise pytest.UsageError("no supervisord below %s: run tools/supervisor-venvs" % daemons_.venvs())
    return chosen


def pytest_collection_modifyitems(config, items):
    """Where time is short: a third of many cases, a quarter of the whole playbooks, nothing long."""
    if not config.getoption("--turns"):
        return
    cases = {}
    for item in items:
        left = item.get_closest_marker("plays") and zlib.crc32(item.nodeid.encode()) % 4
        if not left and not item.get_closest_marker("more"):
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    kept = [one for found in cases.values() for one in (found[::3] if len(found) >= MANY else found)]
    config.stash[LEFT] = "%d of %d cases" % (len(items) - len(kept), len(items))
    items[:] = kept


def pytest_report_collectionfinish(config):
    left = config.stash.get(LEFT, "")
    return ["left to make test-more: %s" % left] if left else []


def pytest_generate_tests(metafunc):
    if "version" in metafunc.fixturenames:
        chosen = _chosen(metafunc.config)
        if metafunc.definition.get_closest_marker("bygone"):
            chosen = [daemons_.BYGONE]
        elif metafunc.definition.get_closest_marker("newest"):
            chosen = chosen[-1:]
        elif metafunc.definition.get_closest_marker("ends"):
            chosen = sorted({chosen[0], chosen[-1]})
        whole = metafunc.definition.get_closest_marker("plays") or not metafunc.definition.get_closest_marker("ends")
        if metafunc.config.getoption("--turns") and whole:  # the same one in each run
            chosen = [chosen[zlib.crc32(metafunc.definition.nodeid.encode()) % len(chosen)]]
        metafunc.parametrize("version", chosen, scope="session")


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "ends: the oldest and the newest release, with their target interpreters, are enough"
    )
    config.addinivalue_line(
        "markers", "plays: whole playbooks, which take long: a quarter of them, at one of the ends, where time is short"
    )
    config.addinivalue_line("markers", "more: takes long, and is left to make test-more")
    config.addinivalue_line(
        "markers", "bygone: with a release of Supervisor that is older than those of all other tests"
    )
    config.addinivalue_line("markers", "newest: nothing in it depends on the release or the target interpreter")


@pytest.fixture
def daemons(version):
    """Factory of running daemons: ``daemons(programs, **options)``, see ``daemons.Daemon``. Stopped after the test."""
    started = []

    def start(programs=None, **options):
        daemon = daemons_.Daemon(version, programs or {}, **options)
        started.append(daemon)
        return daemon.start()

    yield start
    for daemon in started:
        daemon.destroy()


@pytest.fixture
def run_module(version):
    """Runs a module for real: ``run_module(name, args, daemon=None, check=False, diff=False, env=None)``.

    ``daemon`` adds its config_file to the arguments unless they name a server. Returns the module's result as a
    dict; ``failed`` is always there. Uses the interpreter and ansible-core that go with the release.
    """

    def run(name, args, daemon=None, **kwargs):
        return targets.of(version).run(name, _with_daemon(args, daemon), **kwargs)

    return run


@pytest.fixture
def start_module(version):
    """As ``run_module``, but returns the running process; ``targets.finish`` gives its result."""

    def start(name, args, daemon=None, **kwargs):
        return targets.of(version).start(name, _with_daemon(args, daemon), **kwargs)

    return start


def _with_daemon(args, daemon):
    if daemon is not None and "server_url" not in args and "config_file" not in args:
        return dict(args, config_file=daemon.conf)
    return args


@pytest.fixture
def record():
    """Factory of recording proxies: ``record(daemon)`` has ``.url`` and ``.calls``, see ``recorder.Recorder``.

    A second argument is called before each request is passed on.
    """
    proxies = []

    def start(daemon, before=None):
        proxies.append(recorder.Recorder(daemon.socket, before))
        return proxies[-1]

    yield start
    for proxy in proxies:
        proxy.close()


@pytest.fixture
def declare(run_module):
    """``declare(daemon, item, ..., check=False, **options)``: run supervisor_program on a list of items."""

    def run(daemon, *items, check=False, **options):
        args = dict({"programs": list(items), "state_dir": os.path.join(daemon.dir, "state")}, **options)
        return run_module("supervisor_program", args, daemon, check=check)

    return run


@pytest.fixture
def web():
    """A server of this machine that takes alerts, see ``receivers.Web``."""
    server = receivers.Web()
    yield server
    server.stop()
