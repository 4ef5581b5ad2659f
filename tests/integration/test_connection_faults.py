# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way not to reach a daemon: a true verdict that names the cause and the cure, inside the deadline."""

from __future__ import annotations

import os
import signal
import stat
import threading
import time

import badservers
import daemons as daemons_
import pytest

SLEEP = {"command": "/bin/sleep 1000"}
TASKS = {
    "supervisor_process": {"names": ["web"], "state": "stopped"},
    "supervisor_info": {},
    "supervisor_rpc": {"method": "getSupervisorVersion"},
}
every_module = pytest.mark.parametrize("name", list(TASKS))


@pytest.fixture
def server():
    started = []

    def start(behave, **kwargs):
        started.append(badservers.Server(behave, **kwargs))
        return started[-1]

    yield start
    for item in started:
        item.close()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return badservers.Certificates(tmp_path_factory.mktemp("tls"))


def fails(result, *words, within=None, began=None):
    """The one shape of every failure: failed, no change claimed, the words in the message."""
    assert result["failed"] is True, result
    assert result["rc"] == 1
    assert not result.get("changed")
    for word in words:
        assert word in result["msg"], result["msg"]
    if within is not None:
        assert time.monotonic() - began < within
    return result


@pytest.mark.ends
@every_module
def test_daemon_down(name, run_module, tmp_path):
    result = run_module(name, dict(TASKS[name], server_url=f"unix://{tmp_path}/s"))
    fails(result, f"unix://{tmp_path}/s", "no such socket", "not running")
    assert result["reason"] == "missing"


@every_module
def test_stale_socket_of_a_killed_daemon(name, run_module, daemons):
    daemon = daemons({"web": SLEEP})
    daemon.kill()
    assert stat.S_ISSOCK(os.stat(daemon.socket).st_mode)
    result = fails(run_module(name, TASKS[name], daemon), daemon.socket, "nothing listens", "killed daemon")
    assert result["reason"] == "refused"


@every_module
def test_permission_denied(name, run_module, daemons):
    daemon = daemons({"web": SLEEP})
    daemon.wait_state("web", "RUNNING")
    pids = daemon.pids()
    os.chmod(daemon.dir, 0o755)
    result = fails(
        run_module(name, dict(TASKS[name], server_url=daemon.url), user="nobody"), "permission denied", "become"
    )
    assert result["reason"] == "denied"
    assert daemon.pids() == pids


@every_module
@pytest.mark.parametrize("password", ["n0t-it", None])
def test_unauthorised(name, password, run_module, daemons):
    daemon = daemons({"web": SLEEP}, auth=("admin", "s3cret"))
    daemon.wait_state("web", "RUNNING")
    pids = daemon.pids()
    credentials = {"username": "admin", "password": password} if password else {}
    result = run_module(name, dict(TASKS[name], server_url=daemon.url, **credentials))
    fails(result, "401", "wrong" if password else "wants a user name")
    assert "s3cret" not in str(result)
    assert daemon.pids() == pids


@pytest.mark.parametrize("sha", [False, True])
def test_credentials_come_from_the_configuration(sha, run_module, daemons):
    daemon = daemons({}, auth=("admin", "s3cr:et ü"), sha=sha)
    result = run_module("supervisor_info", {}, daemon)
    assert not result["failed"], result
    assert "s3cr" not in str(result)


def test_credentials_come_from_the_environment(run_module, daemons, version):
    daemon = daemons({}, auth=("admin", "s3cret"), inet=True)
    environment = {"SUPERVISOR_USERNAME": "admin", "SUPERVISOR_PASSWORD": "s3cret"}
    result = run_module("supervisor_info", {"server_url": daemon.inet_url}, env=environment)
    assert result["daemon"]["version"] == version
    assert "s3cret" not in str(result)


@pytest.mark.ends
def test_no_configuration_file(run_module, tmp_path):
    result = run_module("supervisor_info", {"config_file": str(tmp_path / "none.conf")})
    fails(result, "config_file", "none.conf", "does not exist")


@pytest.mark.ends
def test_configuration_without_a_server(run_module, tmp_path):
    path = tmp_path / "supervisord.conf"
    path.write_text("[supervisord]\nlogfile=/dev/null\n")
    fails(run_module("supervisor_info", {"config_file": str(path)}), str(path), "[unix_http_server]", "server_url")


@pytest.mark.ends
def test_configuration_that_is_none(run_module, tmp_path):
    path = tmp_path / "supervisord.conf"
    path.write_text("password=hunter2\n")
    result = fails(run_module("supervisor_info", {"config_file": str(path)}), str(path))
    assert "hunter2" not in str(result)


