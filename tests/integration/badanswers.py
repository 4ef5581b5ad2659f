# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of bad answer that is known here, as a table: what a server does, and the words of the verdict about it.

Nothing in it does harm to a client that has bounds: endless things end when the client has gone.
"""

from __future__ import annotations

import contextlib
import time
import xmlrpc.client

import badservers

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
DEEP = 100
INFO = {
    "group": "web",
    "name": "web",
    "state": 20,
    "statename": "RUNNING",
    "pid": 12,
    "start": 100,
    "stop": 0,
    "now": 160,
    "spawnerr": "",
    "exitstatus": 0,
    "description": "pid 12, uptime 0:01:00",
    "stdout_logfile": "",
    "stderr_logfile": "",
}


def dumps(value):
    return _exact(xmlrpc.client.dumps((value,), methodresponse=True, allow_none=True))


def _exact(text):
    """XML reads a carriage return as a newline, unless it is written so."""
    return text.replace("\r", "&#13;").encode("utf-8")


def snapshot(processes=(INFO,), **changes):
    """The answers to what supervisor_info and the inventory ask for in one request."""
    answers = ["4.3.0", "3.0", "supervisor", {"statecode": 1, "statename": "RUNNING"}, 7, list(processes)]
    for index, value in changes.items():
        answers[int(index[1:])] = value
    return dumps(answers)


def answers(processes=(INFO,), **changes):
    """A daemon with these processes, whether asked for them alone or for everything in one request."""
    many, alone = snapshot(processes, **changes), dumps(list(processes))

    def behave(connection, stop):
        while True:
            request = badservers.read_request(connection)
            if not request:
                return
            connection.sendall(badservers.http(many if b"system.multicall" in request else alone))

    return behave


def says(*parts):
    """These bytes and the end of the connection, whatever was asked."""
    return badservers.says_and_closes(b"".join(parts))


def xml(value):
    """An answer with this as its one value."""
    return says(badservers.http(b"<methodResponse><params><param>%s</param></params></methodResponse>" % value))


def body(data):
    return says(badservers.http(data))


def endless(head, again, pause=0.0):
    """``head``, then ``again`` as long as anybody listens."""

    def behave(connection, stop):
        badservers.read_request(connection)
        with contextlib.suppress(OSError):
            connection.sendall(head)
            while not stop.is_set():
                connection.sendall(again)
                time.sleep(pause)

    behave.endless = not pause
    return behave


def long(behave):
    """The same, known as one that takes some time to be received."""
    behave.endless = True
    return behave


def hangs_after(data):
    def behave(connection, stop):
        badservers.read_request(connection)
        connection.sendall(data)
        stop.wait()

    return behave


def struct(text):
    return b"<value><struct><member><name>faultCode</name><value>%s</value></member></struct></value>" % text


def verdicts(kind):
    """The words of which one must be in the verdict. Where a machine is slow, time may be up before a bound is met."""
    behave, words = ALL[kind]
    return (words, LATE) if getattr(behave, "endless", False) else (words or NO_DAEMON,)


LATE = "within"
NO_DAEMON = "does not answer as supervisord"
CLOSED = "was closed"
NO_XML = "not XML-RPC"
NO_HTTP = "not an HTTP"
LENGTH = "Content-Length is not a number"
SIZE = "bad chunk size"

# What any client of a daemon can meet, whatever it asks for.
ANY = {
    # Nothing, or not enough
    "silence": (badservers.silent, LATE),
    "closed at once": (badservers.closes, CLOSED),
    "closed when asked": (says(), CLOSED),
    "half a head": (says(b"HTTP/1.1 20"), CLOSED),
    "half a head, then silence": (hangs_after(b"HTTP/1.1 20"), LATE),
    "half a body": (says(badservers.http(b"<?xml", length=100)), CLOSED),
    "half a body, then silence": (hangs_after(badservers.http(b"<?xml", length=100)), LATE),
    "half a chunk, then silence": (hangs_after(CHUNKED + b"ff\r\nx"), LATE),
    "an interim answer, then silence": (hangs_after(b"HTTP/1.1 100 Continue\r\n\r\n"), LATE),
    # Never enough
    "a head by bytes": (endless(b"", b"H", 0.05), NO_HTTP),
    "a header by bytes": (endless(OK + b"X: ", b"x", 0.05), LATE),
    "a body by bytes": (endless(OK + b"Content-Length: 9999\r\n\r\n", b"x", 0.05), LATE),
    "chunks by bytes": (endless(CHUNKED, b"1\r\nx\r\n", 0.05), LATE),
    "interim answers now and then": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.05), LATE),
    "trailers now and then": (endless(CHUNKED + b"0\r\n", b"X: y\r\n", 0.05), LATE),
    "interim answers": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), "no part of its contents"),
    "headers": (endless(OK, b"X-More: and more\r\n" * 100), "header is longer"),
    "a header": (endless(OK + b"X: ", b"x" * 1000), "header is longer"),
    "a body": (endless(OK + b"\r\n", b" " * 65536), "longer than 16777216"),
    "chunks": (endless(CHUNKED, b"1000\r\n" + b" " * 4096 + b"\r\n"), "longer than 16777216"),
    "chunks of a byte": (endless(CHUNKED, b"1\r\nx\r\n" * 1000), "no part of its contents"),
    "a size of a chunk": (endless(CHUNKED, b"0" * 1000), "line of the answer is longer"),
    "an extension of a chunk": (endless(CHUNKED + b"1;", b"x" * 1000), "line of the answer is longer"),
    "a trailer": (endless(CHUNKED + b"0\r\nX: ", b"x" * 1000), "line of the answer is longer"),
    "trailers": (endless(CHUNKED + b"0\r\n", b"X: y\r\n" * 100), "no part of its contents"),
    # Other protocols and other answers
    "another protocol": (says(b"SSH-2.0-OpenSSH_9.2\r\n"), NO_HTTP),
    "a TLS alert": (says(b"\x15\x03\x01\x00\x02\x02\x28"), NO_HTTP),
    "another version": (says(b"HTTP/2 200\r\n\r\n"), NO_HTTP),
    "not found": (says(badservers.http(b"", b"404 Not Found")), "HTTP 404"),
    "an error inside": (says(badservers.http(b"", b"500 Oops")), "HTTP 500"),
    "an error of a proxy": (says(badservers.http(b"", b"502 Bad Gateway")), "HTTP 502"),
    "no login": (says(badservers.http(b"", b"401 No")), "HTTP 401"),
    "elsewhere": (says(badservers.http(b"", b"301 Moved\r\nLocation: http://[/")), "HTTP 301"),
    "nothing": (says(b"HTTP/1.1 204 No Content\r\n\r\n"), "HTTP 204"),
    "other protocols": (says(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), "HTTP 101"),
    # Numbers of HTTP
    "a status without number": (says(b"HTTP/1.1 what\r\n\r\n"), NO_HTTP),
    "a raised status": (says(b"HTTP/1.1 \xb2\xb0\xb0 OK\r\n\r\n"), NO_HTTP),
    "a long status": (says(b"HTTP/1.1 " + b"2" * 5000 + b" OK\r\n\r\n"), NO_HTTP),
    "a negative status": (says(b"HTTP/1.1 -200 OK\r\n\r\n"), NO_HTTP),
    "a length without number": (says(OK, b"Content-Length: x\r\n\r\n"), LENGTH),
    "no length": (says(OK, b"Content-Length:\r\n\r\n"), LENGTH),
    "a raised length": (says(OK, b"Content-Length: \xb2\r\n\r\n"), LENGTH),
    "a long length": (says(OK, b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n"), LENGTH),
    "a negative length": (says(OK, b"Content-Length: -1\r\n\r\n"), LENGTH),
    "a signed length": (says(OK, b"Content-Length: +5\r\n\r\nhello"), LENGTH),
    "an underlined length": (says(OK, b"Content-Length: 1_0\r\n\r\n0123456789"), LENGTH),
    "a great length": (says(OK, b"Content-Length: 999999999999\r\n\r\n"), "longer than 16777216"),
    "two lengths": (says(OK, b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), "two different"),
    "another coding": (says(OK, b"Transfer-Encoding: gzip, chunked\r\n\r\n"), "not asked for"),
    "a negative size": (says(CHUNKED, b"-5\r\nhello\r\n0\r\n\r\n"), SIZE),
    "a size in Python's spelling": (says(CHUNKED, b"0x5\r\nhello\r\n0\r\n\r\n"), SIZE),
    "an underlined size": (says(CHUNKED, b"0_5\r\nhello\r\n0\r\n\r\n"), SIZE),
    "a long size": (says(CHUNKED, b"5" * 5000 + b"\r\nhello\r\n"), SIZE),
    "a great size": (says(CHUNKED, b"fffffff\r\nhello\r\n"), "longer than 16777216"),
    "a chunk longer than it says": (says(CHUNKED, b"3\r\nhello\r\n0\r\n\r\n"), "longer than it says"),
    # No XML-RPC
    "an empty body": (body(b""), NO_XML),
    "a web page": (body(b"<html><body>Hello</body></html>"), NO_XML),
    "a call": (body(b"<methodCall><methodName>x</methodName></methodCall>"), NO_XML),
    "an unfinished document": (body(b"<methodResponse><params>"), NO_XML),
    "a document type": (body(b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + badservers.ANSWER), NO_XML),
    "a document type behind a control character": (
        body(b"<!DOC\x00TYPE methodResponse [<!ENTITY a 'b'>]>" + badservers.ANSWER[21:]),
        NO_XML,
    ),
    "a document type behind a colour": (
        body(b"<!\x1b[1mDOCTYPE methodResponse [<!ENTITY a 'b'>]>" + badservers.ANSWER[21:].replace(b"4.3.0", b"&a;")),
        NO_XML,
    ),
    "no value": (xml(b""), NO_XML),
    "a value of no type": (xml(b"<value><what/></value>"), NO_XML),
    "a number without digits": (xml(b"<value><int>x</int></value>"), NO_XML),
    "a long number": (xml(b"<value><int>%s</int></value>" % (b"9" * 5000)), NO_XML),
    "a number in other digits": (xml("<value><int>\u0663</int></value>".encode()), NO_XML),
    "an underlined number": (xml(b"<value><int>1_0</int></value>"), NO_XML),
    "not a number": (xml(b"<value><double>nan</double></value>"), NO_XML),
    "a number without end": (xml(b"<value><double>1e999</double></value>"), NO_XML),
    "deep values": (
        xml(b"<value><array><data>" * DEEP + b"<value/>" + b"</data></array></value>" * DEEP),
        "deep",
    ),
    "many elements": (long(body(b"<methodResponse>" + b"<a/>" * 1500001 + b"</methodResponse>")), "elements"),
    "a fault without text": (
        body(b"<methodResponse><fault>%s</fault></methodResponse>" % struct(b"1")),
        "fault without",
    ),
    "a fault that is no structure": (
        body(b"<methodResponse><fault><value>1</value></fault></methodResponse>"),
        "fault without",
    ),
    "a fault with a great code": (
        body(b"<methodResponse><fault>%s</fault></methodResponse>" % struct(b"<double>1e300</double>")),
        "fault without",
    ),
}

# Answers that are XML-RPC, but not those of a Supervisor. What calls a method of the user's choice takes any.
SHAPE = {
    "one text": (body(badservers.ANSWER), ""),
    "processes are a text": (body(dumps("web")), ""),
    "a process is a text": (answers(["web"]), ""),
    "a process without a name": (answers([{"group": "web"}]), ""),
    "a name is a number": (answers([dict(INFO, name=7)]), ""),
    "a name is a map": (answers([dict(INFO, group={"a": ["b"]})]), ""),
    "a state is a text": (answers([dict(INFO, state="20")]), ""),
    "a time is a list": (answers([dict(INFO, start=[])]), ""),
}
# The same for what is asked about the daemon itself.
DAEMON = {
    "a version is a list": (answers(_0=["4.3.0"]), ""),
    "a state is no map": (answers(_3="RUNNING"), ""),
    "a state without a name": (answers(_3={"statecode": 1}), ""),
    "a PID is a text": (answers(_4="7"), ""),
    "a fault in its place": (answers(_3={"faultCode": 6, "faultString": "SHUTDOWN_STATE"}), "SHUTDOWN_STATE"),
    "a fault in its place without a code": (answers(_3={"faultCode": "x", "faultString": "y"}), "fault without"),
    "too few answers": (body(dumps(["4.3.0"])), ""),
}

# Answers for supervisor_process, for supervisor_info and the inventory, and all that there are.
PROCESS = {**ANY, **SHAPE}
ALL = {**PROCESS, **DAEMON}


def refusal(words):
    """An answer that refuses any call."""
    return _exact(xmlrpc.client.dumps(xmlrpc.client.Fault(4711, words), methodresponse=True))
