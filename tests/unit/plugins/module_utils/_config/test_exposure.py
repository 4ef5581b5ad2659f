# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a main file lays open is said, with the cure; what is closed is not talked about."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._config import (
    exposure as _exposure,
    main_config as _main_config,
)

LOGIN = {"username": "ops", "password": "a-long-way-home-17"}
UNIX = {"file": "/run/s.sock"}


def warnings(**declared):
    return _exposure.warnings(_main_config.sections(dict({"supervisord": {}}, **declared)))


@pytest.mark.parametrize("port", ["127.0.0.1:9001", "localhost:9001", "127.8.9.1:1"])
def test_loopback_may_do_without_a_password_and_is_warned_about(port):
    (said,) = warnings(inet_http_server={"port": port})
    assert "no password" in said
    assert warnings(inet_http_server=dict(LOGIN, port=port)) == []


def test_a_password_that_crosses_the_network_in_clear_is_said_the_same_on_every_host():
    said = [warnings(inet_http_server=dict(LOGIN, port=port)) for port in ("9001", "*:9001", "10.0.0.41:9001", "n1:80")]
    assert [len(each) for each in said] == [1, 1, 1, 1]
    assert len({text for each in said for text in each}) == 1
    assert "clear text" in said[0][0]
    assert "127.0.0.1" in said[0][0]
    assert LOGIN["password"] not in said[0][0]


@pytest.mark.parametrize("mode", ["0777", "0766", "0702", "0722", "777"])
def test_a_socket_that_others_may_write_is_said(mode):
    (said,) = warnings(unix_http_server=dict(UNIX, chmod=mode))
    assert mode in said
    assert "'0770' and unix_http_server.chown" in said
    assert warnings(unix_http_server=dict(UNIX, **LOGIN, chmod=mode)) == []


@pytest.mark.parametrize("mode", ["0700", "0770", "0775", "0744", None])
def test_a_socket_that_is_closed_to_others_is_not_talked_about(mode):
    assert warnings(unix_http_server=dict(UNIX, chmod=mode)) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "*:9002, which asks for no password: everybody who reaches this host"),
        ({"bind": "0.0.0.0:7"}, "0.0.0.0:7, which asks for no password: everybody who reaches this host"),
        ({"bind": "127.0.0.1:7"}, "127.0.0.1:7, which asks for no password: every account of this host"),
    ],
)
def test_a_plugin_that_opens_a_port_of_its_own_is_said(options, words):
    plugin = {"name": "mv", "rpcinterface_factory": "multivisor.rpc:make_rpc_interface", "options": options}
    (said,) = warnings(unix_http_server=UNIX, rpcinterface=[plugin])
    assert words in said
    assert "option bind" in said


def test_other_plugins_are_not_talked_about():
    plugin = {"name": "multivisor", "rpcinterface_factory": "supervisor_twiddler.rpcinterface:make", "options": {}}
    assert warnings(unix_http_server=UNIX, rpcinterface=[plugin]) == []


def test_a_hash_that_nobody_can_log_in_with_is_warned_about():
    hashed = dict(UNIX, username="a", password="{SHA}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4")
    (said,) = warnings(unix_http_server=hashed)
    assert "clear text" in said
    client = {"username": "a", "password": "secret", "serverurl": "unix:///run/s.sock"}
    assert warnings(unix_http_server=hashed, supervisorctl=client) == []


def test_no_server_at_all_is_warned_about():
    (said,) = warnings()
    assert "neither" in said
