# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions of one web application side by side (``shop##001.war``), which Tomcat deploys and removes as it runs."""

import glob
import os
import typing as t

MARKER = "##"  # between context and version in a name
TRACKER = os.path.join("META-INF", "war-tracker")  # Tomcat's own note in a folder that it has unpacked
_SAME = 1.0  # seconds; Tomcat notes times in milliseconds, older Javas in seconds


def split(name: str) -> t.Tuple[str, str]:
    """File name of a WAR -> what stands for its context, and its version, "" where it has none."""
    stem = name[: -len(".war")] if name.endswith(".war") else name
    context, marker, version = stem.rpartition(MARKER)
    return (context, version) if marker else (stem, "")


def there(base: str) -> t.List[str]:
    """File names of the versions in a Tomcat's webapps, whoever has put them there, with or without their WAR.

    None where this account may not look: what it may not do is for others to tell.
    """
    try:
        names = os.listdir(os.path.join(base, "webapps"))
    except OSError:
        names = []
    stems = {name[: -len(".war")] if name.endswith(".war") else name for name in names}
    return sorted(stem + ".war" for stem in stems if MARKER in stem)


def draining(item: t.Dict[str, t.Any], name: str) -> bool:
    """Whether Tomcat itself takes this WAR away, when its last session has ended: there is a newer one of its context.

    :param item: one entry of the module's ``bases``.
    :param name: file name of a WAR.
    """
    if item.get("old_versions") != "remove":
        return False
    context, version = split(name)
    declared = [split(war["name"]) for war in item["wars"] if war["state"] == "present"]
    return any(other == context and newer > version for other, newer in declared)


def taken_up(war: str) -> bool:
    """Whether a running Tomcat has begun to deploy this very file: unpacked it, or works with it as it is.

    It has not started it by then, but knows of it, and its health check says no until it has.
    """
    try:
        wanted = os.lstat(war).st_mtime
    except OSError:
        return False
    folder = war[: -len(".war")]
    if os.path.isdir(folder):
        return abs(_time(os.path.join(folder, TRACKER)) - wanted) <= _SAME
    base = os.path.dirname(os.path.dirname(war))
    work = glob.glob(os.path.join(glob.escape(base), "work", "*", "*", glob.escape(os.path.basename(folder))))
    return any(_time(path) >= wanted - _SAME for path in work)


def _time(path: str) -> float:
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return 0.0
