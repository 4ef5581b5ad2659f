# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was put into an instance's folder stays known until it is gone, however the runs ended that put it there."""

import json
import os
import random

import pytest
from deployed import Killed, World

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import instance as _instance


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(_instance, "ROOT", os.geteuid())
    return World(tmp_path)


def test_what_was_dropped_while_the_switch_was_off_goes_when_it_is_on(world):
    shop, old = world.brought("shop.war"), world.brought("old.war")
    world.run(world.item(wars=[shop, old]))
    world.run(world.item(wars=[shop]))
    world.run(world.item("2", wars=[shop]))
    assert world.names("webapps") == ["old.war", "shop.war"]
    assert world.run(world.item("2", wars=[shop], remove_undeclared_wars=True))["changed"]
    assert world.names("webapps") == ["shop.war"]
    assert list(world.marker()["wars"]) == ["shop.war"]


def test_what_is_dropped_and_stays_is_no_change_and_no_reason_for_a_restart(world):
    shop, old = world.brought("shop.war"), world.brought("old.war")
    first = world.run(world.item(wars=[shop, old]))
    second = world.run(world.item(wars=[shop]))
    assert (second["changed"], second["undeclared"]) == (False, ["webapps/old.war"])
    assert second["fingerprint"] == first["fingerprint"]
    assert world.run(world.item(wars=[shop], remove_undeclared_wars=True))["fingerprint"] != first["fingerprint"]


def test_what_somebody_has_removed_is_forgotten_and_a_later_file_of_that_name_is_theirs(world):
    world.run(world.item(wars=[world.brought("shop.war")]))
    world.run(world.item())
    (world.base / "webapps" / "shop.war").unlink()
    world.run(world.item())
    world.put("webapps/shop.war")
    result = world.run(world.item(remove_undeclared_wars=True))
    assert (world.text("webapps/shop.war"), result["warnings"]) == ("theirs", [])


def test_a_file_that_was_put_in_the_place_of_a_dropped_one_is_left_alone_with_a_word(world):
    war = world.brought("shop.war")
    world.run(world.item(wars=[war]))
    (world.base / "webapps" / "shop.war").unlink()
    world.put("webapps/shop.war")
    result = world.run(world.item(remove_undeclared_wars=True))
    assert world.text("webapps/shop.war") == "theirs"
    assert "%s is declared no more" % (world.base / "webapps" / "shop.war") in result["warnings"][0]
    assert "state: absent in wars" in result["warnings"][0]
    world.run(world.item(wars=[dict(war, state="absent")], remove_undeclared_wars=True))
    assert world.names("webapps") == []


def test_of_a_war_that_somebody_removed_only_what_tomcat_has_unpacked_goes(world):
    world.run(world.item(wars=[world.brought("shop.war"), world.brought("mine.war")]))
    world.put("webapps/shop/META-INF/war-tracker")
    world.put("webapps/mine/index.html")
    for name in ("shop.war", "mine.war"):
        (world.base / "webapps" / name).unlink()
    world.run(world.item(remove_undeclared_wars=True))
    assert world.names("webapps") == ["mine"]


def test_what_a_newcomer_got_before_its_run_failed_is_known(world):
    """It has nothing to go back to, so all stays that was there by then."""
    first, lost = world.brought("first.war"), world.brought("lost.war", "two")
    item = world.item(conf=[("extra.properties", "x")], wars=[first, lost], webapps_from_home=["ROOT"])
    assert "could not deploy" in world.fails(item, lost=["lost.war"])
    assert world.names("webapps") == ["ROOT", "first.war"]
    world.run(world.item(remove_undeclared_wars=True))
    assert world.names("webapps") == []
    assert world.names("conf") == ["Catalina", "server.xml", "web.xml"]


def test_what_a_newcomer_got_and_was_never_ready_for_is_known_while_the_switch_is_off(world):
    world.call(world.item(wars=[world.brought("shop.war")]), "keep")
    world.run(world.item())
    assert world.names("webapps") == ["shop.war"]
    world.run(world.item(remove_undeclared_wars=True))
    assert world.names("webapps") == []


def test_what_a_run_brought_that_was_killed_is_known_to_the_next_one(world):
    shop = world.brought("shop.war")
    world.run(world.item(wars=[shop]))
    item = world.item(wars=[shop, world.brought("new.war")], conf=[("new.properties", "x")])
    world.killed(item, "remember what was put there")
    assert world.names("webapps") == ["new.war", "shop.war"]
    world.run(world.item(wars=[shop], remove_undeclared_wars=True))
    assert world.names("webapps") == ["shop.war"]
    assert "new.properties" not in world.names("conf")


