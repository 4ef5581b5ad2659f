# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event source for ansible-rulebook: asks many supervisord and tells what fails, and what is well again."""

from __future__ import annotations

import asyncio
import importlib
import logging
import pathlib
import sys
import time
import types
import typing as t

DOCUMENTATION = r"""
---
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Ask many supervisord what runs, and tell what fails
description:
  - Asks all daemons at the same time, one request each, again and again. The first look tells what is wrong already.
  - What has failed on many hosts makes one event, so that one action is enough for all of them.
  - An event has all it says under C(supervisor). Its C(kind) is V(failed) (do something about it), V(given_up) (it has
    failed again, and O(tries) are used up), V(unnamed) (it fails, and playbooks cannot be told its name),
    V(recovered) (it is RUNNING), V(ended) (somebody has stopped it, or it has ended as it should), V(unreachable) or
    V(reachable) (a daemon).
  - Beside C(kind) there are C(hosts), C(programs) and C(states), as the playbook C(supervisord.fleet.control) takes
    them, C(count), C(text), a sentence, and C(processes), a list with C(host), C(program), C(name), C(state), C(since),
    C(exit_status), C(reason), C(tries) and C(tries_per_hour) of each, of 1,000 at most.
  - The hosts and programs of a V(failed) event, all with all, hold nothing that was given up, or that was told before.
  - What has failed is told again as soon as it was started and has failed once more, or when nothing has happened for
    O(retry) seconds. What was given up is told no more until it was RUNNING, or was stopped, in between.
  - Nothing of what is remembered outlives the rulebook.
options:
  endpoints:
    description:
      - The daemons, as the option of the same name of the inventory plugin P(supervisord.fleet.supervisor#inventory)
        takes them, a list of addresses with ranges, or of maps with C(server_url), C(name) and others.
      - Hosts are named as that plugin names them, by C(name), host or address. These must be hosts of the inventory.
    type: raw
    required: true
  port:
    description: Port of an address that has none and does not start with http:// or https://.
    type: int
    default: 9001
  username:
    description: User name for endpoints without their own. E(SUPERVISOR_USERNAME) of the environment by default.
    type: str
  password:
    description:
      - Password for O(username). E(SUPERVISOR_PASSWORD) of the environment by default.
      - It is in no event. With http:// to another machine it crosses the network in clear text, which a warning says.
    type: str
  ca_path:
    description: File with the certificates (PEM) to trust for https://, instead of those of the operating system.
    type: path
  client_cert:
    description: File with the client certificate (PEM) for https://. It may hold the private key as well.
    type: path
  client_key:
    description: File with the private key (PEM) of O(client_cert).
    type: path
  validate_certs:
    description: Whether the certificates of https:// servers are checked.
    type: bool
    default: true
  timeout:
    description: Seconds in which a daemon has to answer.
    type: float
    default: 5.0
  parallel:
    description: How many daemons are asked at the same time; 0 is as many as possible.
    type: int
    default: 0
  interval:
    description: Seconds from the begin of a look to that of the next.
    type: float
    default: 10.0
  states:
    description: What counts as failed. Of what has EXITED that is what has done so with a status that is not expected.
    type: list
    elements: str
    choices: [FATAL, EXITED, BACKOFF, UNKNOWN]
    default: [FATAL]
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
  retry:
    description: Seconds after which a failed process that nobody has started in the meantime is told again.
    type: float
    default: 120.0
  gather:
    description:
      - Seconds at most that new failures wait while those that were told have not been started yet. They are one
        event, since the action for the first keeps those for the others waiting anyway.
      - With V(0), and if O(tries) is V(0), nothing waits.
    type: float
    default: 30.0
  misses:
    description:
      - So many looks in a row without an answer make a daemon unreachable. One that has never answered is told at once.
    type: int
    default: 2
"""

EXAMPLES = r"""
- supervisord.fleet.supervisor_poll:
    endpoints:
      - node[01:20].example.com:9001
      - {server_url: "https://edge[1:3].example.com/supervisor/RPC2", name: "edge[1:3]"}
    username: admin
    password: "{{ supervisor_password }}"
    interval: 10
    tries: 3
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
    """Look, tell, wait."""
    options = _collection("_eda_options").read(DOCUMENTATION, args)
    poll = _collection("_eda_poll").Poll(options)
    if poll.warning:
        logger.warning("supervisor_poll: %s", poll.warning)
    logger.info("supervisor_poll: %d daemons, every %g s", len(poll.names), options["interval"])
    while True:
        began = time.monotonic()
        events = await asyncio.get_running_loop().run_in_executor(None, poll.look)
        logger.debug("supervisor_poll: looked, %d events", len(events))
        for event in events:
            logger.info("supervisor_poll: %s", event["supervisor"]["text"])
            await queue.put(event)
        await asyncio.sleep(max(0.1, began + options["interval"] - time.monotonic()))
