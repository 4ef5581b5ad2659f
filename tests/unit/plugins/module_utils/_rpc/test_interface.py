# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which interfaces an address means, in every spelling that the C library takes."""

import ipaddress
import socket

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import interface as _interface

OWN = """
    127.0.0.1 127.9.9.9 127.1 127.0.1 0x7f000001 0x7F.1 0177.0.0.1 2130706433 ::1 [::1] 0:0:0:0:0:0:0:1 ::1%lo
    ::ffff:127.0.0.1 localhost LOCALHOST localhost. localhost.localdomain localhost6 ip6-loopback app.localhost
"""
ALL = "* 0.0.0.0 0 0x0 0.0 :: [::] ::0"
OTHERS = """
    10.0.0.1 128.0.0.1 1270.0.0.1 127.0.0.0.1 127.16777216 0x7g.1 089.1 fd00::1 ::ffff:10.0.0.1 localhost.example.com
    localhost-db.example mylocalhost 127-0-0-1.example 127.0.0.1.example ::12
"""


@pytest.mark.parametrize("address", OWN.split())
def test_the_machines_own(address):
    assert _interface.is_loopback(address)
    assert not _interface.is_every(address)


@pytest.mark.parametrize("address", [*ALL.split(), "", " "])
def test_every_interface(address):
    assert _interface.is_every(address)
    assert not _interface.is_loopback(address)


@pytest.mark.parametrize("address", OTHERS.split())
def test_what_others_may_reach(address):
    assert not _interface.is_loopback(address)
    assert not _interface.is_every(address)


@pytest.mark.parametrize("address", [text for text in (OWN + ALL + OTHERS).split() if text[0] in "0123456789"])
def test_numbers_are_read_as_the_c_library_reads_them(address):
    try:
        meant = ipaddress.ip_address(socket.inet_aton(address))
    except OSError:
        return
    assert (_interface.is_loopback(address), _interface.is_every(address)) == (meant.is_loopback, not int(meant))
