# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor: what a plain script of non-blocking sockets needs, without any care for what can go wrong.

usage: loop.py status|restart TIMEOUT < ports
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
import xmlrpc.client

import calls

HEAD = b"POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n"


def main():
    requests = []
    for method, params in calls.CALLS[sys.argv[1]]:
        body = xmlrpc.client.dumps(params, method).encode()
        requests.append(HEAD % len(body) + body)
    end = time.monotonic() + float(sys.argv[2])
    epoll, waiting, done = select.epoll(), {}, []
    for port in sys.stdin.read().split():
        connection = socket.socket()
        connection.setblocking(False)
        connection.connect_ex(("127.0.0.1", int(port)))
        waiting[connection.fileno()] = [connection, 0, b""]
        epoll.register(connection, select.EPOLLOUT)
    while waiting and time.monotonic() < end:
        for descriptor, events in epoll.poll(end - time.monotonic(), len(waiting)):
            state = waiting[descriptor]
            if events & select.EPOLLOUT:
                state[0].send(requests[0])
                epoll.modify(descriptor, select.EPOLLIN)
            elif receive(state):
                done.append(xmlrpc.client.loads(state[2])[0][0])
                state[1:] = [state[1] + 1, b""]
                if state[1] < len(requests):
                    state[0].send(requests[state[1]])
                else:
                    epoll.unregister(descriptor)
                    waiting.pop(descriptor)[0].close()
    print(json.dumps({"answers": len(done), "waiting": len(waiting)}))


def receive(state):
    """Is the answer complete? Then only its body is left."""
    state[2] += state[0].recv(65536)
    head, _blank, body = state[2].partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
    if not length or len(body) < int(length):
        return False
    state[2] = body
    return True


if __name__ == "__main__":
    main()
