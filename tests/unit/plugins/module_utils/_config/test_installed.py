# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed program says which release and which Python it is."""

import subprocess
import sys

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._config import installed as _installed


def program(tmp_path, first, body):
    path = tmp_path / "supervisord"
    path.write_text("#!%s\n%s\n" % (first, body))
    path.chmod(0o755)
    return str(path)


def run(command):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output, told = process.communicate()
    return process.returncode, output.decode(), told.decode()


def look(path):
    return _installed.look(path, run)


def test_version_and_python(tmp_path):
    path = program(tmp_path, sys.executable, "print('4.2.5')")
    assert look(path) == _installed.Program("4.2.5", sys.version_info[0], sys.version_info[1], (sys.executable,))


def test_python_behind_env(tmp_path):
    path = program(tmp_path, "/usr/bin/env python3", "print('4.2.5')")
    assert look(path).version == "4.2.5"


def test_a_wrapper_hides_its_python(tmp_path):
    assert look(program(tmp_path, "/bin/sh", "echo 4.3.0")) == _installed.Program("4.3.0")


@pytest.mark.parametrize("body", ["raise SystemExit(1)", "import no_such_module"])
def test_one_that_does_not_run_is_none(tmp_path, body):
    assert look(program(tmp_path, sys.executable, body)) is None


@pytest.mark.parametrize("path", ["", "supervisord", "/no/such/supervisord"])
def test_one_that_is_not_there_is_none(path):
    assert look(path) is None


@pytest.mark.parametrize("numbers", [(3, 3, 2), (3, 0), (2, 9, 9)])
def test_releases_with_the_hole_are_refused(numbers):
    with pytest.raises(_errors.SupervisorError, match="CVE-2017-11610"):
        _installed.refuse_unsafe("x", numbers)


@pytest.mark.parametrize("numbers", [(), (3, 3, 3), (4, 0)])
def test_others_are_not(numbers):
    _installed.refuse_unsafe("x", numbers)
