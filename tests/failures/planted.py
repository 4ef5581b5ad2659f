# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test brings to a host, and takes away again whatever happens."""

from __future__ import annotations

import contextlib
import shlex
import typing as t

import host as host_

CONF_DIR = "/etc/supervisor/conf.d"
MAIN = "/etc/supervisor/supervisord.conf"
SOCKET = "/run/supervisor/supervisor.sock"  # of supervisord
_LISTEN = """
import socket, time
server = socket.socket(socket.{family})
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind({address!r})
server.listen()
time.sleep(600)
"""


@contextlib.contextmanager
def file(host: host_.Host, path: str, text: str) -> t.Iterator[str]:
    """A file that is not there otherwise."""
    host.sh(f"test ! -e {path} && mkdir -p $(dirname {path}) && printf %s {shlex.quote(text)} > {path}")
    try:
        yield path
    finally:
        host.sh(f"rm -f {path}")


@contextlib.contextmanager
def link(host: host_.Host, path: str, target: str) -> t.Iterator[str]:
    """A link that is not there otherwise."""
    host.sh(f"ln -s {target} {path}")
    try:
        yield path
    finally:
        host.sh(f"rm -f {path}")


@contextlib.contextmanager
def moved(host: host_.Host, path: str) -> t.Iterator[None]:
    """Something is not where it belongs. A socket stays the same under another name."""
    host.sh(f"mv {path} {path}.away")
    try:
        yield
    finally:
        host.sh(f"mv {path}.away {path}")


@contextlib.contextmanager
def listener(host: host_.Host, address: t.Union[str, int]) -> t.Iterator[None]:
    """Another service of the host listens, at a path or at a port of all addresses."""
    where = ("AF_UNIX", address) if isinstance(address, str) else ("AF_INET", ("0.0.0.0", address))
    code = _LISTEN.format(family=where[0], address=where[1])
    there = f"test -S {address}" if isinstance(address, str) else f"grep -q ':{address:04X} 0*:0000 0A' /proc/net/tcp"
    free = f"test ! -e {address} || exit 1; " if isinstance(address, str) else ""
    host.sh(
        f"{free}systemd-run --quiet --collect --unit=fleet-planted python3 -c {shlex.quote(code)}\n"
        f"for turn in $(seq 60); do {there} && exit 0; sleep 0.1; done; exit 1"
    )
    try:
        yield
    finally:
        host.sh(f"systemctl stop fleet-planted; {f'rm -f {address}' if isinstance(address, str) else ':'}", check=False)


def _apt(host: host_.Host, words: str) -> None:
    """Run apt-get as a service, for it may take longer than one command has on a busy machine."""
    host.sh(f"systemd-run --quiet --unit=fleet-apt --setenv=DEBIAN_FRONTEND=noninteractive apt-get -qq -y {words}")
    over = "for turn in $(seq 60); do systemctl is-active -q fleet-apt || break; sleep 1; done"
    for _turn in range(10):
        host.sh(over)
    host.sh(
        "! systemctl is-failed -q fleet-apt || { journalctl -u fleet-apt; systemctl reset-failed fleet-apt; exit 1; }"
    )


@contextlib.contextmanager
def package(host: host_.Host, name: str, family: str) -> t.Iterator[None]:
    """A package that is not there otherwise. ``family``: pattern of all that comes with it."""
    _apt(host, f"install {name}")
    try:
        yield
    finally:
        _apt(host, f"purge '{family}'")


@contextlib.contextmanager
def program(host: host_.Host, *items: t.Mapping[str, t.Any], **options: t.Any) -> t.Iterator[None]:
    """Programs that are declared besides those of the inventory, in whatever state they end."""
    host.module("supervisor_program", programs=[dict(item) for item in items], **options)
    try:
        yield
    finally:
        names = [{"name": item["name"], "kind": item.get("kind", "program"), "state": "absent"} for item in items]
        gone = host.module("supervisor_program", programs=names)
        assert not gone.failed, gone.message
