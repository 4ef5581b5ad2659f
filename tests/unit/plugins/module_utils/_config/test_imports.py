# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real interpreters are asked whether a function's name resolves; nothing is run that should not be."""

import os
import pwd
import re
import sys

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._config import imports as _imports

# Beside this one, the oldest Python that the checkout has, if it has one.
ROOT = __file__.partition("/tests/unit/")[0]
PYTHONS = [sys.executable] + [
    path
    for path in ("%s/.build/pythons/python2.7" % ROOT, "%s/.build/python3.6/bin/python" % ROOT)
    if os.path.exists(path)
]


@pytest.fixture(params=PYTHONS)
def ask(request, tmp_path):
    def run(spec, uid=None, **files):
        for name, text in files.items():
            (tmp_path / ("%s.py" % name)).write_text(text)
        environ = dict(os.environ, PYTHONPATH=str(tmp_path))
        # Files of this test's account are nothing that root runs: so a test of root's asks as the account of the files.
        return _imports.Importer([request.param], "", os.geteuid() if uid is None else uid, environ).ask(spec)

    return run


@pytest.mark.parametrize(
    "spec", ["json:dumps", "os:path.join", "os.path:join", "xml.dom.minidom:parse", "json : dumps"]
)
def test_what_is_there_resolves(ask, spec):
    assert ask(spec) == _imports.Answer(True)


@pytest.mark.parametrize("spec", ["no_such_module:f", "os.no_such_part:f", "json.no_such_part.more:f"])
def test_a_missing_module_is_told_with_the_python_that_misses_it(ask, spec):
    answer = ask(spec)
    assert answer.resolves is False
    assert re.search(r"[Nn]o module named .?([a-z.]+\.)?no_such_", answer.reason)


def test_a_missing_function(ask):
    answer = ask("json:no_such_function")
    assert answer.resolves is False
    assert "no_such_function" in answer.reason


def nobody():
    return pwd.getpwnam("nobody").pw_uid


@pytest.fixture
def open_folder(tmp_path):
    """Everybody may look into the folder of the test."""
    for folder in [tmp_path, *tmp_path.parents]:
        if os.stat(str(folder)).st_uid == os.geteuid() and str(folder) not in ("/", "/tmp"):
            folder.chmod(0o755)
    return tmp_path


@pytest.fixture
def as_nobody():
    """The account that daemons of these tests run as."""
    return nobody() if os.geteuid() == 0 else os.geteuid()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import no_such_dependency", "no_such_dependency"),
        ("raise ValueError('no license')", "ValueError: no license"),
        ("raise SystemExit(3)", "SystemExit"),
    ],
)
def test_an_import_that_fails_is_told_with_its_reason(open_folder, as_nobody, text, reason):
    (open_folder / "plugin.py").write_text(text)
    answer = _imports.Importer([PYTHONS[0]], "", as_nobody, {"PYTHONPATH": str(open_folder)}).ask("plugin:make")
    # An interpreter that the account cannot reach is nothing that is known.
    assert answer.resolves is (False if os.access(PYTHONS[0], os.X_OK) and readable(as_nobody) else None)
    assert not readable(as_nobody) or reason in answer.reason


def readable(uid):
    """Can the account run the interpreter of this test?"""
    child = os.fork()
    if child == 0:
        if os.geteuid() == 0:
            os.setuid(uid)
        os._exit(0 if os.access(sys.executable, os.X_OK) and os.access(os.__file__, os.R_OK) else 1)
    return os.waitpid(child, 0)[1] == 0


def test_what_another_account_can_write_is_not_run_as_root(tmp_path):
    """A guard of our own, tried with a file that only leaves a trace."""
    trace = tmp_path / "trace"
    (tmp_path / "plugin.py").write_text("open(%r, 'w').close()\nmake = None\n" % str(trace))
    tmp_path.chmod(0o777)
    answer = _imports.Importer([sys.executable], "", 0, {"PYTHONPATH": str(tmp_path)}).ask("plugin:make")
    assert answer.resolves is None
    assert not trace.exists()


def test_output_and_input_of_an_import_are_nobodys(ask, capfd):
    assert ask("plugin:make", plugin="").resolves is not True
    ask("plugin:make", plugin="import sys\nsys.stdin.read()\nprint('noise')\nmake = 1\n")
    assert "noise" not in capfd.readouterr().out


def test_an_import_that_never_ends_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(_imports, "SECONDS", 1)
    monkeypatch.setattr(_imports.Importer, "_loose", lambda self, places: None)
    (tmp_path / "plugin.py").write_text("import time\nwhile True:\n    time.sleep(60)\n")
    answer = _imports.Importer([sys.executable], "", os.geteuid(), {"PYTHONPATH": str(tmp_path)}).ask("plugin:make")
    assert answer == _imports.Answer(None, "its import did not end within 1 s")


def test_without_an_interpreter_nothing_is_known():
    assert _imports.Importer([], "", os.geteuid(), {}).ask("json:dumps").resolves is None


def test_before_packages_are_installed_a_missing_module_is_not_known():
    answer = _imports.Planned([sys.executable], "", os.geteuid(), {}).ask("no_such_module:f")
    assert answer.resolves is None
    assert "before the packages are installed" in answer.reason


def test_a_process_that_is_no_python_is_not_run():
    assert _imports.of_process(1, 0, {}).ask("json:dumps").resolves in (None, True)
    assert _imports.of_process(0, 0, {}).ask("json:dumps").resolves is None
