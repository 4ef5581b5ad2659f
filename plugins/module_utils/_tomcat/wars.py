# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web applications of a Tomcat instance: which files have to be brought, deployed and undeployed."""

import hashlib
import os
import shutil
import typing as t

from .._host import careful as _careful
from . import instance as _instance


def key(war: t.Dict[str, t.Any]) -> str:
    """What identifies one WAR file, whatever instances it goes to; its source may hold a password."""
    return hashlib.sha256(("%s %s" % (war["src"], war["checksum"])).encode("utf-8")).hexdigest()


def wanted(item: t.Dict[str, t.Any]) -> t.List[t.Dict[str, t.Any]]:
    """The WARs that should be there."""
    return [war for war in item["wars"] if war["state"] == "present"]


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
            found.append(
                _instance.Step("deploy %s" % path, _deploy(item["base"], path, delivered.get(key(war), ""), who))
            )
    gone = [war["name"] for war in item["wars"] if war["state"] == "absent"]
    if item["remove_undeclared_wars"]:
        gone += sorted(set(seen.data.get("wars", {})) - {war["name"] for war in item["wars"]})
    for name in gone:
        path = os.path.join(folder, name)
        if os.path.lexists(path) or os.path.lexists(path[: -len(".war")]):
            found.append(_instance.Step("undeploy %s" % path, _undeploy(path)))
    return found


def _deploy(base: str, path: str, source: str, who: _instance.Owner) -> t.Callable[[], None]:
    def deploy() -> None:
        temporary = os.path.join(base, _instance.TEMPORARY + os.path.basename(path))
        _careful.remove(temporary)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as target, open(source, "rb") as handle:
            shutil.copyfileobj(handle, target)
            os.fchown(target.fileno(), _instance.ROOT, -1 if who.gid is None else who.gid)
            os.fchmod(target.fileno(), 0o640)
        # Tomcat takes an unpacked folder for the WAR's own unless it remembers having unpacked it itself.
        folder = path[: -len(".war")]
        if not os.path.exists(os.path.join(folder, "META-INF", "war-tracker")):
            _careful.remove(folder)
        if os.path.isdir(path) and not os.path.islink(path):
            _careful.remove(path)
        os.replace(temporary, path)

    return deploy


def _undeploy(path: str) -> t.Callable[[], None]:
    def undeploy() -> None:
        _careful.remove(path)
        _careful.remove(path[: -len(".war")])

    return undeploy
