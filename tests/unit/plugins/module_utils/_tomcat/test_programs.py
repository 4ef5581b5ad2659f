# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of a full copy come and go with the release; what no release has brought is never deleted with them."""

import json
import os

import pytest
from deployed import World

from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import instance as _instance


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(_instance, "ROOT", os.geteuid())
    return World(tmp_path)


LIBS = ["catalina.jar", "driver.jar", "more", "theirs.jar"]


def full(world, version="1", **more):
    return world.item(version, full_copy=True, libs=[world.brought("driver.jar")], **more)


def by_hand(world):
    world.put("lib/theirs.jar")
    world.put("lib/more/classes/theirs.properties")
    world.put("bin/rotate.sh")
    os.symlink("/usr/share/java/theirs.jar", str(world.base / "lib" / "link.jar"))


def kept(world):
    assert world.text("lib/theirs.jar") == "theirs"
    assert world.text("lib/more/classes/theirs.properties") == "theirs"
    assert world.text("bin/rotate.sh") == "theirs"
    assert os.readlink(str(world.base / "lib" / "link.jar")) == "/usr/share/java/theirs.jar"


def test_another_release_brings_its_own_and_leaves_what_others_have_put_there(world):
    world.run(full(world))
    by_hand(world)
    for version in ("2", "1"):
        world.run(full(world, version))
        kept(world)
        assert world.text("lib/catalina.jar") == "lib/catalina.jar of " + version
        assert world.names("lib") == sorted([*LIBS, "ecj-%s.jar" % version, "link.jar"])
        assert world.text("lib/driver.jar") == "one"
        assert world.text("bin/setenv.sh") == "CATALINA_OPTS=''"


def test_a_release_with_modes_of_its_own_is_no_change_in_the_next_run(world):
    for name in ("bin", "lib"):
        (world.folder / "tomcat" / "1" / name).chmod(0o700)
    world.run(full(world))


def test_no_file_is_brought_again_for_another_release(world):
    world.run(full(world))
    item = full(world, "2")
    assert world.call(item, _step="find")["missing"] == []
    world.run(item, lost=["driver.jar"])


def test_an_end_of_the_full_copy_and_a_new_one_leave_it_too(world):
    world.run(full(world))
    by_hand(world)
    shared = world.item(libs=[world.brought("driver.jar")])
    world.run(shared)
    kept(world)
    assert world.names("bin") == ["rotate.sh", "setenv.sh"]
    assert world.names("lib") == ["driver.jar", "link.jar", "more", "theirs.jar"]
    world.run(full(world))
    kept(world)


def test_a_repair_leaves_it_too(world):
    world.run(full(world))
    by_hand(world)
    (world.base / "lib" / "catalina.jar").unlink()
    world.run(full(world))
    kept(world)
    assert world.text("lib/catalina.jar") == "lib/catalina.jar of 1"


def test_what_went_back_has_it_too(world):
    world.run(full(world))
    by_hand(world)
    before = sorted(os.listdir(str(world.base / "lib")))
    world.call(full(world, "2"), "keep")
    world.call(full(world, "2"), "restore")
    world.call(full(world), "settle")
    kept(world)
    assert sorted(os.listdir(str(world.base / "lib"))) == before
    assert world.call(full(world), check_mode=True)["changed"] is False


def test_a_file_of_others_that_the_next_release_brings_is_the_releases(world):
    """Otherwise two releases would be mixed, and it would be missed in each run."""
    world.run(full(world))
    world.put("lib/ecj-2.jar")
    world.run(full(world, "2"))
    assert world.text("lib/ecj-2.jar") == "lib/ecj-2.jar of 2"


def test_a_marker_that_does_not_name_programs_has_the_former_release_to_compare_with(world):
    """Made by an earlier release of the collection."""
    world.run(full(world))
    data = {key: value for key, value in world.marker().items() if key != "programs"}
    (world.base / _instance.MARKER).write_text(json.dumps(data))
    by_hand(world)
    world.run(full(world, "2"))
    kept(world)
    assert "ecj-1.jar" not in world.names("lib")
