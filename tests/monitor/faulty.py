# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Daemons that are ill, one a port: what a monitor has to survive and no real supervisord does on demand.

    faulty.py ADDRESS FIRST_PORT [COUNT]

Listens on the ports of PORTS, counted from FIRST_PORT. With COUNT it serves so many healthy
daemons instead, and one that hangs after them.
"""

import socket
import socketserver
import sys
import threading
import time
import xmlrpc.client

MARKUP = '"><img src=x onerror=alert(1)><b>t'
BREAKOUT = '" style="display:block;content-visibility:auto" oncontentvisibilityautostatechange="document.title=1" x="'
SCRIPT = "<script>document.title = 'owned'</script>"


def process(name, group=None, state="RUNNING", stderr="/x", description="pid 12, uptime 3 days, 1:02:03"):
    return {
        "name": name,
        "group": group or name,
        "statename": state,
        "state": 20,
        "description": description,
        "stderr_logfile": stderr,
        "pid": 12,
    }


def answer(value):
    body = xmlrpc.client.dumps((value,), methodresponse=True).encode()
    return b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def fleet(processes, version="4.3.0", tail=""):
    """An answering daemon: the list and the version, then the same tail for every log."""
    known = {}

    def respond(connection):
        body = read(connection)
        if body not in known:
            (calls,), _method = xmlrpc.client.loads(body)
            values = {"supervisor.getAllProcessInfo": processes, "supervisor.getSupervisorVersion": version}
            known[body] = answer([values.get(call["methodName"], tail) for call in calls])
        connection.sendall(known[body])

    return respond


def read(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, body = data.split(b"\r\n\r\n", 1)
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return body


def send(data):
    def respond(connection):
        read(connection)
        connection.sendall(data)

    return respond


def hang(connection):
    read(connection)
    connection.recv(1)


def half(connection):
    read(connection)
    connection.sendall(answer(["x" * 1000])[:500])
    connection.recv(1)


def drip(connection):
    read(connection)
    for byte in answer(["x" * 1000]):
        connection.sendall(bytes([byte]))
        time.sleep(0.5)


def hang_later(connection):
    """Answers the list, and hangs when it is asked for the logs."""
    body = read(connection)
    if b"readProcessStderrLog" in body:
        connection.recv(1)
    else:
        connection.sendall(answer([[process("half-well")], "4.3.0"]))


PORTS = [
    ("hangs", hang),
    ("half", half),
    ("drips", drip),
    ("garbage", send(b"hello, world\n")),
    ("html", send(b"HTTP/1.0 200 OK\r\n\r\n<html><body>It works</body></html>")),
    ("error-500", send(b"HTTP/1.0 500 Internal Server Error\r\n\r\n")),
    ("error-403", send(b"HTTP/1.0 403 Forbidden\r\n\r\n")),
    ("closes", send(b"")),
    ("bad-xml", send(b"HTTP/1.0 200 OK\r\n\r\n<?xml version='1.0'?><methodResponse><params><param>")),
    (
        "bomb",
        send(
            b"HTTP/1.0 200 OK\r\n\r\n<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><methodResponse>&b;</methodResponse>"
        ),
    ),
    (
        "bomb-2",  # a control character, which is taken out, stands in the word that is looked for
        send(
            b"HTTP/1.0 200 OK\r\n\r\n<!DOC\x00TYPE methodResponse [<!ENTITY b 'entity'>]>"
            b"<methodResponse><params><param><value>&b;</value></param></params></methodResponse>"
        ),
    ),
    (
        "faults",
        send(b"HTTP/1.0 200 OK\r\n\r\n" + xmlrpc.client.dumps(xmlrpc.client.Fault(6, "SHUTDOWN_STATE")).encode()),
    ),
    ("empty", fleet([])),
    (
        "hostile",
        fleet(
            [process(MARKUP, stderr="/x"), process("b" + BREAKOUT, state="<i>UP</i>")],
            "<u>4</u>",
            SCRIPT + BREAKOUT + "\x1b[31mred\x1b[0m\u202eback\u009b31m",
        ),
    ),
    ("hangs-later", hang_later),
    ("says-text", send(answer("4.3.0"))),
    ("quiet", fleet([process("tomcat", stderr="")], tail="never asked for")),
]


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


def serve(address, port, respond):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                respond(self.request)
            except OSError:
                pass

    threading.Thread(target=Server((address, port), Handler).serve_forever, daemon=True).start()


def blackhole(address, port):
    """A port whose queue is full, so that a connection is neither accepted nor refused."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(0)
    fillers = [socket.socket() for _number in range(4)]
    for filler in fillers:
        filler.setblocking(False)
        filler.connect_ex((address, port))
    return [listener, *fillers]


def main():
    address, first = sys.argv[1], int(sys.argv[2])
    kept = []
    if len(sys.argv) > 3:
        processes = [process("web%02d" % number) for number in range(20)]
        respond = fleet(processes)
        for number in range(int(sys.argv[3])):
            serve(address, first + number, respond)
        serve(address, first + int(sys.argv[3]), hang)
    else:
        for number, (_name, respond) in enumerate(PORTS):
            serve(address, first + number, respond)
        kept = blackhole(address, first + len(PORTS))
    print("ready", len(kept), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
