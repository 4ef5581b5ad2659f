# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was brought to an instance (WARs, jars) and is declared no more: known until it is gone.

The marker keeps their names with what they held. So each is told from a file that somebody else has put there under the
same name meanwhile, and that is nobody's to remove.
"""

import os
import typing as t

from . import instance as _instance, versions as _versions

FOLDERS = {"wars": "webapps", "libs": "lib"}

Entries = t.Dict[str, t.Dict[str, t.Any]]


class Undeclared(t.NamedTuple):
    """Names that the marker knows and the item does not declare. ours: what is there is what was put there."""

    ours: t.List[str]
    exchanged: t.List[str]


def undeclared(item: t.Dict[str, t.Any], seen: _instance.Seen, kind: str) -> Undeclared:
    """What is still there of what this instance had.

    :param kind: "wars" or "libs", a key of the item and of the marker.
    """
    found = Undeclared([], [])
    declared = {entry["name"] for entry in item[kind]}
    for name, known in sorted(seen.data.get(kind, {}).items()):
        path = os.path.join(item["base"], FOLDERS[kind], name)
        if name not in declared and there(path):
            if _as_put_there(path, known):
                found.ours.append(name)
            elif not _of_release(item, seen, FOLDERS[kind], name):
                found.exchanged.append(name)
    return found


def kept(item: t.Dict[str, t.Any], seen: _instance.Seen, kind: str) -> Entries:
    """Entries of the marker that stay, as what they speak of stays."""
    stays = undeclared(item, seen, kind)
    ours = stays.ours if kind == "wars" else []
    names = stays.exchanged + [
        name for name in ours if not item["remove_undeclared_wars"] or _versions.draining(item, name)
    ]
    return {name: seen.data[kind][name] for name in names}


def digests(item: t.Dict[str, t.Any], entries: Entries) -> t.Dict[str, str]:
    """Name -> what it held when it was put there; a running Tomcat has that, whatever became of the file.

    Left out is what comes and goes while the Tomcat runs: no Tomcat is restarted since it has taken it away itself.
    """
    return {
        name: str(entry.get("digest") or "")
        for name, entry in entries.items()
        if not entry.get("live") and not _versions.draining(item, name)
    }


def there(path: str) -> bool:
    """Whether a jar or a WAR is there, or the folder that Tomcat has unpacked from a WAR."""
    return os.path.lexists(path) or (path.endswith(".war") and os.path.lexists(path[: -len(".war")]))


def unpacked(folder: str) -> bool:
    """Whether Tomcat has made this folder from a WAR."""
    return os.path.exists(os.path.join(folder, _versions.TRACKER)) and not os.path.islink(folder)


def _as_put_there(path: str, known: t.Dict[str, t.Any]) -> bool:
    """Without a remembered digest the name has to do; of a WAR that is gone its folder has to be Tomcat's."""
    if not os.path.lexists(path):
        return unpacked(path[: -len(".war")])
    digest = _instance.brought_digest(path, known)
    return bool(digest) and known.get("digest", digest) == digest


def _of_release(item: t.Dict[str, t.Any], seen: _instance.Seen, folder: str, name: str) -> bool:
    """Whether a full copy has this file from its release, for which a declared one had stood in."""
    copied = item["full_copy"] and os.path.lexists(os.path.join(item["release"], folder, name))
    return folder in _instance.PROGRAMS and (copied or "%s/%s" % (folder, name) in seen.data.get("programs", []))


def told(item: t.Dict[str, t.Any], seen: _instance.Seen) -> t.List[str]:
    """A sentence about each file that would be removed, were it still the one that was put there."""
    kinds = ["libs"] + (["wars"] if item["remove_undeclared_wars"] else [])
    return [
        "%s: %s is declared no more, but it is not the file that this role has put there, so it was left alone. Remove "
        "it by hand, or give it an entry with state: absent in %s."
        % (item["name"], os.path.join(item["base"], FOLDERS[kind], name), kind)
        for kind in kinds
        for name in undeclared(item, seen, kind).exchanged
    ]
