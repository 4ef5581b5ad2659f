# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that a service reads and that others write, such as certificates: a digest of what they hold now.

Whoever renews them does not tell. So what they held is remembered where a service is started, and compared.
"""

import glob
import hashlib
import json
import os
import stat
import typing as t

from .. import _errors
from . import careful as _careful

MISSING = "missing"
MAX_FILES = 10000  # in one folder or pattern
MAX_BYTES = 256 * 1024 * 1024  # read for one name; of what is beyond, size and time count
_BLOCK = 1 << 20
_known = {}  # type: t.Dict[t.Tuple[int, ...], str]  # many services may read one file


class _Reader:
    """Reads files for one name, up to so many bytes."""

    def __init__(self, left: int) -> None:
        self._left = left

    def digest(self, path: str) -> str:
        """What is in a file. Links are followed, for so certificates are exchanged; pipes and devices are not opened.

        What another account may have led elsewhere is not read: of such a one size and time count.
        """
        try:
            with _careful.opened(path, accounts=None, follow=True) as descriptor:
                return self._content(descriptor)
        except _errors.PlantedPath:
            return _of_planted(path)
        except OSError as error:
            return MISSING if isinstance(error, FileNotFoundError) else str(error.strerror)

    def _content(self, descriptor: int) -> str:
        facts = os.fstat(descriptor)
        if facts.st_size > self._left:
            return _size_and_time(facts)
        self._left -= facts.st_size
        key = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
        if key not in _known:
            _known[key] = _read(descriptor, facts.st_size + _BLOCK)
        return _known[key]


def _of_planted(path: str) -> str:
    """A word for what is no file, or may be somebody else's. Nothing is opened."""
    try:
        facts = os.stat(path)
    except OSError as error:
        return MISSING if isinstance(error, FileNotFoundError) else str(error.strerror)
    if stat.S_ISDIR(facts.st_mode):
        return "a folder"
    return _size_and_time(facts) if stat.S_ISREG(facts.st_mode) else "no file"


def _size_and_time(facts: os.stat_result) -> str:
    return "%d %d" % (facts.st_size, facts.st_mtime_ns)


def digests(names: t.Iterable[str]) -> t.Dict[str, str]:
    """Name -> digest of what it means, or a word for what cannot be read; two that are equal hold the same.

    :param names: paths of files or folders (with all files below), or patterns with ``*``, ``?`` or ``[``.
    :raises _errors.OptionError: a folder or pattern means more than 10000 files.
    """
    return {name: _of(name) for name in sorted(set(names))}


def changed(before: t.Mapping[str, str], now: t.Mapping[str, str]) -> t.List[str]:
    """Those of the names that hold something else now; names that were not there before are no change."""
    return sorted(name for name, digest in now.items() if before.get(name, digest) != digest)


def _of(name: str) -> str:
    reader = _Reader(MAX_BYTES)
    if not os.path.lexists(name) and glob.has_magic(name):
        found = {path: reader.digest(path) for path in _limited(name, sorted(glob.iglob(name)))}
    elif os.path.isdir(name):
        found = {os.path.relpath(path, name): reader.digest(path) for path in _limited(name, _below(name))}
    else:
        return reader.digest(name)
    return _short(json.dumps(found, sort_keys=True).encode("utf-8", "surrogatepass")) if found else MISSING


def _below(folder: str) -> t.Iterator[str]:
    for top, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            yield os.path.join(top, name)


def _limited(name: str, paths: t.Iterable[str]) -> t.Iterator[str]:
    for number, path in enumerate(paths):
        if number == MAX_FILES:
            raise _errors.OptionError(
                "%s means more than %d files. Name those that the service reads." % (name, MAX_FILES), path=name
            )
        yield path


def _read(descriptor: int, limit: int) -> str:
    """The size of what the kernel makes up says nothing, and it may have no end."""
    digest = hashlib.sha256()
    while limit > 0:
        block = os.read(descriptor, min(limit, _BLOCK))
        if not block:
            break
        digest.update(block)
        limit -= len(block)
    return digest.hexdigest()[:32]


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
