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
import re
import sys
import tarfile
import typing as t

from . import _role_spec

PACKAGE = "supervisord_fleet_alerts"
PLACES = ("program_dir", "config_dir", "data_dir", "maintenance_dir", "supervisor_config_file", "python")
FILES = os.path.join(_role_spec.ROLES, "alerts", "files")
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


def misplaced(values: t.Mapping[str, t.Any]) -> list[str]:
    """What of a listener's name and places cannot be: sentences that begin with a variable's name without ``alerts_``.

    :param values: the role's variables, as ``role_variables`` returns them.
    """
    name, url = str(values["name"]), str(values["supervisor_url"])
    places = {place: str(values[place]) for place in PLACES if values[place]}
    found = [
        f"{place}: {path!r}; give an absolute path below /"
        for place, path in places.items()
        if not path.startswith("/") or os.path.normpath(path).strip("/") == ""
    ]
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", name):
        found.append(f"name: {name!r}; give a name of letters, digits, dots, dashes and underscores")
    if url and not re.fullmatch(r"unix:///\S+|https?://[^\s/?#]+\S*", url):
        found.append(f"supervisor_url: {_without_login(url)!r}; give unix:///PATH or http://HOST:PORT")
    return found or _exposed(name, places)


def _without_login(url: str) -> str:
    return re.sub(r"[^/]*@", "", url)


def _exposed(name: str, places: t.Mapping[str, str]) -> list[str]:
    """Places in the folder that is the listener's own account's: whoever has that account could put his own there."""
    own = os.path.normpath(os.path.join(places["data_dir"], name))
    roots = {place: places[place] for place in ("config_dir", "maintenance_dir")}
    roots["program_dir"] = os.path.join(places["program_dir"], name)
    return [
        f"{place}: {places[place]!r} leads into {own}, the folder of the listener's own account; give another one"
        for place, path in roots.items()
        if os.path.commonpath([own, os.path.normpath(path)]) == own
    ]


def listener(files: str, name: str) -> t.Any:
    """A module of the listener. It needs nothing but the standard library, and changes nothing when it is imported.

    :param files: the role's folder of files.
    """
    if files not in sys.path:
        sys.path.append(files)
    return importlib.import_module(f"{PACKAGE}.{name}")


def rows(outcomes: dict[str, dict[str, t.Any]], foreseen: bool = False, route: str = "") -> list[dict[str, t.Any]]:
    """One row for each route of each host, and one for a host that could not say.

    :param outcomes: host -> what came of it, as the filter alerts_test_rows documents it.
    :param foreseen: that of a dry run, in which nothing is sent.
    :param route: the only one that is tried.
    """
    return [row for host, outcome in outcomes.items() for row in _rows(host, outcome, foreseen, route)]


def _rows(host: str, outcome: dict[str, t.Any], foreseen: bool, route: str) -> list[dict[str, t.Any]]:
    why = _untried(outcome)
    if why:
        return [_without(host, *why)]
    if foreseen:
        return [_without(host, "would send", f"a test through {f'the route {route}' if route else 'every route'}")]
    result = outcome["sent"]
    if result.get("unreachable"):
        return [_without(host, "unreachable", str(result.get("msg") or "").strip())]
    try:
        routes = json.loads(result.get("stdout") or "")["routes"]
    except (ValueError, KeyError, TypeError):
        said = str(result.get("stderr") or result.get("msg") or "").strip()
        return [_without(host, "failed", said or "the listener's program said nothing")]
    if not routes:
        return [_without(host, "failed", "there is no such route")]
    told = (("type", "type"), ("seconds", "seconds"), ("message", "why"))
    return [
        {"host": host, "name": name, "route": name, "result": "ok" if one["arrived"] else "failed"}
        | {ours: one[key] for ours, key in told}
        for name, one in routes.items()
    ]


def _untried(outcome: dict[str, t.Any]) -> tuple[str, str] | None:
    """Why nothing can be sent from a host, if so: a result and a message."""
    if not outcome:
        return "failed", "it has failed before a test could be sent; what was wrong stands above"
    if outcome["unreachable"]:
        return "unreachable", str(outcome["msg"]).strip()
    if not outcome["installed"]:
        return "failed", "there is no listener of the role alerts"
    if not outcome["python"]:
        tried = ", ".join(map(str, outcome["pythons"]))
        return "failed", f"none of {tried} is a Python 3.6 or newer; see alerts_python"
    return None


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
        sources = _sources(os.path.join(files, PACKAGE))
        for folder in sorted({os.path.dirname(path) for path in sources}):  # else they get the mode of some umask
            _add(tar, os.path.relpath(folder, files))
        for path in sources:
            with open(path, "rb") as stream:
                _add(tar, os.path.relpath(path, files), stream.read())
        _add(tar, COMPLETE, b"")
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream:
        stream.write(raw.getvalue())
    return packed.getvalue()


def _sources(folder: str) -> list[str]:
    found = [os.path.join(where, name) for where, _folders, names in os.walk(folder) for name in names]
    return sorted(path for path in found if path.endswith(".py"))


def _add(tar: tarfile.TarFile, name: str, data: bytes | None = None) -> None:
    """A file, or without data a folder."""
    info = tarfile.TarInfo(name)
    info.mode = 0o755 if data is None else 0o644
    info.type = tarfile.DIRTYPE if data is None else tarfile.REGTYPE
    info.size = len(data or b"")
    tar.addfile(info, io.BytesIO(data or b""))
