# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One Tomcat instance's folder (CATALINA_BASE): what is there, what should be, and the steps from one to the other.

A marker file says which folders are ours and what was put there; everything else in them is left alone.
"""

import hashlib
import json
import os
import typing as t

from .. import _errors, _near
from .._host import careful as _careful, files as _files
from .._release import release as _release
from . import versions as _versions

MARKER = ".fleet-tomcat.json"
# Folder -> writable by the instance's own user. The rest belongs to root: a broken application cannot change its
# own configuration or programs.
FOLDERS = (
    ("", False),
    ("bin", False),
    ("conf", False),
    ("conf/Catalina", False),
    ("conf/Catalina/localhost", False),
    ("lib", False),
    ("logs", True),
    ("temp", True),
    ("var", True),
    ("webapps", True),
    ("work", True),
)
CLOSED = ("conf", "conf/Catalina", "conf/Catalina/localhost", "logs", "var", "webapps", "temp", "work")
PROGRAMS = ("bin", "lib")  # what a full copy brings along
LEFTOVERS = "var"  # where the program works: what its JVM and the application leave behind
TEMPORARY = ".fleet-new-"
BEGUN, PRESENT, ABSENT = "begun", "present", "absent"  # states that the marker knows
ADOPTING = "adopting"  # key of the marker: a folder of somebody else's is being taken over
ROOT = 0  # uid of whoever owns what a Tomcat must not change


class Shown(t.NamedTuple):
    """One line of a diff: a name in the folder, and what it is before and after; "" where it is not there."""

    name: str
    before: str
    after: str


class Step(t.NamedTuple):
    """One change: what it is in words for people, and how to do it.

    touched: paths that it makes, replaces or removes. marked: paths that get another owner or mode. shown: what a diff
    says of it; the texts of files are compared beside that.
    """

    what: str
    do: t.Callable[[], None]
    touched: t.Tuple[str, ...] = ()
    marked: t.Tuple[str, ...] = ()
    shown: t.Tuple[Shown, ...] = ()


def expected(path: str, base: str, uid: int) -> bool:
    """Should this path be there by now, and be that account's to use?

    What lies in a folder that the role is still to make need not, nor anything of an instance that changes hands.
    """
    if not path.startswith(base.rstrip("/") + "/"):
        return True
    first = os.path.relpath(path, base).split(os.sep, 1)[0]
    if not os.path.isdir(base) or (first in dict(FOLDERS) and not os.path.isdir(os.path.join(base, first))):
        return False
    logs = _files.attributes_of(os.path.join(base, "logs"))
    return logs is None or logs.uid == uid


def reached(directory: str, path: str) -> str:
    """Where a path leads from a working directory, which may still be to come: then no ".." can be followed in it."""
    full = os.path.join(directory, path)
    return full if os.path.isdir(directory) else os.path.normpath(full)


class Owner(t.NamedTuple):
    """Numbers of the instance's user and group; None when they do not exist yet (in a dry run)."""

    uid: t.Optional[int]
    gid: t.Optional[int]


class Seen(t.NamedTuple):
    """An instance's folder as it is: exists, ours (has the marker), foreign (holds something and is not ours)."""

    exists: bool
    ours: bool
    foreign: bool
    data: t.Dict[str, t.Any]

    @property
    def settled(self) -> bool:
        """Has it been seen ready? A newcomer that never was has nothing to go back to."""
        return self.ours and self.data.get("state") == PRESENT


def look(base: str) -> Seen:
    """Read the marker of a base."""
    exists = os.path.isdir(base)
    try:
        # Who may write the base could plant a marker in it: it has to be a file of root's or of this account.
        with _careful.opened(os.path.join(base, MARKER)) as descriptor:
            if os.fstat(descriptor).st_uid not in (ROOT, os.geteuid()):
                return Seen(exists, False, True, {})
            with open(descriptor, encoding="utf-8", closefd=False) as handle:
                data = json.load(handle)
    except (OSError, ValueError, _errors.PlantedPath):
        return Seen(exists, False, exists and _of_somebody(base), {})
    return Seen(exists, True, False, data)


