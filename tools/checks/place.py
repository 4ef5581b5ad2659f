# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are in this checkout and on this machine."""

from __future__ import annotations

import os
import re
import subprocess
import typing as t
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"
LOGS = BUILD / "logs"

CORES: t.Mapping[str, str] = {"2.16": "3.11, 3.12 or 3.10", "2.19": "3.11, 3.12 or 3.13", "2.21": "3.13, 3.12 or 3.14"}


def environment(core: str, extra: t.Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what a process needs to run with ansible-core ``core``; tools/env.sh stands behind the caller's own."""
    path = os.environ["PATH"].split(os.pathsep)
    path = [str(BUILD / f"core-{core}" / "bin"), *(item for item in path if not item.startswith(str(BUILD / "core-")))]
    plain = {"PATH": os.pathsep.join(path), "FLEET_CORE": core, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **plain, **dict(extra)}


def text(log: Path) -> str:
    """Return what is in the log of a check, without the colours of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(encoding="utf-8", errors="replace"))


def core_missing(core: str) -> str:
    """Say why ansible-core ``core`` cannot run here; empty when it can."""
    if (BUILD / f"core-{core}" / "bin" / "ansible").exists():
        return ""
    return f"ansible-core {core} needs Python {CORES[core]}, none is on this machine"


def python_missing(version: str) -> str:
    """Say that a Python is not here; empty when it is."""
    if (BUILD / "pythons" / f"python{version}").exists():
        return ""
    return f"needs python{version}, which is not on this machine"


def files(*patterns: str) -> tuple[str, ...]:
    """List the project's files that match, relative to the root: what git knows or would add, and what exists."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return tuple(sorted(name for name in listed if (ROOT / name).is_file()))


def shell_scripts() -> tuple[str, ...]:
    """List every shell script, by its name or its first line."""
    return tuple(name for name in files() if name.endswith(".sh") or _interpreter(name) in {"sh", "bash"})


def python_files() -> tuple[str, ...]:
    """List every Python file, by its name or its first line."""
    return tuple(name for name in files() if name.endswith(".py") or _interpreter(name) == "python3")


def _interpreter(name: str) -> str:
    """Return the program that a file's first line asks for, empty where it asks for none."""
    with (ROOT / name).open("rb") as stream:
        first = stream.readline(80)
    words = first[2:].decode(errors="replace").replace("/", " ").split() if first.startswith(b"#!") else []
    return words[-1] if words else ""
