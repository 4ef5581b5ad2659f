# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told as a hazard does keep a daemon from starting, although its parser accepts the file."""

from __future__ import annotations

import subprocess

import daemons as daemons_
import parsers
import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._config import model as _model, tree as _tree
from ansible_collections.supervisord.fleet.plugins.module_utils._options import dialect as _dialect

ENVIRON = {"HOME": "/tmp", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
MAIN = "[supervisord]\nnodaemon=true\nlogfile=%(here)s/s.log\npidfile=%(here)s/s.pid\n"
SERVER = "[unix_http_server]\nfile=%(here)s/s.sock\n"
INTERFACE = "[rpcinterface:supervisor]\n"
INTERFACE += "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (MAIN + "user=no-such-user\n", "Invalid user name no-such-user"),
        (MAIN + SERVER + INTERFACE + "extra=1\n", "Could not make supervisor rpc interface"),
        ("[DEFAULT]\nautostart=false\n" + MAIN + SERVER + INTERFACE, "Could not make supervisor rpc interface"),
        (MAIN + "[unix_http_server]\nfile=/no/such/directory/s.sock\n" + INTERFACE, "Cannot open an HTTP server"),
        (MAIN + "[unix_http_server]\nfile=/tmp/%s\n" % ("x" * 110) + INTERFACE, "AF_UNIX path too long"),
    ],
    ids=["user", "option of the interface", "default section", "directory", "long path"],
)
def test_the_daemon_does_not_start(version, tmp_path, text, words):
    path = tmp_path / "supervisord.conf"
    path.write_text(text, encoding="utf-8")
    reader = _dialect.dialect(version)
    tree = _tree.load(str(path), _tree.Disk(), reader, ENVIRON, "h")

    assert len(_model.resolve(tree, reader, ENVIRON, "h").hazards) == 1
    (parsed,) = parsers.read(version, [str(path)], ENVIRON, "h")
    assert "error" not in parsed
    done = subprocess.run(
        [daemons_.binary(version), "-c", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env=ENVIRON,
        timeout=30,
        check=False,
    )
    assert done.returncode != 0
    assert words in done.stdout
