# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listener of the role alerts, seen from the controller: what it refuses, and its files as one archive."""

from __future__ import annotations

import gzip
import hashlib
import importlib
import io
import json
import os
import sys
import tarfile
import typing as t

PACKAGE = "supervisord_fleet_alerts"
COMPLETE = "complete"  # the last file of the archive: where it is, all others are


def faults(settings: dict[str, t.Any], files: str) -> list[str]:
    """What the listener would refuse, as sentences without secrets; the very code that runs on the host judges.

    :param files: the role's folder of files.
    """
    config = listener(files, "config")
    try:
        config.checked(settings)
    except listener(files, "settings").Faults as found:
        return [str(fault) for fault in found.faults]
    return []


def listener(files: str, name: str) -> t.Any:
    """A module of the listener. It needs nothing but the standard library, and changes nothing when it is imported.

    :param files: the role's folder of files.
    """
    if files not in sys.path:
        sys.path.append(files)
    return importlib.import_module(f"{PACKAGE}.{name}")


def rows(sent: dict[str, dict[str, t.Any]], foreseen: bool = False) -> list[dict[str, t.Any]]:
    """One row for each route of each host, and one for a host that could not say.

    :param sent: host -> result of the command that sends the tests.
    :param foreseen: that of a dry run, in which nothing is sent.
    """
    return [row for host, result in sent.items() for row in _rows(host, result, foreseen)]


def _rows(host: str, result: dict[str, t.Any], foreseen: bool) -> list[dict[str, t.Any]]:
    if result.get("unreachable"):
        return [_without(host, "unreachable", str(result.get("msg") or "").strip())]
    if foreseen:
        return [_without(host, "would send", "a test through every route")]
    try:
        routes = json.loads(result.get("stdout") or "")["routes"]
    except (ValueError, KeyError, TypeError):
        why = str(result.get("stderr") or result.get("msg") or "").strip()
        return [_without(host, "failed", why or "there is no listener of the role alerts")]
    if not routes:
        return [_without(host, "failed", "there is no such route")]
    told = (("type", "type"), ("seconds", "seconds"), ("message", "why"))
    return [
        {"host": host, "name": name, "route": name, "result": "ok" if one["arrived"] else "failed"}
        | {ours: one[key] for ours, key in told}
        for name, one in routes.items()
    ]


def _without(host: str, result: str, message: str) -> dict[str, t.Any]:
    """The row of a host of which no route is known."""
    return {"host": host, "name": "", "route": "", "result": result, "message": message}


def archive(files: str, folder: str) -> dict[str, str]:
    """Pack the listener's files; return the path of the archive and what names it: equal files have an equal name.

    :param files: the role's folder of files.
    :param folder: where to put the archive.
    """
    data = _packed(files)
    digest = hashlib.sha256(data).hexdigest()[:12]
    path = os.path.join(folder, f"{PACKAGE}-{digest}.tar.gz")
    if not os.path.exists(path):
        fresh = f"{path}.{os.getpid()}"
        with open(fresh, "wb") as stream:
            stream.write(data)
        os.replace(fresh, path)
    return {"path": path, "name": digest}


def _packed(files: str) -> bytes:
    """The archive: the same bytes wherever and whenever it is made."""
    raw, packed = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in _sources(os.path.join(files, PACKAGE)):
            with open(path, "rb") as stream:
                _add(tar, os.path.relpath(path, files), stream.read())
        _add(tar, COMPLETE, b"")
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream:
        stream.write(raw.getvalue())
    return packed.getvalue()


def _sources(folder: str) -> list[str]:
    found = [os.path.join(where, name) for where, _folders, names in os.walk(folder) for name in names]
    return sorted(path for path in found if path.endswith(".py"))


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o644
    tar.addfile(info, io.BytesIO(data))
