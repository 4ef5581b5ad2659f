# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps that bring a Tomcat instance's folder to what is wanted. Planning reads only; applying runs the steps."""

import contextlib
import grp
import json
import os
import pwd
import shutil
import tempfile
import typing as t

from .. import _errors, _shown
from .._host import careful as _careful, files as _files
from . import (
    former as _former,
    handover as _handover,
    instance as _instance,
    outside as _outside,
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
    :param delivered: key of a WAR (see war_key) -> path of the file that was brought.
    :raises _errors.SupervisorError: the folder holds something that is not ours.
    """
    if seen.foreign and not item["adopt"]:
        raise _errors.SupervisorError(
            "%s: %s exists, is not empty and was not made by this role. Move it away, choose another base, or set "
            "adopt: true to take it over (files that get replaced are kept beside, with the time in their name)."
            % (item["name"], item["base"])
        )
    who = owner(item["user"], item["group"])
    steps = _leftover_steps(item["base"]) + _handover.steps(item, who) + _folder_steps(item, who)
    programs = _program_steps(item, seen, who)
    steps += programs
    steps += _shipped_steps(item, seen, who)
    steps += _file_steps(item, seen, who, bool(programs))
    steps += _gone_steps(item, seen)
    steps += _wars.steps(item, seen, who, delivered)
    steps += _outside.steps(item, seen)
    data = _marker_data(item, seen)
    news = _plain(data, seen) != _plain(seen.data, seen)
    if steps or news:
        marker = os.path.join(item["base"], _instance.MARKER)

        def remember() -> None:  # what is remembered of WARs is looked up when they are there
            _write_marker(item["base"], dict(data, wars=_wars.remembered(item, seen)))

        if news or _wars.wanted(item) or "files" not in seen.data:
            steps.append(_instance.Step("remember what was put there", remember, (marker,)))
    return steps


def _marker_data(item: t.Dict[str, t.Any], seen: _instance.Seen) -> t.Dict[str, t.Any]:
    data = {
        "name": item["name"],
        "state": _instance.PRESENT if seen.settled else _instance.BEGUN,
        "version": item["version"],
        "full_copy": item["full_copy"],
        "ports": item["ports"],
        "ready": item["ready"],
        "shipped": _instance.shipped(item),
        "files": sorted(_instance.wanted_files(item)),
        "wars": _wars.remembered(item, seen),
    }
    if item.get("outside"):
        data["outside"] = item["outside"]
    count = repaired(item, seen)
    return dict(data, repaired=count) if count else data


def _plain(data: t.Dict[str, t.Any], seen: _instance.Seen) -> t.Dict[str, t.Any]:
    """A marker without what only saves time, is only for the way back, or is news of a younger release than its own."""
    wars = {name: {key: war.get(key) for key in ("src", "checksum")} for name, war in data.get("wars", {}).items()}
    left_out = ("ready",) if "files" in seen.data else ("ready", "files")
    return {key: value for key, value in dict(data, wars=wars).items() if key not in left_out}


def repaired(item: t.Dict[str, t.Any], seen: _instance.Seen) -> int:
    """How often the programs of this instance were, or are about to be, brought again since they were incomplete."""
    before = int(seen.data.get("repaired") or 0)
    return before + 1 if _same_release(item, seen) and not _programs_there(item) else before


def settle(item: t.Dict[str, t.Any]) -> bool:
    """The instance was seen ready: it is no newcomer any more, and the way back is not needed. Whether that is news."""
    seen = _instance.look(item["base"])
    news = bool(seen.data) and not seen.settled
    if news:
        _write_marker(item["base"], dict(seen.data, state=_instance.PRESENT))
    return _former.forget(item["base"]) or news


def _write_marker(base: str, data: t.Dict[str, t.Any]) -> None:
    text = json.dumps(data, indent=1, sort_keys=True) + "\n"
    # The source of a WAR may hold credentials, and the digest of a short secret is as good as that.
    mode = 0o600 if "outside" in data or _shown.address(text) != text else 0o644
    _files.replace({os.path.join(base, _instance.MARKER): text.encode()}, _files.Attributes(mode, _instance.ROOT))


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
            _write_marker(base, {"state": _instance.BEGUN})

    return make


def _program_steps(item: t.Dict[str, t.Any], seen: _instance.Seen, who: _instance.Owner) -> t.List[_instance.Step]:
    """bin and lib of a full copy, when they are incomplete or of another version; empty again when it is none any more.

    A marker is not enough: what it speaks of may have been lost.
    """
    if _same_release(item, seen) and _programs_there(item):
        return []
    if not (item["full_copy"] or seen.data.get("full_copy")):
        return []
    steps = []
    for name in _instance.PROGRAMS:
        source = os.path.join(item["release"], name) if item["full_copy"] else ""
        target = os.path.join(item["base"], name)
        what = "copy %s of %s to %s" % (name, item["version"], target) if source else "empty %s" % target
        had = _had(item, seen, bool(seen.data.get("full_copy")))
        shown = _instance.Shown(name, had, _instance.coming(item) if source else "")
        steps.append(_instance.Step(what, _replace_tree(item["base"], source, target, who), (target,), shown=(shown,)))
    return steps


def _had(item: t.Dict[str, t.Any], seen: _instance.Seen, there: bool) -> str:
    """What a diff says of something that a release brought, before it is brought again."""
    if not there:
        return ""
    return "incomplete" if _same_release(item, seen) else _instance.as_in(str(seen.data.get("version") or "before"))


def _same_release(item: t.Dict[str, t.Any], seen: _instance.Seen) -> bool:
    return seen.data.get("version") == item["version"] and seen.data.get("full_copy") == item["full_copy"]


def _programs_there(item: t.Dict[str, t.Any]) -> bool:
    if not item["full_copy"]:
        return True
    own = {os.path.join(item["base"], entry["path"]) for entry in item["files"]}
    return all(
        _trees.complete(os.path.join(item["release"], name), os.path.join(item["base"], name), own)
        for name in _instance.PROGRAMS
    )


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
            replace = _replace_tree(item["base"], source, target, who)
            what = "copy the application %s to %s" % (name, target)
            before = _had(item, seen, name in seen.data.get("shipped", []))
            shown = (_instance.Shown("webapps/" + name, before, _instance.coming(item)),)
            steps.append(_instance.Step(what, replace, (target,), shown=shown))
    for name in seen.data.get("shipped", []):
        target = os.path.join(item["base"], "webapps", name)
        if name not in wanted and os.path.lexists(target):
            aside = _aside(item["base"], target)
            shown = (_instance.Shown("webapps/" + name, _instance.as_in(str(seen.data.get("version"))), ""),)
            steps.append(_instance.Step("remove the application %s" % target, aside, (target,), shown=shown))
    return steps


def _aside(base: str, target: str) -> t.Callable[[], None]:
    return lambda: _former.put_aside(base, target)


def _replace_tree(base: str, source: str, target: str, who: t.Optional[_instance.Owner]) -> t.Callable[[], None]:
    """Copy first, then switch the names. A link goes as a link.

    The copy is made in the base, which belongs to root: in a folder of the instance's user root could be led astray.
    """

    def replace() -> None:
        place = tempfile.mkdtemp(prefix=_instance.TEMPORARY, dir=base)
        fresh = os.path.join(place, os.path.basename(target))
        if source:
            shutil.copytree(source, fresh, symlinks=True)
        else:
            os.mkdir(fresh, 0o755)
        if who:
            _give(fresh, who)
        _former.put_aside(base, target)
        _trees.move(fresh, target)
        _careful.remove(place)

    return replace


def _give(top: str, who: _instance.Owner) -> None:
    for folder, _folders, files in os.walk(top):
        for path in [folder] + [os.path.join(folder, name) for name in files]:
            os.lchown(path, _instance.ROOT, -1 if who.gid is None else who.gid)


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
            _files.replace(changed, attributes, backup=seen.foreign)

        steps.append(_instance.Step("write %s" % ", ".join(sorted(changed)), write, tuple(sorted(changed))))
    return steps


def _gone_steps(item: t.Dict[str, t.Any], seen: _instance.Seen) -> t.List[_instance.Step]:
    """Files that were written here and are wanted no more."""
    paths = [os.path.join(item["base"], name) for name in _instance.unwanted_files(item, seen)]
    return [_instance.Step("remove %s" % path, _aside(item["base"], path), (path,)) for path in paths]


def absent(item: t.Dict[str, t.Any], seen: _instance.Seen) -> t.List[_instance.Step]:
    """The steps for an instance that should go: everything but its data (webapps, logs), or with purge all of it.

    A folder without our marker is not touched.
    """
    base = item["base"]
    if not seen.ours:
        return []
    if item["purge"]:
        # Where a file system is mounted at the base, the folder itself cannot go. The marker is the last to go.
        inside = sorted(os.listdir(base), key=lambda name: (name == _instance.MARKER, name))
        tops = [os.path.join(base, name) for name in inside] if os.path.ismount(base) else [base]
        beside = [path for path in item["logs"] if not path.startswith(base.rstrip("/") + "/")]
        return [_instance.remove(path) for path in tops] + [
            _instance.remove(path) for path in beside if os.path.isfile(path) or os.path.islink(path)
        ]
    paths = [os.path.join(base, name) for name in ("bin", "conf", "lib", "temp", "work", _former.FOLDER)]
    steps = _leftover_steps(base) + [_instance.remove(path) for path in paths if os.path.lexists(path)]
    data = {"name": item["name"], "state": _instance.ABSENT, "wars": seen.data.get("wars", {})}
    if steps or data != seen.data:
        steps.append(_instance.Step("remember that it is gone", lambda: _write_marker(base, data)))
    return steps
