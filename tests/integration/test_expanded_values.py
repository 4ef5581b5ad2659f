# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Supervisor's own parser reads a number or truth value that it expands as the value itself, in each release."""

from __future__ import annotations

import os

import parsers
import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._options import (
    dialect as _dialect,
    render as _render,
    table as _table,
)

ENVIRON = {"HOME": "/tmp", "PATH": "/bin:/usr/bin", "LC_ALL": "C.UTF-8"}
TYPED = ("autorestart", "bool", "bytes", "events", "exitcodes", "int", "loglevel", "octal")
NEEDED = {
    "program": {"command": "/bin/cat"},
    "eventlistener": {"command": "/bin/cat", "events": ["TICK_5"]},
    "fcgi-program": {"command": "/bin/cat", "socket": "unix:///tmp/x.sock"},
    "group": {"programs": ["other"]},
    "supervisord": {},
}
VALUES = {
    "autorestart": "false",
    "bytes": "3MB",
    "events": ["PROCESS_STATE_FATAL"],
    "exitcodes": ["7"],
    "int": 3,
    "loglevel": "warn",
    "octal": "027",
}


def value_of(item):
    """A value that is not the default."""
    if item.type == "bool":
        return item.default != "true"
    if item.name == "buffer_size":
        return 5
    return VALUES[item.type]


def cases(version):
    """(kind, option, value, text of the variable) of every typed option that the release knows."""
    reader = _dialect.dialect(version)
    for kind in NEEDED:
        for item in _table.options(kind):
            if item.type in TYPED and reader.at_least(item.since):
                value = value_of(item)
                if (kind, item.name) == ("eventlistener", "redirect_stderr"):
                    value = False  # true is refused
                if item.name == "killasgroup":
                    value = True
                text = (
                    value[0] if isinstance(value, list) else str(value).lower() if item.type == "bool" else str(value)
                )
                yield kind, item, value, text


def rendered(version, kind, item, value):
    reader = _dialect.dialect(version)
    values = dict(NEEDED[kind], **{item.name: value})
    if item.name == "numprocs":
        values["process_name"] = "p%(process_num)d"
    sections = [(kind, "" if kind == "supervisord" else "x", values), ("program", "other", {"command": "/bin/cat"})]
    return _render.render(sections if kind == "supervisord" else [("supervisord", "", {}), *sections], "", reader)


def test_an_expansion_is_read_as_its_value(version, tmp_path):
    environ, paths, names = dict(ENVIRON), [], []
    for number, (kind, item, value, text) in enumerate(cases(version)):
        environ["V%d" % number] = text
        expanded = "%%(ENV_V%d)s" % number
        for form in (value, [expanded] if isinstance(value, list) else expanded):
            path = os.path.join(str(tmp_path), "%d-%s.conf" % (number, form is value))
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(rendered(version, kind, item, form))
            paths.append(path)
        names.append("%s.%s" % (kind, item.name))
    results = parsers.read(version, paths, environ, "host")
    for name, literal, expanded in zip(names, results[::2], results[1::2]):
        assert "error" not in literal, (name, literal)
        assert expanded == literal, name
    assert len(names) > 60


@pytest.mark.ends
def test_it_is_tried_in_the_environment_of_the_daemon(daemons, run_module, monkeypatch):
    monkeypatch.setenv("FLEET_WORKERS", "3")
    monkeypatch.setenv("FLEET_WORD", "three")
    daemon = daemons(command=True)
    args = {
        "name": "web",
        "command": "/bin/sleep 1000",
        "process_name": "web_%(process_num)d",
        "state_dir": os.path.join(daemon.dir, "state"),
    }
    for check in (True, False):
        result = run_module("supervisor_program", dict(args, numprocs="%(ENV_FLEET_WORKERS)s"), daemon, check=check)
        assert len(result["programs"][0]["processes"]) == 3, result
    assert sorted(daemon.pids()) == ["web:web_0", "web:web_1", "web:web_2"]
    result = run_module("supervisor_program", dict(args, numprocs="%(ENV_FLEET_WORKERS)s"), daemon)
    assert result["changed"] is False
    pids = daemon.pids()
    for bad, words in (("%(ENV_FLEET_WORD)s", "invalid literal"), ("%(ENV_FLEET_NONE)s", "cannot be expanded")):
        for check in (True, False):
            result = run_module("supervisor_program", dict(args, numprocs=bad), daemon, check=check)
            assert words in result["msg"]
            assert "nothing was changed" in result["msg"]
    assert daemon.pids() == pids
