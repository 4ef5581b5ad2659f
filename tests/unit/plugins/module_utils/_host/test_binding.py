# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real sockets: an address that is free, taken, or of another machine."""

import os
import socket

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import binding as _binding


@pytest.fixture
def listening():
    opened = []

    def at(host):
        server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        opened.append(server)
        server.bind((host, 0))
        server.listen(1)
        return server.getsockname()[1]

    yield at
    for server in opened:
        server.close()


def refusal(host, port):
    return _binding.refusal(host, port, os.geteuid())


def test_a_free_port_can_be_had_and_is_not_kept():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert refusal("127.0.0.1", port) is None
    assert refusal("127.0.0.1", port) is None


@pytest.mark.parametrize(("held", "wanted"), [("127.0.0.1", "127.0.0.1"), ("", "127.0.0.1"), ("127.0.0.1", "")])
def test_a_port_of_somebody_is_told_with_its_holder(listening, held, wanted):
    port = listening(held)
    found = refusal(wanted, port)
    assert found is not None
    assert _binding.in_use(found)
    assert "process %d (" % os.getpid() in _binding.told(_binding.holders(wanted, port))


def test_the_same_port_at_another_address_is_free(listening):
    port = listening("127.0.0.1")
    assert refusal("127.0.0.2", port) is None
    assert _binding.holders("127.0.0.2", port) == []


def test_an_address_of_another_machine():
    found = refusal("203.0.113.7", 9001)
    assert found is not None
    assert _binding.not_here(found)


def test_a_name_that_nobody_knows():
    found = refusal("no-such-host.invalid", 9001)
    assert found is not None
    assert found.number == 0
    assert found.text


def test_arguments_of_a_holder_are_not_told(listening):
    port = listening("127.0.0.1")
    assert "pytest" not in _binding.told(_binding.holders("127.0.0.1", port)).replace("(pytest)", "")


def test_a_unix_socket_answers_as_long_as_somebody_listens(tmp_path):
    path = str(tmp_path / "s")
    assert not _binding.answers(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(path)
        assert not _binding.answers(path)
        server.listen(1)
        assert _binding.answers(path)
    assert not _binding.answers(path)
