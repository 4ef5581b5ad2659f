# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of a full copy (bin and lib): copied from the release, with all that others have put beside them.

What a release brought is noted in the marker, so that it is told from what it did not bring: that is never deleted,
whichever release comes next.
"""

import os
import shutil
import tempfile
import typing as t

from .._host import careful as _careful, files as _files
from . import former as _former, instance as _instance, libs as _libs, trees as _trees


def names(item: t.Dict[str, t.Any]) -> t.List[str]:
    """Relative paths of the files that a full copy takes from its release; of an instance that shares one nothing."""
    return _listed(item["release"]) if item["full_copy"] else []


def steps(item: t.Dict[str, t.Any], seen: _instance.Seen, who: _instance.Owner) -> t.List[_instance.Step]:
    """bin and lib of a full copy, when they are incomplete or of another version; emptied when it is none any more.

    A marker is not enough: what it speaks of may have been lost.
    """
    had_some = bool(seen.data.get("full_copy") or seen.data.get("programs"))
    if not item["full_copy"] and not had_some:
        return []
    if item["full_copy"] and same_release(item, seen) and _complete(item):
        return []
    known = _known(item, seen)
    found = []
    for name in _instance.PROGRAMS:
        source = os.path.join(item["release"], name) if item["full_copy"] else ""
        target = os.path.join(item["base"], name)
        what = "copy %s of %s to %s" % (name, item["version"], target) if source else "empty %s" % target
        before = had(item, seen, had_some)
        shown = _instance.Shown(name, before, _instance.coming(item) if source else "")
        keep = _keep(item, target, [path for path in known if path.startswith(name + "/")])
        replace = replace_tree(item["base"], source, target, who, keep)
        found.append(_instance.Step(what, replace, (target,), shown=(shown,)))
    return found


def same_release(item: t.Dict[str, t.Any], seen: _instance.Seen) -> bool:
    """Whether the marker speaks of the wanted release, copied or shared as it is wanted."""
    return seen.data.get("version") == item["version"] and seen.data.get("full_copy") == item["full_copy"]


def repaired(item: t.Dict[str, t.Any], seen: _instance.Seen) -> int:
    """How often the programs of this instance were, or are about to be, brought again since they were incomplete."""
    before = int(seen.data.get("repaired") or 0)
    return before + 1 if same_release(item, seen) and not _complete(item) else before


def had(item: t.Dict[str, t.Any], seen: _instance.Seen, there: bool) -> str:
    """What a diff says of something that a release brought, before it is brought again."""
    if not there:
        return ""
    return "incomplete" if same_release(item, seen) else _instance.as_in(str(seen.data.get("version") or "before"))


def replace_tree(
    base: str,
    source: str,
    target: str,
    who: t.Optional[_instance.Owner],
    keep: t.Callable[[], t.List[str]] = list,
) -> t.Callable[[], None]:
    """Copy first, then switch the names. A link goes as a link.

    The copy is made in the base, which belongs to root: in a folder of the instance's user root could be led astray.

    :param source: "" for an empty folder.
    :param keep: relative paths in target that are carried over; only for folders that nobody else can write.
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
            _files.set_attributes(fresh, _files.Attributes(0o755))  # as all folders are, whatever the release has
        for name in keep():
            _trees.carry(os.path.join(target, name), os.path.join(fresh, name))
        _former.put_aside(base, target)
        _trees.move(fresh, target)
        _careful.remove(place)

    return replace


def _listed(release: str) -> t.List[str]:
    found = []
    for name in _instance.PROGRAMS:
        for folder, _folders, files in os.walk(os.path.join(release, name)):
            found += [os.path.relpath(os.path.join(folder, one), release) for one in files]
    return sorted(found)


def _known(item: t.Dict[str, t.Any], seen: _instance.Seen) -> t.Set[str]:
    """Relative paths of what releases have brought here or bring now, and of texts that the role writes."""
    known = set(names(item)) | set(seen.data.get("files", [])) | {entry["path"] for entry in item["files"]}
    if "programs" in seen.data:
        return known | set(seen.data["programs"])
    # Made by an earlier release of the collection: releases lie side by side.
    former = os.path.join(os.path.dirname(item["release"]), str(seen.data.get("version") or ""))
    return known | set(_listed(former) if seen.data.get("full_copy") and seen.data.get("version") else [])


def _keep(item: t.Dict[str, t.Any], target: str, known: t.List[str]) -> t.Callable[[], t.List[str]]:
    """What to carry over: all that no release brought, and declared jars, also one that replaces the release's own."""

    def keep() -> t.List[str]:
        brought = {os.path.relpath(path, os.path.basename(target)) for path in known}
        own = [os.path.relpath(path, target) for path in _libs.own(item) if os.path.lexists(path)]
        others = _trees.others(target, brought)
        return sorted(set(others) | {name for name in own if not name.startswith("..")})

    return keep


def _complete(item: t.Dict[str, t.Any]) -> bool:
    if not item["full_copy"]:
        return True
    own = {os.path.join(item["base"], entry["path"]) for entry in item["files"]} | set(_libs.own(item))
    return all(
        _trees.complete(os.path.join(item["release"], name), os.path.join(item["base"], name), own)
        for name in _instance.PROGRAMS
    )


def _give(top: str, who: _instance.Owner) -> None:
    for folder, _folders, files in os.walk(top):
        for path in [folder] + [os.path.join(folder, name) for name in files]:
            os.lchown(path, _instance.ROOT, -1 if who.gid is None else who.gid)
