# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same with a pool of 32 threads and Python's own XML-RPC client, as one would write it first.

usage: threads.py status|restart TIMEOUT < addresses, each a port of this machine or a URL
"""

from __future__ import annotations

import concurrent.futures
import json
import socket
import sys
import xmlrpc.client

import calls


def work(address):
    url = address if "://" in address else "http://127.0.0.1:%s/RPC2" % address
    try:
        with xmlrpc.client.ServerProxy(url) as server:
            return [getattr(server, method)(*params) for method, params in calls.CALLS[sys.argv[1]]]
    except OSError:
        return []


def main():
    socket.setdefaulttimeout(float(sys.argv[2]))
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(work, sys.stdin.read().split()))
    print(json.dumps({"answers": sum(map(len, answers)), "waiting": answers.count([])}))


if __name__ == "__main__":
    main()
