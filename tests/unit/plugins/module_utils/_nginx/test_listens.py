# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a site listens is read as nginx reads it, and who has a port of it is found."""

import os
import socket

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._nginx import listens as _listens, ports as _ports


@pytest.mark.parametrize(
    ("line", "host", "port"),
    [
        ("listen 8000;", "", 8000),
        ("    listen *:80 default_server;", "", 80),
        ("listen 127.0.0.1:8443 ssl http2;", "127.0.0.1", 8443),
        ("listen [::]:80 ipv6only=on;", "::", 80),
        ("listen [::1];", "::1", 80),
        ("listen 192.0.2.1;", "192.0.2.1", 80),
        ("listen localhost:8000;", "localhost", 8000),
    ],
)
def test_each_form_of_an_address(line, host, port):
    assert _listens.listens("server {\n%s\n}\n" % line) == [(host, port)]


def test_what_is_no_tcp_address_is_left_out_and_each_is_told_once():
    text = "listen unix:/run/x.sock;\n# listen 1;\nlisten 80;\nlisten 80 ssl;\nlisten_queue 5;\n"
    assert _listens.listens(text) == [("", 80)]


@pytest.fixture
def taken():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize("host", ["", "127.0.0.1", "localhost"])
def test_a_port_that_somebody_has_is_refused_with_his_name(taken, host):
    with pytest.raises(
        _errors.OptionError, match=r"site.conf: nginx is to listen on port %d.*pid %d" % (taken, os.getpid())
    ):
        _ports.refuse_taken([(_listens.Listen(host, taken), "site.conf")], set(), True)


def test_a_port_of_nginx_itself_or_of_another_address_is_not(taken):
    _ports.refuse_taken([(_listens.Listen("127.0.0.1", taken), "site.conf")], {os.getpid()}, True)
    _ports.refuse_taken(
        [(_listens.Listen("", taken), "site.conf")], {os.getpid()}, True
    )  # it listens more narrowly now
    _ports.refuse_taken([(_listens.Listen("127.0.0.2", taken), "site.conf")], set(), True)


def test_a_port_counts_as_nginx_s_only_where_nginx_has_it(taken):
    wanted = [_listens.Listen("127.0.0.1", taken)]
    assert _ports.missing(wanted, {os.getpid()}) == []
    assert _ports.missing(wanted, {1}) == wanted
    assert _ports.missing([_listens.Listen("", taken)], {os.getpid()}) == [("", taken)]
