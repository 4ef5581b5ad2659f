# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses: from options, from configuration files, from running daemons."""

import hashlib

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._host import procfs as _procfs
from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import endpoint as _endpoint


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("unix:///run/s.sock", "", 80, "/RPC2"),
        ("http://localhost:9001", "localhost", 9001, "/RPC2"),
        ("http://localhost:9001/", "localhost", 9001, "/RPC2"),
        ("https://example.org/supervisor/RPC2", "example.org", 443, "/supervisor/RPC2"),
        ("http://[::1]:9001", "::1", 9001, "/RPC2"),
    ],
)
def test_addresses(url, host, port, path):
    endpoint = _endpoint.make(url)
    assert endpoint.path == path
    if not url.startswith("unix:"):
        assert (endpoint.host, endpoint.port) == (host, port)


def test_socket_paths_may_be_quoted():
    assert _endpoint.make("unix:///run/a%20b").socket_path == "/run/a b"
    assert _endpoint.make("unix:///run/a b").socket_path == "/run/a b"


@pytest.mark.parametrize(
    "url",
    ["", "localhost:9001", "ftp://x", "unix://x", "http://", "http://x:y", "http://x:0", "http://a b", "http://u:p@x"],
)
def test_bad_addresses(url):
    with pytest.raises(_errors.OptionError, match="server_url"):
        _endpoint.make(url)


def write(tmp_path, text):
    path = tmp_path / "supervisord.conf"
    path.write_text(text)
    return _endpoint.from_config(_endpoint.read_config(str(path), {"RUN": "/run/x"}), str(path))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("[unix_http_server]\nfile=/run/s.sock ; comment\n", "unix:///run/s.sock"),
        ("[inet_http_server]\nport=*:9001\n[unix_http_server]\nfile=%(here)s/s\n", "unix://{}/s"),
        ("[unix_http_server]\nfile=%(ENV_RUN)s/s\n", "unix:///run/x/s"),
        ("[inet_http_server]\nport=9001\n", "http://127.0.0.1:9001"),
        ("[inet_http_server:b]\nport=10.0.0.1:9001\n", "http://10.0.0.1:9001"),
    ],
)
def test_the_address_in_a_configuration(text, url, tmp_path):
    assert write(tmp_path, text).url == url.format(tmp_path)


def test_credentials_in_a_configuration(tmp_path):
    server = "[unix_http_server]\nfile=/s\nusername=u\npassword=%s\n"
    client = "[supervisorctl]\nusername=u\npassword=clear\n"
    sha = "{SHA}" + hashlib.sha1(b"clear").hexdigest()
    assert write(tmp_path, server % "clear")[1:3] == ("u", "clear")
    assert write(tmp_path, server % sha)[1:3] == ("u", None)
    assert write(tmp_path, server % sha + client)[1:3] == ("u", "clear")
    assert write(tmp_path, "[unix_http_server]\nfile=/s\n" + client)[1:3] == (None, None)


def test_no_server_at_all(tmp_path):
    with pytest.raises(_errors.ConfigError, match="unix_http_server"):
        write(tmp_path, "[supervisord]\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["/usr/bin/python3", "/usr/bin/supervisord", "-n", "-c", "/etc/s.conf"], "/etc/s.conf"),
        (["/venv/bin/supervisord", "--configuration=/a b"], "/a b"),
        (["python", "-u", "supervisord", "-c/x"], "/x"),
        (["/usr/bin/supervisord", "-n"], None),
        (["vim", "-c", "/etc/s.conf"], None),
        (["grep", "x", "y", "supervisord", "-c", "z"], None),
        ([], None),
    ],
)
def test_command_lines_of_daemons(words, expected):
    assert _procfs.config_of(words) == expected


def test_which_configuration_is_used(tmp_path, monkeypatch):
    first, second = tmp_path / "a.conf", tmp_path / "b.conf"
    monkeypatch.setattr(_endpoint, "DEFAULT_CONFIGS", (str(first), str(second)))
    running = []
    monkeypatch.setattr(_procfs, "daemon_configs", lambda: running)
    assert _endpoint.find_config() is None
    running.append("/elsewhere.conf")
    assert _endpoint.find_config() == "/elsewhere.conf"
    second.write_text("")
    assert _endpoint.find_config() == str(second)
    first.write_text("")
    assert _endpoint.find_config() == str(first)
    running.append(str(second))
    assert _endpoint.find_config() == str(second)
    running.append(str(first))
    with pytest.raises(_errors.OptionError, match="several"):
        _endpoint.find_config()
    with pytest.raises(_errors.OptionError, match="does not exist"):
        _endpoint.find_config(str(tmp_path / "none"))
