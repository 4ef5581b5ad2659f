# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main file is completed, its secrets are hashed, and weak ones are refused."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._config import main_config as _main_config

STRONG = "a-long-way-home-17"
UNIX = {"file": "/run/s.sock"}


def section(found, kind):
    return {kind: values for kind, _name, values in found}[kind]


def test_the_main_interface_is_always_there():
    found = _main_config.sections({"unix_http_server": UNIX, "supervisord": {}})
    assert ("rpcinterface", "supervisor", {"supervisor.rpcinterface_factory": _main_config.MAIN_FACTORY}) in found


def test_the_order_of_the_sections_is_fixed():
    found = _main_config.sections(
        {
            "include": {"files": ["a/*.conf"]},
            "ctlplugin": [{"name": "x", "ctl_factory": "m:f", "options": {"colour": "red"}}],
            "supervisord": {"user": "root"},
            "inet_http_server": {"port": "127.0.0.1:9001"},
            "unix_http_server": UNIX,
        }
    )
    assert [kind for kind, _name, _values in found] == [
        "unix_http_server",
        "inet_http_server",
        "supervisord",
        "rpcinterface",
        "supervisorctl",
        "ctlplugin",
        "include",
    ]
    assert section(found, "ctlplugin") == {"supervisor.ctl_factory": "m:f", "colour": "red"}


@pytest.mark.parametrize(
    ("servers", "url", "password"),
    [
        ({"unix_http_server": UNIX}, "unix:///run/s.sock", None),
        ({"unix_http_server": dict(UNIX, username="a", password=STRONG)}, "unix:///run/s.sock", STRONG),
        ({"inet_http_server": {"port": "9001", "username": "a", "password": STRONG}}, "http://127.0.0.1:9001", STRONG),
        ({"inet_http_server": {"port": "127.0.0.9:80"}}, "http://127.0.0.9:80", None),
    ],
)
def test_supervisorctl_reaches_the_first_server(servers, url, password):
    client = section(_main_config.sections(dict(servers, supervisord={})), "supervisorctl")
    assert (client["serverurl"], client.get("password")) == (url, password)


def test_what_supervisorctl_is_told_is_kept():
    found = _main_config.sections({"unix_http_server": UNIX, "supervisorctl": {"serverurl": "http://a:1"}})
    assert section(found, "supervisorctl") == {"serverurl": "http://a:1"}


def test_server_passwords_are_hashed_unless_told_otherwise():
    server = dict(UNIX, username="a", password="secret")
    hashed = _main_config.sections({"unix_http_server": server})
    assert section(hashed, "unix_http_server")["password"] == "{SHA}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4"
    clear = _main_config.sections({"unix_http_server": server}, hash_passwords=False)
    assert section(clear, "unix_http_server")["password"] == "secret"


@pytest.mark.parametrize("port", ["9001", ":9001", "*:9001", "0.0.0.0:9001", "10.0.0.41:9001", "example.org:9001"])
@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("123", "everybody knows"),
        ("Password123", "everybody knows"),
        ("operations-team", "everybody knows"),
        ("short-1", "has only 7 characters"),
        ("abababababab", "repeats"),
        ("{SHA}40bd001563085fc35165329ea1ff5c5ecbdbbeef", "the hash of a password"),
    ],
)
def test_a_weak_password_for_a_reachable_server_is_refused(port, password, reason):
    inet = {"port": port, "username": "operations-team", "password": password}
    with pytest.raises(_errors.OptionError, match=reason) as caught:
        _main_config.sections({"inet_http_server": inet})
    assert "supervisor_inet_http_server" in caught.value.message
    assert password not in caught.value.message


@pytest.mark.parametrize("port", ["9001", "10.0.0.41:9001"])
def test_a_reachable_server_without_password_is_refused(port):
    with pytest.raises(_errors.OptionError, match="password is missing"):
        _main_config.sections({"inet_http_server": {"port": port}})


@pytest.mark.parametrize("password", [STRONG, "{SHA}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f5"])
def test_a_strong_password_is_taken(password):
    inet = {"port": "10.0.0.41:9001", "username": "ops", "password": password}
    assert _main_config.sections({"inet_http_server": inet})


@pytest.mark.parametrize(
    ("credentials", "word"),
    [
        ({"username": "", "password": STRONG}, "username is empty"),
        ({"password": STRONG}, "username is missing"),
        ({"username": "a"}, "password is missing"),
        ({"username": "a", "password": ""}, "password is empty"),
        ({"username": "a", "password": "{SHA}ABCDEF"}, "40 lower-case hex digits"),
    ],
)
@pytest.mark.parametrize("kind", ["unix_http_server", "inet_http_server"])
def test_credentials_that_would_not_work_are_refused(kind, credentials, word):
    where = UNIX if kind == "unix_http_server" else {"port": "127.0.0.1:9001"}
    with pytest.raises(_errors.OptionError, match=word):
        _main_config.sections({kind: dict(where, **credentials)})


@pytest.mark.parametrize(
    ("declared", "secret"),
    [
        ({"unix_http_server": UNIX}, False),
        ({"unix_http_server": dict(UNIX, username="a", password="b")}, True),
        ({"supervisord": {"environment": {"TOKEN": "x"}}}, True),
        ({"supervisord": {"environment": {}}}, False),
    ],
)
def test_what_makes_the_file_secret(declared, secret):
    assert _main_config.is_secret(_main_config.sections(declared)) is secret


def test_a_plugin_declared_twice_is_refused():
    item = {"name": "x", "rpcinterface_factory": "m:f"}
    with pytest.raises(_errors.OptionError, match="rpcinterfaces: x is declared twice"):
        _main_config.sections({"rpcinterface": [item, item]})
