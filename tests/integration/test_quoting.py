# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program gets is what was declared, character by character, or the declaration is refused by name."""

from __future__ import annotations

import os
import platform
import random
import shlex
import signal
import subprocess

import daemons as daemons_
import parsers
import pytest
import values

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._config import model as _model, tree as _tree
from ansible_collections.supervisord.fleet.plugins.module_utils._options import (
    dialect as _dialect,
    quote as _quote,
    render as _render,
)

PROGRAMS = 1300
LIVE = 160
SEED = 20261123


class Wanted:
    """One random program: what is declared, and what must arrive."""

    def __init__(self, number, rng, here, log_dir, hostname=values.HOSTNAME):
        self.name = "p%04d" % number
        self.here = here
        self.hostname = hostname
        # Every other program is declared without expansions: all its "%" are literal.
        self.literal = number % 2 == 1
        self.environment = {key: self.environment_value(rng) for key in ("A", "B_2", "c")}
        self.arguments = [values.value(rng) if rng.random() > 0.03 else "" for _turn in range(3)]
        self.directory = values.file_name(rng)
        self.log = os.path.join(log_dir, values.file_name(rng))
        self.serverurl = "http://" + values.value(rng)

    def environment_value(self, rng):
        while True:
            text = values.value(rng)
            if values.fits_environment(text) and values.fits_environment(self.arrives(text)):
                return text

    def mark(self, text):
        return _quote.Literal(text) if self.literal else text

    def arrives(self, text, numbered=True):
        return text if self.literal else values.expanded(text, self.name, self.here, self.hostname, numbered)

    def section(self, command, directory, reader, **more):
        """Render it; the command is a list or, every third time, a text quoted as for a shell."""
        argv = [command, *self.arguments]
        quoted = self.mark(" ".join(shlex.quote(word) for word in argv))
        options = {
            "command": quoted if int(self.name[1:]) % 3 == 0 else [self.mark(word) for word in argv],
            "environment": {key: self.mark(text) for key, text in self.environment.items()},
            "directory": self.mark(os.path.join(directory, self.directory)),
            "stdout_logfile": self.mark(self.log),
            "serverurl": self.mark(self.serverurl),
        }
        return ("program", self.name, dict(options, **more))


def write(folder, sections, reader, **supervisord):
    """Write a main file with an [include], which is what makes 4.x replace %(here)s as plain text."""
    include = folder / "conf.d"
    include.mkdir()
    main = [("supervisord", "", supervisord), ("include", "", {"files": ["conf.d/*.conf"]})]
    (folder / "supervisord.conf").write_text(_render.render(main, "Main file", reader), encoding="utf-8")
    (include / "programs.conf").write_text(_render.render(sections, "Programs", reader), encoding="utf-8")
    return str(folder / "supervisord.conf")


def here_of(version, folder):
    """Supervisor 3 takes %(here)s of an included file for the directory of the main file."""
    return str(folder if version < "4" else folder / "conf.d")


def test_supervisor_parses_thousands_of_random_values_back_unchanged(version, tmp_path):
    reader = _dialect.dialect(version)
    here = here_of(version, tmp_path)
    rng = random.Random(SEED)
    wanted = [Wanted(number, rng, here, "/tmp") for number in range(PROGRAMS)]
    path = write(tmp_path, [entry.section("/bin/echo", "/srv", reader) for entry in wanted], reader)

    (result,) = parsers.read(version, [path], values.ENVIRON, values.HOSTNAME, split=True)
    tree = _tree.load(path, _tree.Disk(), reader, values.ENVIRON, values.HOSTNAME)
    model = _model.resolve(tree, reader, values.ENVIRON, values.HOSTNAME)

    assert "error" not in result
    assert [group["name"] for group in result["groups"]] == [entry.name for entry in wanted]
    compared = 0
    for entry, group in zip(wanted, result["groups"], strict=True):
        (process,) = group["processes"]
        assert process["environment"] == {key: entry.arrives(text) for key, text in entry.environment.items()}
        assert process["argv"] == ["/bin/echo", *(entry.arrives(text) for text in entry.arguments)]
        assert process["directory"] == "/srv/" + entry.arrives(entry.directory)
        assert process["stdout_logfile"] == entry.arrives(entry.log)
        read = model.groups[entry.name].processes[0].options
        for option in ("environment", "command", "directory", "stdout_logfile", "serverurl"):
            assert read[option] == process[option]
        assert process["serverurl"] == entry.arrives(entry.serverurl, numbered=False)
        compared += 3 + 3 + 1 + 1 + 1
    assert compared >= 11000


