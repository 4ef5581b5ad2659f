# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A context descriptor that is declared no more goes, and with it what Tomcat has unpacked for it."""

import os

import pytest
from deployed import World

from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import instance as _instance


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(_instance, "ROOT", os.geteuid())
    return World(tmp_path)


DESCRIPTOR = ("Catalina/localhost/extra.xml", '<Context docBase="/srv/extra.war"/>')
TRACKER = "webapps/extra/META-INF/war-tracker"


def test_a_descriptor_goes_with_what_was_unpacked_for_it(world):
    world.run(world.item(conf=[DESCRIPTOR]))
    world.put("conf/Catalina/localhost/theirs.xml")
    world.put(TRACKER)
    result = world.run(world.item())
    assert world.names("conf/Catalina/localhost") == ["theirs.xml"]
    assert world.names("webapps") == []
    assert "remove %s" % (world.base / "webapps" / "extra") in result["actions"]


def test_a_run_that_goes_back_brings_the_descriptor_back(world):
    world.run(world.item(conf=[DESCRIPTOR]))
    world.put(TRACKER)
    world.call(world.item(), "keep")
    world.call(world.item(), "restore")
    assert world.text("conf/Catalina/localhost/extra.xml") == DESCRIPTOR[1]


def test_what_tomcat_has_unpacked_from_a_war_stays(world):
    wars = [world.brought("extra.war")]
    world.run(world.item(conf=[DESCRIPTOR], wars=wars))
    world.put(TRACKER)
    world.run(world.item(wars=wars))
    assert world.names("webapps") == ["extra", "extra.war"]


@pytest.mark.parametrize("name", ["webapps/extra.war", "webapps/extra/index.html"])
def test_an_application_of_others_stays(world, name):
    world.run(world.item(conf=[DESCRIPTOR]))
    world.put(name)
    world.run(world.item())
    assert world.text(name) == "theirs"


def test_a_link_in_its_place_stays(world):
    world.run(world.item(conf=[DESCRIPTOR]))
    theirs = world.folder / "srv"
    (theirs / "META-INF").mkdir(parents=True)
    (theirs / "META-INF" / "war-tracker").write_text("")
    (world.base / "webapps" / "extra").symlink_to(theirs)
    world.run(world.item())
    assert (world.base / "webapps" / "extra").is_symlink()
