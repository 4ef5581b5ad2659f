# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of platforms claims no more than the scenarios do, and leaves no system of theirs out."""

from __future__ import annotations

import platforms
import pytest

SYSTEMS = platforms.systems()
HOST = {"name": "c701", "image": "x", "groups": ["app_hosts"]}


def by_name(name):
    return next(system for system in SYSTEMS if system["name"] == name)


def test_the_document_is_up_to_date() -> None:
    text = platforms.DOCUMENT.read_text(encoding="utf-8")
    assert platforms.updated(text) == text
    assert text.count("<!-- BEGIN generated") == 5


def test_every_image_of_a_scenario_is_a_system() -> None:
    images = {system.get("image") or system.get("look_alike") for system in SYSTEMS}
    assert {image for image, _role in platforms.tested()} <= images


@pytest.mark.parametrize("role", platforms.ROLES)
def test_every_system_that_a_role_names_has_a_row(role) -> None:
    rows = {tuple(system["role"]) for system in SYSTEMS if "role" in system}
    meta = platforms.read(platforms.ROOT / "roles" / role / "meta" / "main.yml")["galaxy_info"]["platforms"]
    assert {(one["name"], version) for one in meta for version in one["versions"]} <= rows


@pytest.mark.parametrize(
    ("play", "roles"),
    [
        ({"hosts": "all", "roles": [{"role": "supervisord.fleet.jdk"}]}, {"jdk"}),
        ({"hosts": "c701:c702", "roles": ["supervisord.fleet.jdk"]}, {"jdk"}),
        ({"hosts": "c702", "roles": ["supervisord.fleet.jdk"]}, set()),
        ({"hosts": "app_hosts", "tasks": [{"include_role": {"name": "supervisord.fleet.alerts"}}]}, {"alerts"}),
        ({"ansible.builtin.import_playbook": "supervisord.fleet.site"}, {"supervisor", "jdk", "tomcat_app", "alerts"}),
        ({"ansible.builtin.import_playbook": "other.yml"}, set()),
        ({"hosts": "all", "tasks": [{"supervisord.fleet.supervisor_info": None}]}, set()),
    ],
)
def test_roles_are_those_that_a_play_gives_to_the_host(play, roles) -> None:
    assert platforms.roles_of(play, HOST) == roles


def test_a_role_that_site_leaves_out_is_not_tested() -> None:
    """site gives the role alerts only to hosts that have routes."""
    names = {name for (_image, role), found in platforms.tested().items() if role == "alerts" for name in found}
    texts = {name: (platforms.ROOT / "molecule" / name).rglob("*.yml") for name in names}
    assert names
    assert [name for name, files in texts.items() if not any("alerts_routes" in one.read_text() for one in files)] == []


def test_words_say_how_it_is_known() -> None:
    debian, el9 = by_name("Debian 12"), {**by_name("EL 9"), "look_alike": "like"}
    assert platforms.known(debian, "jdk", {(debian["image"], "jdk"): ["site"]}) == "tested: site"
    assert platforms.known(debian, "jdk", {}) == "by reading"
    assert platforms.known(el9, "jdk", {("like", "jdk"): ["el"]}) == "look-alike: el"
    assert platforms.known(by_name("EL 7"), "monitor_web", {}) == "no"


def test_a_controller_is_only_said_to_manage_what_it_can() -> None:
    found = platforms.tested()
    assert platforms.runs("2.16", by_name("EL 8"), found) == "by reading"
    assert platforms.runs("2.19", by_name("EL 8"), found) == "modules only, with Python 3.8"
    assert platforms.runs("2.21", by_name("SUSE 15"), found) == "no, needs Python 3.9"
    assert platforms.runs("2.16", by_name("Debian 12"), found) == "tested: default"
    assert platforms.runs("2.19", by_name("Debian 12"), {}) == "by reading"
