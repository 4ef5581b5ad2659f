# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the configuration of a daemon says about the processes it starts and the traces it leaves, dead or alive."""

import typing as t

from .._config import machine as _machine, model as _model, reader as _reader, source as _source, tree as _tree

URL = "SUPERVISOR_SERVER_URL"
TERM, WAIT = 15, 10.0  # Supervisor's own defaults of stopsignal and stopwaitsecs


class _Gone(_machine.Host):
    """This machine after the daemon's end: systemd removes folders below /run with the service they were made for."""

    def is_dir(self, path: str) -> bool:
        """Say yes: what matters here is what the daemon was told, not whether it could start now."""
        return True


class Estate(t.NamedTuple):
    """``urls``: what its programs get as SUPERVISOR_SERVER_URL; ``programs``: "group:process" -> options."""

    config_file: str
    pidfile: str
    logfile: t.Optional[str]
    backups: int
    urls: t.FrozenSet[str]
    programs: t.Dict[str, t.Dict[str, t.Any]]

    def full_name(self, name: str) -> str:
        """Complete ":process", as the daemon's log writes it, with its group where only one can be meant."""
        if not name.startswith(":"):
            return name
        found = [known for known in self.programs if known.endswith(name)]
        return found[0] if len(found) == 1 else name[1:]

    def stop_signal(self, name: str) -> int:
        """The number of the signal that ends a process cleanly."""
        return int(self.programs.get(name, {}).get("stopsignal") or TERM)

    def stop_wait(self, names: t.Iterable[str]) -> float:
        """Seconds after which Supervisor itself would kill the slowest of them."""
        waits = [self.programs[name]["stopwaitsecs"] for name in names if name in self.programs]
        return float(max(waits)) if waits else WAIT


def read(config_file: str, version: str = "", pid: int = 0) -> Estate:
    """Read the files.

    :param version: of the daemon that lives; pid: its own. Without them the files are read as the newest release would.
    :raises _errors.ConfigError: the daemon would refuse them.
    """
    reader = _reader.of(version, pid)
    tree = _tree.load(config_file, _source.Disk(), reader.dialect, reader.environ, reader.hostname)
    model = _model.resolve(tree, reader.dialect, reader.environ, reader.hostname, _Gone())
    own = model.daemon["supervisord"]
    programs = {
        "%s:%s" % (group.name, process.name): process.options
        for group in model.groups.values()
        for process in group.processes
    }
    return Estate(config_file, own["pidfile"], own["logfile"], own["logfile_backups"], _urls(model, programs), programs)


def _urls(model: _model.Model, programs: t.Mapping[str, t.Dict[str, t.Any]]) -> t.FrozenSet[str]:
    """The daemon's own address, a socket before a port, and what programs are told instead."""
    sockets = [values["file"] for name, values in model.daemon.items() if name.startswith("unix_http_server")]
    ports = [values["port"] for name, values in model.daemon.items() if name.startswith("inet_http_server")]
    addresses = ["unix://" + path for path in sockets] + ["http://%s:%s" % (p[0] or "localhost", p[1]) for p in ports]
    found = addresses[:1]
    for options in programs.values():
        found.extend(filter(None, (options.get("serverurl"), options["environment"].get(URL))))
    return frozenset(found)
