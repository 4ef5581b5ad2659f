# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpacked releases of a program, side by side below one folder: found, installed whole or not at all, removed.

Each release remembers in MARKER which archive it came from; that is how a second run knows without the archive.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import time
import typing as t
import zipfile

from .. import _errors, _shown
from .._host import careful as _careful
from . import unpack as _unpack

MARKER = ".fleet-release.json"
STAGING = ".fleet-staging-"
STALE_SECONDS = 86400.0
ALGORITHMS = ("sha256", "sha384", "sha512", "sha1", "md5")


class Release(t.NamedTuple):
    """One installed release: its folder, the archive's checksum as the user gave it, and where that came from."""

    path: str
    checksum: str
    source: str
    named: bool = False  # the folder's name was chosen, it is not the archive's own

    @property
    def name(self) -> str:
        """The folder's name, ``jdk-17.0.13+11``."""
        return os.path.basename(self.path)


def installed(root: str) -> t.List[Release]:
    """The releases below root that were installed by this code, by name."""
    found = []
    for name in sorted(os.listdir(root)) if os.path.isdir(root) else []:
        path = os.path.join(root, name)
        if name.startswith(STAGING) or os.path.islink(path):  # a link is another name, not another release
            continue
        try:
            with open(os.path.join(path, MARKER)) as handle:
                data = json.load(handle)
        except (OSError, ValueError):
            continue
        found.append(Release(path, str(data.get("checksum", "")), str(data.get("source", "")), bool(data.get("named"))))
    return found


def matching(releases: t.List[Release], name: str, checksum: str, source: str) -> t.Optional[Release]:
    """The installed release that a user means.

    With a checksum the same archive; with none the same source; with neither just the name.
    """
    for release in releases:
        if (name and release.name != name) or (not name and release.named):
            continue
        if checksum and release.checksum != checksum:
            continue
        if not checksum and source and release.source != source:
            continue
        if name or checksum or source:
            return release
    return None


def verify(path: str, checksum: str) -> None:
    """Compare a file with ``algorithm:hex``.

    :raises _errors.SupervisorError: another content, or a checksum that is none.
    """
    algorithm, _colon, wanted = checksum.partition(":")
    if algorithm not in ALGORITHMS or not wanted:
        raise _errors.OptionError(
            "checksum %r is not of the form algorithm:hex with one of %s." % (checksum, ", ".join(ALGORITHMS))
        )
    seen = digest(path, algorithm)
    if seen != wanted.lower():
        raise _errors.SupervisorError(
            "%s has the %s %s, expected was %s. Nothing was unpacked. It is another release, or was damaged or "
            "exchanged on the way: get it again, or correct the checksum." % (path, algorithm, seen, wanted)
        )


def digest(path: str, algorithm: str) -> str:
    """Hex digest of a file, read in pieces."""
    hasher = hashlib.new(algorithm)
    with open(path, "rb") as handle:
        for piece in iter(lambda: handle.read(1 << 20), b""):
            hasher.update(piece)
    return hasher.hexdigest()


def install(archive: str, root: str, name: str, needs: t.List[str], marker: t.Dict[str, t.Any]) -> str:
    """Unpack below root and return the path of the new release. Everything belongs to the running user and its group.

    :param archive: a tar (any compression Python knows) or zip file.
    :param root: folder of the releases; created when it is missing.
    :param name: name of the release's folder; "" takes the archive's own top folder.
    :param needs: paths that must exist in it, such as ``bin/java``.
    :param marker: what MARKER remembers: checksum, source, named.
    :raises _errors.SupervisorError: not an archive, several top folders, unsafe members, something missing, name taken.
    """
    os.makedirs(root, 0o755, exist_ok=True)
    sweep(root)
    staging = tempfile.mkdtemp(prefix=STAGING, dir=root)
    try:
        _unpack.unpack(archive, staging)
        top = _top(staging, archive)
        _unpack.check_links(top)
        for path in needs:
            if not os.path.exists(os.path.join(top, path)):
                raise _errors.SupervisorError(
                    "The archive has no %s in its top folder %s: it is not what it should be. Nothing was installed."
                    % (path, os.path.basename(top))
                )
        final = os.path.join(root, name or os.path.basename(top))
        _own(top)
        _write_marker(os.path.join(top, MARKER), marker)
        _place(top, final)
        return final
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as error:
        raise _errors.SupervisorError("Cannot unpack the archive: %s. Nothing was installed." % error)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def sweep(root: str) -> None:
    """Remove what a run left behind that was killed while it unpacked; a young folder may be another run's."""
    for name in os.listdir(root):
        path = os.path.join(root, name)
        if name.startswith(STAGING) and time.time() - os.lstat(path).st_mtime > STALE_SECONDS:
            with contextlib.suppress(OSError):  # another run may be sweeping, too
                _careful.remove(path)


