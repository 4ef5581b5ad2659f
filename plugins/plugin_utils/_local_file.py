# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file on the controller that a variable names by a relative path: where people put such files.

Ansible itself looks into the folders of role and playbook only, and those of this collection are no place for files of
users. Large files belong beside the folder of an inventory and not into it: Ansible would read them as inventories.
"""

from __future__ import annotations

import os
import re
import typing as t

ARCHIVES = (".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".tar", ".war", ".zip")
# What Ansible passes over in the folder of an inventory.
_NO_INVENTORY = re.compile(r"\.|(host_vars|group_vars|vars_plugins)\Z")


def folders(variables: t.Mapping[str, t.Any]) -> list[str]:
    """Where a relative path is looked for, and in the folder "files" of each.

    :param variables: those of the host: inventory_dir, ansible_inventory_sources, playbook_dir.
    """
    sources = [str(source) for source in variables.get("ansible_inventory_sources") or []]
    given = [one if os.path.isdir(one) else os.path.dirname(one) for one in sources if os.path.exists(one)]
    beside = [os.path.abspath(one) for one in (str(variables.get("inventory_dir") or ""), *given) if one]
    found = [path for one in beside for path in (one, os.path.dirname(one))]
    found += [str(variables.get("playbook_dir") or ""), os.getcwd()]
    return list(dict.fromkeys(os.path.abspath(folder) for folder in found if folder))


def _inventories(variables: t.Mapping[str, t.Any]) -> list[str]:
    """Folders of which Ansible reads every file, and every file of the folders in them, as an inventory."""
    given = [os.path.abspath(str(one)) for one in variables.get("ansible_inventory_sources") or []]
    return list(dict.fromkeys(one for one in given if os.path.isdir(one)))


def misplaced(variables: t.Mapping[str, t.Any]) -> dict[str, list[str]]:
    """Folder of an inventory -> archives that lie in it."""
    found = {folder: sorted(_archives(folder)) for folder in _inventories(variables)}
    return {folder: names for folder, names in found.items() if names}


def _archives(top: str) -> t.Iterator[str]:
    for here, inner, names in os.walk(top):
        inner[:] = [name for name in inner if not _NO_INVENTORY.match(name)]
        for name in names:
            if name.lower().endswith(ARCHIVES) and not name.startswith("."):
                yield os.path.relpath(os.path.join(here, name), top)


def find(name: str, variables: t.Mapping[str, t.Any]) -> tuple[str, list[str]]:
    """The first file of that name, "" when there is none; and the folders for such files that were looked into.

    Those of inventories are looked into, too, and not told of: nobody should put files there.
    """
    path = os.path.expanduser(name)
    if os.path.isabs(path):
        return (path if os.path.exists(path) else "", [])
    looked = folders(variables)
    candidates = [os.path.join(one, *inner, path) for one in looked for inner in ((), ("files",))]
    return next((full for full in candidates if os.path.isfile(full)), ""), _told(looked, variables)


def _told(looked: list[str], variables: t.Mapping[str, t.Any]) -> list[str]:
    closed = _inventories(variables)
    return [one for one in looked if not any(os.path.commonpath([one, top]) == top for top in closed)]
