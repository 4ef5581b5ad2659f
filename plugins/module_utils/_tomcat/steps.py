# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps that bring a Tomcat instance's folder to what is wanted. Planning reads only; applying runs the steps."""

import contextlib
import functools
import grp
import os
import pwd
import typing as t

from .. import _errors
from .._host import files as _files
from . import (
    descriptors as _descriptors,
    former as _former,
    handover as _handover,
    instance as _instance,
    libs as _libs,
    memory as _memory,
    outside as _outside,
    programs as _programs,
    trees as _trees,
    wars as _wars,
)


def owner(user: str, group: str) -> _instance.Owner:
    """Look both up."""
    try:
        uid: t.Optional[int] = pwd.getpwnam(user).pw_uid
    except KeyError:
        uid = None
    try:
        gid: t.Optional[int] = grp.getgrnam(group).gr_gid
    except KeyError:
        gid = None
    return _instance.Owner(uid, gid)


def present(item: t.Dict[str, t.Any], seen: _instance.Seen, delivered: t.Dict[str, str]) -> t.List[_instance.Step]:
    """The steps for an instance that should be there.

    :param item: one entry of the module's ``bases``.
    :param seen: what is there.
    :param delivered: key of a WAR or jar (see wars.key) -> path of the file that was brought.
    :raises _errors.SupervisorError: the folder holds something that is not ours.
    """
    problem = _foreign_problem(item, seen) or _instance.unknown_shipped(item)
    if problem:
        raise _errors.SupervisorError("%s: %s" % (item["name"], problem))
    who = owner(item["user"], item["group"])
    steps = _leftover_steps(item["base"]) + _handover.steps(item, who) + _folder_steps(item, who)
    programs = _programs.steps(item, seen, who)
    steps += programs
    steps += _shipped_steps(item, seen, who)
    steps += _file_steps(item, seen, who, bool(programs))
    steps += _gone_steps(item, seen)
    steps += _libs.steps(item, seen, who, delivered)
    steps += _wars.steps(item, seen, who, delivered)
    steps += _outside.steps(item, seen)
    return _memory.steps(item, seen, steps)


def _foreign_problem(item: t.Dict[str, t.Any], seen: _instance.Seen) -> str:
    """Why a folder that somebody else has made cannot be taken as it is, "" if it can."""
    if seen.foreign and not item["adopt"]:
        return (
            "%s exists, is not empty and was not made by this role. Move it away, choose another base, or set "
            "adopt: true to take it over (files that get replaced are kept beside, with the time in their name)."
            % item["base"]
        )
    whole = os.path.join(item["base"], "lib", "catalina.jar")
    if seen.ours or item["full_copy"] or not os.path.exists(whole):
        return ""
    return (
        "%s is there: a Tomcat loads the jars in lib of its own folder before those of the release that it shares, so "
        "this one would not run as Tomcat %s. Set full_copy: true, so that they are exchanged with each version, or "
        "move them away." % (whole, item["version"])
    )


def _folder_steps(item: t.Dict[str, t.Any], who: _instance.Owner) -> t.List[_instance.Step]:
    steps = []
    for name, writable in _instance.FOLDERS:
        path = os.path.join(item["base"], name).rstrip("/")
        mode = 0o750 if name in _instance.CLOSED else 0o755
        wanted = _files.Attributes(mode, who.uid if writable else _instance.ROOT, who.gid)
        if not os.path.isdir(path):
            make = _make_folder(path, wanted, item["base"], name == "")
            shown = (_instance.Shown(name or ".", "", "a folder"),)
            steps.append(_instance.Step("make %s" % path, make, (path,) if name else (), shown=shown))
        elif _files.attributes_differ(path, wanted):
            steps.append(_instance.mark(item["base"], path, wanted))
    return steps


def sweep(base: str) -> None:
    """Remove what a step that failed has left under a temporary name: it takes space that others may need."""
    for step in _leftover_steps(base):
        with contextlib.suppress(OSError, _errors.PlantedPath):
            step.do()


def _leftover_steps(base: str) -> t.List[_instance.Step]:
    """What runs have left that were ended half way: copies under a temporary name, and what nobody goes back to."""
    steps = []
    for folder in ("", "bin", "conf", "conf/Catalina/localhost"):  # where texts are written, all of them root's
        path = os.path.join(base, folder)
        for name in sorted(os.listdir(path)) if os.path.isdir(path) else []:
            half = name.startswith(".") and name.endswith(_files.SUFFIXES)
            if half or (not folder and name.startswith(_instance.TEMPORARY)):
                steps.append(_instance.remove(os.path.join(path, name)))
    if os.path.lexists(os.path.join(base, _former.FOLDER)) and not _former.begun(base):
        steps.append(_instance.remove(os.path.join(base, _former.FOLDER)))
    return steps


def _make_folder(path: str, wanted: _files.Attributes, base: str, top: bool) -> t.Callable[[], None]:
    def make() -> None:
        os.makedirs(path, 0o755, exist_ok=True)
        _files.set_attributes(path, wanted)
        if top:  # from here on it is known to be ours, even when the run ends half way
            _memory.write(base, {"state": _instance.BEGUN})

    return make


