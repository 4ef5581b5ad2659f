# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Daemons that are hostile, hang, or are no daemons at all: the inventory of the others is none the worse for them."""

from __future__ import annotations

import asyncio
import threading
import time
import xmlrpc.client

import badservers
import daemons as daemons_
import pytest
from ansible_programs import Ansible

pytestmark = pytest.mark.plays

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


def body(version="4.3.0", identification="supervisor", processes=(), **changes):
    """The answer to the one request, as XML-RPC."""
    answers = [version, "3.0", identification, {"statecode": 1, "statename": "RUNNING"}, 7, list(processes)]
    for index, value in changes.items():
        answers[int(index[1:])] = value
    return xmlrpc.client.dumps((answers,), methodresponse=True, allow_none=True).encode("utf-8")


def answers(**changes):
    return badservers.says(badservers.http(body(**changes)))


@pytest.fixture
def ansible(version, tmp_path):
    return Ansible(version, tmp_path)


@pytest.fixture
def serve():
    """Factory of servers: ``serve(behave).url``."""
    servers = []

    def start(behave, **options):
        servers.append(badservers.Server(behave, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def text(value):
    """A value of ``ansible-inventory --list``, which must be marked as no template; its text."""
    assert set(value) == {"__ansible_unsafe"}, value
    return value["__ansible_unsafe"]


WRONG = {
    "silent": (badservers.silent, "timeout"),
    "drips": (badservers.drips(badservers.http(body())), "timeout"),
    "endless header": (badservers.endless, "protocol"),
    "closes": (badservers.closes, "closed"),
    "no HTTP": (badservers.says_and_closes(b"SSH-2.0-OpenSSH_9.2\r\n"), "protocol"),
    "no XML": (badservers.says(badservers.http(b"<html>hello</html>")), "protocol"),
    "status 500": (badservers.says(badservers.http(b"", b"500 Oops")), "protocol"),
    "status 401": (badservers.says(badservers.http(b"", b"401 No")), "unauthorized"),
    "announces too much": (badservers.says(badservers.http(b"", length=1 << 40), then_hang=True), "protocol"),
    "entities": (badservers.says(badservers.http(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')), "protocol"),
    "one value": (badservers.says(badservers.http(badservers.ANSWER)), "protocol"),
    "version is a list": (answers(version=["4.3.0"]), "protocol"),
    "version is long": (answers(version="4" * 1000), "protocol"),
    "state is no map": (answers(_3="RUNNING"), "protocol"),
    "pid is text": (answers(_4="7"), "protocol"),
    "processes are text": (answers(_5="web"), "protocol"),
    "a process is text": (answers(_5=["web"]), "protocol"),
    "a process without name": (answers(_5=[{"group": "web"}]), "protocol"),
    "a name is a number": (answers(processes=[{**INFO, "name": 7}]), "protocol"),
    "a name is a map": (answers(processes=[{**INFO, "group": {"a": ["b"]}}]), "protocol"),
    "long fault": (answers(_3={"faultCode": 30, "faultString": "x\n\u009b31m" * 100_000}), "fault"),
    "fault": (answers(_3={"faultCode": 6, "faultString": "SHUTDOWN_STATE"}), "fault"),
}


@pytest.mark.ends
def test_wrong_answers(ansible, serve):
    """All at once: each is told as what it is, and the one good daemon is there."""
    endpoints = [{"server_url": serve(answers(processes=[INFO])).url, "name": "good"}]
    for number, (behave, failure) in enumerate(WRONG.values()):
        seconds = 2 if failure == "timeout" else 60
        endpoints.append({"server_url": serve(behave).url, "name": "bad%02d" % number, "timeout": seconds})
    found = ansible.inventory({"endpoints": endpoints})
    known = found["_meta"]["hostvars"]
    failures = {name: text(host["supervisord_failure"]) for name, host in known.items() if name != "good"}
    expected = {"bad%02d" % number: failure for number, (_behave, failure) in enumerate(WRONG.values())}
    assert failures == expected
    for host in (host for name, host in known.items() if name != "good"):
        assert text(host["supervisord_url"]) in text(host["supervisord_error"])
        assert len(text(host["supervisord_error"])) <= 1024
        assert text(host["supervisord_error"]).isprintable()
    assert found["supervisor_program_web"]["hosts"] == found["supervisor_reachable"]["hosts"] == ["good"]


def spaces(connection, stop):
    """A header of an answer of 8 MiB, and blanks until the other side has enough."""
    badservers.read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not stop.is_set():
        connection.sendall(b" " * (1 << 20))


@pytest.mark.ends
def test_huge_replies(ansible, serve):
    """Long texts are cut, too long answers refused, and nothing takes long or much memory."""
    big = {**INFO, "description": "x" * (1 << 20), "spawnerr": "y" * (1 << 20)}
    many = [{**INFO, "group": "g%d" % number, "name": "p%d" % number} for number in range(2000)]
    endpoints = [
        {"server_url": serve(answers(processes=[big])).url, "name": "long"},
        {"server_url": serve(answers(processes=[INFO] * 20_001)).url, "name": "toomany"},
        {"server_url": serve(answers(processes=many)).url, "name": "many"},
        {"server_url": serve(spaces).url, "name": "endless"},
    ]
    found = ansible.inventory({"endpoints": endpoints})
    known = found["_meta"]["hostvars"]
    (process,) = known["long"]["supervisord_processes"]
    assert len(text(process["description"])) == len(text(process["spawnerr"])) == 1024
    assert len(known["many"]["supervisord_processes"]) == 2000
    assert len([name for name in found if name.startswith("supervisor_group_g")]) == 2000
    for name in ("toomany", "endless"):
        assert text(known[name]["supervisord_failure"]) == "protocol"
    assert "longer than 16777216 bytes" in text(known["endless"]["supervisord_error"])


PLAY = """
- hosts: supervisor_reachable
  gather_facts: false
  vars:
    copies: "{{ hostvars[inventory_hostname] }}"
  tasks:
    - ansible.builtin.debug: {var: "hostvars[inventory_hostname]"}
    - ansible.builtin.debug: {msg: "{{ supervisord_identification }} {{ supervisord_processes }} {{ copies }}"}
    - ansible.builtin.debug: {msg: "{{ item }}"}
      loop: "{{ supervisord_processes | map(attribute='name') | list }}"
    - ansible.builtin.set_fact: {fact: "{{ supervisord_groups }}", named: "{{ copied | default('') }}"}
    - ansible.builtin.debug: {var: fact}
    - ansible.builtin.debug: {var: "{{ item }}"}
      loop: [copied, supervisord_states, supervisord_description]
    - ansible.builtin.command: {argv: [printf, "%s\\n", "{{ supervisord_identification }}", "{{ copied }}"]}
      delegate_to: localhost
    - ansible.builtin.debug: {msg: evaluated}
      when: supervisord_identification
      ignore_errors: true
"""


@pytest.mark.ends
def test_nothing_a_daemon_says_is_evaluated(ansible, serve, tmp_path):
    """Whatever plays do with it, asked for or from the cache: templates that would make a file do not."""
    victim = tmp_path / "evaluated"
    call = "lookup('ansible.builtin.pipe','touch %s')" % victim
    braces = "{{%s}}" % call
    evil = {**INFO, "group": braces, "name": "{%%if %s%%}{%%endif%%}" % call, "description": braces, "spawnerr": braces}
    config = {
        "endpoints": [
            {"server_url": serve(answers(processes=[evil], version=braces, identification=braces)).url, "name": "one"},
            {"server_url": serve(answers(processes=[evil], identification=call, _1=braces)).url, "name": "two"},
            {"server_url": serve(answers(processes=[{**evil, "statename": braces}])).url, "name": "three"},
        ],
        "hostnames": ["identification", "name"],
        "compose": {"copied": "supervisord_identification", "sum": "supervisord_version ~ supervisord_api_version"},
        "groups": {"has": "supervisord_identification is search('x')"},
        "keyed_groups": [
            {"key": "supervisord_identification", "prefix": "id", "parent_group": "{{ supervisord_identification }}"},
            {"key": "supervisord_processes", "prefix": "p"},
            {"key": "supervisord_states"},
        ],
    }
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}
    path = ansible.write({**config, **cache})
    (tmp_path / "play.yml").write_text(PLAY)
    listed = ansible.run("ansible-inventory", "-i", path, "--list")
    assert listed.returncode == 0, listed.stderr
    assert ansible.run("ansible-inventory", "-i", path, "--list", "--yaml").returncode == 0
    # The last time through a script, as AWX hands an inventory to its jobs.
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\ncat %s\n" % (tmp_path / "list.json"))
    script.chmod(0o755)
    (tmp_path / "list.json").write_text(listed.stdout)
    for source, arguments in (path, ["--flush-cache"]), (path, []), (script, []):
        ended = ansible.run("ansible-playbook", "-i", source, "play.yml", *arguments)
        assert "ok=" in ended.stdout, ended.stdout + ended.stderr
        assert "touch" in ended.stdout, "the texts were there to be evaluated"
        assert not victim.exists()


@pytest.mark.ends
def test_a_daemon_cannot_be_another_host(ansible, serve):
    """What a daemon calls itself is no other endpoint's name, no path and no host of Ansible's own."""
    said = ["other", "other_9", "../../etc/passwd", "localhost", "all", "twin", "twin", "fine", "x" * 256, "a,b", "[a]"]
    endpoints = [
        {"server_url": serve(answers(identification=name)).url, "name": "n%02d" % number}
        for number, name in enumerate(said)
    ]
    endpoints += [{"server_url": "127.0.0.1:1", "name": "other"}, {"server_url": "127.0.0.1:9", "name": "other_9"}]
    found = ansible.inventory({"endpoints": endpoints, "hostnames": ["identification", "name"]})
    expected = ["n%02d" % number for number in range(len(said)) if said[number] != "fine"]
    assert sorted(found["_meta"]["hostvars"]) == sorted([*expected, "fine", "other", "other_9"])


def test_a_real_daemon_with_odd_names(version, ansible, tmp_path):
    """Supervisor itself lets such names pass."""
    victim = tmp_path / "evaluated"
    odd = "{{lookup('pipe','touch\t%s')}}" % victim
    sleep = {"command": "/bin/sleep 1000", "stdout_logfile": "NONE", "stderr_logfile": "NONE"}
    programs = {"odd": {**sleep, "process_name": odd.replace("/", "").replace("\t", "")}, "\u00fc": sleep}
    daemon = daemons_.Daemon(version, programs, inet=True, supervisord={"identifier": odd.replace("%", "")})
    try:
        daemon.start()
        found = ansible.inventory({"endpoints": [{"server_url": daemon.inet_url, "name": "odd"}]})
    finally:
        daemon.destroy()
    host = found["_meta"]["hostvars"]["odd"]
    assert "lookup" in text(host["supervisord_identification"])
    assert not victim.exists()
    assert found["supervisor_group_odd"]["hosts"] == ["odd"]
    assert found["supervisor_program_\u00fc"]["hosts"] == ["odd"]


@pytest.mark.ends
def test_tls(ansible, serve, tmp_path):
    made = badservers.Certificates(tmp_path)
    url = serve(answers(), tcp=True, context=made.context()).url
    strict = serve(answers(), tcp=True, context=made.context(want_client=True)).url
    endpoints = [
        {"server_url": url, "name": "trusted"},
        {"server_url": url + "/x", "name": "unknown", "ca_path": "/etc/ssl/certs/ca-certificates.crt"},
        {"server_url": url + "/y", "name": "unchecked", "ca_path": None, "validate_certs": False},
        {"server_url": strict, "name": "client"},
        {"server_url": strict + "/x", "name": "nobody", "client_cert": ""},
    ]
    with open(made.client, encoding="ascii") as stream:
        both = stream.read()
    (tmp_path / "key").write_text(both)
    config = {
        "endpoints": endpoints,
        "ca_path": made.ca,
        "client_cert": made.client,
        "client_key": str(tmp_path / "key"),
    }
    endpoints[-1]["client_key"] = ""
    found = ansible.inventory(config)
    assert sorted(found["supervisor_reachable"]["hosts"]) == ["client", "trusted", "unchecked"]
    failures = {
        name: text(host["supervisord_failure"])
        for name, host in found["_meta"]["hostvars"].items()
        if "supervisord_failure" in host
    }
    assert failures["unknown"] == "tls"
    assert failures["nobody"] in ("tls", "closed")


class Farm:
    """One server that answers for any number of daemons, each a path of its own: /0001 is the first.

    :param hung: how many of the first ones take a request and never answer.
    """

    def __init__(self, hung):
        self.hung = hung
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.busy = self.most = 0
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        assert self.ready.wait(30)

    def _run(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()

    async def _serve(self, reader, writer):
        self.busy += 1
        self.most = max(self.most, self.busy)
        try:
            number = int((await reader.readline()).split()[1][1:])
            await reader.readuntil(b"</methodCall>")
            if number <= self.hung:
                await reader.read()
            names = ["p%02d" % (number * 7 % 50), "all"]
            rows = [{**INFO, "group": name, "name": name} for name in names]
            writer.write(badservers.http(body(identification="d%d" % number, processes=rows)))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.busy -= 1
            writer.close()

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)


@pytest.mark.ends
def test_a_thousand(ansible):
    """With 5 % of them hung it takes their timeout and little more."""
    hung = 50
    farm = Farm(hung)
    endpoints = [
        {"server_url": "http://127.0.0.1:%d/[0001:1000]" % farm.port, "name": "node[0001:1000]"},
        {"server_url": "http://127.0.0.1:%d/[0001:0050]" % farm.port, "timeout": 3},
    ]
    begin = time.monotonic()
    try:
        found = ansible.inventory({"endpoints": endpoints})
    finally:
        farm.close()
    seconds = time.monotonic() - begin
    assert len(found["supervisor_program_all"]["hosts"]) == 1000 - hung
    assert len(found.get("supervisor_unreachable", {}).get("hosts", [])) == hung
    assert len(found["_meta"]["hostvars"]) == 1000
    assert farm.most >= hung, "the hung ones did not wait side by side"
    assert seconds < 50 * 3, "one after the other they would have taken this long"
