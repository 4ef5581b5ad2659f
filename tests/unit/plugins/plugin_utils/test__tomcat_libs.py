# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jars as they are declared: for all instances and for one, and what is wrong with them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _role_needs, _tomcat_libs

DIGEST = "sha256:" + "0" * 64


def libs(own: list[dict], shared: t.Sequence[dict] = ()) -> list[dict]:
    found, problems = _tomcat_libs.filled({"libs": own}, {"libs": list(shared)})
    assert problems == []
    return found


@pytest.mark.parametrize(
    ("lib", "name"),
    [
        ({"src": "files/postgresql-42.7.4.jar"}, "postgresql-42.7.4.jar"),
        ({"src": "https://repo.example.com/x/postgresql.jar?token=1#x", "checksum": DIGEST}, "postgresql.jar"),
        ({"src": "https://repo.example.com/get?id=7", "checksum": DIGEST, "name": "ojdbc11.jar"}, "ojdbc11.jar"),
        ({"src": "files/what?.jar"}, "what?.jar"),
        ({"name": "old.jar", "state": "absent"}, "old.jar"),
    ],
)
def test_a_jar_has_the_name_of_its_source_or_its_own(lib: dict, name: str) -> None:
    assert [one["name"] for one in libs([lib])] == [name]


def test_an_instance_has_those_of_all_and_its_own_which_win() -> None:
    shared = [{"src": "a.jar"}, {"src": "b.jar"}, {"src": "c.jar"}]
    found = libs([{"src": "b/a.jar"}, {"name": "c.jar", "state": "absent"}], shared)
    assert [(one["name"], one["src"], one["state"]) for one in found] == [
        ("b.jar", "b.jar", "present"),
        ("a.jar", "b/a.jar", "present"),
        ("c.jar", "", "absent"),
    ]


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ([{"name": "a.jar"}], ["a.jar has no src", "URL or a file on the controller"]),
        ([{}], ["an entry has no src"]),
        ([{"src": "files/driver.zip"}], ["'driver.zip' is no name of a jar", "postgresql.jar"]),
        ([{"src": "a.jar", "name": "../a.jar"}], ["'../a.jar' is no name of a jar"]),
        ([{"src": "a.jar", "name": ".a.jar"}], ["'.a.jar' is no name of a jar"]),
        ([{"src": "a.jar"}, {"src": "b/a.jar"}], ["two entries are named a.jar"]),
        ([{"src": "https://u:SECRET@repo.example.com/a.jar"}], ["a.jar: checksum is empty", "sha256:"]),
    ],
)
@pytest.mark.parametrize("where", ["libs", "tomcat_app_libs"])
def test_what_is_wrong_is_said_with_its_variable_and_the_cure(own: list[dict], words: list[str], where: str) -> None:
    if where == "libs":
        _found, problems = _tomcat_libs.filled({"libs": own}, {})
    else:
        assert _tomcat_libs.filled({}, {"libs": own})[1] == []  # or each instance would say it again
        problems = _tomcat_libs.shared_errors({"libs": own})
    assert len(problems) == 1
    assert problems[0].startswith(where + ": ")
    assert [word for word in words if word not in problems[0]] == []
    assert "SECRET" not in problems[0]


def test_a_whole_site_is_told_of_jars_before_any_host_is_reached() -> None:
    remote = {"src": "https://u:SECRET@repo.example.com/a.jar"}
    instances = [{"name": "app01", "libs": [{"src": "mine.jar"}, remote]}, {"name": "app02", "state": "absent"}]
    values = {
        "version": "1",
        "instances": instances,
        "libs": [{"src": "all.jar"}, {"name": "x.jar", "state": "absent"}],
    }
    names = [source.names[0] for source in _role_needs.sources("tomcat_app", values) if source.src.endswith(".jar")]
    assert names == [
        "tomcat_app_libs: jar 1: src",
        "tomcat_app_instances: instance app01: libs: jar 1: src",
        "tomcat_app_instances: instance app01: libs: jar 2: src",
    ]
    (problem,) = _role_needs.missing("tomcat_app", values)
    assert problem.startswith("tomcat_app_instances: instance app01: libs: jar 2: checksum is empty")
    assert "SECRET" not in problem
