# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table is complete and consistent, and says the same about expansions as the reader does."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._config import (
    model as _model,
    tree as _tree,
    values as _values,
)
from ansible_collections.supervisord.fleet.plugins.module_utils._options import (
    command_environment as _command_environment,
    dialect as _dialect,
    documentation as _documentation,
    option as _option,
    table as _table,
    text as _text,
)

ROWS = [(kind, item) for kind in _table.KINDS for item in _table.KINDS[kind].options]
ARGUMENT_TYPES = {"bool", "int", "str", "list", "dict", "raw"}
ENVIRON = {"HOME": "/tmp", "PATH": "/bin"}


def test_every_kind_is_there():
    assert sorted(_table.KINDS) == sorted(
        [
            "program",
            "group",
            "eventlistener",
            "fcgi-program",
            "supervisord",
            "unix_http_server",
            "inet_http_server",
            "supervisorctl",
            "rpcinterface",
            "ctlplugin",
            "include",
        ]
    )
    assert set(_table.MANAGED) == {"program", "group", "eventlistener", "fcgi-program"}


@pytest.mark.parametrize("kind", sorted(_table.KINDS))
def test_names_are_unique(kind):
    names = [item.name for item in _table.options(kind)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("kind", "item"), ROWS, ids=lambda value: getattr(value, "name", value))
def test_every_row_is_complete(kind, item):
    assert item.description.endswith(".")
    assert item.applies in _option.COSTS
    assert item.passes in (1, 2)
    assert _dialect.parse_version(item.since)
    assert item.type in _text.CONVERT or item.type in _command_environment.CONVERT
    # These are taken as they are, or read where their section is.
    unparsed = ("command", "fcgi_socket", "globs", "password", "path", "socket_path", "username")
    assert item.type in _values.PARSERS or item.type in unparsed


@pytest.mark.parametrize(("kind", "item"), ROWS, ids=lambda value: getattr(value, "name", value))
def test_default_texts_are_read_without_complaint(kind, item):
    for version in ("3.4.0", "4.3.0"):
        reader = _dialect.dialect(version)
        text = item.default_for(reader)
        if text and item.type in _values.PARSERS and "%" not in text:
            _values.PARSERS[item.type](text, _values.Host(), reader)


def test_default_of_an_older_version():
    item = _table.option("program", "exitcodes")
    assert item.default_for(_dialect.dialect("3.4.0")) == "0,2"
    assert item.default_for(_dialect.dialect("4.0.0")) == "0"


def test_hidden_options_are_read_but_not_offered():
    assert _table.option("eventlistener", "stdout_capture_maxbytes") is not None
    assert "stdout_capture_maxbytes" not in _table.spec("eventlistener")
    assert "stdout_capture_maxbytes" in _table.spec("program")


def test_spec_types():
    spec = _table.spec("program")
    assert spec["environment"] == {"type": "dict"}
    assert spec["exitcodes"] == {"type": "list", "elements": "str"}
    assert spec["command"] == {"type": "raw"}
    assert spec["umask"] == {"type": "str"}
    assert spec["stdout_logfile_maxbytes"] == {"type": "str"}
    assert spec["autorestart"] == spec["numprocs"] == spec["autostart"] == {"type": "raw"}
    assert _table.spec("inet_http_server")["password"]["no_log"] is True
    assert _table.spec("rpcinterface")["rpcinterface_factory"] == {"type": "str"}


def test_merged_kinds_agree_on_the_type_of_what_they_share():
    for name, found in _table.union(*_table.MANAGED).items():
        assert len({str(_table.parameter(item)) for _kind, item in found}) == 1, name


def test_unknown_kind_is_refused_with_the_known_ones():
    with pytest.raises(_errors.OptionError) as caught:
        _table.options("programme")
    assert "fcgi-program" in caught.value.message


@pytest.mark.parametrize("kinds", [(kind,) for kind in sorted(_table.KINDS)] + [_table.MANAGED])
def test_every_option_is_documented_with_default_version_and_cost(kinds):
    documented = _documentation.document(*kinds)
    assert set(documented) == set(_table.spec(*kinds))
    for name, entry in documented.items():
        text = " ".join(entry["description"])
        assert "Cost of a change:" in text, name
        assert "Since Supervisor" in text, name
        assert "Not written:" in text or "Required." in text, name
        assert entry["type"] in ARGUMENT_TYPES
        assert "default" not in entry


