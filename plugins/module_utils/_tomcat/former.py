# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change replaces in an instance's folder, kept until the instance is ready, so that it can be put back.

Nothing is copied: files get a second name, folders are renamed, both inside the instance's own folder. So the way back
needs no space. A note of what is about to change is written before the first change. So a run that is killed leaves
either a note, which the next run goes on with, or nothing that a change has touched. What is kept first stays: it is
the last state in which the instance was ready, whatever was tried since.
"""

import contextlib
import json
import os
import typing as t

from .. import _errors
from .._host import careful as _careful, files as _files, second_name as _second_name
from . import trees as _trees, versions as _versions

FOLDER = ".fleet-former"
_NOTE = "note.json"
_KEPT = "kept"
MADE, HAD, DERIVED = "made", "had", "derived"


def begun(base: str) -> bool:
    """Whether something is kept: a change was begun, and nobody has seen the instance ready since."""
    return os.path.isfile(os.path.join(base, FOLDER, _NOTE))


def restored(base: str) -> bool:
    """Whether the folder is as it was again, and only the program and a look at it are still to come."""
    return begun(base) and not _load(base)["paths"]


def begin(base: str, touched: t.Iterable[str], marked: t.Iterable[str], program: str = "") -> None:
    """Note what is about to change, and give the files their second names.

    :param touched: paths in the base that are about to be made, replaced or removed.
    :param marked: paths whose owner or mode is about to change.
    :param program: file of the instance's program, "" if there is none; it lies elsewhere.
    :raises OSError: nothing has been changed then.
    """
    top = os.path.join(base, FOLDER)
    note = _load(base)
    exchanged = [name for name, kind in note["paths"].items() if kind != HAD or os.path.isdir(_kept(base, name))]

    def within(path: str) -> bool:
        """Is it in a folder that a former run has exchanged? That goes as a whole, with all in it."""
        return any(path.startswith(os.path.join(base, name) + os.sep) for name in exchanged)

    for path in touched:
        if not within(path):
            note["paths"].setdefault(os.path.relpath(path, base), _kind(path))
    for path in marked:
        seen = _files.attributes_of(path)
        if seen is not None and not within(path):
            note["marks"].setdefault(os.path.relpath(path, base), list(seen))
    if program and not note["program"] and os.path.isfile(program):
        note["program"] = program
    os.makedirs(os.path.join(top, _KEPT), 0o700, exist_ok=True)
    os.chmod(top, 0o700)
    _save(base, note)
    for name, kind in note["paths"].items():
        if kind == HAD and not os.path.isdir(os.path.join(base, name)):
            _name_again(os.path.join(base, name), _kept(base, name))
    if note["program"]:
        _name_again(note["program"], _second_name.of(note["program"]))


def put_aside(base: str, path: str) -> None:
    """Take away what bears this name: for good, unless it has to be kept. Raises OSError."""
    name = os.path.relpath(path, base)
    kept = _kept(base, name)
    if not os.path.lexists(path):
        return
    if begun(base) and _load(base)["paths"].get(name, MADE) != MADE and not os.path.lexists(kept):
        try:
            os.rename(path, kept)
            return
        except OSError as error:
            if not _trees.other_place(error):
                raise
            _trees.copy(path, kept)  # a mount in the base: this one case needs space
    _careful.remove(path)


def put_in_place(base: str, fresh: str, path: str) -> None:
    """Give a file that has come the place of what bears this name. Raises OSError."""
    if os.path.isdir(path) and not os.path.islink(path):
        put_aside(base, path)
    _trees.move(fresh, path)


def restore(base: str) -> bool:
    """Put everything back; whether there was anything to put back. What was restored before a kill stays restored.

    :raises OSError, _errors.SupervisorError: something could not be put back; the note stays, so it can be tried again.
    """
    if not begun(base):
        return False
    note = _load(base)
    # The marker says which version is here, so it comes last.
    for name in sorted(note["paths"], key=lambda name: (os.path.basename(name).startswith(".fleet"), name)):
        path, kept = os.path.join(base, name), _kept(base, name)
        there = os.path.lexists(kept)
        if note["paths"][name] in (MADE, DERIVED) or (there and os.path.isdir(path) and not os.path.islink(path)):
            _careful.remove(path)
        if there:
            _trees.move(kept, path)
    for name, (mode, uid, gid) in note["marks"].items():
        with contextlib.suppress(FileNotFoundError):
            _careful.set_attributes(os.path.join(base, name), mode, uid, gid)
    # The folder is done; the program's file is put back by others, and then somebody sees the instance ready.
    _save(base, {"paths": {}, "marks": {}, "program": note["program"]})
    return True


def forget(base: str) -> bool:
    """The instance is ready: nothing has to be put back any more. Whether anything was kept. Raises OSError."""
    if not begun(base):
        return False
    program = _load(base)["program"]
    if program:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(_second_name.of(program))
    # The note goes first: without it the rest means nothing, and any later run removes it.
    os.unlink(os.path.join(base, FOLDER, _NOTE))
    remove_leftover(base)
    return True


def remove_leftover(base: str) -> None:
    """Remove what has no note any more: a run was killed just before its end. Raises OSError."""
    _careful.remove(os.path.join(base, FOLDER))


def _kind(path: str) -> str:
    """Was it there? A folder that Tomcat has unpacked from a WAR is made again from it."""
    if not os.path.lexists(path):
        return MADE
    return DERIVED if os.path.exists(os.path.join(path, _versions.TRACKER)) else HAD


def _kept(base: str, name: str) -> str:
    return os.path.join(base, FOLDER, _KEPT, name.replace("%", "%25").replace("/", "%2F"))


def _name_again(path: str, kept: str) -> None:
    """A second name for a file or link that is about to be replaced; one that is there already is older, and right."""
    if os.path.lexists(kept) or not os.path.lexists(path):
        return
    _trees.link(path, kept)


def _load(base: str) -> t.Dict[str, t.Any]:
    empty = {"paths": {}, "marks": {}, "program": ""}  # type: t.Dict[str, t.Any]
    try:
        with _careful.opened(os.path.join(base, FOLDER, _NOTE)) as descriptor, os.fdopen(os.dup(descriptor)) as handle:
            return dict(empty, **json.load(handle))
    except FileNotFoundError:
        return empty
    except ValueError as error:
        raise _errors.SupervisorError("%s is damaged: %s" % (os.path.join(base, FOLDER, _NOTE), error))


def _save(base: str, note: t.Dict[str, t.Any]) -> None:
    """Whole, or not at all."""
    path = os.path.join(base, FOLDER, _NOTE)
    fresh = path + ".new"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as handle:
        json.dump(note, handle, sort_keys=True)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(fresh, path)
