# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the monitor's page takes for 1, 10 and 50 daemons, and what it costs when a tenth hangs and one is dead.

    python benchmarks/monitor_page.py [FOLDER]

FOLDER is the application's source, that of the tests unless given; MONITOR_UPSTREAM in the environment is the same.
The page is made by PHP's own web server, without nginx. Needs PHP with the xml extension (Debian: php-cli, php-xml).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import typing as t
import urllib.request
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(ROOT / ".build" / "collections")))

from ansible_collections.supervisord.fleet.plugins.module_utils._release import (  # noqa: E402 needs the path
    patch as _patch,
    patch_tree as _patch_tree,
)

FIXTURE = ROOT / "tests" / "fixtures" / "monitor_app"
COUNTS = (1, 10, 50)
TIMEOUT = 3
RUNS = 3
LIMIT = 1.0  # seconds above the timeout that a page may take
CONFIG = """<?php
$config['supervisor_cols'] = 2; $config['refresh'] = 0; $config['enable_alarm'] = true; $config['show_host'] = true;
$config['timeout'] = %d; $config['redmine_url'] = ''; $config['redmine_assigne_id'] = '';
$config['supervisor_servers'] = array(%s);
"""


def main() -> int:
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("MONITOR_UPSTREAM")
    source = Path(given) if given else FIXTURE / "source"
    patches = (ROOT / "roles/monitor_web/files" if given else FIXTURE) / "patches.yml"
    print(f"the page of {source}, 20 processes a daemon, timeout {TIMEOUT} s")
    print(f"{'daemons':>8}  {'all well':>16}  {'a tenth hung':>16}  {'and one dead':>18}")
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        release = Path(folder) / "release"
        build(source, patches, release)
        for count in COUNTS:
            with daemons(count) as port, web(release) as url:
                ill = max(1, count // 10)
                bad = {f"hung{number}": port + count for number in range(ill)}
                good = healthy(port, count - ill) if count > 1 else healthy(port, 1)
                well = measure(release, url, healthy(port, count), count, 0)
                hung = measure(release, url, {**good, **bad}, len(good), ill)
                both = measure(release, url, {**good, **bad, "dead": free_port()}, len(good), ill + 1)
            worst = max(worst, *hung, *both)
            print(f"{count:>8}  {shown(well):>16}  {shown(hung):>16}  {shown(both):>18}", flush=True)
    print(f"median and slowest of {RUNS} pages, in seconds; allowed with hung daemons: {TIMEOUT + LIMIT:g} s")
    return int(worst > TIMEOUT + LIMIT)


def build(source: Path, patches: Path, release: Path) -> None:
    data = yaml.safe_load(patches.read_text(encoding="utf-8"))
    contents = {item["create"]: (patches.parent / item["create"]).read_text() for item in data if "create" in item}
    edits = _patch.entries(data, contents)
    _patch_tree.build(str(source), str(release), ["application", "system", "public_html"], edits)


def healthy(port: int, count: int) -> dict[str, int]:
    return {f"host{number:02}": port + number for number in range(count)}


def shown(times: list[float]) -> str:
    return f"{statistics.median(times):.3f} / {max(times):.3f}"


def measure(release: Path, url: str, servers: dict[str, int], well: int, ill: int) -> list[float]:
    """Seconds of each page; every page has to be whole."""
    entries = "".join(
        f"'{name}' => array('url' => 'http://127.0.0.1/RPC2', 'port' => '{port}')," for name, port in servers.items()
    )
    (release / "application/config/supervisor.php").write_text(CONFIG % (TIMEOUT, entries))
    times = []
    for number in range(RUNS + 1):
        started = time.monotonic()
        page = fetch(url)
        if number:  # the first one loads the code
            times.append(time.monotonic() - started)
        seen = (page.count("Stop all"), page.count("rpc-error"), "</html>" in page)
        assert seen[0] == well, seen
        assert seen[1] == ill, seen
        assert seen[2], seen
    return times


def fetch(url: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=60) as response:
        return response.read().decode()


def free_port(count: int = 1) -> int:
    """The first of so many ports in a row that nobody listens on."""
    for first in range(20000, 60000, 100):
        if all(_is_free(first + number) for number in range(count)):
            return first
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@contextlib.contextmanager
def running(command: list[str], url_port: int) -> t.Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while _is_free(url_port):
            assert process.poll() is None, f"{command[0]} ended"
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def daemons(count: int) -> t.Iterator[int]:
    port = free_port(count + 1)
    command = [sys.executable, str(ROOT / "tests/monitor/faulty.py"), "127.0.0.1", str(port), str(count)]
    with running(command, port + count):
        yield port


@contextlib.contextmanager
def web(release: Path) -> t.Iterator[str]:
    php = shutil.which("php")
    if php is None:
        sys.exit("monitor_page: php is missing (Debian: apt-get install php-cli php-xml)")
    port = free_port()
    with running([php, "-S", f"127.0.0.1:{port}", "-t", str(release / "public_html")], port):
        yield f"http://127.0.0.1:{port}/"


if __name__ == "__main__":
    sys.exit(main())