DUMP = """#!/bin/sh
out=$OUTPUT/$SUPERVISOR_PROCESS_NAME
cat /proc/$$/environ > "$out.environ"
cat /proc/$$/cmdline > "$out.cmdline"
pwd -P > "$out.cwd"
: > "$out.done"
"""


@pytest.fixture
def run(version, tmp_path):
    """Starts a real daemon on a configuration, waits until every program has reported, and stops the daemon."""
    running = []

    def start(path, reports):
        env = dict(values.ENVIRON, OUTPUT=str(tmp_path / "out"))
        with open(tmp_path / "daemon.out", "wb") as output:
            daemon = subprocess.Popen(
                [daemons_.binary(version), "-n", "-c", path], stdout=output, stderr=subprocess.STDOUT, env=env, cwd="/"
            )
        running.append(daemon)

        def finished():
            assert daemon.poll() is None, (tmp_path / "daemon.out").read_text(errors="replace")
            return sum(name.endswith(".done") for name in os.listdir(tmp_path / "out")) == reports

        daemons_.wait_for(finished, timeout=120, what="reports of %d programs" % reports)

    yield start
    for daemon in running:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(timeout=30)


def test_running_programs_get_exactly_the_declared_values(version, tmp_path, run):
    reader = _dialect.dialect(version)
    for name in ("out", "logs", "cwd"):
        (tmp_path / name).mkdir()
    dump = tmp_path / "dump"
    dump.write_text(DUMP, encoding="utf-8")
    dump.chmod(0o755)
    here = here_of(version, tmp_path)
    rng = random.Random(SEED + 1)
    wanted = [Wanted(number, rng, here, str(tmp_path / "logs"), platform.node()) for number in range(LIVE)]
    sections = []
    for entry in wanted:
        (tmp_path / "cwd" / entry.arrives(entry.directory)).mkdir(exist_ok=True)
        more = {"startsecs": 0, "autorestart": "false", "redirect_stderr": True}
        sections.append(entry.section(str(dump), str(tmp_path / "cwd"), reader, **more))
    path = write(tmp_path, sections, reader, minfds=1024, logfile=str(tmp_path / "daemon.log"), nodaemon=True)

    run(path, len(wanted))

    logs = set(os.listdir(tmp_path / "logs"))
    for entry in wanted:
        report = str(tmp_path / "out" / entry.name)
        environ = read(report + ".environ").split("\0")
        for key, text in entry.environment.items():
            assert "%s=%s" % (key, entry.arrives(text)) in environ
        assert "SUPERVISOR_SERVER_URL=" + entry.arrives(entry.serverurl, numbered=False) in environ
        argv = read(report + ".cmdline").split("\0")
        assert argv[2:-1] == [entry.arrives(text) for text in entry.arguments]
        assert read(report + ".cwd") == str(tmp_path / "cwd" / entry.arrives(entry.directory)) + "\n"
        assert os.path.basename(entry.arrives(entry.log)) in logs
    assert len(wanted) * 9 >= 1400


def read(path):
    with open(path, "rb") as file:
        return file.read().decode()


def test_environment_for_all_programs_arrives_unchanged(version, tmp_path):
    reader = _dialect.dialect(version)
    rng = random.Random(SEED + 2)
    texts = [text for text in (values.value(rng) for _turn in range(1200)) if values.fits_environment(text)]
    environment = {"V%d" % number: _quote.Literal(text) for number, text in enumerate(texts)}
    path = write(tmp_path, [("program", "p", {"command": "/bin/cat"})], reader, environment=environment)

    (result,) = parsers.read(version, [path], values.ENVIRON, values.HOSTNAME)

    assert result["groups"][0]["processes"][0]["environment"] == environment
    assert len(environment) >= 500


def refusal_of(section, reader):
    """Give the error with which a section is refused, None when it is rendered."""
    try:
        _render.render_section(*section, reader)
    except (_errors.ConfigError, _errors.OptionError) as error:
        return error
    return None


def test_credentials_are_exact_or_refused(version, tmp_path):
    reader = _dialect.dialect(version)
    rng = random.Random(SEED + 3)
    sections, wanted = [], {}
    for number in range(600):
        password = _quote.Literal(values.value(rng))
        section = (
            "inet_http_server",
            "s%d" % number,
            {"port": "127.0.0.1:9001", "username": "u", "password": password},
        )
        refusal = refusal_of(section, reader)
        if refusal is None:
            sections.append(section)
            wanted["inet_http_server:s%d" % number] = password
        else:
            assert refusal.details["option"] == "password"
            assert str(password) not in refusal.message or len(password) < 4
    path = write(tmp_path, sections, reader)

    (result,) = parsers.read(version, [path], values.ENVIRON, values.HOSTNAME)

    assert {server["section"]: server["password"] for server in result["servers"]} == wanted
    assert len(wanted) >= 200
