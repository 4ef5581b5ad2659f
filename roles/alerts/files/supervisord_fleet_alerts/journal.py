# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file of records that survives whatever ends its writer: lines with a checksum, added one by one or replaced as one.

A line that was not written whole is the last one, and is left out: it was never acknowledged to anybody.
"""

import errno
import json
import os
import typing as t
import zlib

from . import files as _files

Record = t.Dict[str, t.Any]
NO_DISK = (errno.EROFS, errno.ENOSPC, errno.EDQUOT)


def encoded(record: Record) -> bytes:
    """A record as a line."""
    body = json.dumps(record, separators=(",", ":"), sort_keys=True).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(body) & 0xFFFFFFFF, body)


def decoded(line: bytes) -> t.Optional[Record]:
    """The record of a line, None if it is not whole."""
    if line[8:9] != b" " or not line.endswith(b"\n"):
        return None
    body = line[9:-1]
    try:
        record = json.loads(body.decode("ascii")) if int(line[:8], 16) == zlib.crc32(body) & 0xFFFFFFFF else None
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


class Journal:
    """One such file.

    :param path: its folder must exist and belong to this account.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = 0
        self._descriptor = -1
        self.damaged = 0  # lines that were left out when it was read, but for the last

    def read(self) -> t.Iterator[Record]:
        """All whole records, oldest first; none where there is no file. Opens it for what is to be added."""
        self._open()
        if self._descriptor < 0 and not os.path.exists(self.path):
            return
        good = 0
        with open(self.path, "rb") as stream:
            for line in stream:
                record = decoded(line)
                if record is not None:
                    good += len(line)
                    yield record
                elif line.endswith(b"\n"):
                    self.damaged += 1
                    good += len(line)
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, good)
        self.size = good

    def _open(self) -> None:
        """Without a disk that can be written, there is none to add to until all is replaced."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            self._descriptor = os.open(self.path, flags, 0o600)
        except OSError as error:
            if error.errno not in NO_DISK:
                raise

    def append(self, record: Record) -> None:
        """Add a record; it is in the kernel's hands then, and survives this process.

        :raises OSError: there is no room, or no writing; the file is then as it was before.
        """
        line = encoded(record)
        if self._descriptor < 0:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        try:
            if os.write(self._descriptor, line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            os.ftruncate(self._descriptor, self.size)
            raise
        self.size += len(line)

    def replace(self, records: t.Iterable[Record]) -> None:
        """Put these in the place of all, at once.

        :raises OSError: the file is then as it was before.
        """
        fresh = self.path + ".new"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            with os.fdopen(os.open(fresh, flags, 0o600), "wb") as stream:
                for record in records:
                    stream.write(encoded(record))
                stream.flush()
                os.fsync(stream.fileno())
                size = stream.tell()
                os.rename(fresh, self.path)
                self._take(stream.fileno())
        except OSError:
            _files.forget(fresh)
            raise
        self.size = size
        _sync_folder(os.path.dirname(self.path))

    def _take(self, descriptor: int) -> None:
        """Go on in this file, by the number of the former: another thread may be about to use that."""
        if self._descriptor < 0:
            self._descriptor = os.dup(descriptor)
        else:
            os.dup2(descriptor, self._descriptor, False)

    def sync(self) -> None:
        """Bring what was added to the disk. It may be called while another thread adds or replaces.

        :raises OSError: the disk says no.
        """
        if self._descriptor < 0:
            return
        descriptor = os.dup(self._descriptor)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """End with it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _sync_folder(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
