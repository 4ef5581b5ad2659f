# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A set of files that is replaced as one, with a way back.

Everything is written beside its target first, under a hidden name that no ``[include]`` pattern matches. Only when
all of it is on the disk are the names switched. So a full disk changes nothing, and a reader never sees half a file.
What was there before keeps a second, hidden name until the change is over, so that the way back needs no space.

A link that bears the name of such a file is replaced, removed and put back as a link: what it points to is somebody's
own and is left alone. Who wants the file behind a link to be replaced asks ``careful.settle`` for its place first.
"""

import binascii
import os
import stat
import time
import typing as t

from .. import _errors
from . import careful as _careful

TEMPORARY_SUFFIX = ".fleet-tmp"
FORMER_SUFFIX = ".fleet-old"
SUFFIXES = (TEMPORARY_SUFFIX, FORMER_SUFFIX)  # of what a run that was killed may leave, hidden by a dot


class Attributes(t.NamedTuple):
    """Mode and ownership of the files; None leaves the number as it is (new files: the running user's)."""

    mode: int = 0o600
    uid: t.Optional[int] = None
    gid: t.Optional[int] = None


class Before(t.NamedTuple):
    """What was at a path before the change; content None means that there was no file. ``link``: where one led."""

    content: t.Optional[bytes]
    attributes: Attributes
    link: str = ""


def read(path: str) -> t.Optional[bytes]:
    """The content of a file; None when there is none.

    :raises _errors.SupervisorError: it is there and cannot be read, or is a pipe or device.
    """
    try:
        with open(path, "rb", opener=_at_once) as handle:
            if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
                raise _errors.SupervisorError("Cannot read %s: it is not a regular file." % path, path=path)
            return handle.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _errors.SupervisorError(
            "Cannot read %s: %s. Run the task as a user that may (become: true)." % (path, error.strerror), path=path
        )


def read_own(path: str) -> t.Optional[bytes]:
    """The content of a file; None when there is none, or a link: that one has no content of its own.

    :raises _errors.SupervisorError: as for ``read``, and when somebody else leads the path elsewhere.
    """
    _careful.check_way(os.path.dirname(path))
    return None if os.path.islink(path) else read(path)


def link_of(path: str) -> str:
    """Where the link at path points to, as it is written there; "" when there is none."""
    try:
        return os.readlink(path)
    except OSError:
        return ""


def attributes_of(path: str) -> t.Optional[Attributes]:
    """Mode, owner and group of what is at path; None when there is nothing."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return Attributes(status.st_mode & 0o7777, status.st_uid, status.st_gid)


def attributes_differ(path: str, wanted: Attributes) -> bool:
    """Whether an existing file's mode or ownership is not as wanted."""
    seen = attributes_of(path)
    if seen is None:
        return False
    return (
        seen.mode != wanted.mode
        or (wanted.uid is not None and seen.uid != wanted.uid)
        or (wanted.gid is not None and seen.gid != wanted.gid)
    )


class Transaction:
    """Replace, create and remove files together.

    :param wanted: path -> new content; None removes the file.
    :param attributes: mode and ownership that the written files get.
    :param backup: keep a copy of every file that is replaced or removed, as ``<path>.<time>~``.
    :param copies: path -> how the name of its copy begins: keep a copy of these in any case.
    :param edited: these keep their mode and ownership, where they are files now.
    :param order: in which the names are switched; put back is in the opposite order. By name unless told otherwise.
    """

    def __init__(
        self,
        wanted: t.Dict[str, t.Optional[bytes]],
        attributes: Attributes,
        backup: bool = False,
        copies: t.Optional[t.Mapping[str, str]] = None,
        edited: t.Container[str] = (),
        order: t.Sequence[str] = (),
    ) -> None:
        self.wanted = dict(wanted)
        self.attributes = attributes
        self.backup = backup
        self.copies, self.edited = copies or {}, edited
        self.order = tuple(order) or tuple(sorted(wanted))
        self.before: t.Dict[str, Before] = {}
        self.backups: t.List[str] = []
        self._staged: t.Dict[str, str] = {}
        self._former = {}  # type: t.Dict[str, str]

    def stage(self) -> None:
        """Write every new content beside its target; nothing visible changes.

        :raises _errors.SupervisorError: a file could not be written (disk full, no permission, no directory).
        """
        for folder in {os.path.dirname(path) for path in self.wanted}:
            _careful.check_way(folder)
        _remove_leftovers(self.wanted)
        try:
            for path, content in sorted(self.wanted.items()):
                self.before[path] = before = self._seen(path)
                if before.content is not None or before.link:
                    self._former[path] = _kept_beside(path, before)
                if content is not None:
                    own = path in self.edited and before.content is not None
                    self._staged[path] = _write_beside(path, content, before.attributes if own else self.attributes)
        except OSError as error:
            self.finish()
            raise _write_error(path, error)

    def commit(self) -> None:
        """Switch the names; when one cannot be switched, those already switched are put back.

        :raises _errors.SupervisorError: see above; the files are then as they were.
        """
        done: t.List[str] = []
        try:
            for path in self.order:
                self._keep_backup(path)
                self._switch(path)
                done.append(path)
        except OSError as error:
            trouble = _write_error(path, error)
            try:
                self.restore(done)
            except _errors.SupervisorError as left:
                trouble.message = "Cannot write %s: %s. %s" % (path, error.strerror or error, left.message)
                raise trouble from None
            for copy in self.backups:
                _unlink_quietly(copy)
            self.backups, self.before = [], {}  # all is back: a second way back would only need space
            self.finish()
            raise trouble from None

    def restore(self, paths: t.Optional[t.List[str]] = None) -> None:
        """Put back what was there before, all that can be. It needs no space: it takes back its first name.

        :param paths: only these; all by default.
        :raises _errors.SupervisorError: files could not be put back; the message says which.
        """
        left = []  # type: t.List[str]
        for path in reversed([path for path in self.order if path in self.before] if paths is None else paths):
            before = self.before[path]
            try:
                if before.content is None and not before.link:
                    if os.path.lexists(path):
                        os.unlink(path)
                elif path in self._former:
                    take_back(self._former[path], path)
                    del self._former[path]
                else:
                    os.replace(_copy_beside(path, before), path)
            except OSError as error:
                where = "; what was there is in %s" % self._former[path] if path in self._former else ""
                left.append("Cannot put back %s: %s%s." % (path, error.strerror or error, where))
        if left:
            raise _errors.SupervisorError(" ".join(left))

    @property
    def former(self) -> t.Dict[str, str]:
        """Path -> hidden name of what was there when it was staged; "" where nothing was. For a way back by others."""
        return {path: self._former.get(path, "") for path in self.before}

    def finish(self) -> None:
        """The change is over, one way or the other: remove the hidden names. After it, ``restore`` needs space."""
        for temporary in list(self._staged.values()) + list(self._former.values()):
            _unlink_quietly(temporary)
        self._staged, self._former = {}, {}

    def _seen(self, path: str) -> Before:
        link = link_of(path)
        present = os.lstat(path) if link else None
        if present is not None:
            return Before(None, Attributes(0o777, present.st_uid, present.st_gid), link)
        return Before(read(path), attributes_of(path) or self.attributes)

    def _switch(self, path: str) -> None:
        if path in self._staged:
            os.replace(self._staged[path], path)
            del self._staged[path]
        elif os.path.lexists(path):
            os.unlink(path)

    def _keep_backup(self, path: str) -> None:
        before = self.before[path]
        wanted = self.backup or path in self.copies
        if not wanted or (before.content is None and not before.link):
            return
        copy = "%s.%s~" % (self.copies.get(path, path), time.strftime("%Y-%m-%d@%H:%M:%S", time.localtime()))
        os.replace(_copy_beside(copy, before), copy)
        self.backups.append(copy)


def replace(wanted: t.Dict[str, t.Optional[bytes]], attributes: Attributes, backup: bool = False) -> t.List[str]:
    """Replace, create and remove files together, for good; returns the paths of the copies that ``backup`` keeps.

    :raises _errors.SupervisorError: the files are as they were, unless the message says otherwise.
    """
    transaction = Transaction(wanted, attributes, backup)
    transaction.stage()
    transaction.commit()
    transaction.finish()
    return transaction.backups


def set_attributes(path: str, attributes: Attributes) -> None:
    """Give an existing file or folder the wanted mode and ownership, by the rules of ``careful``.

    :raises _errors.SupervisorError: not permitted.
    """
    try:
        _careful.set_attributes(path, *attributes)
    except OSError as error:
        raise _write_error(path, error)


def _remove_leftovers(paths: t.Iterable[str]) -> None:
    """Remove what a run that was killed has left beside these files. Each folder is looked at once."""
    names = {}  # type: t.Dict[str, t.Set[str]]
    for path in paths:
        folder, name = os.path.split(path)
        names.setdefault(folder, set()).add(name)
    for folder, ours in names.items():
        for leftover in _listed(folder):
            # ".web.conf.4711-0f3a9c21.fleet-tmp": of which file, and of which process
            if leftover.startswith(".") and leftover.endswith(SUFFIXES):
                name = leftover[1 : -len(TEMPORARY_SUFFIX)].rpartition(".")[0]
                if name in ours:
                    _unlink_quietly(os.path.join(folder, leftover))


def _listed(folder: str) -> t.List[str]:
    try:
        return os.listdir(folder or ".")
    except OSError:
        return []  # what is wrong with it comes out when a file is written there


def _write_beside(path: str, content: bytes, attributes: Attributes) -> str:
    """Write content to a hidden file in path's directory, with the wanted attributes from its first byte on."""
    temporary = _beside(path)
    try:
        # 0600 until owner and mode are set: nobody can open it in between.
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
            if attributes.uid is not None or attributes.gid is not None:
                os.fchown(handle.fileno(), *_owner(attributes))
            os.fchmod(handle.fileno(), attributes.mode)
    except BaseException:
        _unlink_quietly(temporary)
        raise
    return temporary


def _copy_beside(path: str, before: Before) -> str:
    """What was there before, once more, under a hidden name in path's directory."""
    if not before.link:
        return _write_beside(path, before.content or b"", before.attributes)
    temporary = _beside(path)
    os.symlink(before.link, temporary)
    try:
        os.lchown(temporary, *_owner(before.attributes))
    except PermissionError:
        pass  # a link's owner matters to nobody who may not set it
    return temporary


def _kept_beside(path: str, before: Before) -> str:
    """A second name for what is there, in path's directory. A copy of it where the file system has no such names."""
    second = _beside(path, FORMER_SUFFIX)
    try:
        os.link(path, second, follow_symlinks=False)
    except (OSError, NotImplementedError):
        seen = os.lstat(path)
        os.replace(_copy_beside(path, before), second)
        if not before.link:
            os.utime(second, ns=(seen.st_atime_ns, seen.st_mtime_ns))  # a server tells by it what it has read
    return second


def take_back(second: str, path: str) -> None:
    """Give a file that has a second name its first one back. Raises OSError."""
    os.replace(second, path)
    _unlink_quietly(second)  # it was never replaced: then both names stay when one is to become the other


def _owner(attributes: Attributes) -> t.Tuple[int, int]:
    """Owner and group as the system takes them: -1 leaves a number as it is."""
    return (-1 if attributes.uid is None else attributes.uid, -1 if attributes.gid is None else attributes.gid)


def _beside(path: str, suffix: str = TEMPORARY_SUFFIX) -> str:
    """A hidden name in path's directory that nothing bears now, nor will: of another run, in a container maybe."""
    folder, name = os.path.split(path)
    unique = "%d-%s" % (os.getpid(), binascii.hexlify(os.urandom(4)).decode("ascii"))
    temporary = os.path.join(folder, ".%s.%s%s" % (name, unique, suffix))
    _unlink_quietly(temporary)
    return temporary


def _at_once(path: str, flags: int) -> int:
    """Open without waiting for somebody who writes into a pipe."""
    return os.open(path, flags | os.O_NONBLOCK)


def _unlink_quietly(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def _write_error(path: str, error: OSError) -> _errors.SupervisorError:
    return _errors.SupervisorError(
        "Cannot write %s: %s. Nothing was changed; check the directory, its permissions and the free space."
        % (path, error.strerror or error),
        path=path,
        errno=error.errno,
    )
