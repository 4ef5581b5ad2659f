# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time at one thing of this machine, such as a daemon: who waits knows for whom, and not for ever.

What is locked is named by a path: a daemon by its main configuration file, a Tomcat by its folder. Links in it are
resolved, so all names of one file are one lock. The lock is a file of its own, for what it is about may be replaced, or
not be there yet. The kernel holds it (flock), so it ends with the run, however that ends.

Where the lock's file lies follows from the folder that the path lies in, so that all accounts look at the same place:

* Only root can write that folder: in ``/run/supervisord-fleet``, which root makes. Other accounts may open a lock there
  once ``share`` has given them what they have of the daemon's socket. Until then, and where ``/run`` has no such lock,
  they have one of their own in their state directory, and meet only their own runs.
* Everybody can write it, as ``/tmp``: likewise. A lock there could be anybody's.
* Otherwise beside the path, hidden, for the folder's owner, and for its group where that can write the folder.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import stat
import time
import typing as t

from .. import _errors, _wait
from . import careful as _careful, state_dir as _state_dir

TIMEOUT = 600.0  # seconds
BETWEEN = 0.1  # seconds between two looks at a lock that somebody else has
RUNTIME = "/run"  # of root alone, and empty after a boot
FOLDER = "supervisord-fleet"
_NOTE = 1000  # bytes of a note that are read; whoever may lock may write anything there
_FLAGS = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class _Place(t.NamedTuple):
    """Where the file of a lock may lie, and whose it is there: None leaves it to the account that makes it."""

    folder: str
    name: str
    mode: int = 0o600
    owner: t.Optional[t.Tuple[int, int]] = None