@pytest.mark.ends
def test_the_socket_is_a_plain_file(run_module, tmp_path):
    path = tmp_path / "s"
    path.write_text("")
    fails(run_module("supervisor_info", {"server_url": f"unix://{path}"}), "is not a socket")


@pytest.mark.ends
def test_closed_port(run_module):
    url = f"http://127.0.0.1:{daemons_.free_port()}"
    assert fails(run_module("supervisor_info", {"server_url": url}), url, "nothing listens")["reason"] == "refused"


@pytest.mark.ends
def test_unresolvable_host(run_module):
    began = time.monotonic()
    result = run_module("supervisor_info", {"server_url": "http://no-such-host.invalid:9001", "timeout": 5})
    fails(result, "no-such-host.invalid", within=8, began=began)


def test_daemon_without_the_rpc_interface(run_module, daemons, version):
    daemon = daemons_.Daemon(version, {})
    try:
        with open(daemon.conf, encoding="utf-8") as stream:
            text = stream.read()
        with open(daemon.conf, "w", encoding="utf-8") as stream:
            stream.write(text.replace("[rpcinterface:supervisor]", "[ctlplugin:none]"))
        daemon.ready = lambda: os.path.exists(daemon.socket)
        daemon.start()
        fails(run_module("supervisor_info", {}, daemon), "UNKNOWN_METHOD", "[rpcinterface:supervisor]", "fault 1")
    finally:
        daemon.destroy()


@every_module
def test_hung_daemon(name, run_module, daemons):
    daemon = daemons({"web": SLEEP})
    daemon.wait_state("web", "RUNNING")
    pids = daemon.pids()
    began = time.monotonic()
    daemon.send_signal(signal.SIGSTOP)
    try:
        result = run_module(name, dict(TASKS[name], timeout=1), daemon)
    finally:
        daemon.send_signal(signal.SIGCONT)
    fails(result, "within 1 s", "stopped by a signal; kill -CONT", within=4, began=began)
    assert daemon.pids() == pids


def test_a_daemon_that_is_slow_but_in_time(run_module, daemons):
    daemon = daemons({"web": SLEEP})
    daemon.send_signal(signal.SIGSTOP)
    timer = threading.Timer(1.5, daemon.send_signal, [signal.SIGCONT])
    timer.start()
    try:
        result = run_module("supervisor_info", {"timeout": 10}, daemon)
    finally:
        timer.join()
    assert not result["failed"], result


def test_shutting_down(run_module, daemons):
    stubborn = {"command": "/bin/sh -c 'trap \"\" TERM; while :; do sleep 0.2; done'", "stopwaitsecs": "60"}
    daemon = daemons({"web": stubborn})
    daemon.wait_state("web", "RUNNING")
    daemon.client().call("shutdown")
    for name, task in TASKS.items():
        fails(run_module(name, task, daemon), "shutting down or restarting", "fault 6")


def test_the_daemon_dies_while_waited_for(run_module, daemons):
    stubborn = {"command": "/bin/sh -c 'trap \"\" TERM; while :; do sleep 0.2; done'", "stopwaitsecs": "60"}
    daemon = daemons({"web": stubborn})
    daemon.wait_state("web", "RUNNING")

    def kill_when_stopping():
        daemon.wait_state("web", "STOPPING")
        daemon.send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill_when_stopping)
    killer.start()
    began = time.monotonic()
    result = run_module("supervisor_process", {"names": ["web"], "state": "restarted", "wait_timeout": 30}, daemon)
    killer.join()
    assert result["failed"]
    assert result["changed"]
    assert "after stop, then the connection failed" in result["msg"]
    assert time.monotonic() - began < 15


BAD = {
    "never answers": (badservers.silent, "does not answer"),
    "drips": (badservers.drips(badservers.http(badservers.ANSWER)), "did not end in time"),
    "half an answer, then silence": (
        badservers.says(badservers.http(b"<?xml", length=100), True),
        "did not end in time",
    ),
    "half an answer, then the end": (
        badservers.says_and_closes(badservers.http(b"<?xml", length=100)),
        "in the middle",
    ),
    "closes at once": (badservers.closes, "closed before the answer"),
    "another protocol": (badservers.says_and_closes(b"SSH-2.0-OpenSSH_9.2\r\n"), "not an HTTP server"),
    "a web page": (badservers.says(badservers.http(b"<html><body>Hello</body></html>")), "not XML-RPC"),
    "an entity bomb": (
        badservers.says(badservers.http(b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + badservers.ANSWER)),
        "not XML-RPC",
    ),
    "not found": (badservers.says(badservers.http(b"", b"404 Not Found")), "HTTP 404"),
    "failed inside": (badservers.says(badservers.http(b"", b"500 Oops")), "HTTP 500"),
    "a proxy's complaint": (badservers.says(badservers.http(b"", b"502 Bad Gateway")), "proxy"),
    "too much": (badservers.says(badservers.http(b"x", length=10**12)), "longer than"),
    "an endless header": (badservers.endless, "header is longer"),
    "a nonsense length": (badservers.says(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), "Content-Length"),
}


