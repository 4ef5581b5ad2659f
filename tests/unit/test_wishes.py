# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of docs/tomcat.md: each has a check, is found at the top, and can be run beside the others."""

from __future__ import annotations

import json
import re
import typing as t
import zipfile

import pytest
import tomcat_page
import yaml

from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.tomcat_plan import tomcat_plan

TEXT = tomcat_page.PAGE.read_text(encoding="utf-8")
WISHES = tomcat_page.wishes(TEXT)
TABLE = tomcat_page.read_table()
SLUGS = [wish.slug for wish in WISHES]
# As tests/archives/build describes what it has made; no file of these is opened.
ARCHIVES = {
    name: {"archive": f"/archives/{file}", "checksum": "sha256:" + 64 * "0", "version": version}
    for name, file, version in (
        ("archives_tomcat", "apache-tomcat-10.1.60.tar.gz", "10.1.60"),
        ("archives_tomcat_upgrade", "apache-tomcat-11.0.22.tar.gz", "11.0.22"),
        ("archives_jdk", "openjdk-17.tar.gz", "17"),
        ("archives_jdk_small", "openjdk-17-small.tar.gz", "17-small"),
    )
}


def variables() -> dict[str, dict[int, dict[str, t.Any]]]:
    """Host -> round -> what the host has then, of the page as it stands."""
    return tomcat_page.rounds(WISHES, TABLE, tomcat_page.start(TABLE, ARCHIVES, TEXT))


def known() -> set[str]:
    """All variables of the roles that the examples are run with."""
    specs = [
        tomcat_page.ROOT / "roles" / role / "meta" / "argument_specs.yml"
        for role in ("supervisor", "jdk", "tomcat_app")
    ]
    texts = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in specs]
    return {name for text in texts for name in text["argument_specs"]["variables"]["options"]}


@pytest.mark.parametrize("wish", WISHES, ids=SLUGS)
def test_the_first_example_is_variables_of_roles_alone(wish):
    assert set(wish.variables) - known() == set()


def test_each_wish_has_a_check_and_each_check_a_wish():
    assert len(set(SLUGS)) == len(SLUGS)
    assert sorted(path.stem for path in (tomcat_page.SCENARIO / "checks").glob("*.yml")) == sorted(SLUGS)


@pytest.mark.parametrize("folder", ["before", "between"])
def test_what_precedes_a_wish_has_one(folder):
    assert {path.stem for path in (tomcat_page.SCENARIO / folder).glob("*.yml")} - set(SLUGS) == set()


@pytest.mark.parametrize("wish", WISHES, ids=SLUGS)
def test_a_check_can_fail(wish):
    tasks = yaml.safe_load((tomcat_page.SCENARIO / "checks" / f"{wish.slug}.yml").read_text(encoding="utf-8"))
    silent = {"name", "ansible.builtin.debug", "ansible.builtin.set_fact"}
    assert [task for task in tasks if set(task) - silent]


def test_each_wish_stands_in_the_list_at_the_top_once():
    listed = re.findall(r"\]\(#([\w-]+)\)", TEXT.partition("\n## ")[0])
    assert sorted(listed) == sorted(SLUGS)


def test_the_table_names_wishes_and_hosts_that_are_there():
    assert set(TABLE["places"]) - set(SLUGS) == set()
    hosts = {one["host"] for one in TABLE["places"].values() if "host" in one} | set(TABLE["turns"])
    assert hosts - set(TABLE["tomcats"]) == set()
    platforms = yaml.safe_load((tomcat_page.SCENARIO / "molecule.yml").read_text(encoding="utf-8"))["platforms"]
    assert {one["name"] for one in platforms} == set(TABLE["tomcats"])


def test_examples_do_not_contradict_each_other():
    """Ports, folders and names of all that is wished for on one host, as the role plans them."""
    for host, numbers in variables().items():
        for number, one in numbers.items():
            settings = {name.removeprefix("tomcat_app_"): value for name, value in one.items()}
            defaults = yaml.safe_load(
                (tomcat_page.ROOT / "roles/tomcat_app/defaults/main.yml").read_text(encoding="utf-8")
            )
            settings = {**{name.removeprefix("tomcat_app_"): value for name, value in defaults.items()}, **settings}
            settings["java_home"] = "/usr/local/java"
            settings["releases"] = [
                {key: settings[key] for key in ("version", "archive", "checksum")},
                *settings["versions"],
            ]
            seen = {"homes": None, "bases": {}, "listening": [], "privileged": True}
            settings = json.loads(re.sub(r"\{\{ *(vault_\w+) *\}\}", r"\1", json.dumps(settings)))  # as in a run
            assert tomcat_plan(settings["instances"], settings, seen)["errors"] == [], f"{host}, round {number}"


