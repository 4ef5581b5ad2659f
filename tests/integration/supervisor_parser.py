# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read configurations with Supervisor's own parser and print what it made of them.

Runs in the interpreter of one Supervisor (Python 2.7 or 3), never in ours:
stdin: {"paths": [...], "environ": {...}, "hostname": "...", "split": bool}, where split asks for the "argv" of every
process too; stdout: one result for each path, as a JSON list:
{"error": text} or {"groups": [...], "supervisord": {...}, "servers": [...]}. With "pairs": [[old, new], ...] instead
of paths: for each pair the names of the groups that a daemon would report as added, removed and changed.
"""

import json
import os
import platform
import shlex
import socket
import sys
import warnings

# What stands for the words in which pkg_resources refuses a spec: they are those of whichever packages lie beside it.
NO_ENTRY_POINT = "the entry point cannot be parsed"
LEVELS = ("critical", "error", "warn", "info", "debug", "trace", "blather")

request = json.load(sys.stdin)
warnings.simplefilter("ignore")


def native(text):
    return text.encode("utf-8") if sys.version_info[0] < 3 else text


os.environ.clear()
for key, value in request["environ"].items():
    os.environ[native(key)] = native(value)
platform.node = lambda: native(request["hostname"])

from supervisor import datatypes, events, loggers, options  # noqa: E402 - the environment must be in place first


def plain(value):
    """Turn any value of a config object into JSON; bytes of Python 2 become text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace") if sys.version_info[0] < 3 else repr(value)
    if isinstance(value, dict):
        return {plain(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if value is datatypes.Automatic:
        return "AUTO"
    if value is datatypes.RestartUnconditionally:
        return "always"
    if value is datatypes.RestartWhenExitUnexpected:
        return "unexpected"
    return value


def process(config):
    names = options.ProcessConfig.req_param_names + options.ProcessConfig.optional_param_names
    result = {name: plain(getattr(config, name)) for name in names}
    if request.get("split"):
        result["argv"] = plain(shlex.split(config.command))
    return result


def group(config):
    result = {"name": plain(config.name), "priority": config.priority, "class": type(config).__name__}
    result["processes"] = [process(entry) for entry in config.process_configs]
    if hasattr(config, "buffer_size"):
        result["buffer_size"] = config.buffer_size
        result["events"] = sorted(events.getEventNameByType(event) for event in config.pool_events)
    if hasattr(config, "socket_config"):
        made = config.socket_config
        result["socket"] = plain(made.url)
        result["socket_backlog"] = made.backlog
        result["socket_mode"] = getattr(made, "mode", None)
        result["socket_owner"] = plain(getattr(made, "owner", None))
    return result


def supervisord(section):
    names = "minfds minprocs directory user umask logfile logfile_maxbytes logfile_backups pidfile identifier"
    names += " nodaemon silent childlogdir nocleanup strip_ansi environment"
    result = {name: plain(getattr(section, name)) for name in names.split() if hasattr(section, name)}
    levels = {getattr(loggers.LevelsByDescription, name): name for name in LEVELS}
    return dict(result, loglevel=levels.get(section.loglevel, "?"))


def server(config):
    result = {key: plain(config[key]) for key in config if key not in ("family", "name")}
    result["family"] = "unix" if config["family"] == socket.AF_UNIX else "inet"
    return result


class Options(options.ServerOptions):
    """The real one, but for the words of an error that are not its own."""

    def import_spec(self, spec):
        try:
            return options.ServerOptions.import_spec(self, spec)
        except ValueError:
            refused = ValueError(NO_ENTRY_POINT)
        raise refused


def read(path):
    made = Options()
    made.configfile = native(path)
    try:
        made.process_config(do_usage=False)
    except ValueError as error:
        return {"error": plain(str(error))}
    section = made.configroot.supervisord
    return {
        "groups": [group(config) for config in made.process_group_configs],
        "supervisord": supervisord(section),
        "servers": [server(config) for config in section.server_configs],
    }


def groups_of(path):
    made = options.ServerOptions()
    made.configfile = native(path)
    made.process_config(do_usage=False)
    return made.process_group_configs


def difference(pair):
    """Compare two files as a running daemon does when it rereads: see Supervisor.diff_to_active."""
    old, new = (groups_of(path) for path in pair)
    before = {config.name: config for config in old}
    after = {config.name: config for config in new}
    return {
        "added": sorted(plain(name) for name in after if name not in before),
        "removed": sorted(plain(name) for name in before if name not in after),
        "changed": sorted(plain(name) for name in after if name in before and after[name] != before[name]),
    }


if "pairs" in request:
    results = [difference(pair) for pair in request["pairs"]]
else:
    results = [read(path) for path in request["paths"]]
json.dump(results, sys.stdout)
