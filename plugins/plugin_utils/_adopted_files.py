# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of adopted hosts on the controller. Nobody but their owner can read any of them, at no moment."""

from __future__ import annotations

import json
import os
import pathlib
import shlex
import shutil
import tempfile

from . import _adopted

READ = ".adopted"  # what was read, until the variables are written
VARIABLES, VAULT = "supervisor.yml", "vault.yml"


def keep(output: str, host: str, read: dict) -> None:
    """Keep what was read of one host. Raises OSError."""
    folder = _folder(pathlib.Path(output).expanduser().resolve() / READ)
    _replace(folder / _safe(host), json.dumps(read))


def _safe(host: str) -> str:
    """The name of a host as the name of a file."""
    if host in (".", "..") or "/" in host or not host:
        raise OSError(f"{host!r} cannot be the name of a folder")
    return host


def names(output: str, hosts: list[str], group: str) -> list[str]:
    """The files that there would be, apart from those with secrets."""
    folders = [f"group_vars/{group}"] if group and len(hosts) > 1 else []
    folders += [f"host_vars/{host}" for host in hosts]
    return [str(pathlib.Path(output) / folder / VARIABLES) for folder in folders]


def write(output: str, hosts: list[str], group: str) -> tuple[list[str], bool]:
    """Write the variables of these hosts; the files, those with secrets last, and whether anything changed.

    Raises OSError, and ValueError where something is missing, or a file is there that says something else.
    """
    top = pathlib.Path(output).expanduser().resolve()
    read = [_kept(top, host) for host in hosts]
    common, parts = _adopted.shared(read) if group else _adopted.alone(read)
    wanted: dict[pathlib.Path, str] = {}
    if common.variables:
        _add(wanted, top / "group_vars" / _safe(group), common, f"the hosts of {group}")
    for host, part in parts.items():
        if part.variables:
            _add(wanted, top / "host_vars" / host, part, host)
    new = {path: text for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text}
    there = [str(path) for path in new if path.exists()]
    if there:
        raise ValueError(
            f"{', '.join(there)} is there already and says something else. It may hold what somebody has added, so "
            "it is left alone: move it away, or give another folder. Nothing was written."
        )
    for path, text in new.items():
        _folder(path.parent)
        _replace(path, text)
    shutil.rmtree(top / READ, ignore_errors=True)
    return sorted(map(str, wanted), key=lambda path: (path.endswith(VAULT), path)), bool(new)


def encryption(files: list[str]) -> str:
    """The command that encrypts those of the files that hold secrets; "" if none does.

    It names just these: ansible-vault stops at the first file that is encrypted already, and leaves those after it.
    """
    secret = [shlex.quote(path) for path in files if pathlib.Path(path).name == VAULT]
    return " \\\n  ".join(["ansible-vault encrypt", *secret]) if secret else ""


def _kept(top: pathlib.Path, host: str) -> _adopted.Host:
    try:
        read = json.loads((top / READ / _safe(host)).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(
            f"{host} was not read into {top}: run supervisor_adopt with the same output for it first."
        ) from None
    return _adopted.Host(host, read["variables"], read["secrets"])


def _add(wanted: dict[pathlib.Path, str], folder: pathlib.Path, part: _adopted.Part, whom: str) -> None:
    wanted[folder / VARIABLES] = _adopted.written(part, whom)
    if part.secrets:
        wanted[folder / VAULT] = _adopted.vault(part, whom, str(folder / VAULT))


def _folder(path: pathlib.Path) -> pathlib.Path:
    """Make a folder for its owner alone; one that is there stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def _replace(path: pathlib.Path, text: str) -> None:
    """Write a file as a whole: mode 0600 from its first byte on."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".fleet-")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    pathlib.Path(name).replace(path)
