# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of good settings cannot work on this host: files and folders that are not there, or not for this account."""

import os
import typing as t


def faults(settings: t.Mapping[str, t.Any]) -> t.List[str]:
    """A sentence for each, in the words of settings. Whoever asks must already be the account that will listen."""
    found = _folder("folder", settings["folder"])
    found += _written("metrics.file", settings["metrics"]["file"])
    for kind in ("routes", "watch"):
        for number, one in enumerate(settings[kind]):
            found += _read("%s[%d].ca_file" % (kind, number), one["ca_file"])
    for number, route in enumerate(settings["routes"]):
        if route["type"] == "command":
            found += _run("routes[%d].command" % number, route["command"][0])
    return found


def _folder(where: str, path: str) -> t.List[str]:
    if not os.path.isdir(path):
        return [
            "%s: there is no folder %s that the listener's account may see; make it, for that account" % (where, path)
        ]
    if not os.access(path, os.W_OK | os.X_OK):
        return [
            "%s: the listener's account may not write into the folder %s; let it, or give another one" % (where, path)
        ]
    return []


def _written(where: str, path: str) -> t.List[str]:
    """A file that is replaced as one, so that its folder is what counts."""
    if os.path.isdir(path):
        return ["%s: %s is a folder; give a file" % (where, path)]
    return _folder(where, os.path.dirname(path)) if path else []


def _read(where: str, path: str) -> t.List[str]:
    if not path or (os.path.isfile(path) and os.access(path, os.R_OK)):
        return []
    return ["%s: there is no file %s that the listener's account may read" % (where, path)]


def _run(where: str, path: str) -> t.List[str]:
    if os.path.isfile(path) and os.access(path, os.X_OK):
        return []
    return ["%s: there is no program %s that the listener's account may run" % (where, path)]
