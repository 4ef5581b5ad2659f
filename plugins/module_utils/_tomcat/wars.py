# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web applications of a Tomcat instance: which files have to be brought, deployed and undeployed."""

import hashlib
import os
import typing as t

from .. import _errors, _shown
from .._host import files as _files
from .._release import release as _release
from . import (
    former as _former,
    instance as _instance,
    known as _known,
    trees as _trees,
    versions as _versions,
)

MODE = 0o640  # of a WAR, which the group of the instance may read


def key(war: t.Dict[str, t.Any]) -> str:
    """What identifies one WAR file, whatever instances it goes to; its source may hold a password."""
    return hashlib.sha256(("%s %s" % (war["src"], war["checksum"])).encode("utf-8")).hexdigest()


def wanted(item: t.Dict[str, t.Any]) -> t.List[t.Dict[str, t.Any]]:
    """The WARs that should be there."""
    return [war for war in item["wars"] if war["state"] == "present"]


def restarting(item: t.Dict[str, t.Any]) -> t.List[t.Dict[str, t.Any]]:
    """Those of them for which a running Tomcat has to be restarted; others it deploys, or takes away, as it runs."""
    return [war for war in wanted(item) if not war.get("live") and not _versions.draining(item, war["name"])]


def steps(
    item: t.Dict[str, t.Any], seen: _instance.Seen, who: _instance.Owner, delivered: t.Dict[str, str]
) -> t.List[_instance.Step]:
    """The steps that deploy what is declared and undeploy what is not wanted.

    :param delivered: key of a WAR -> path of the file that was brought.
    """
    found = []
    folder = os.path.join(item["base"], "webapps")
    for war in wanted(item):
        path = os.path.join(folder, war["name"])
        if _instance.war_missing(item, war, seen):
            if _brought_again(item["base"], war, seen, delivered):
                continue  # the marker alone is to say so
            deploy = _deploy(item["base"], path, delivered.get(key(war), ""), who)
            before, after = _before(item, war["name"], seen), _after(war, delivered)
            shown = (_instance.Shown("webapps/" + war["name"], before, after),)
            found.append(_instance.Step("deploy %s" % path, deploy, _both(path), shown=shown))
        elif os.path.lexists(path) and _files.attributes_differ(path, _files.Attributes(MODE, _instance.ROOT, who.gid)):
            found.append(_instance.mark(item["base"], path, _files.Attributes(MODE, _instance.ROOT, who.gid)))
    gone = [war["name"] for war in item["wars"] if war["state"] == "absent"]
    if item["remove_undeclared_wars"]:
        gone += [name for name in _known.undeclared(item, seen, "wars").ours if not _versions.draining(item, name)]
    for name in gone:
        path = os.path.join(folder, name)
        if any(os.path.lexists(one) for one in _both(path)):
            shown = (_instance.Shown("webapps/" + name, _before(item, name, seen), ""),)
            found.append(_instance.Step("undeploy %s" % path, _undeploy(item["base"], path), _both(path), shown=shown))
    return found


def _brought_again(base: str, war: t.Dict[str, t.Any], seen: _instance.Seen, delivered: t.Dict[str, str]) -> bool:
    """Whether what was brought is what is there: the server only said that it might be something else."""
    brought = delivered.get(key(war), "")
    there = _instance.war_digest(base, war["name"], seen)
    return bool(there and os.path.isfile(brought)) and _release.digest(brought, "sha256") == there


def _before(item: t.Dict[str, t.Any], name: str, seen: _instance.Seen) -> str:
    """What a diff says of the WAR that is there: where it came from, as far as that is known, and what it holds."""
    digest = _instance.war_digest(item["base"], name, seen)
    source = str((seen.data.get("wars", {}).get(name) or {}).get("src") or "")
    if digest:
        return _shown.archive(source, "sha256:" + digest)
    return "there" if os.path.lexists(os.path.join(item["base"], "webapps", name)) else ""


def _after(war: t.Dict[str, t.Any], delivered: t.Dict[str, str]) -> str:
    """What a diff says of a WAR that comes; without a checksum nobody knows what is in it before it was fetched."""
    brought, digest = delivered.get(key(war), ""), war["checksum"]
    if (not digest or "://" in digest) and os.path.isfile(brought):
        digest = "sha256:" + _release.digest(brought, "sha256")
    return _shown.archive(war["src"], digest)


def _both(path: str) -> t.Tuple[str, str]:
    """A WAR and the folder that Tomcat unpacks it to."""
    return path, path[: -len(".war")]


def remembered(item: t.Dict[str, t.Any], seen: _instance.Seen) -> t.Dict[str, t.Dict[str, t.Any]]:
    """What the marker says of the WARs that are there now: where from, what they hold, and how to know them again."""
    found = {}  # type: t.Dict[str, t.Dict[str, t.Any]]
    for war in wanted(item):
        found[war["name"]] = {"src": war["src"], "checksum": war["checksum"]}
        known = (seen.data.get("wars", {}).get(war["name"]) or {}).get("validator")
        more = {"validator": war.get("validator") or known, "live": war.get("live")}
        found[war["name"]].update({part: value for part, value in more.items() if value})
        digest = _instance.war_digest(item["base"], war["name"], seen)
        if digest:
            stamp = _instance.war_stamp(os.path.join(item["base"], "webapps", war["name"]))
            found[war["name"]].update(digest=digest, stamp=stamp)
    return found


def copied(base: str, source: str, attributes: _files.Attributes) -> str:
    """Copy a file that was brought to a temporary name in the base, which is returned.

    :param source: "" where nothing was brought, since the file was there.
    :raises _errors.SupervisorError: it is not there any more.
    """
    if not source:
        raise _errors.SupervisorError(
            "it has to be brought, but was there when this run looked: another run has removed it meanwhile"
        )
    return _trees.copied(base, source, _instance.TEMPORARY, attributes)


def _deploy(base: str, path: str, source: str, who: _instance.Owner) -> t.Callable[[], None]:
    def deploy() -> None:
        fresh = copied(base, source, _files.Attributes(MODE, _instance.ROOT, who.gid))
        # Tomcat takes an unpacked folder for the WAR's own unless it remembers having unpacked it itself.
        folder = path[: -len(".war")]
        if not os.path.exists(os.path.join(folder, _versions.TRACKER)):
            _former.put_aside(base, folder)
        _former.put_in_place(base, fresh, path)

    return deploy


def _undeploy(base: str, path: str) -> t.Callable[[], None]:
    def undeploy() -> None:
        for one in _both(path):
            _former.put_aside(base, one)

    return undeploy