def test_a_wish_that_another_one_replaces_later_is_not_looked_at_after_it():
    plan = tomcat_page.plan(WISHES, TABLE, variables())
    assert [one["slug"] for one in plan["last"]["life"] if "version" in one["slug"]] == [
        "go-back-to-the-version-before"
    ]
    looked = {
        one["slug"] for number in plan["rounds"].values() for step in number["steps"].values() for one in step["checks"]
    }
    assert looked == set(SLUGS)


def test_wishes_that_share_an_instance_share_a_host():
    def wish(slug, *names):
        return tomcat_page.Wish(slug, slug, {"tomcat_app_instances": [{"name": name} for name in names]})

    found = [wish("one", "a"), wish("two", "b"), wish("three", "c"), wish("four", "c", "a"), wish("five")]
    table = {"turns": ["x", "y"], "places": {"three": {"round": 2}, "five": {"host": "z"}}}
    hosts = {slug: tuple(place) for slug, place in tomcat_page.places(found, table).items()}
    assert hosts["one"] == hosts["four"] == (hosts["three"][0], 1)
    assert hosts["two"][0] != hosts["one"][0]
    assert hosts["three"][1] == 2
    assert hosts["five"] == ("z", 1)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ({"name": "a", "user": "v"}, True),
        ({"name": "a", "state": "absent"}, True),
        ({"name": "a", "valves": []}, False),
        ({"name": "b", "user": "v"}, False),
    ],
)
def test_a_wish_is_replaced_by_one_that_says_the_same_option_of_the_same_instance(later, expected):
    first, second = (
        tomcat_page.Wish("", "", {"tomcat_app_instances": [one]}) for one in ({"name": "a", "user": "u"}, later)
    )
    assert tomcat_page.overtaken(first, second) is expected


def test_a_contradiction_names_the_wish_and_the_option():
    one, other = {"tomcat_app_user": "a"}, {"tomcat_app_user": "b"}
    with pytest.raises(tomcat_page.Contradiction, match="second wants tomcat_app_user: 'b'.*'a'"):
        tomcat_page.merged(one, other, "second")


def test_instances_of_one_name_are_united():
    one = {"tomcat_app_instances": [{"name": "a", "valves": [1]}, {"name": "b"}]}
    other = {"tomcat_app_instances": [{"name": "a", "valves": [2], "user": "u"}]}
    united = [{"name": "a", "valves": [1, 2], "user": "u"}, {"name": "b"}]
    assert tomcat_page.merged(one, other)["tomcat_app_instances"] == united


def test_a_section_without_variables_is_told():
    with pytest.raises(ValueError, match="'Only words'"):
        tomcat_page.wishes("# Page\n\n## Only words\n\nNothing.\n")


def test_files_and_releases_of_the_page_become_real_ones(tmp_path):
    files = tomcat_page.Files(tmp_path, ARCHIVES)
    example = {"src": "https://repo.example.com/shop/shop-2.war", "checksum": "sha256:<64 hex digits>"}
    real = files.real(example)
    assert real["src"] == "http://127.0.0.1:8099/shop-2.war"
    assert re.fullmatch("sha256:[0-9a-f]{64}", real["checksum"])
    assert files.real(["/usr/local/jdk-17.0.13+11", "10.1.34", "11.0.14"]) == [
        "/usr/local/jdk-17",
        "10.1.60",
        "11.0.22",
    ]
    assert files.real("https://example.com/apache-tomcat-11.0.14.tar.gz") == "/archives/apache-tomcat-11.0.22.tar.gz"


def test_a_jar_of_the_page_is_the_driver_that_its_name_says(tmp_path):
    files = tomcat_page.Files(tmp_path, ARCHIVES)
    assert files.real("https://repo.example.com/x/ojdbc11-23.5.jar") == "http://127.0.0.1:8099/ojdbc11-23.5.jar"
    assert files.real("files/postgresql-42.jar") == "files/postgresql-42.jar"
    with zipfile.ZipFile(tmp_path / "files" / "ojdbc11-23.5.jar") as archive:
        assert archive.read("org/ojdbc11/Driver.class").startswith(b"\xca\xfe\xba\xbe")
