# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A patched copy of a folder: whole or not there at all, and repaired where it has drifted."""

import os
import shutil
import tempfile
import typing as t

from .._errors import SupervisorError
from .._host import careful as _careful
from . import patch as _patch, release as _release

FOLDER_MODE = 0o755
FILE_MODE = 0o644


def reader(root: str) -> _patch.Reader:
    """Gives the text of files below root, None for those that are not there. Bytes that are not UTF-8 survive."""

    def read(path: str) -> t.Optional[str]:
        try:
            with open(os.path.join(root, path), encoding="utf-8", errors="surrogateescape", newline="") as handle:
                return handle.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SupervisorError("%s cannot be read: %s." % (os.path.join(root, path), error.strerror), file=path)

    return read


def build(source: str, path: str, include: t.Sequence[str], edits: t.Sequence[_patch.Entry]) -> None:
    """Copy the folders ``include`` of source, patch the copy, then give it its name in one step.

    Links are not followed out of the tree: they are left out, since nothing the application needs is one.
    Raises PatchMismatch before anything is copied, SupervisorError where a folder is missing.
    """
    if not os.path.isdir(source):
        raise SupervisorError("%s is no folder; fetch the application's source into it first." % source)
    changes = _patch.plan(edits, reader(source)).files
    root = os.path.dirname(path)
    os.makedirs(root, FOLDER_MODE, exist_ok=True)
    _release.sweep(root)
    staging = tempfile.mkdtemp(prefix=_release.STAGING, dir=root)
    try:
        for name in include:
            if not os.path.isdir(os.path.join(source, name)):
                raise SupervisorError("%s has no folder %s; is this the application's source?" % (source, name))
            shutil.copytree(os.path.join(source, name), os.path.join(staging, name), ignore=_links)
        write(staging, changes)
        _set_modes(staging)
        if os.path.islink(path):  # one that leads nowhere, or build() would not have been called
            _careful.remove(path)
        os.rename(staging, path)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def _links(folder: str, names: t.List[str]) -> t.List[str]:
    return [name for name in names if os.path.islink(os.path.join(folder, name))]


def _set_modes(root: str) -> None:
    for folder, _folders, files in os.walk(root):
        os.chmod(folder, FOLDER_MODE)
        for name in files:
            os.chmod(os.path.join(folder, name), FILE_MODE)


def write(root: str, changes: t.Dict[str, t.Tuple[t.Optional[str], t.Optional[str]]]) -> None:
    """Bring the files of a plan to their new text, each in one step."""
    for path in sorted(changes):
        full = os.path.join(root, path)
        after = changes[path][1]
        if after is None:
            os.unlink(full)
            continue
        os.makedirs(os.path.dirname(full), FOLDER_MODE, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".fleet-", dir=os.path.dirname(full))
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
            stream.write(after)
        os.chmod(temporary, FILE_MODE)
        os.rename(temporary, full)
