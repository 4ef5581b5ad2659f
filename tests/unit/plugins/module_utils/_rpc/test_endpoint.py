# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses from options."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
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
