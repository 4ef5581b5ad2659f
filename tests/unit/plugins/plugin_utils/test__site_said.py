# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is missing for a site is said once for all hosts that miss it, and what --limit leaves out is said at all."""

from __future__ import annotations

import pathlib
import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _local_file, _role_needs, _site_said

TWO = {"archive": "", "versions": [{"archive": "x"}, {"archive": "y", "state": "absent"}]}
WARS = [{"src": "a.war"}, {"context": "/b", "state": "absent"}]
GROUPS = {"app_hosts": ["a", "b"], "monitor_hosts": ["b"]}


def test_nothing_missing_is_no_message() -> None:
    assert _site_said.message({"a": [], "b": []}, GROUPS) == ""


def test_a_fault_stands_once_with_those_who_have_it() -> None:
    told = _site_said.message({"a": ["x: 1", "y: 2"], "b": ["x: 1", "z: 3"]}, GROUPS)
    assert told.splitlines() == [
        "Nothing was touched. 3 things are missing or wrong in the variables of this site:",
        "- app_hosts: x: 1",
        "- a: y: 2",
        "- b: z: 3",
    ]


def test_many_hosts_are_counted() -> None:
    hosts = [f"h{number}" for number in range(9)]
    told = _site_said.message({host: ["x: 1"] for host in hosts}, {"app_hosts": [*hosts, "h9"]})
    assert told.splitlines()[1] == "- h0, h1, h2, h3, h4 and 4 more: x: 1"


def test_who_is_left_out_by_a_limit_is_told_with_the_way_to_them() -> None:
    word = _site_said.left_out({"lb_hosts": ["load_balancer"], "monitor_hosts": ["monitor_web"]}, GROUPS, ["a"])
    assert "--limit leaves out monitor_web on b" in word
    assert word.endswith("--limit monitor_hosts.")
    assert _site_said.left_out({"monitor_hosts": ["monitor_web"]}, GROUPS, ["b"]) == ""
    assert _site_said.left_out({"lb_hosts": ["load_balancer"]}, {}, ["b"]) == ""


def test_addresses_of_examples_are_nobodys() -> None:
    assert "192.0.2.41" in _role_needs.example_address({"ansible_host": "192.0.2.41"})[0]
    for address in ("10.0.0.41", "c701.example.com", "", None):
        assert _role_needs.example_address({"ansible_host": address}) == []


@pytest.mark.parametrize(
    ("role", "values", "named"),
    [
        ("jdk", {"archive": "jdk.tar.gz"}, ["jdk_archive"]),
        ("jdk", {"archive": "jdk.tar.gz", "install_method": "package"}, []),
        ("jdk", {"archive": "jdk.tar.gz", "state": "absent"}, []),
        (
            "jdk",
            {"archive": "", "versions": [{"archive": "x"}, {"archive": "y", "state": "absent"}]},
            ["jdk_versions: version 1: archive"],
        ),
        ("tomcat_app", {"archive": "t.tar.gz", "instances": []}, []),
        ("tomcat_app", {"archive": "t.tar.gz", "instances": [{"name": "a", "state": "absent"}]}, []),
        (
            "tomcat_app",
            {
                "archive": "t.tar.gz",
                "instances": [{"name": "a", "wars": [{"src": "a.war"}, {"context": "/b", "state": "absent"}]}],
            },
            ["tomcat_app_archive", "tomcat_app_instances: instance a: wars: war 1: src"],
        ),
        ("monitor_web", {"archive": "m.tar.gz"}, ["monitor_web_archive"]),
        ("supervisor", {}, []),
    ],
)
def test_the_archives_of_a_role_have_the_names_of_their_variables(role: str, values: dict, named: list[str]) -> None:
    assert [source.names[0] for source in _role_needs.sources(role, values)] == named


@pytest.mark.parametrize(
    ("role", "values", "named"),
    [
        ("jdk", {"archive": "", "name": ""}, "jdk_archive is empty"),
        ("tomcat_app", {"version": "", "instances": [{"name": "a"}]}, "tomcat_app_version is empty"),
        ("monitor_web", {"archive": "m.tar.gz", "checksum": ""}, "monitor_web_checksum is empty"),
    ],
)
def test_what_has_to_be_said_and_is_not(role: str, values: dict, named: str) -> None:
    (fault,) = _role_needs.missing(role, values)
    assert fault.startswith(named)
    assert _role_needs.missing(role, {}) == []  # what is known to be wrong is not told twice


def variables(tmp_path: pathlib.Path, **more: t.Any) -> dict[str, t.Any]:
    (tmp_path / "fleet").mkdir(exist_ok=True)
    (tmp_path / "fleet" / "hosts.yml").touch()
    return {"inventory_dir": str(tmp_path / "fleet"), "playbook_dir": str(tmp_path / "plays"), **more}


@pytest.mark.parametrize("place", ["fleet", "fleet/files", ".", "files", "plays", "plays/files", "here", "here/files"])
def test_a_relative_file_is_found_where_people_put_it(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    path = tmp_path / place / "jdk.tar.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    assert _local_file.find("jdk.tar.gz", variables(tmp_path))[0] == str(path.resolve())


def test_an_inventory_that_is_one_file_has_its_folder(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "fleet" / "files" / "a.war"
    known = variables(tmp_path, ansible_inventory_sources=[str(tmp_path / "fleet" / "hosts.yml"), "c701,"])
    path.parent.mkdir()
    path.touch()
    assert _local_file.find("a.war", {**known, "inventory_dir": None})[0] == str(path)


def test_where_it_was_looked_for_is_known(tmp_path: pathlib.Path) -> None:
    path, looked = _local_file.find("nowhere.tar.gz", variables(tmp_path))
    assert path == ""
    assert looked[:2] == [str(tmp_path / "fleet"), str(tmp_path)]
    # Of the folder of an inventory nobody is told: what lies there is read as an inventory.
    path, looked = _local_file.find(
        "nowhere.tar.gz", variables(tmp_path, ansible_inventory_sources=[str(tmp_path / "fleet")])
    )
    assert looked[0] == str(tmp_path)
    assert str(tmp_path / "fleet") not in looked
    assert _local_file.find("/nowhere/at/all", variables(tmp_path)) == ("", [])


def test_archives_inside_an_inventory_are_told_with_the_place_for_them(tmp_path: pathlib.Path) -> None:
    known = variables(tmp_path, ansible_inventory_sources=[str(tmp_path / "fleet"), "c701,"])
    assert _site_said.misplaced(_local_file.misplaced(known)) == ""
    for name in ("files/jdk.tar.gz", "app.WAR", "group_vars/all/kept.zip", ".git/kept.zip"):
        path = tmp_path / "fleet" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    word = _site_said.misplaced(_local_file.misplaced(known))
    assert f"{tmp_path}/fleet (app.WAR, files/jdk.tar.gz)" in word
    assert word.endswith(f"Put them beside it, into {tmp_path}/files.")
    # An inventory that is one file is read alone.
    alone = {**known, "ansible_inventory_sources": [str(tmp_path / "fleet" / "hosts.yml")]}
    assert _local_file.misplaced(alone) == {}