def test_a_run_that_goes_back_leaves_what_was_known_before(world):
    shop, old = world.brought("shop.war"), world.brought("old.war")
    world.run(world.item(wars=[shop, old]))
    world.run(world.item(wars=[shop]))
    before = world.marker()
    item = world.item("2", wars=[shop, world.brought("new.war", "new"), world.brought("lost.war", "lost")])
    assert "The former files were put back" in world.fails(item, lost=["lost.war"])
    assert world.marker() == before
    world.run(world.item(wars=[shop], remove_undeclared_wars=True))
    assert world.names("webapps") == ["shop.war"]


def test_a_name_that_somebody_uses_is_not_taken_for_ours_before_it_is(world):
    world.run(world.item())
    world.put("conf/mine.properties")
    world.killed(world.item(conf=[("mine.properties", "ours"), ("more.properties", "x")]), "write")
    world.run(world.item())
    assert world.text("conf/mine.properties") == "theirs"


def test_an_absent_instance_leaves_applications_and_a_later_one_knows_them(world):
    world.run(world.item(wars=[world.brought("shop.war")], webapps_from_home=["ROOT"]))
    world.call(world.item(state="absent"))
    assert world.call(world.item(state="absent"))["changed"] is False
    assert world.names("webapps") == ["ROOT", "shop.war"]
    world.run(world.item(remove_undeclared_wars=True))
    assert world.names("webapps") == []


def test_a_folder_that_was_taken_over_in_part_keeps_copies_of_the_rest_and_is_not_removed(world):
    world.put("conf/server.xml", "by hand")
    world.killed(world.item(adopt=True), "write")
    world.call(world.item(state="absent", purge=True))
    assert world.text("conf/server.xml") == "by hand"
    world.run(world.item())
    copies = [name for name in world.names("conf") if name.startswith("server.xml.")]
    assert [world.text("conf/" + name) for name in copies] == ["by hand"]
    assert _instance.ADOPTING not in world.marker()


def test_a_marker_of_an_earlier_release_of_the_collection_is_no_change(world):
    item = world.item(full_copy=True, wars=[world.brought("shop.war")])
    world.run(item)
    data = {key: value for key, value in world.marker().items() if key != "programs"}
    (world.base / _instance.MARKER).write_text(json.dumps(data))
    assert world.run(item)["changed"] is False


THEIRS = ("webapps/theirs.war", "lib/theirs.jar", "conf/theirs.properties")
CONF = ["a.properties", "b.properties", "Catalina/localhost/shop.xml"]


def some(chance, names):
    return [name for name in names if chance.random() < 0.5]


def anything(world, chance, **more):
    """An instance with some of all that can be declared."""
    return world.item(
        chance.choice("12"),
        conf=[(name, "<x/>") for name in some(chance, CONF)],
        full_copy=chance.random() < 0.5,
        webapps_from_home=some(chance, ["ROOT"]),
        wars=[world.brought(name, chance.choice("12")) for name in some(chance, ["a.war", "b.war", "shop.war"])],
        libs=[world.brought(name, chance.choice("12")) for name in some(chance, ["a.jar", "b.jar", "catalina.jar"])],
        **more,
    )


def ends_somehow(world, chance, item):
    """A run that fails or is killed at any step, or of which the instance does not get ready, and what follows."""
    steps = world.plan(item)
    error = chance.choice([Killed(), OSError("no space"), None])
    if error and steps:
        with pytest.raises((Killed, _errors.SupervisorError)):
            world.broken(item, chance.randrange(len(steps)), error)
    else:
        world.call(item, "keep")
    if chance.random() < 0.5 and world.call(item, "restore")["changed"]:
        world.call(item, "settle")


def all_below(world):
    places = ["bin", "lib", "webapps", "conf", "conf/Catalina/localhost"]
    return {place: [name for name in world.names(place) if name != "Catalina"] for place in places}


@pytest.mark.parametrize("seed", range(12))
def test_whatever_became_of_the_runs_before_in_the_end_there_is_just_what_is_declared(world, tmp_path, seed):
    chance = random.Random(seed)
    for number in range(6):
        ends_somehow(world, chance, anything(world, chance, remove_undeclared_wars=chance.random() < 0.3))
        if number == 2:
            world.run(anything(world, chance))
            for name in THEIRS:
                world.put(name)
    item = anything(world, chance, remove_undeclared_wars=True)
    world.run(item)
    assert [world.text(name) for name in THEIRS] == ["theirs"] * 3
    fresh = World(tmp_path / "fresh")
    fresh.run(dict(item, base=str(fresh.base)))
    for name in THEIRS:
        fresh.put(name)
    assert all_below(world) == all_below(fresh)