def _top(staging: str, archive: str) -> str:
    """The one folder at the top. Some archives have a stray file beside it (pax headers, ._x): those are ignored."""
    folders = [name for name in sorted(os.listdir(staging)) if os.path.isdir(os.path.join(staging, name))]
    if len(folders) != 1:
        raise _errors.SupervisorError(
            "The archive has %d folders at its top (%s), expected is one. Nothing was installed."
            % (len(folders), ", ".join(folders[:5]) or "none")
        )
    return os.path.join(staging, folders[0])


def _own(top: str) -> None:
    """Everything belongs to the running user (root), readable for all, writable for nobody else."""
    uid, gid = os.geteuid(), os.getegid()
    for folder, _folders, files in os.walk(top):
        for path in [folder] + [os.path.join(folder, name) for name in files]:
            os.lchown(path, uid, gid)
            if not os.path.islink(path):
                mode = os.stat(path).st_mode & 0o777
                readable = 0o755 if os.path.isdir(path) or mode & 0o100 else 0o644
                os.chmod(path, readable)


def _write_marker(path: str, marker: t.Dict[str, t.Any]) -> None:
    """Only root may read a source with credentials in it; nobody may in between."""
    secret = any(_shown.address(str(value)) != str(value) for value in marker.values())
    if os.path.lexists(path):  # brought by the archive
        os.unlink(path)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        json.dump(marker, handle, sort_keys=True)
        os.fchmod(handle.fileno(), 0o600 if secret else 0o644)


def _place(top: str, final: str) -> None:
    """Give the staged folder its name in one step; a folder that is there and not ours is adopted when it is equal."""
    if os.path.lexists(final):
        if _same(top, final) and not os.path.exists(os.path.join(final, MARKER)):
            os.rename(os.path.join(top, MARKER), os.path.join(final, MARKER))
            return
        raise _errors.SupervisorError(
            "%s exists and is not from this archive. Nothing was changed. Move it away or remove it when no process "
            "uses it, or give this release another name." % final
        )
    os.rename(top, final)


def _same(staged: str, present: str) -> bool:
    """Whether every file of the staged release is in the present folder, with the same size."""
    for folder, _folders, files in os.walk(staged):
        for name in files:
            path = os.path.join(folder, name)
            twin = os.path.join(present, os.path.relpath(path, staged))
            if name != MARKER and (not os.path.exists(twin) or os.path.getsize(twin) != os.path.getsize(path)):
                return False
    return os.path.isdir(present)


def users(path: str, proc: str = "/proc") -> t.List[int]:
    """PIDs of the processes that run a program below path, or have it on their command line (a JVM's classpath)."""
    inside = path.rstrip("/") + "/"
    found = []
    for name in os.listdir(proc):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            if os.readlink(os.path.join(proc, name, "exe")).startswith(inside):
                found.append(int(name))
                continue
            with open(os.path.join(proc, name, "cmdline"), "rb") as handle:
                words = handle.read().split(b"\0")
        except OSError:
            continue  # it ended, or is a kernel thread
        if any(word.startswith(b"-Dcatalina.home=") and word[16:].decode() + "/" == inside for word in words):
            found.append(int(name))
    return sorted(found)
