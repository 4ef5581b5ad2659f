# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The supervisord processes of this machine, and the main file that each was started with. Linux only.

Anybody can start a process of that name. So only those count that root or this very account runs, unless the caller
knows of a reason to believe another account.
"""

import os
import re
import typing as t

from . import procfs as _procfs

# Where supervisord looks without -c: first beside its script, then where it was started, then in /etc.
_BESIDE = ("etc/supervisord.conf", "supervisord.conf")
_ELSEWHERE = ("supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf")
_SCRIPT = re.compile(r"^(?:supervisord|supervisor\.supervisord|supervisord\.py)$")
_WORDS = 6  # among so many first words of a command line the script is looked for: python -W ignore -m ...


class Supervisord(t.NamedTuple):
    """A daemon. ``config``: absolute path of its main file, "" where it cannot be told."""

    pid: int
    config: str
    uid: int


def all_of_them() -> t.List[Supervisord]:
    """All supervisord processes of this machine (not of containers), of whatever account, by PID."""
    found = {}  # type: t.Dict[int, Supervisord]
    here = _procfs.link("/proc/self/ns/mnt")
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else []:
        words = _procfs.cmdline(int(entry)) if entry.isdigit() else []
        if not is_supervisord(words) or _procfs.link("/proc/%s/ns/mnt" % entry) not in ("", here):
            continue
        uid = _procfs.account(int(entry))
        if uid is not None:
            found[int(entry)] = Supervisord(int(entry), _main_file(int(entry), words), uid)
    # A child shows the command line of its daemon until it is its program.
    return [found[pid] for pid in sorted(found) if not any(_procfs.is_child(pid, other) for other in found)]


def trusted(process: Supervisord) -> bool:
    """Was it certainly started by root, or by this very account?"""
    return process.uid in (0, os.geteuid())


def is_supervisord(words: t.Sequence[str]) -> bool:
    """Is this the command line of a supervisord?"""
    return _script(words) is not None


def config_of(words: t.Sequence[str]) -> t.Optional[str]:
    """The -c argument of a supervisord command line; None if it is not one or has none."""
    script = _script(words)
    arguments = list(words[script + 1 :]) if script is not None else []
    for index, word in enumerate(arguments):
        if word in ("-c", "--configuration") and index + 1 < len(arguments):
            return arguments[index + 1]
        if word.startswith("--configuration="):
            return word.partition("=")[2]
        if word.startswith("-c") and len(word) > 2:
            return word[2:]
    return None


def _script(words: t.Sequence[str]) -> t.Optional[int]:
    """Which word is the script: the first one, or one that a Python was given after its own options."""
    python = bool(words) and os.path.basename(words[0]).startswith(("python", "pypy"))
    for index, word in enumerate(words[: _WORDS if python else 1]):
        if _SCRIPT.match(os.path.basename(word)) and (index == 0 or words[index - 1] != "-c"):
            return index
    return None


def _main_file(pid: int, words: t.Sequence[str]) -> str:
    """The file that a daemon was started with, as an absolute path; "" if there is none now, or it cannot be told."""
    given = config_of(words)
    script = words[t.cast(int, _script(words))]
    beside = os.path.dirname(os.path.dirname(script))
    names = [given] if given else [os.path.join(beside, name) for name in _BESIDE] + list(_ELSEWHERE)
    # A daemon may have gone to another folder since; where it was started is in its environment.
    folders = [_procfs.link("/proc/%d/cwd" % pid), _procfs.environment(pid).get("PWD", "")]
    for name in names:
        for folder in folders if not os.path.isabs(name) else ["/"]:
            path = os.path.normpath(os.path.join(folder, name))
            if folder and os.path.isfile(path):
                return path
    return ""
