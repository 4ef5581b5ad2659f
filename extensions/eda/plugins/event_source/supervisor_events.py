# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event source for ansible-rulebook: takes what the listeners of the role alerts send."""

from __future__ import annotations

import asyncio
import importlib
import logging
import pathlib
import sys
import types
import typing as t

DOCUMENTATION = r"""
---
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Take the messages of the role alerts, and tell what fails
description:
  - Listens for the JSON that a route of C(type=webhook) of the role P(supervisord.fleet.alerts#role) sends, version 1.
  - What comes within O(gather) seconds makes one event, so that one action is enough for hosts that fail together.
  - Events are those of the source supervisor_poll, of the kinds V(failed), V(given_up), V(recovered) and V(ended). What
    is about no process in one of O(kinds) makes an event of the kind V(told), whose C(processes) have C(host),
    C(group), C(program), C(kind), C(status), C(say), C(severity) and C(since).
  - Logs, titles and other texts of a message are in no event, nor are headers.
  - The same message counts once. A message with another C(key) about a process that fails already means that it has
    failed once more.
  - Whoever has the token can say that a program of any host has failed. So choose O(hosts), and do with C(hosts) and
    C(programs) of an event nothing but what may be done at any time, such as to start what is FATAL.
options:
  host:
    description: Address to listen at. V(0.0.0.0) is every network.
    type: str
    default: 127.0.0.1
  port:
    description: TCP port to listen at.
    type: int
    required: true
  token:
    description: What listeners have to know, the C(token) of the route. At least 16 characters.
    type: str
  secret:
    description:
      - What listeners sign with, the C(secret) of the route. At least 16 characters. A signature is good for 5 minutes.
      - O(token), O(secret) or both are needed.
    type: str
  certfile:
    description: File with the certificate (PEM), for TLS. It may hold the private key as well.
    type: path
  keyfile:
    description: File with the private key (PEM) of O(certfile).
    type: path
  hosts:
    description:
      - Names of hosts that messages may be about, with ranges as V(node[01:20]). A message about another is refused as
        a whole. Any, if it is not given.
    type: list
    elements: str
    default: []
  kinds:
    description: Kinds of trouble that make a process failed.
    type: list
    elements: str
    choices: [fatal, exited, backoff, unknown]
    default: [fatal]
  programs:
    description: Only these, as playbooks take them, V(web), V(web*) or V(group:*). All, if it is not given.
    type: list
    elements: str
    default: []
  ignore:
    description: Not these.
    type: list
    elements: str
    default: []
  tries:
    description:
      - How often V(failed) is told of a process within an hour. After that it is given up.
      - With V(0) each failure is told once, when it begins, and nothing is given up.
    type: int
    default: 3
  gather:
    description: Seconds to wait for more after a message has come.
    type: float
    default: 3.0
  timeout:
    description: Seconds that all of a request may take.
    type: float
    default: 10.0
  max_bytes:
    description: Size of a message at most. Those of the listener are far below 1 MiB.
    type: int
    default: 1048576
  connections:
    description:
      - So many may be connected at the same time. Others are asked to try again, which the listener does, and beyond
        twice as many they are let go without a word.
      - With O(certfile) a connection counts when its handshake is over, for which it has O(timeout) seconds.
    type: int
    default: 200
"""

EXAMPLES = r"""
- supervisord.fleet.supervisor_events:
    host: 0.0.0.0
    port: 5443
    token: "{{ fleet_token }}"
    certfile: /etc/eda/tls.pem
    hosts: ["node[01:20].example.com"]
"""

logger = logging.getLogger(__name__)


def _collection(name: str) -> t.Any:
    """A file of plugin_utils. ansible-rulebook runs this file alone, with no package around it to import from."""
    package = "supervisord_fleet_plugins"
    if package not in sys.modules:
        made = types.ModuleType(package)
        made.__path__ = [str(pathlib.Path(__file__).parents[4] / "plugins")]
        sys.modules[package] = made
    return importlib.import_module(f"{package}.plugin_utils.{name}")


async def main(queue: asyncio.Queue[t.Any], args: dict[str, t.Any]) -> None:
    """Listen, gather, tell."""
    options = _collection("_eda_options").read(DOCUMENTATION, args)
    push = _collection("_eda_push").Push(options)
    if push.warning:
        logger.warning("supervisor_events: %s", push.warning)
    came = asyncio.Event()

    def take(body: bytes) -> None:
        push.take(body)
        came.set()

    refusals = _collection("_eda_door").Refusals(lambda line: logger.warning("supervisor_events: %s", line))
    door = _collection("_eda_door").Door(push.rules, take, refusals)
    try:
        port = await _collection("_eda_push").listen(door, options)
        logger.info("supervisor_events: listens at %s, port %d", options["host"], port)
        while True:
            await came.wait()
            await asyncio.sleep(options["gather"])
            came.clear()
            for event in push.told():
                logger.info("supervisor_events: %s", event["supervisor"]["text"])
                await queue.put(event)
    finally:
        await door.close()
