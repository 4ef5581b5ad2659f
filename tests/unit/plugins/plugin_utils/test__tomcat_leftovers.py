# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a Tomcat works and leaves its dumps, and which options of the JVM that takes."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _tomcat_leftovers

PLACES = ["-XX:ErrorFile=/d/hs_err_pid%p.log", "-XX:ReplayDataFile=/d/replay_pid%p.log"]
ONE = ["-XX:+HeapDumpOnOutOfMemoryError", "-XX:HeapDumpPath=/opt/app01/var/heap.hprof"]


def full(**more: t.Any) -> dict[str, t.Any]:
    item = {"base": "/opt/app01", "jvm_options": [], "environment": {}, **more}
    _tomcat_leftovers.folders(item)
    return item


def test_all_folders_are_the_instances_own() -> None:
    item = full()
    places = [item[key] for key in ("directory", "dump_dir", "temp_dir")]
    assert places == ["/opt/app01/var", "/opt/app01/var", "/opt/app01/temp"]
    assert _tomcat_leftovers.errors(item) == []


def test_two_working_directories_are_one_too_many() -> None:
    options = {"directory": "/srv/other"}
    (problem,) = _tomcat_leftovers.errors(full(directory="/srv/shop", program_options=options))
    assert "/srv/other" in problem
    assert "/srv/shop" in problem
    assert _tomcat_leftovers.errors(full(directory="/srv/other", program_options=options)) == []


@pytest.mark.parametrize(
    ("more", "options"),
    [
        ({}, []),
        ({"dump_dir": "/opt/app01/var/"}, []),
        ({"dump_dir": "/d"}, [*PLACES, "-XX:HeapDumpPath=/d"]),
        # A working directory that may well be root's
        ({"directory": "/d", "dump_dir": "/d"}, []),
        ({"heap_dump": True}, ONE),
        ({"heap_dump": True, "dump_dir": "/d"}, [*PLACES, ONE[0], "-XX:HeapDumpPath=/d/heap.hprof"]),
        # What somebody has said is not said again, wherever it was
        ({"heap_dump": True, "jvm_options": ["-XX:HeapDumpPath=/x"]}, ONE[:1]),
        ({"dump_dir": "/d", "environment": {"JAVA_OPTS": "-XX:ErrorFile=/x -XX:HeapDumpPath=/y"}}, PLACES[1:]),
    ],
)
def test_options_are_those_that_the_jvm_needs_to_be_told(more: dict, options: list[str]) -> None:
    assert _tomcat_leftovers.options(full(**more)) == options


def test_a_working_directory_elsewhere_leaves_dumps_where_they_can_be_written() -> None:
    options = _tomcat_leftovers.options(full(directory="/opt/app01/bin"))
    assert [option.rpartition("=")[2] for option in options] == [
        "/opt/app01/var/hs_err_pid%p.log", "/opt/app01/var/replay_pid%p.log", "/opt/app01/var",
    ]  # fmt: skip
