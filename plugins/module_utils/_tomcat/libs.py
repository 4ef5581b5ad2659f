# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jars in the lib folder of a Tomcat instance, for all its applications: which are brought, and which go."""

import functools
import os
import typing as t

from .. import _shown
from .._host import files as _files
from .._release import release as _release
from . import former as _former, instance as _instance, known as _known, wars as _wars

FOLDER = _known.FOLDERS["libs"]
MODE = 0o640  # of a jar, which the group of the instance may read

Lib = t.Dict[str, t.Any]


def wanted(item: t.Dict[str, t.Any]) -> t.List[Lib]:
    """The jars that should be there."""
    return [lib for lib in item["libs"] if lib["state"] == "present"]


def missing(item: t.Dict[str, t.Any], lib: Lib, seen: _instance.Seen) -> bool:
    """Whether a declared jar has to be brought: it is not there, or not what its checksum says."""
    path = _path(item, lib["name"])
    known = seen.data.get("libs", {}).get(lib["name"]) or {}
    digest = _instance.brought_digest(path, known)
    algorithm, _colon, expected = lib["checksum"].partition(":")
    if not digest or (algorithm == "sha256" and "://" not in expected):
        return digest != expected.lower()
    if known.get("checksum") == lib["checksum"] and known.get("src") == lib["src"]:
        return known.get("digest") != digest
    return "://" in expected or _release.digest(path, algorithm) != expected.lower()


def digests(item: t.Dict[str, t.Any], seen: _instance.Seen) -> t.Dict[str, str]:
    """Name -> sha256 of each declared jar as far as it is known, and of those that stay: what a JVM has loaded."""
    found = _known.digests(item, _known.kept(item, seen, "libs"))
    for lib in wanted(item):
        known = seen.data.get("libs", {}).get(lib["name"]) or {}
        there = "" if missing(item, lib, seen) else _instance.brought_digest(_path(item, lib["name"]), known)
        found[lib["name"]] = there or lib["checksum"].rpartition("sha256:")[2].lower()
    return found


def remembered(item: t.Dict[str, t.Any], seen: _instance.Seen) -> _known.Entries:
    """What the marker says of the jars that are there now."""
    found = _known.kept(item, seen, "libs")
    for lib in wanted(item):
        path = _path(item, lib["name"])
        found[lib["name"]] = {"src": lib["src"], "checksum": lib["checksum"]}
        digest = _instance.brought_digest(path, seen.data.get("libs", {}).get(lib["name"]) or {})
        if digest:
            found[lib["name"]].update(digest=digest, stamp=_instance.war_stamp(path))
    return found


def steps(
    item: t.Dict[str, t.Any], seen: _instance.Seen, who: _instance.Owner, delivered: t.Dict[str, str]
) -> t.List[_instance.Step]:
    """The steps that bring what is declared and remove what is declared no more; nothing that others have put there.

    :param delivered: key of a jar, as that of a WAR -> path of the file that was brought.
    """
    found = []
    attributes = _files.Attributes(MODE, _instance.ROOT, who.gid)
    for lib in wanted(item):
        path = _path(item, lib["name"])
        if missing(item, lib, seen):
            source = delivered.get(_wars.key(lib), "")
            shown = _instance.Shown(_name(lib["name"]), _before(item, lib["name"], seen), _after(lib))
            bring = _bring(item["base"], path, source, attributes)
            found.append(_instance.Step("bring %s" % path, bring, (path,), shown=(shown,)))
        elif _files.attributes_differ(path, attributes):
            found.append(_instance.mark(item["base"], path, attributes))
    for name in _gone(item, seen):
        path = _path(item, name)
        shown = _instance.Shown(_name(name), _before(item, name, seen), "")
        aside = functools.partial(_former.put_aside, item["base"], path)
        found.append(_instance.Step("remove %s" % path, aside, (path,), shown=(shown,)))
    return found


def own(item: t.Dict[str, t.Any]) -> t.List[str]:
    """Paths of the declared jars: they may bear the name of one that a release brings, and win then."""
    return [_path(item, lib["name"]) for lib in wanted(item)]


def _gone(item: t.Dict[str, t.Any], seen: _instance.Seen) -> t.List[str]:
    """Names of jars that go. One that the release has, too, is the release's again: see programs."""
    names = {lib["name"] for lib in item["libs"] if lib["state"] == "absent"}
    names.update(_known.undeclared(item, seen, "libs").ours)
    its = os.path.join(item["release"], FOLDER)
    if item["full_copy"]:
        names = {name for name in names if not os.path.lexists(os.path.join(its, name))}
    return sorted(name for name in names if os.path.lexists(_path(item, name)))


def _path(item: t.Dict[str, t.Any], name: str) -> str:
    return os.path.join(item["base"], FOLDER, name)


def _name(name: str) -> str:
    return "%s/%s" % (FOLDER, name)


def _before(item: t.Dict[str, t.Any], name: str, seen: _instance.Seen) -> str:
    """What a diff says of a jar that is there."""
    known = seen.data.get("libs", {}).get(name) or {}
    digest = _instance.brought_digest(_path(item, name), known)
    if digest:
        return _shown.archive(str(known.get("src") or ""), "sha256:" + digest)
    return "there" if os.path.lexists(_path(item, name)) else ""


def _after(lib: Lib) -> str:
    return _shown.archive(lib["src"], lib["checksum"])


def _bring(base: str, path: str, source: str, attributes: _files.Attributes) -> t.Callable[[], None]:
    return lambda: _former.put_in_place(base, _wars.copied(base, source, attributes), path)
