# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hunt for secrets on test hosts plants one in every variable that can hold one, and finds what it planted."""

from __future__ import annotations

import base64
import json
import pathlib
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "secrets"))

import look  # noqa: E402  the path comes first
import planted  # noqa: E402
import scenes  # noqa: E402

SPECS = {
    path.parts[-3]: yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["variables"]["options"]
    for path in ROOT.glob("roles/*/meta/argument_specs.yml")
}
ARCHIVES = {name: {"checksum": "sha256:1"} for name in ("archives_jdk", "archives_war")}
SCENES = {
    "site": scenes.site(ARCHIVES, b"a WAR"),
    "monitor_web": scenes.monitor_web(b"an archive", "sha256:1", "patches.yml", "a certificate", "a key"),
}


def places(options, above=()):
    for name, option in options.items():
        if option.get("options"):
            yield from places(option["options"], (*above, name))
        else:
            yield (*above, name), option


PLACES = [(role, *found) for role, options in SPECS.items() for found in places(options)]


def test_each_exception_is_there_and_would_be_planted():
    free = {key for _role, place, option in PLACES if planted.can_hold_a_secret(option) for key in planted._keys(place)}
    assert set(planted.REASONS) - free == set()


def test_each_way_to_plant_is_used():
    keys = {key for _role, place, _option in PLACES if not planted.reason(place) for key in planted._keys(place)}
    assert set(planted.HOW) - keys == set()


def test_each_role_has_a_scene_and_each_scene_a_scenario_that_plays_it():
    assert sorted(role for scene in SCENES.values() for role in scene.roles) == sorted(SPECS)
    assert set(SCENES) == set(scenes.SCENES)
    played = {path.parts[-2] for path in ROOT.glob("molecule/*/*.yml") if "hosts/secrets.yml" in path.read_text()}
    assert played == set(SCENES)


@pytest.mark.parametrize("scene", SCENES.values(), ids=list(SCENES))
def test_every_other_place_gets_a_secret(scene):
    found = planted.plant(scene.roles, scene.beside, "salt")
    wanted = {
        ".".join(place)
        for role, place, option in PLACES
        if role in scene.roles or place[0] in scene.beside
        if planted.can_hold_a_secret(option) and not planted.reason(place)
    }
    got = {".".join(part.partition("[")[0] for part in name.split(".")) for name in found.secrets}
    assert got == wanted
    text = json.dumps(found.variables)
    assert [name for name, secret in found.secrets.items() if secret not in text] == []


def test_each_salt_makes_other_secrets():
    scene = SCENES["monitor_web"]
    first, second = (set(planted.plant(scene.roles, scene.beside, salt).secrets.values()) for salt in ("a", "b"))
    assert len(first) > 5
    assert first & second == set()


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_secret_is_found_in_clear_and_in_base64(before):
    finder, spelled = look.pattern(["Zq0123456789abcd", "Zqother"])
    for text in (b"x Zq0123456789abcd y", base64.b64encode((before + "Zq0123456789abcd:pw").encode())):
        assert [spelled[found] for found in finder.findall(text)] == ["Zq0123456789abcd"]
