# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The marker of an instance's folder: what was put there, item by item, until it is gone.

It is written twice. Before the first file comes it gets the names of all that is about to come, so that a run that
fails or is killed leaves nothing that nobody knows. When all is done it says what is there: what is wanted, and what
is declared no more and stays.
"""

import json
import os
import typing as t

from .. import _shown
from .._host import files as _files
from . import (
    former as _former,
    instance as _instance,
    known as _known,
    libs as _libs,
    programs as _programs,
    wars as _wars,
)

# What a marker of an earlier release of the collection does not have; it is added with the next change.
_YOUNGER = ("files", "programs")

Data = t.Dict[str, t.Any]


def steps(item: t.Dict[str, t.Any], seen: _instance.Seen, others: t.List[_instance.Step]) -> t.List[_instance.Step]:
    """The steps of a present instance with those around them that note what comes, and remember what is there.

    :param others: all that is to be done.
    """
    marker = os.path.join(item["base"], _instance.MARKER)
    wanted = data(item, seen)
    news = _plain(wanted, seen) != _plain(seen.data, seen)

    def remember() -> None:  # what is remembered of WARs and jars is looked up when they are there
        brought = {"wars": wars(item, seen), "libs": _libs.remembered(item, seen)}
        write(item["base"], dict(wanted, **{key: value for key, value in brought.items() if key in wanted}))

    if not others and not news:
        return []
    found = list(others)
    noted = _noted(item, seen, wanted, {path for step in others for path in step.touched})
    if noted != seen.data:
        # A folder that is not there yet is made first, and is ours from then on.
        step = _instance.Step("note what is about to come", lambda: write(item["base"], noted), (marker,))
        found.insert(0 if seen.exists else 1, step)
    if news or noted != seen.data or wanted["wars"] or wanted.get("libs") or "files" not in seen.data:
        found.append(_instance.Step("remember what was put there", remember, (marker,)))
    return found


def data(item: t.Dict[str, t.Any], seen: _instance.Seen) -> Data:
    """What the marker says when everything is done."""
    found = {
        "name": item["name"],
        "state": _instance.PRESENT if seen.settled else _instance.BEGUN,
        "version": item["version"],
        "full_copy": item["full_copy"],
        "ports": item["ports"],
        "ready": item["ready"],
        "shipped": _instance.shipped(item),
        "files": sorted(_instance.wanted_files(item)),
        "wars": wars(item, seen),
    }
    more = {
        "libs": _libs.remembered(item, seen),
        "programs": _programs.names(item),
        "repaired": _programs.repaired(item, seen),
        "outside": item.get("outside"),
    }
    return dict(found, **{key: value for key, value in more.items() if value})


def absent(item: t.Dict[str, t.Any], seen: _instance.Seen) -> Data:
    """What the marker says of an instance that is gone and has left its data: which applications of it were brought."""
    webapps = os.path.join(item["base"], "webapps")
    known = seen.data.get("wars", {})
    found = {
        "name": item["name"],
        "state": _instance.ABSENT,
        "wars": {name: known[name] for name in known if _known.there(os.path.join(webapps, name))},
    }
    shipped = [name for name in seen.data.get("shipped", []) if os.path.lexists(os.path.join(webapps, name))]
    return dict(found, shipped=shipped) if shipped else found


def wars(item: t.Dict[str, t.Any], seen: _instance.Seen) -> _known.Entries:
    """Every WAR that was brought: those that are declared, and those that are not and stay."""
    return dict(_known.kept(item, seen, "wars"), **_wars.remembered(item, seen))


def settle(item: t.Dict[str, t.Any]) -> bool:
    """The instance was seen ready: it is no newcomer any more, and the way back is not needed. Whether that is news."""
    seen = _instance.look(item["base"])
    news = bool(seen.data) and not seen.settled
    if news:
        write(item["base"], dict(seen.data, state=_instance.PRESENT))
    return _former.forget(item["base"]) or news


def write(base: str, content: Data) -> None:
    """Replace the marker. Raises _errors.SupervisorError."""
    text = json.dumps(content, indent=1, sort_keys=True) + "\n"
    # The source of a WAR may hold credentials, and the digest of a short secret is as good as that.
    mode = 0o600 if "outside" in content or _shown.address(text) != text else 0o644
    _files.replace({os.path.join(base, _instance.MARKER): text.encode()}, _files.Attributes(mode, _instance.ROOT))


def _noted(item: t.Dict[str, t.Any], seen: _instance.Seen, wanted: Data, touched: t.Container[str]) -> Data:
    """The marker as it is, and in it the names of all that comes and is not there yet; the same if nothing is new.

    :param touched: paths that are about to change. What a WAR or jar among them holds is not known until it is there.
    """
    base = item["base"]
    noted = dict(seen.data)
    ours = {"%s/%s" % (_libs.FOLDER, name) for name in seen.data.get("libs", {})}
    for key in ("files", "shipped", "programs"):
        folder = os.path.join(base, "webapps" if key == "shipped" else "")
        known = seen.data.get(key, [])
        coming = [one for one in wanted.get(key, []) if one not in known]
        new = [one for one in coming if one in ours or not os.path.lexists(os.path.join(folder, one))]
        if new:
            noted[key] = sorted(set(known) | set(new))
    for key, folder in _known.FOLDERS.items():
        paths = {name: os.path.join(base, folder, name) for name in wanted.get(key, {})}
        found = {name: _source(wanted[key][name]) for name, path in paths.items() if not _known.there(path)}
        for name, entry in seen.data.get(key, {}).items():
            found[name] = _source(entry) if paths.get(name) in touched else entry
        if found != seen.data.get(key, {}):
            noted[key] = found
    if noted != seen.data and not seen.settled:
        noted["state"] = _instance.BEGUN
    if noted != seen.data and seen.foreign:
        noted[_instance.ADOPTING] = True  # copies are kept until all of it was taken over
    return noted


def _source(entry: Data) -> Data:
    more = {"validator": entry["validator"]} if entry.get("validator") else {}
    return dict(more, **{part: entry.get(part) for part in ("src", "checksum")})


def _plain(found: Data, seen: _instance.Seen) -> Data:
    """A marker without what only saves time, is only for the way back, or is news of a younger release than its own."""
    brought = {kind: {name: _source(entry) for name, entry in found.get(kind, {}).items()} for kind in _known.FOLDERS}
    left_out = ("ready",) + tuple(key for key in _YOUNGER if key not in seen.data)
    return {key: value for key, value in dict(found, **brought).items() if key not in left_out}
