# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The supervisord processes of this machine, and the main file that each was started with. Linux only.

Anybody can start a process of that name, and with a program that always runs as root, as su does, even one of root's.
So only those count that root or this very account runs and that are seen to be a Python, unless the caller knows of a
reason to believe another one.
"""

import os
import re
import typing as t

from . import procfs as _procfs

# Where supervisord looks without -c: first beside its script, then where it was started, then in /etc.
_BESIDE = ("etc/supervisord.conf", "supervisord.conf")
_ELSEWHERE = ("supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf")
_SCRIPT = re.compile(r"^(?:supervisord|supervisor\.supervisord|supervisord\.py)$")
_PYTHON = re.compile(r"^(?:python|pypy)")
_WITH_VALUE = ("-W", "-X", "-Q")  # Python's own options that have a word of their own for their value


class Supervisord(t.NamedTuple):
    """A daemon. ``config``: absolute path of its main file, "" where it cannot be told. ``seen``: what it runs is a
    Python; False where one may not look.
    """

    pid: int
    config: str
    uid: int
    seen: bool = True


def all_of_them() -> t.List[Supervisord]:
    """All supervisord processes of this machine (not of containers), of whatever account, by PID."""
    found = {}  # type: t.Dict[int, Supervisord]
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else []:
        pid = int(entry) if entry.isdigit() else 0
        words = _procfs.cmdline(pid) if pid else []
        if not is_supervisord(words) or _procfs.is_contained(pid):
            continue
        uid, program = _procfs.account(pid), os.path.basename(_procfs.link("/proc/%d/exe" % pid))
        if uid is not None and (not program or is_python(program)):
            found[pid] = Supervisord(pid, _main_file(pid, words), uid, bool(program))
    # A child shows the command line of its daemon until it is its program.
    return [found[pid] for pid in sorted(found) if not any(_procfs.is_child(pid, other) for other in found)]


def trusted(process: Supervisord) -> bool:
    """Was it certainly started by root, or by this very account?"""
    return process.uid in (0, os.geteuid()) and process.seen


def is_python(program: str) -> bool:
    """Is this the name of an interpreter, or of a Supervisor that was made one program with it?"""
    return bool(_PYTHON.match(program) or _SCRIPT.match(program))


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
    """Which word is the script: the first one, or the one that a Python was given after its own options.

    What comes after another script is that one's, and says nothing: a program that sudo allows may take any words.
    """
    if words and _SCRIPT.match(os.path.basename(words[0])):
        return 0
    if not words or not _PYTHON.match(os.path.basename(words[0])):
        return None
    index, module = 1, False
    while index < len(words) and words[index].startswith("-") and not module:
        if words[index] == "-c":
            return None
        module = words[index] == "-m"
        index += 2 if words[index] in _WITH_VALUE else 1
    return index if index < len(words) and _SCRIPT.match(os.path.basename(words[index])) else None


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
            if folder and os.path.isfile(path) and _means(pid, path):
                return path
    return ""


def _means(pid: int, path: str) -> bool:
    """Is a file of this machine what the same path means to a process, as far as one may look? A service can have a
    /tmp of its own.
    """
    facts = os.stat(path)
    return _procfs.file_of(pid, path) in (None, (facts.st_dev, facts.st_ino))
