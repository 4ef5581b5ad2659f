# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs Supervisor's own parser, each release in its own interpreter, on many files at once."""

from __future__ import annotations

import json
import os
import subprocess

import daemons as daemons_

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "supervisor_parser.py")


def read(version, paths, environ, hostname, split=False):
    """Give one result for each path, see supervisor_parser.py."""
    return _ask(version, {"paths": list(paths), "environ": environ, "hostname": hostname, "split": split})


def compare(version, pairs, environ, hostname):
    """Give {"added", "removed", "changed"} for each pair of paths (old, new)."""
    return _ask(version, {"pairs": list(pairs), "environ": environ, "hostname": hostname})


def python(version):
    """Which Python a release has here: (major, minor)."""
    code = "import sys; print('%d %d' % sys.version_info[:2])"
    major, minor = subprocess.check_output([_interpreter(version), "-c", code], encoding="utf-8").split()
    return int(major), int(minor)


def _interpreter(version):
    return os.path.join(os.path.dirname(daemons_.binary(version)), "python")


def _ask(version, request):
    """Run the parser in /, where a daemon runs, with the environment of the request."""
    done = subprocess.run(
        [_interpreter(version), SCRIPT],
        input=json.dumps(request),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=request["environ"],
        cwd="/",
        timeout=120,
        check=True,
    )
    return json.loads(done.stdout)