def _of_somebody(base: str) -> bool:
    """Whether a folder without a marker holds something that must not be taken for ours.

    Its folders alone are nothing, nor are jars of root's in lib: drivers that were put there before the first run.
    """
    if not os.listdir(base):
        return False
    frame, roots = {name or "." for name, _writable in FOLDERS}, (ROOT, os.geteuid())
    for folder, folders, files in os.walk(base):
        name = os.path.relpath(folder, base)
        jars = name == "lib" and all(one.endswith(".jar") for one in files)
        if name not in frame or (files and not jars):
            return True
        paths = [folder] + [os.path.join(folder, one) for one in folders + files]
        if any(os.lstat(path).st_uid not in roots for path in paths):
            return True  # who could write there could have had it run by whom he likes
        if any(os.path.islink(os.path.join(folder, one)) for one in folders):
            return True
    return False


def wanted_files(item: t.Dict[str, t.Any]) -> t.Dict[str, bytes]:
    """Relative path -> content: the release's conf files, and over them the item's own texts."""
    files: t.Dict[str, bytes] = {}
    source = os.path.join(item["release"], "conf")
    for name in sorted(os.listdir(source)) if os.path.isdir(source) else []:
        content = _files.read(os.path.join(source, name)) if os.path.isfile(os.path.join(source, name)) else None
        if content is not None:
            files["conf/" + name] = content
    for entry in item["files"]:
        files[entry["path"]] = entry["content"].encode("utf-8")
    return files


def unwanted_files(item: t.Dict[str, t.Any], seen: Seen) -> t.List[str]:
    """Relative paths of files that were written here and are wanted no more; whatever else is there is somebody's own.

    Of a release that is still to be unpacked nobody knows yet what it brings.
    """
    gone = sorted(set(seen.data.get("files", [])) - set(wanted_files(item)))
    kept = "\0" if unpacked(item) else "conf/"
    return [name for name in gone if not name.startswith(kept) and os.path.lexists(os.path.join(item["base"], name))]


def unpacked(item: t.Dict[str, t.Any]) -> bool:
    """Whether the release is there. In a dry run it may still be to come."""
    return os.path.isdir(item["release"])


def as_in(version: str) -> str:
    """What a diff says of something that is as a release has it."""
    return "as in Tomcat %s" % version


def coming(item: t.Dict[str, t.Any]) -> str:
    """What a diff says of something that the item's release brings."""
    return as_in(item["version"]) + ("" if unpacked(item) else ", which is not unpacked yet")


def shipped(item: t.Dict[str, t.Any]) -> t.List[str]:
    """Names of the release's own applications that this instance gets; a declared WAR of the same context wins."""
    folder = os.path.join(item["release"], "webapps")
    there = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    declared = {war["name"][: -len(".war")] for war in item["wars"] if war["state"] == "present"}
    wanted = there if item["full_copy"] and item["webapps_from_home"] is None else item["webapps_from_home"] or []
    return [name for name in wanted if (name in there or not unpacked(item)) and name not in declared]


def unknown_shipped(item: t.Dict[str, t.Any]) -> str:
    """What is wrong with ``webapps_from_home``, "" if nothing is; a release that is still to come is not known yet."""
    folder = os.path.join(item["release"], "webapps")
    there = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    for name in item["webapps_from_home"] or []:
        if unpacked(item) and name not in there:
            meant = _near.hint(name, there, "It brings %s." % (", ".join(there) or "none at all"))
            return "webapps_from_home: Tomcat %s brings no application %r; %s" % (item["version"], name, meant)
    return ""


def war_digest(base: str, name: str, seen: t.Optional[Seen] = None) -> str:
    """sha256 of a deployed WAR, "" when it is not there. One that is as it was remembered is not read again."""
    known = (seen.data.get("wars", {}).get(name) or {}) if seen else {}
    return brought_digest(os.path.join(base, "webapps", name), known)


