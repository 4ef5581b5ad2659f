# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run is about to do to a daemon and its files, noted before it begins: should it be killed, the next one knows.

The notes hold names, process IDs and hashes; no values.
"""

import errno
import hashlib
import json
import os
import time
import typing as t

from .. import _errors
from .._host import state_dir as _state_dir

VERSION = 1
BACK = "back"  # the files go back to what they were, and the groups with them
FORWARD = "forward"  # the files are as they are to be, and the groups follow


class Intent(t.NamedTuple):
    """What is under way.

    ``daemon``: which process it is, see ``_host.stamp``; ``phase``: where to go from here; ``touched``: whether
    groups may be half changed; ``files``: path -> (second name of what was there or "", digest of what comes or "");
    ``groups``: those that change, each with the process IDs that it ran before, by full name, and None for one that
    the daemon did not have; ``running``, ``resting``: full names of processes that are to run, or not to run, in the
    end; ``who``: the module and its process; ``since``: seconds since the epoch; ``order``: in which the files are
    switched, see ``_host.files``.
    """

    daemon: str
    phase: str = BACK
    touched: bool = False
    files: t.Mapping[str, t.Sequence[str]] = {}
    groups: t.Mapping[str, t.Optional[t.Mapping[str, int]]] = {}
    running: t.Sequence[str] = ()
    resting: t.Sequence[str] = ()
    who: str = ""
    since: float = 0.0
    order: t.Sequence[str] = ()


def path_for(state_dir: str, config_file: str) -> str:
    """Where the intent at the daemon with this main configuration file is noted."""
    return _state_dir.path_for(state_dir, config_file, ".intent")


def digest(content: t.Optional[bytes]) -> str:
    """By which a file's content is known again; "" for no file."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def note(path: str, intent: Intent, module: str) -> str:
    """Write it down.

    Where notes can never be kept a run can do without: the reason is returned.
    :raises _errors.SupervisorError: there is no space now.
    """
    made = intent._replace(who="%s (process %d)" % (module, os.getpid()), since=time.time())
    data = json.dumps(dict(made._asdict(), version=VERSION), sort_keys=True).encode("ascii")
    try:
        _state_dir.write(path, data)
    except _errors.SupervisorError as error:
        number = error.details.get("errno")
        if number not in (errno.ENOSPC, errno.EDQUOT):
            return error.message
        raise _errors.SupervisorError(
            "Cannot note in %s what is about to be done: %s. Nothing was changed; make room first."
            % (path, os.strerror(number)),
            path=path,
        ) from None
    return ""


def load(path: str) -> t.Optional[Intent]:
    """What a run has left that did not come to its end; None when there is nothing, or nothing that makes sense."""
    try:
        with open(path, encoding="ascii") as stream:
            raw = json.load(stream)
        if raw.pop("version") != VERSION:
            return None
        intent = Intent(**raw)
        sound = all(len(pair) == 2 for pair in intent.files.values()) and intent.phase in (BACK, FORWARD)
        return intent if sound else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def forget(path: str) -> None:
    """What was under way has come to its end."""
    try:
        os.unlink(path)
    except OSError:
        pass


def sentence(intent: Intent) -> str:
    """Who was at work, and since when."""
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(intent.since))
    return "A former run at this daemon was ended in the midst of its work: %s, since %s" % (intent.who, since)


def left(path: str) -> str:
    """A sentence about what a killed run has left; "" when there is nothing. Changes nothing."""
    intent = load(path)
    if intent is None:
        return ""
    return (
        "%s. The next run that changes something takes it back or brings it to its end: supervisor_program, "
        "supervisor_process or supervisor_orphans." % sentence(intent)
    )