class Lock:
    """To be held while something is read and changed.

    :param path: what it is about; it need not exist, and is not touched.
    :param timeout: seconds to wait for other runs; 0 does not wait.
    :param who: who wants it, as those that wait are told: the name of a module.
    :raises _errors.OptionError: a timeout below 0.
    """

    def __init__(
        self, path: str, timeout: float = TIMEOUT, who: str = "", clock: t.Optional[_wait.Clock] = None
    ) -> None:
        if timeout < 0:
            raise _errors.OptionError("lock_timeout %g: give a number of seconds, 0 or more" % timeout)
        self.path = path
        self.waited_for = ""
        self._timeout = timeout
        self._who = who
        self._clock = clock or _wait.Clock()
        self._descriptor = -1
        self._file = ""
        self._shared = False

    def __enter__(self) -> "Lock":
        """Wait for the lock.

        :raises _errors.DeadlineExceeded: another run did not end; details: timeout, holder (str).
        :raises _errors.PlantedPath: somebody has put something else where the lock's file lies.
        :raises _errors.SupervisorError: no file for it can be made.
        """
        began = self._clock.now()
        try:
            _wait.wait_until(self._taken, self._timeout, BETWEEN, self._clock)
        except _errors.DeadlineExceeded:
            raise _errors.DeadlineExceeded(
                "%s is at work at %s and did not end within lock_timeout %g s. Nothing was changed. Wait for its end, "
                "give a longer lock_timeout, or end that process." % (self.waited_for, self.path, self._timeout),
                timeout=self._timeout,
                holder=self.waited_for,
            ) from None
        if self.waited_for:
            self.waited_for += ", for %.1f s" % (self._clock.now() - began)
        os.pwrite(self._descriptor, _note(self._who), 0)
        return self

    def __exit__(self, _kind: t.Any, error: t.Any, _trace: t.Any) -> None:
        """Let the next one in. An error tells as well whom its run had waited for."""
        if self.waited_for and isinstance(error, _errors.SupervisorError):
            error.details.setdefault("waited_for", self.waited_for)
        with contextlib.suppress(OSError, _errors.PlantedPath):
            os.ftruncate(self._descriptor, 0)
            if not self._shared:
                _careful.remove(self._file)  # those who wait see that it is gone, and make another
        os.close(self._descriptor)
        self._descriptor = -1

    def told(self, result: t.Dict[str, t.Any]) -> t.Dict[str, t.Any]:
        """A result that says for whom its run has waited, if it has: ``waited_for``."""
        return dict(result, waited_for=self.waited_for) if self.waited_for else result

    def share(self, socket: str) -> None:
        """Let those open the lock who can change the daemon by its Unix socket: its owner, and its group with the mode.

        Only a lock of root's needs that. What is no socket tells nothing.
        """
        if os.geteuid() != 0 or not self._common():
            return
        try:
            found = os.lstat(socket)
        except OSError:
            return
        if stat.S_ISSOCK(found.st_mode) and (found.st_uid or found.st_mode & 0o020):
            self._shared = True
            os.fchown(self._descriptor, found.st_uid, found.st_gid)
            os.fchmod(self._descriptor, 0o600 | (0o060 if found.st_mode & 0o020 else 0))

    def _common(self) -> bool:
        """Does it lie among root's? There it must stay to be of use to others, for they cannot make it."""
        return os.path.dirname(self._file) == os.path.join(RUNTIME, FOLDER)

    def _taken(self) -> bool:
        """Take the lock if nobody has it, else note who does."""
        descriptor, self._file = _opened(self.path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            now = os.stat(self._file, follow_symlinks=False)
            self._shared = self._common() and bool(now.st_uid or now.st_mode & 0o060)
            if os.path.samestat(now, os.fstat(descriptor)):
                os.ftruncate(descriptor, 0)  # what a run that was killed has left
                self._descriptor, descriptor = descriptor, -1
        except BlockingIOError:
            self.waited_for = _holder(descriptor) or self.waited_for or "another run"
        except FileNotFoundError:
            pass  # whoever had it has just removed it
        finally:
            if descriptor >= 0:
                os.close(descriptor)
        return self._descriptor >= 0


def _opened(path: str) -> t.Tuple[int, str]:
    """The file of the lock, made if need be: its descriptor, and its path."""
    places = _places(os.path.realpath(path))
    trouble = OSError(errno.ENOENT, "no place")
    for place in places:
        try:
            _make(place.folder)
            with _careful.folder(place.folder) as folder:
                return _open(folder, place), os.path.join(place.folder, place.name)
        except OSError as error:
            trouble = error
    raise _errors.SupervisorError(
        "No lock for %s can be made in %s: %s. Nothing was changed; run the task as a user that may (become: true)."
        % (path, " or ".join(place.folder for place in places), trouble.strerror),
        path=path,
    )


def _places(real: str) -> t.List[_Place]:
    """Where the lock for a resolved path may lie, best first."""
    hashed = hashlib.sha256(real.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    name = "%s-%s.lock" % (os.path.basename(real)[:100], hashed)
    found = [_Place(os.path.join(RUNTIME, FOLDER), name), _Place(_state_dir.default(), name)]
    folder = os.path.dirname(real)
    try:
        status = os.stat(folder)
    except OSError:
        return found
    group = status.st_mode & stat.S_IWGRP
    if status.st_mode & stat.S_IWOTH or not (status.st_uid or group):
        return found
    beside = ".%s.lock" % os.path.basename(real)
    return [_Place(folder, beside, 0o660 if group else 0o600, (status.st_uid, status.st_gid))] + found


def _make(folder: str) -> None:
    """Make the folder of locks if it is one of ours."""
    if folder == os.path.join(RUNTIME, FOLDER):
        if os.geteuid() == 0 and os.path.isdir(RUNTIME) and not os.path.lexists(folder):
            with contextlib.suppress(FileExistsError):
                os.mkdir(folder)
                # Who may open a lock in it is said by each lock.
                os.chmod(folder, 0o755)  # noqa: S103 - nothing but names of locks can be seen there
    elif folder == _state_dir.default():
        os.makedirs(folder, _state_dir.MODE, exist_ok=True)


def _open(folder: int, place: _Place) -> int:
    """Open the file of a lock in an open folder, or make it. Raises PlantedPath for what is no such file, OSError."""
    path = os.path.join(place.folder, place.name)
    if path.startswith(RUNTIME + "/" + FOLDER) and os.fstat(folder).st_uid not in (0, os.geteuid()):
        raise _errors.PlantedPath("%s belongs to somebody else; remove it" % place.folder, path=path, reason="owner")
    while True:
        try:
            descriptor = os.open(place.name, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
        except FileExistsError:
            # Its holder may just have removed it.
            with contextlib.suppress(FileNotFoundError), _careful.opened(path, os.O_RDWR) as known:
                return os.dup(known)
        else:
            _hand_over(descriptor, place)
            return descriptor


def _hand_over(descriptor: int, place: _Place) -> None:
    """Give a new lock beside its path to those who can write there."""
    with contextlib.suppress(PermissionError):  # an account that is not root has made its own
        if place.owner and os.geteuid() == 0:
            os.fchown(descriptor, *place.owner)
        elif place.owner and place.mode != 0o600:
            os.fchown(descriptor, -1, place.owner[1])
    if place.mode != 0o600:
        os.fchmod(descriptor, place.mode)


def _note(who: str) -> bytes:
    """What those are told who wait: which module, process and account, since when, and called from where."""
    client = os.environ.get("SSH_CLIENT", "").partition(" ")[0]
    note = {"who": who, "pid": os.getpid(), "uid": os.geteuid(), "since": int(time.time()), "from": client}
    return json.dumps(note, sort_keys=True).encode("ascii")


def _holder(descriptor: int) -> str:
    """The note of whoever has the lock, as words; empty where there is none that makes sense."""
    try:
        note = json.loads(os.pread(descriptor, _NOTE, 0).decode("ascii"))
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(int(note["since"])))
        caller = ", called from %s" % str(note["from"])[:100] if note["from"] else ""
        return "%s (process %d of account %d%s, since %s)" % (
            str(note["who"])[:100] or "a run",
            int(note["pid"]),
            int(note["uid"]),
            caller,
            since,
        )
    except (ValueError, TypeError, KeyError, OverflowError, OSError):
        return ""
