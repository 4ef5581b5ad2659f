# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a running daemon reads its files: its release, its Python, its locale and its environment."""

import os
import platform
import re
import typing as t

from .._host import procfs as _procfs
from .._options import dialect as _dialect
from . import machine as _machine

_LIBRARY = re.compile(r"/python(\d)\.(\d+)/")
_PYTHON = re.compile(r"python(\d)(?:\.(\d+))?")


class Reader(t.NamedTuple):
    """What has to be known to read configuration files as the daemon does."""

    dialect: _dialect.Dialect
    environ: t.Dict[str, str]
    hostname: str
    host: _machine.Host


class DaemonHost(_machine.Host):
    """This machine, as the account sees it that the daemon runs as."""

    def __init__(self, uid: int) -> None:
        self._uid = uid

    def daemon_uid(self) -> int:
        """Give the account the daemon runs as."""
        return self._uid


def of(version: str, pid: int, proc: str = "/proc") -> Reader:
    """The reader of a daemon on this machine.

    :param version: what the daemon says; "" when none runs, which stands for the newest known release.
    :param pid: of the daemon; 0 when none runs. What cannot be seen of it is taken from this process.
    """
    environ = _procfs.environment(pid) if pid else {}
    environ = environ or dict(os.environ)
    major, minor = _python(pid, proc)
    encoding = "ascii" if (major, minor) == (3, 6) and _c_locale(environ) else "utf-8"
    dialect = _dialect.dialect(version, major or None, minor, encoding)
    return Reader(dialect, environ, platform.node(), DaemonHost(_uid(pid, proc)))


def _python(pid: int, proc: str) -> t.Tuple[int, int]:
    """Version of the interpreter a process runs; zeros when nothing tells.

    Which program another account runs may not be seen; what it was called by may. In an environment of its own an
    interpreter can be called just "python"; then the files of its library that it has loaded tell.
    """
    try:
        target = os.readlink(os.path.join(proc, str(pid), "exe"))
    except OSError:
        target = (_procfs.cmdline(pid) or [""])[0]
    match = _PYTHON.search(os.path.basename(target)) or _loaded(os.path.join(proc, str(pid), "maps"))
    return (int(match.group(1)), int(match.group(2) or 0)) if match else (0, 0)


def _loaded(path: str) -> t.Optional[t.Match[str]]:
    try:
        with open(path, encoding="utf-8", errors="replace") as handle:
            return _LIBRARY.search(handle.read())
    except OSError:
        return None


def _uid(pid: int, proc: str) -> int:
    """Effective account of a process; this process's own when it cannot be seen."""
    try:
        return os.stat(os.path.join(proc, str(pid))).st_uid if pid else os.geteuid()
    except OSError:
        return os.geteuid()


def _c_locale(environ: t.Mapping[str, str]) -> bool:
    """Whether the locale is one for which Python 3.6 reads files as ASCII."""
    name = next((environ[key] for key in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(key)), "C")
    return name in ("C", "POSIX")
