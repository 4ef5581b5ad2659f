# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a Tomcat works, and where its JVM leaves what is needed on a bad day: error files, replay files, heap dumps.

All that a JVM or an application writes under a relative name lies in its working directory, which its user may write.
"""

from __future__ import annotations

import posixpath
import typing as t

from . import _tomcat_ports

WORK = "var"  # one level below the base, as bin is, so that ../logs/x leads to the same place as ever
ERROR_FILE, REPLAY_FILE, HEAP_PATH = "-XX:ErrorFile=", "-XX:ReplayDataFile=", "-XX:HeapDumpPath="
ON_OUT_OF_MEMORY = "-XX:+HeapDumpOnOutOfMemoryError"
# One name, for a JVM does not write over a heap dump: what comes after the first one takes no more space.
HEAP_FILE = "heap.hprof"


def folders(full: dict[str, t.Any]) -> None:
    """Fill in directory, dump_dir and temp_dir of an instance where nobody has named them."""
    given = full.get("program_options") or {}
    named = full.get("directory") or given.get("directory")
    full["directory"] = str(named) if named else posixpath.join(full["base"], WORK)
    other = given.get("directory")
    full["directory_twice"] = other if other and named != other else ""
    if "directory" in given:
        full["program_options"] = {key: value for key, value in given.items() if key != "directory"}
    full["dump_dir"] = full.get("dump_dir") or posixpath.join(full["base"], WORK)
    full["temp_dir"] = full.get("temp_dir") or posixpath.join(full["base"], "temp")


def tell(full: dict[str, t.Any]) -> None:
    """Put what the JVM has to be told before all other options of an instance."""
    full["jvm_options"] = options(full) + full["jvm_options"]


def options(full: dict[str, t.Any]) -> list[str]:
    """Options of the JVM for an instance: those that its own place for dumps and its wish for them need.

    None where the JVM does so by itself, and none that somebody has set in any of the ways there are.
    """
    place = full["dump_dir"]
    wanted = []
    if posixpath.normpath(place) != posixpath.normpath(full["directory"]):
        wanted += [f"{ERROR_FILE}{place}/hs_err_pid%p.log", f"{REPLAY_FILE}{place}/replay_pid%p.log"]
        wanted += [] if full.get("heap_dump") else [f"{HEAP_PATH}{place}"]
    if full.get("heap_dump"):
        wanted += [ON_OUT_OF_MEMORY, f"{HEAP_PATH}{place}/{HEAP_FILE}"]
    given = [*full["jvm_options"], *_tomcat_ports.words(full["environment"])]
    return [option for option in wanted if not any(word.startswith(_flag(option)) for word in given)]


def _flag(option: str) -> str:
    return option.partition("=")[0] + ("=" if "=" in option else "")


def errors(full: dict[str, t.Any]) -> list[str]:
    """Folders that are no places for what they are for, and a working directory that was said twice."""
    twice = (
        f"program_options: directory {full['directory_twice']} and directory {full['directory']} are two working "
        "directories. Keep directory alone."
    )
    return ([twice] if full["directory_twice"] else []) + [
        f"{key}: {full[key]} is no absolute path. Write one, such as {{base}}/{WORK}."
        for key in ("directory", "dump_dir", "temp_dir")
        if not posixpath.isabs(full[key]) and not full[key].startswith(full["base"] + "/")  # whose own fault is told
    ]