def brought_digest(path: str, known: t.Dict[str, t.Any]) -> str:
    """sha256 of a file that was brought, "" when it is not there.

    :param known: what the marker says of it. One that is as it was remembered is not read again.
    """
    if not _is_war(path):
        return ""
    if known.get("digest") and known.get("stamp") == war_stamp(path):
        return str(known["digest"])
    return _release.digest(path, "sha256")


def war_stamp(path: str) -> t.List[int]:
    """Tells a WAR of ours from any other file: another account can neither write it nor set its time."""
    there = os.lstat(path)
    return [there.st_ino, there.st_size, there.st_mtime_ns] if there.st_uid == ROOT else []


def war_missing(item: t.Dict[str, t.Any], war: t.Dict[str, t.Any], seen: Seen) -> bool:
    """Whether a declared WAR has to be brought: not there, other content, or (without a checksum) another source.

    An old version that has been there, and which Tomcat has taken away by itself, is not brought again.
    """
    path = os.path.join(item["base"], "webapps", war["name"])
    remembered = seen.data.get("wars", {}).get(war["name"], {})
    same = remembered.get("src") == war["src"] and remembered.get("checksum") == war["checksum"]
    if not _is_war(path):
        return not (same and _versions.draining(item, war["name"]))
    algorithm, _colon, wanted = war["checksum"].partition(":")
    if wanted and "://" not in wanted:
        if algorithm == "sha256":
            return war_digest(item["base"], war["name"], seen) != wanted.lower()
        return _release.digest(path, algorithm) != wanted.lower()
    # What the server says of the file now; "" where it says nothing, or was not asked.
    news = war.get("validator") and war["validator"] != remembered.get("validator")
    return not same or bool(news)


def _is_war(path: str) -> bool:
    """Is it a file? A link in the application's own folder is none: whose file it shows is not for root to read."""
    return os.path.isfile(path) and not os.path.islink(path)


def remove(path: str) -> Step:
    """Remove a folder and all in it, a file, or a link: as a link, never what it points to."""
    link = _files.link_of(path)
    what = "remove the link %s (%s is left alone)" % (path, link) if link else "remove %s" % path
    shown = Shown(os.path.basename(path), "a link to %s" % link if link else "there", "")
    return Step(what, lambda: _careful.remove(path), shown=(shown,))


def mark(base: str, path: str, wanted: _files.Attributes) -> Step:
    """Set owner and mode of what is there; what is not wanted otherwise stays."""
    seen = _files.attributes_of(path) or wanted
    shown = Shown(os.path.relpath(path, base), _attributes(seen, seen), _attributes(wanted, seen))
    what = "set owner and mode of %s" % path
    return Step(what, lambda: _files.set_attributes(path, wanted), (), (path,), (shown,))


def _attributes(one: _files.Attributes, seen: _files.Attributes) -> str:
    uid, gid = (old if new is None else new for new, old in ((one.uid, seen.uid), (one.gid, seen.gid)))
    return "mode %04o, owner %s, group %s" % (one.mode, uid, gid)


def fingerprint(
    item: t.Dict[str, t.Any],
    files: t.Dict[str, bytes],
    war_digests: t.Dict[str, str],
    lib_digests: t.Dict[str, str],
    repaired: int = 0,
) -> str:
    """A short digest of everything in the folder that a running Tomcat would have to be restarted for.

    :param item: with ``outside``, what it reads and others write, as of ``outside.digests``.
    :param war_digests, lib_digests: of what is declared, and of what is not and stays.
    :param repaired: how often programs were found incomplete and brought again.
    """
    parts = {
        "version": item["version"],
        "full_copy": item["full_copy"],
        "shipped": shipped(item),
        "files": {path: hashlib.sha256(content).hexdigest() for path, content in files.items()},
        "wars": war_digests,
    }
    more = (("libs", lib_digests), ("repaired", repaired), ("outside", item.get("outside")))
    parts.update({key: value for key, value in more if value})
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