def test_documentation_tells_kinds_apart():
    merged = _documentation.document(*_table.MANAGED)
    assert any("Only for C(kind=eventlistener)" in line for line in merged["events"]["description"])
    assert any("Not for C(kind=group)" in line for line in merged["command"]["description"])
    assert any(line.startswith("For eventlistener: ") for line in merged["priority"]["description"])


# --- expansions: what the table promises is what the reader does

SECTIONS = {
    "program": {"command": "/bin/cat"},
    "eventlistener": {"command": "/bin/cat", "events": "TICK_5"},
    "fcgi-program": {"command": "/bin/cat", "socket": "unix:///tmp/x.sock"},
    "group": {},
    "supervisord": {},
    "unix_http_server": {"file": "/tmp/s.sock"},
    "inet_http_server": {"port": "9001"},
    "rpcinterface": {"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"},
}
GOOD = {
    "autorestart": "true",
    "bool": "false",
    "bytes": "1KB",
    "command": "/bin/cat",
    "csv": "p",
    "dir": "/tmp",
    "entry_point": "supervisor.dispatchers:default_handler",
    "env": "A='x'",
    "events": "TICK_5",
    "exitcodes": "0",
    "fcgi_socket": "unix:///tmp/x.sock",
    "file": "/tmp/x",
    "hostport": "9001",
    "int": "1",
    "logfile": "/tmp/x",
    "loglevel": "info",
    "name": "x",
    "octal": "022",
    "path": "/tmp",
    "signal": "TERM",
    "socket_path": "/tmp/s.sock",
    "string": "x",
    "user": "root",
    "usergroup": "root",
}
# Name in the table -> how it is written so that it expands to nothing.
NAMES = {
    "here": "%(here).0s",
    "program_name": "%(program_name).0s",
    "group_name": "%(group_name).0s",
    "host_node_name": "%(host_node_name).0s",
    "process_num": "%(process_num).0s",
    "numprocs": "%(numprocs).0s",
    "ENV": "%(ENV_HOME).0s",
    "SDENV": "%(ENV_FROM_SUPERVISORD).0s",
    "OWNENV": "%(ENV_FROM_PROGRAM).0s",
}


def text_of(kind, item, expansion):
    """Write a file in which one option holds one expansion."""
    good = GOOD.get(item.type, "x")
    if item.type == "entry_point" and kind == "rpcinterface":
        good = "supervisor.rpcinterface:make_main_rpcinterface"
    options = dict(SECTIONS[kind])
    if item.name in ("username", "password"):
        options.update(username="u", password="p")
    if "FROM_PROGRAM" in expansion and kind not in ("group", "supervisord"):
        options["environment"] = "FROM_PROGRAM='1'"
    options[item.name] = (good + expansion) if item.type != "env" else "A='%s'" % expansion
    name = {"program": "program:p2", "group": "group:g"}.get(kind, kind + ":x" if kind != "supervisord" else kind)
    lines = ["[supervisord]"]
    if "FROM_SUPERVISORD" in expansion and (kind, item.name) != ("supervisord", "environment"):
        lines.append("environment=FROM_SUPERVISORD='1'")
    lines += ["[program:p]", "command=/bin/cat", "[%s]" % name]
    return "\n".join(lines + ["%s=%s" % pair for pair in options.items()]) + "\n"


def accepted(kind, item, expansion, version):
    reader = _dialect.dialect(version)
    source = _tree.Memory({"/c": text_of(kind, item, expansion).encode()})
    try:
        _model.resolve(_tree.load("/c", source, reader, ENVIRON, "h"), reader, ENVIRON, "h")
    except _errors.ConfigError:
        return False
    return True


def offered(item, name, version):
    reader = _dialect.dialect(version)
    return name in item.expand and reader.at_least(_option.EXPAND_SINCE.get(name, "3.0"))


@pytest.mark.parametrize("version", ["3.4.0", "4.0.4", "4.2.5", "4.3.0"])
def test_the_reader_expands_what_the_table_says_and_nothing_else(version):
    checked = 0
    for kind, item in ROWS:
        if kind not in SECTIONS or item.hidden or not _dialect.dialect(version).at_least(item.since):
            continue
        for name, expansion in NAMES.items():
            if (kind, item.name, name) == ("supervisord", "environment", "SDENV"):
                continue
            expected = offered(item, name, version)
            # process_name is formatted after its spaces, colons and slashes were checked; no name has any.
            assert accepted(kind, item, expansion, version) == expected, (kind, item.name, name)
            checked += 1
    assert checked > 1000
