# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jars in lib: brought, exchanged and removed as they are declared; what others have put beside them stays."""

import hashlib
import os

import pytest
from deployed import World

from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import instance as _instance


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(_instance, "ROOT", os.geteuid())
    return World(tmp_path)


def test_a_jar_is_brought_exchanged_and_goes_when_it_is_declared_no_more(world):
    world.run(world.item())
    prints = [world.run(world.item(libs=[world.brought("driver.jar", text)]))["fingerprint"] for text in ("one", "two")]
    assert (world.names("lib"), world.text("lib/driver.jar")) == (["driver.jar"], "two")
    assert (world.base / "lib" / "driver.jar").stat().st_mode & 0o777 == 0o640
    prints.append(world.run(world.item())["fingerprint"])
    assert world.names("lib") == []
    assert len(set(prints)) == 3


def test_another_release_of_a_driver_takes_the_place_of_the_former_one(world):
    world.run(world.item(libs=[world.brought("driver-1.jar")]))
    world.run(world.item(libs=[world.brought("driver-2.jar", "two")]))
    assert world.names("lib") == ["driver-2.jar"]


def test_what_somebody_has_changed_or_lost_is_brought_again(world):
    item = world.item(libs=[world.brought("driver.jar")])
    world.run(item)
    world.put("lib/driver.jar", "changed")
    assert world.call(item, _step="find")["missing"] != []
    world.run(item)
    (world.base / "lib" / "driver.jar").unlink()
    world.run(item)
    assert world.text("lib/driver.jar") == "one"
    assert world.call(item, _step="find")["missing"] == []


def test_jars_that_others_have_put_there_stay_and_change_nothing(world):
    first = world.run(world.item(libs=[world.brought("driver.jar")]))
    world.put("lib/theirs.jar")
    again = world.run(world.item(libs=[world.brought("driver.jar")]))
    assert (again["changed"], again["fingerprint"]) == (False, first["fingerprint"])
    world.run(world.item())
    assert world.names("lib") == ["theirs.jar"]


def test_a_jar_that_is_there_by_hand_is_taken_as_it_is_when_it_is_the_declared_one(world):
    world.put("lib/driver.jar", "one")
    item = world.item(libs=[world.brought("driver.jar")])
    assert world.call(item, _step="find")["missing"] == []
    world.run(item)
    world.run(world.item())
    assert world.names("lib") == []


@pytest.mark.parametrize("algorithm", ["sha512", "sha1"])
def test_other_checksums_are_known_again(world, algorithm):
    jars = [world.brought("driver.jar", text) for text in ("one", "two")]
    for jar, text in zip(jars, ("one", "two")):
        jar["checksum"] = "%s:%s" % (algorithm, hashlib.new(algorithm, text.encode()).hexdigest().upper())
        world.run(world.item(libs=[jar]))
        assert world.text("lib/driver.jar") == text


def test_a_checksum_at_an_address_is_asked_for_when_the_declaration_changes(world):
    jar = world.brought("driver.jar", checksum="sha256:https://repo.example.com/driver.jar.sha256")
    world.run(world.item(libs=[jar]))
    other = dict(jar, checksum="sha256:https://repo.example.com/2/driver.jar.sha256")
    assert world.call(world.item(libs=[other]), _step="find")["missing"] != []
    world.run(world.item(libs=[other]))


def test_a_jar_that_is_declared_absent_goes_whoever_has_put_it_there(world):
    world.run(world.item())
    world.put("lib/theirs.jar")
    world.run(world.item(libs=[world.brought("theirs.jar", state="absent")]))
    assert world.names("lib") == []


def test_a_dropped_jar_that_somebody_has_exchanged_stays_with_a_word_and_its_restart(world):
    first = world.run(world.item(libs=[world.brought("driver.jar")]))
    world.put("lib/driver.jar")
    result = world.run(world.item())
    assert world.text("lib/driver.jar") == "theirs"
    assert "state: absent in libs" in result["warnings"][0]
    assert result["undeclared"] == ["lib/driver.jar"]
    assert result["fingerprint"] == first["fingerprint"]


def test_a_jar_that_could_not_be_brought_leaves_all_as_it_was(world):
    world.run(world.item(libs=[world.brought("driver.jar")]))
    item = world.item(libs=[world.brought("driver.jar", "two"), world.brought("lost.jar", "three")])
    assert "could not bring" in world.fails(item, lost=["lost.jar"])
    assert (world.names("lib"), world.text("lib/driver.jar")) == (["driver.jar"], "one")


def test_the_diff_names_a_jar_with_its_checksum_and_no_secret(world):
    jar = world.brought("driver.jar", src="https://u:SECRET@repo.example.com/driver-1.jar?token=SECRET")
    found = str(world.call(world.item(libs=[jar]), check_mode=True)["diff"])
    assert "lib/driver.jar: driver-1.jar, sha256 %s..." % hashlib.sha256(b"one").hexdigest()[:16] in found
    assert "SECRET" not in found


def test_a_jar_of_the_name_of_one_of_tomcats_wins_until_it_is_dropped(world):
    jar = world.brought("catalina.jar", "patched")
    for version in ("1", "2"):
        world.run(world.item(version, full_copy=True, libs=[jar]))
        assert world.text("lib/catalina.jar") == "patched"
    world.run(world.item("2", full_copy=True))
    assert world.text("lib/catalina.jar") == "lib/catalina.jar of 2"


def test_the_marker_of_a_jar_with_credentials_in_its_source_is_for_root_alone(world):
    world.run(world.item(libs=[world.brought("driver.jar")]))
    assert (world.base / _instance.MARKER).stat().st_mode & 0o777 == 0o644
    jar = world.brought("driver.jar")
    path = jar["src"]
    jar.update(src="https://u:p@repo.example.com/driver.jar", checksum="sha512:" + hashlib.sha512(b"one").hexdigest())
    item = world.item(libs=[jar])
    world.call(item, "keep", _delivered={})
    assert os.path.exists(path)
    assert (world.base / _instance.MARKER).stat().st_mode & 0o777 == 0o600
