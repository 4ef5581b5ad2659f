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

MISSING = "missing"
MAX_FILES = 10000  # in one folder or pattern
MAX_BYTES = 256 * 1024 * 1024  # of a larger file the beginning, its size and its time count
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_known = {}  # type: t.Dict[t.Tuple[int, ...], str]  # many services may read one file


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
    if not os.path.lexists(name) and glob.has_magic(name):
        found = {path: _file(path) for path in _limited(name, sorted(glob.iglob(name)))}
    elif os.path.isdir(name):
        found = {os.path.relpath(path, name): _file(path) for path in _limited(name, _below(name))}
    else:
        return _file(name)
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


def _file(path: str) -> str:
    """What is in it. Links are followed, for that is how certificates are exchanged; pipes and devices are not read."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        return MISSING if isinstance(error, FileNotFoundError) else str(error.strerror)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            return "a folder" if stat.S_ISDIR(facts.st_mode) else "no file"
        key = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
        if key not in _known:
            _known[key] = _read(descriptor, facts)
        return _known[key]
    except OSError as error:
        return str(error.strerror)
    finally:
        os.close(descriptor)


def _read(descriptor: int, facts: os.stat_result) -> str:
    digest, left = hashlib.sha256(), MAX_BYTES
    if facts.st_size > MAX_BYTES:
        digest.update(("%d %d" % (facts.st_size, facts.st_mtime_ns)).encode())
    while left > 0:
        block = os.read(descriptor, min(left, 1 << 20))
        if not block:
            break
        digest.update(block)
        left -= len(block)
    return digest.hexdigest()[:32]


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
