# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jars for the lib folder of Tomcat instances, as they are declared: names, and what is wrong with them.

Pure: text in, text out.
"""

from __future__ import annotations

import posixpath
import re
import typing as t

from . import _deliver

NAME = re.compile(r"^[A-Za-z0-9_][^/\\\x00-\x1f]*\.jar\Z")


def filled(item: dict, settings: dict) -> tuple[list[dict[str, t.Any]], list[str]]:
    """The jars of an instance: those for all, and its own, which win where they have the same name.

    :param item: one entry of tomcat_app_instances.
    :param settings: the role's variables without their prefix.
    :returns: the jars, and sentences about what cannot be right in its own.
    """
    own = [_lib(lib) for lib in item.get("libs") or []]
    shared = [_lib(lib) for lib in settings.get("libs") or []]
    names = {lib["name"] for lib in own}
    return [lib for lib in shared if lib["name"] not in names] + own, _errors("libs", own)


def shared_errors(settings: dict) -> list[str]:
    """Sentences about what cannot be right in the jars for all instances."""
    return _errors("tomcat_app_libs", [_lib(lib) for lib in settings.get("libs") or []])


def _errors(where: str, libs: list[dict[str, t.Any]]) -> list[str]:
    problems = []
    names = [lib["name"] for lib in libs]
    for lib in libs:
        name, src = lib["name"], lib["src"]
        if lib["state"] != "absent" and not src:
            problems.append(f"{where}: {name or 'an entry'} has no src. Give a URL or a file on the controller.")
        elif not NAME.match(name):
            cure = "Give a jar, and where src does not end with its name a name such as postgresql.jar."
            problems.append(f"{where}: {name!r} is no name of a jar. {cure}")
        elif names.count(name) > 1:
            problems.append(f"{where}: two entries are named {name}. Take one of them out, or give it another name.")
        elif lib["state"] != "absent" and _deliver.URL.match(src) and not lib["checksum"]:
            problems.append(no_checksum(f"{where}: {name}: checksum", "it"))
    return sorted(set(problems))


def no_checksum(where: str, told: str) -> str:
    """What is said of a jar from a URL that nobody could verify.

    :param where: its checksum, as a user knows it.
    :param told: the address, without secrets.
    """
    return (
        f"{where} is empty, so nobody could tell whether {told} is what was published. Set it to "
        "'sha256:...' or 'sha512:...' as the publisher states it, or name a file on the controller."
    )


def _lib(lib: dict) -> dict[str, t.Any]:
    src = str(lib.get("src") or "")
    path = src.partition("?")[0].partition("#")[0] if _deliver.URL.match(src) else src
    return {
        "name": str(lib.get("name") or "") or posixpath.basename(path),
        "src": src,
        "checksum": str(lib.get("checksum") or ""),
        "state": lib.get("state") or "present",
    }