def _shipped_steps(item: t.Dict[str, t.Any], seen: _instance.Seen, who: _instance.Owner) -> t.List[_instance.Step]:
    """Applications that come with the release (ROOT, manager): copied again with each version."""
    steps = []
    same = seen.data.get("version") == item["version"]
    wanted = _instance.shipped(item)
    for name in wanted:
        target = os.path.join(item["base"], "webapps", name)
        source = os.path.join(item["release"], "webapps", name)
        # A link that somebody has put there is theirs until the next version.
        there = os.path.islink(target) or _trees.complete(source, target)
        if not (same and name in seen.data.get("shipped", []) and os.path.isdir(target) and there):
            replace = _programs.replace_tree(item["base"], source, target, who)
            what = "copy the application %s to %s" % (name, target)
            before = _programs.had(item, seen, name in seen.data.get("shipped", []))
            shown = (_instance.Shown("webapps/" + name, before, _instance.coming(item)),)
            steps.append(_instance.Step(what, replace, (target,), shown=shown))
    for name in seen.data.get("shipped", []):
        target = os.path.join(item["base"], "webapps", name)
        if name not in wanted and os.path.lexists(target):
            aside = functools.partial(_former.put_aside, item["base"], target)
            shown = (_instance.Shown("webapps/" + name, _instance.as_in(str(seen.data.get("version"))), ""),)
            steps.append(_instance.Step("remove the application %s" % target, aside, (target,), shown=shown))
    return steps


def _file_steps(
    item: t.Dict[str, t.Any], seen: _instance.Seen, who: _instance.Owner, fresh_bin: bool
) -> t.List[_instance.Step]:
    """Texts that differ. fresh_bin: an earlier step replaces bin, and with it what was written there before."""
    wanted = {os.path.join(item["base"], path): text for path, text in _instance.wanted_files(item).items()}
    attributes = _files.Attributes(0o640, _instance.ROOT, who.gid)
    gone = os.path.join(item["base"], "bin") + os.sep if fresh_bin else "\0"
    changed: t.Dict[str, t.Any] = {
        path: text for path, text in wanted.items() if path.startswith(gone) or _files.read_own(path) != text
    }
    steps = [
        _instance.mark(item["base"], path, attributes)
        for path in sorted(set(wanted) - set(changed))
        if _files.attributes_differ(path, attributes)
    ]
    if changed:

        def write() -> None:
            _files.replace(changed, attributes, backup=seen.foreign or bool(seen.data.get(_instance.ADOPTING)))

        steps.append(_instance.Step("write %s" % ", ".join(sorted(changed)), write, tuple(sorted(changed))))
    return steps


def _gone_steps(item: t.Dict[str, t.Any], seen: _instance.Seen) -> t.List[_instance.Step]:
    """Files that were written here and are wanted no more, and what Tomcat has unpacked for descriptors among them."""
    names = _instance.unwanted_files(item, seen)
    paths = [os.path.join(item["base"], name) for name in names]
    aside = functools.partial(_former.put_aside, item["base"])
    found = [_instance.Step("remove %s" % path, functools.partial(aside, path), (path,)) for path in paths]
    for name in _descriptors.unpacked(item, names):
        path = os.path.join(item["base"], name)
        shown = _instance.Shown(name, "unpacked by Tomcat", "")
        found.append(_instance.Step("remove %s" % path, functools.partial(aside, path), (path,), shown=(shown,)))
    return found


def absent(item: t.Dict[str, t.Any], seen: _instance.Seen) -> t.List[_instance.Step]:
    """The steps for an instance that should go: everything but its data (webapps, logs, what lies in var), or with
    purge all of it.

    A folder without our marker is not touched, nor is one of somebody else's that was taken over only in part.
    """
    base = item["base"]
    if not seen.ours or seen.data.get(_instance.ADOPTING):
        return []
    if item["purge"]:
        # Where a file system is mounted at the base, the folder itself cannot go. The marker is the last to go.
        inside = sorted(os.listdir(base), key=lambda name: (name == _instance.MARKER, name))
        tops = [os.path.join(base, name) for name in inside] if os.path.ismount(base) else [base]
        beside = [path for path in item["logs"] if not path.startswith(base.rstrip("/") + "/")]
        return [_instance.remove(path) for path in tops] + [
            _instance.remove(path) for path in beside if os.path.isfile(path) or os.path.islink(path)
        ]
    names = ["bin", "conf", "lib", "temp", "work", _former.FOLDER]
    leftovers = os.path.join(base, _instance.LEFTOVERS)
    if os.path.isdir(leftovers) and not os.listdir(leftovers):
        names.append(_instance.LEFTOVERS)
    paths = [os.path.join(base, name) for name in names]
    steps = _leftover_steps(base) + [_instance.remove(path) for path in paths if os.path.lexists(path)]
    data = _memory.absent(item, seen)
    if steps or data != seen.data:
        steps.append(_instance.Step("remember that it is gone", lambda: _memory.write(base, data)))
    return steps