@pytest.mark.ends
@pytest.mark.parametrize("case", list(BAD))
def test_misbehaving_server(case, run_module, server):
    behave, words = BAD[case]
    bad = server(behave)
    began = time.monotonic()
    result = run_module("supervisor_info", {"server_url": bad.url, "timeout": 2})
    fails(result, bad.url, words, within=5, began=began)


@pytest.mark.ends
@pytest.mark.parametrize("case", ["never answers", "drips"])
def test_the_deadline_holds_over_tcp_as_well(case, run_module, server):
    bad = server(BAD[case][0], tcp=True)
    began = time.monotonic()
    fails(
        run_module("supervisor_rpc", {"method": "getState", "server_url": bad.url, "timeout": 1}), within=4, began=began
    )


def rpc(url, **options):
    return {"method": "getSupervisorVersion", "server_url": url, "timeout": 5, **options}


@pytest.mark.ends
def test_tls_with_the_right_authority(run_module, server, certificates):
    good = server(badservers.says(badservers.http(badservers.ANSWER)), tcp=True, context=certificates.context())
    assert run_module("supervisor_rpc", rpc(good.url, ca_path=certificates.ca))["result"] == "4.3.0"
    assert run_module("supervisor_rpc", rpc(good.url, validate_certs=False))["result"] == "4.3.0"


@pytest.mark.ends
def test_tls_with_an_unknown_authority(run_module, server, certificates):
    good = server(badservers.says(badservers.http(badservers.ANSWER)), tcp=True, context=certificates.context())
    result = fails(run_module("supervisor_rpc", rpc(good.url)), "TLS", "certificate", "ca_path")
    assert result["reason"] == "tls"


@pytest.mark.ends
def test_tls_with_the_wrong_host_name(run_module, server, certificates):
    good = server(badservers.says(badservers.http(badservers.ANSWER)), tcp=True, context=certificates.context())
    url = good.url.replace("localhost", "127.0.0.1")
    fails(run_module("supervisor_rpc", rpc(url, ca_path=certificates.ca)), "TLS", "127.0.0.1")


@pytest.mark.ends
def test_tls_with_a_client_certificate(run_module, server, certificates):
    context = certificates.context(want_client=True)
    good = server(badservers.says(badservers.http(badservers.ANSWER)), tcp=True, context=context)
    options = {"ca_path": certificates.ca, "client_cert": certificates.client}
    assert run_module("supervisor_rpc", rpc(good.url, **options))["result"] == "4.3.0"
    fails(run_module("supervisor_rpc", rpc(good.url, ca_path=certificates.ca)), good.url)


@pytest.mark.ends
def test_tls_to_a_server_that_speaks_none(run_module, server):
    plain = server(badservers.says_and_closes(b"HTTP/1.1 400 Bad Request\r\n\r\n"), tcp=True)
    fails(run_module("supervisor_rpc", rpc(plain.url.replace("http:", "https:"), timeout=2)), "https://")


@pytest.mark.ends
def test_tls_to_a_silent_server(run_module, server):
    silent = server(badservers.silent, tcp=True)
    began = time.monotonic()
    result = run_module("supervisor_rpc", rpc(silent.url.replace("http:", "https:"), timeout=1))
    fails(result, "within 1 s", within=4, began=began)


@pytest.mark.ends
def test_missing_certificate_file(run_module, tmp_path):
    result = run_module("supervisor_rpc", rpc("https://localhost:1", ca_path=str(tmp_path / "no.pem")))
    fails(result, "no.pem")


@pytest.mark.ends
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"server_url": "http://admin:hunter2@localhost:9001"}, "username and password"),
        ({"server_url": "ftp://localhost"}, "unknown scheme"),
        ({"server_url": "unix://relative/path"}, "not absolute"),
        ({"server_url": "http://localhost:port"}, "http://host:port"),
        ({"server_url": "unix:///s", "username": "a:b"}, "colon"),
        ({"server_url": "unix:///s", "password": "hunter2"}, "username"),
        ({"server_url": "unix:///s", "timeout": 0}, "timeout"),
        ({"server_url": "unix:///" + "x" * 120}, "107 bytes"),
    ],
)
def test_unusable_connection_options(options, words, run_module):
    fails(run_module("supervisor_info", options), words)
