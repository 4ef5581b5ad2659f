# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a daemon runs is told from what listens where its configuration says."""

import socket
import threading

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._local import running as _running


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "supervisord.conf"
    path.write_text("[supervisord]\n[unix_http_server]\nfile=%s\n" % (tmp_path / "s"))
    return path


def listen(path, answer):
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen(5)

    def serve():
        while True:
            try:
                connection, _address = server.accept()
            except OSError:
                return
            connection.recv(65536)
            connection.sendall(answer)
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    return server


def test_nothing_there(config, tmp_path):
    assert _running.look(str(config)) is None
    assert _running.look(str(tmp_path / "missing.conf")) is None


def test_a_stale_socket(config, tmp_path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "s"))
    server.listen(1)
    server.close()
    assert _running.look(str(config)) is None


@pytest.mark.parametrize(
    "answer",
    [
        b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="default"\r\nContent-Length: 0\r\n\r\n',
        b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
        b"",
    ],
)
def test_one_that_does_not_tell_runs_all_the_same(config, tmp_path, answer):
    server = listen(tmp_path / "s", answer)
    assert _running.look(str(config))[:2] == ("", 0)
    server.close()
