# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Supervisor is installed, and which Python runs it, asked of the program itself."""

import typing as t

from .. import _errors

OLDEST_SAFE = (3, 3, 3)  # CVE-2017-11610: before it, every client of the RPC interface is root
# Runs a command and returns its exit code, output and error output; raises OSError when there is no such program.
Runner = t.Callable[[t.List[str]], t.Tuple[int, str, str]]

_QUESTION = "import sys; sys.stdout.write('%d.%d' % sys.version_info[:2])"


class Program(t.NamedTuple):
    """An installed supervisord: its version as it says it, its Python's major and minor version (0: unknown), and the
    words that run that Python (none: unknown).
    """

    version: str
    python: int = 0
    python_minor: int = 0
    interpreter: t.Tuple[str, ...] = ()


def look(executable: str, run: Runner) -> t.Optional[Program]:
    """Ask an installed supervisord for its version; None when there is none, or it does not run."""
    version = _output([executable, "--version"], run)
    if version is None:
        return None
    interpreter = _interpreter(executable)
    python = _output(interpreter + ["-c", _QUESTION], run) or "0.0"
    major, _dot, minor = python.partition(".")
    if not (major.isdigit() and minor.isdigit()):
        return Program(version)
    return Program(version, int(major), int(minor), tuple(interpreter))


def refuse_unsafe(version: str, numbers: t.Tuple[int, ...]) -> None:
    """Refuse a release that must not be run.

    :raises _errors.SupervisorError: it is older than OLDEST_SAFE.
    """
    if numbers and numbers < OLDEST_SAFE:
        raise _errors.SupervisorError(
            "Supervisor %s has CVE-2017-11610: whoever reaches it runs commands as root. Install %s or newer."
            % (version, ".".join(map(str, OLDEST_SAFE))),
            version=version,
        )


def _interpreter(executable: str) -> t.List[str]:
    """The words of the script's first line, such as /usr/bin/python3; empty when it has none of use."""
    try:
        with open(executable, "rb") as handle:
            first = handle.readline(512).decode("utf-8", "replace").strip()
    except OSError:
        return []
    words = first[2:].split() if first.startswith("#!") else []
    return words if words and "python" in words[-1 if words[0].endswith("/env") else 0] else []


def _output(command: t.List[str], run: Runner) -> t.Optional[str]:
    """Standard output of a command that ended well, stripped; None otherwise."""
    if not command[0].startswith("/"):
        return None
    try:
        code, output, _errors_told = run(command)
    except OSError:
        return None
    return output.strip() if code == 0 else None
