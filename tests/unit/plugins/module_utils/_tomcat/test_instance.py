# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Tomcat instance's folder: made, changed, switched, removed, and left alone where it is not ours."""

import getpass
import grp
import hashlib
import json
import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import (
    instance as _instance,
    known as _known,
    steps as _steps,
    wars as _wars,
)


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Two releases, and instances that belong to whoever runs the tests."""
    monkeypatch.setattr(_instance, "ROOT", os.geteuid())
    for version in ("1", "2"):
        release = tmp_path / "tomcat" / version
        for name in (
            "bin/catalina.sh",
            "lib/catalina.jar",
            "conf/web.xml",
            "conf/server.xml",
            "webapps/ROOT/index.html",
        ):
            (release / name).parent.mkdir(parents=True, exist_ok=True)
            (release / name).write_text("%s of %s" % (name, version))
    return World(tmp_path)


class World:
    def __init__(self, folder):
        self.folder = folder
        self.base = folder / "app01"

    def item(self, version="1", **more):
        item = {
            "name": "app01",
            "state": "present",
            "base": str(self.base),
            "release": str(self.folder / "tomcat" / version),
            "version": version,
            "full_copy": False,
            "user": getpass.getuser(),
            "group": grp.getgrgid(os.getegid()).gr_name,
            "files": [
                {"path": "conf/server.xml", "content": "<Server/>"},
                {"path": "bin/setenv.sh", "content": "CATALINA_OPTS=''"},
            ],
            "ports": [8080],
            "webapps_from_home": [],
            "wars": [],
            "remove_undeclared_wars": False,
            "libs": [],
            "adopt": False,
            "purge": False,
            "logs": [],
            "program": "",
            "program_changes": False,
            "ready": {},
        }
        return dict(item, **more)

    def war(self, name="shop.war", content=b"one", **more):
        path = self.folder / ("%s-%s" % (hashlib.sha256(content).hexdigest()[:6], name))
        path.write_bytes(content)
        checksum = "sha256:%s" % hashlib.sha256(content).hexdigest()
        return dict(
            {"name": name, "src": str(path), "checksum": checksum, "state": "present", "context": "/shop"}, **more
        )

    def present(self, item):
        """Apply, then look again: the second time nothing may be left to do."""
        delivered = {_wars.key(war): war["src"] for war in item["wars"]}
        steps = _steps.present(item, _instance.look(item["base"]), delivered)
        for step in steps:
            step.do()
        again = _steps.present(item, _instance.look(item["base"]), {})
        assert [step.what for step in again] == []
        return [step.what for step in steps]

    def absent(self, **more):
        item = self.item(state="absent", **more)
        for step in _steps.absent(item, _instance.look(item["base"])):
            step.do()
        assert _steps.absent(item, _instance.look(item["base"])) == []

    def names(self, folder=""):
        return sorted(name for name in os.listdir(str(self.base / folder)) if not name.startswith("."))

    def text(self, name):
        return (self.base / name).read_text()


def test_a_new_instance_has_its_own_texts_over_those_of_the_release(world):
    world.present(world.item())
    assert world.names() == ["bin", "conf", "lib", "logs", "temp", "var", "webapps", "work"]
    assert world.text("conf/server.xml") == "<Server/>"
    assert world.text("conf/web.xml") == "conf/web.xml of 1"
    assert world.names("lib") == []
    assert world.names("webapps") == []
    assert (world.base / "conf").stat().st_mode & 0o777 == 0o750
    assert (world.base / "conf" / "server.xml").stat().st_mode & 0o777 == 0o640


def test_a_changed_text_is_the_only_step(world):
    world.present(world.item())
    files = [{"path": "conf/server.xml", "content": "<Server port='-1'/>"}, world.item()["files"][1]]
    assert world.present(world.item(files=files)) == ["write %s" % (world.base / "conf" / "server.xml")]


def with_files(world, *names, **more):
    texts = [{"path": "conf/" + name, "content": "own"} for name in names]
    return world.item(files=world.item()["files"] + texts, **more)


def test_a_file_that_is_no_longer_declared_goes_or_is_the_releases_again(world):
    world.present(with_files(world, "shop.properties", "web.xml"))
    (world.base / "conf" / "somebody.properties").write_text("x")
    assert world.text("conf/web.xml") == "own"
    steps = world.present(world.item())
    assert "remove %s" % (world.base / "conf" / "shop.properties") in steps
    assert world.text("conf/web.xml") == "conf/web.xml of 1"
    assert world.names("conf") == ["Catalina", "server.xml", "somebody.properties", "web.xml"]


def test_a_file_of_the_former_release_goes_with_it(world):
    (world.folder / "tomcat" / "1" / "conf" / "old.xml").write_text("of 1")
    world.present(world.item())
    assert "old.xml" in world.names("conf")
    world.present(world.item("2"))
    assert "old.xml" not in world.names("conf")


def test_a_marker_that_does_not_name_files_is_no_change(world):
    """Made by an earlier release of the collection: it learns them with the next change."""
    world.present(with_files(world, "shop.properties"))
    marker = world.base / _instance.MARKER
    data = json.loads(marker.read_text())
    del data["files"]
    marker.write_text(json.dumps(data))
    assert world.present(with_files(world, "shop.properties")) == []
    world.present(with_files(world, "shop.properties", "more.properties"))
    assert "conf/shop.properties" in json.loads(marker.read_text())["files"]


def test_drift_by_hand_is_undone(world):
    world.present(world.item())
    (world.base / "conf" / "web.xml").write_text("edited")
    (world.base / "conf" / "server.xml").chmod(0o666)
    steps = world.present(world.item())
    assert len(steps) == 2
    assert world.text("conf/web.xml") == "conf/web.xml of 1"
    assert (world.base / "conf" / "server.xml").stat().st_mode & 0o777 == 0o640


def test_another_version_brings_its_conf_and_its_pages(world):
    world.present(world.item(webapps_from_home=["ROOT"]))
    (world.base / "webapps" / "ROOT" / "mine").write_text("x")
    world.present(world.item("2", webapps_from_home=["ROOT"]))
    assert world.text("conf/web.xml") == "conf/web.xml of 2"
    assert world.text("webapps/ROOT/index.html") == "webapps/ROOT/index.html of 2"
    assert world.names("webapps/ROOT") == ["index.html"]


def test_a_full_copy_carries_programs_and_keeps_setenv_over_a_switch(world):
    item = world.item(full_copy=True, webapps_from_home=None)
    world.present(item)
    assert world.text("bin/catalina.sh") == "bin/catalina.sh of 1"
    assert world.names("webapps") == ["ROOT"]
    world.present(world.item("2", full_copy=True, webapps_from_home=None))
    assert world.text("lib/catalina.jar") == "lib/catalina.jar of 2"
    assert world.text("bin/setenv.sh") == "CATALINA_OPTS=''"


def test_a_full_copy_that_is_none_any_more_loses_its_programs(world):
    world.present(world.item(full_copy=True, webapps_from_home=[]))
    world.present(world.item())
    assert world.names("bin") == ["setenv.sh"]
    assert world.names("lib") == []


def test_a_page_that_is_no_longer_wanted_goes(world):
    world.present(world.item(webapps_from_home=["ROOT"]))
    world.present(world.item())
    assert world.names("webapps") == []


def test_a_war_is_deployed_exchanged_and_undeployed(world):
    first, second = world.war(content=b"one"), world.war(content=b"two")
    world.present(world.item(wars=[first]))
    assert world.text("webapps/shop.war") == "one"
    (world.base / "webapps" / "shop" / "META-INF").mkdir(parents=True)
    (world.base / "webapps" / "shop" / "META-INF" / "war-tracker").write_text("")
    world.present(world.item(wars=[second]))
    assert world.text("webapps/shop.war") == "two"
    world.present(world.item(wars=[dict(second, state="absent")]))
    assert world.names("webapps") == []


def test_a_war_wins_over_the_page_of_the_same_context(world):
    world.present(world.item(webapps_from_home=["ROOT"]))
    world.present(world.item(webapps_from_home=["ROOT"], wars=[world.war("ROOT.war")]))
    assert world.names("webapps") == ["ROOT.war"]


def test_undeclared_wars_go_only_when_asked_and_only_our_own(world):
    world.present(world.item(wars=[world.war()]))
    (world.base / "webapps" / "theirs.war").write_text("x")
    world.present(world.item(wars=[world.war(), world.war("b.war")]))
    world.present(world.item(wars=[world.war("b.war")]))
    assert world.names("webapps") == ["b.war", "shop.war", "theirs.war"]


def test_undeclared_wars_are_undeployed_when_asked(world):
    world.present(world.item(wars=[world.war(), world.war("b.war")]))
    (world.base / "webapps" / "theirs.war").write_text("x")
    world.present(world.item(wars=[world.war("b.war")], remove_undeclared_wars=True))
    assert world.names("webapps") == ["b.war", "theirs.war"]


def test_a_war_without_a_checksum_is_known_by_its_source(world):
    war = world.war(checksum="")
    world.present(world.item(wars=[war]))
    moved = dict(world.war(content=b"two"), checksum="")
    assert _instance.war_missing(world.item(), moved, _instance.look(str(world.base)))
    assert not _instance.war_missing(world.item(), war, _instance.look(str(world.base)))


def looked(world):
    return _instance.look(str(world.base))


def test_a_war_without_a_checksum_is_brought_again_when_its_server_says_something_else(world):
    war = world.war(checksum="", validator='ETag "1"')
    world.present(world.item(wars=[war]))
    assert not _instance.war_missing(world.item(), war, looked(world))
    assert not _instance.war_missing(world.item(), dict(war, validator=""), looked(world))  # nobody was asked
    news = dict(war, validator='ETag "2"')
    assert _instance.war_missing(world.item(), news, looked(world))
    (world.folder / os.path.basename(war["src"])).write_bytes(b"two")
    steps = world.present(world.item(wars=[news]))
    assert "deploy %s" % (world.base / "webapps" / "shop.war") in steps
    assert world.text("webapps/shop.war") == "two"
    assert not _instance.war_missing(world.item(), news, looked(world))


def test_a_war_that_was_brought_again_and_is_the_same_is_left_as_it_is(world):
    war = world.war(checksum="", validator='ETag "1"')
    world.present(world.item(wars=[war]))
    before = (world.base / "webapps" / "shop.war").stat()
    news = dict(war, validator='ETag "2"')
    assert world.present(world.item(wars=[news])) == ["remember what was put there"]
    after = (world.base / "webapps" / "shop.war").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not _instance.war_missing(world.item(), news, looked(world))


def test_an_old_version_that_tomcat_has_removed_is_not_brought_again(world):
    first, second = world.war("shop##001.war"), world.war("shop##002.war", b"two")
    both = world.item(wars=[first, second], old_versions="remove")
    world.present(both)
    (world.base / "webapps" / "shop##001.war").unlink()
    assert world.present(both) == []
    assert not _instance.war_missing(both, first, looked(world))
    assert _instance.war_missing(world.item(wars=[first, second]), first, looked(world))
    back = world.item(wars=[first, dict(second, state="absent")], old_versions="remove")
    world.present(back)
    assert world.names("webapps") == ["shop##001.war"]


def test_an_old_version_that_is_not_declared_any_more_is_left_to_tomcat(world):
    world.present(world.item(wars=[world.war("shop##001.war"), world.war("blog.war")]))
    only = world.item(wars=[world.war("shop##002.war")], old_versions="remove", remove_undeclared_wars=True)
    world.present(only)
    assert world.names("webapps") == ["shop##001.war", "shop##002.war"]


@pytest.mark.parametrize("live", [True, False])
def test_a_version_that_tomcat_has_while_it_runs_is_no_reason_to_restart_when_it_is_dropped(world, live):
    first, second = (world.war("shop##00%d.war" % number, b"%d" % number, live=live) for number in (1, 2))
    world.present(world.item(wars=[first, second]))
    only = world.item(wars=[second])
    world.present(only)
    assert world.names("webapps") == ["shop##001.war", "shop##002.war"]
    stays = _known.kept(only, looked(world), "wars")
    assert list(stays) == ["shop##001.war"]
    assert list(_known.digests(only, stays)) == ([] if live else ["shop##001.war"])


def test_an_old_version_that_is_left_to_tomcat_is_known_until_it_is_gone(world):
    first, second = (world.war("shop##00%d.war" % number, b"%d" % number, live=True) for number in (1, 2))
    world.present(world.item(wars=[first]))
    only = world.item(wars=[second], old_versions="remove", remove_undeclared_wars=True)
    world.present(only)
    assert sorted(looked(world).data["wars"]) == ["shop##001.war", "shop##002.war"]
    (world.base / "webapps" / "shop##001.war").unlink()
    world.present(only)
    assert list(looked(world).data["wars"]) == ["shop##002.war"]


def test_an_application_that_the_release_does_not_bring_is_refused_and_nothing_is_made(world):
    for name, words in (("ROTO", "did you mean ROOT?"), ("manager", "It brings ROOT.")):
        with pytest.raises(_errors.SupervisorError) as caught:
            _steps.present(world.item(webapps_from_home=[name]), looked(world), {})
        assert "app01: webapps_from_home: Tomcat 1 brings no application '%s'; %s" % (name, words) in str(caught.value)
    assert not world.base.exists()
    item = world.item(webapps_from_home=["ROTO"], release=str(world.folder / "to" / "come"))
    assert _instance.unknown_shipped(item) == ""


def test_a_folder_of_somebody_else_is_refused_and_untouched(world):
    world.base.mkdir()
    (world.base / "precious").write_text("x")
    with pytest.raises(_errors.SupervisorError, match="adopt: true"):
        _steps.present(world.item(), _instance.look(str(world.base)), {})
    assert world.names() == ["precious"]


def test_jars_that_were_there_before_the_first_run_are_no_reason_to_refuse(world):
    (world.base / "lib").mkdir(parents=True)
    (world.base / "logs").mkdir()
    (world.base / "lib" / "driver.jar").write_text("theirs")
    (world.base / "lib" / "link.jar").symlink_to("/usr/share/java/driver.jar")
    world.present(world.item(full_copy=True))
    assert world.text("lib/driver.jar") == "theirs"
    assert world.names("lib") == ["catalina.jar", "driver.jar", "link.jar"]


@pytest.mark.parametrize("name", ["lib/notes", "lib/more/a.jar", "conf/web.xml", "bin/a.jar", "data/a.jar", "a.jar"])
def test_anything_else_is(world, name):
    (world.base / name).parent.mkdir(parents=True)
    (world.base / name).write_text("theirs")
    assert _instance.look(str(world.base)).foreign


def test_a_jar_of_another_account_is_and_so_is_a_link_to_a_folder(world, monkeypatch):
    """Who may write there could have his own code run by the instance's user."""
    (world.base / "lib").mkdir(parents=True)
    assert not _instance.look(str(world.base)).foreign
    (world.base / "webapps").symlink_to(world.folder)
    assert _instance.look(str(world.base)).foreign
    (world.base / "webapps").unlink()
    (world.base / "lib" / "driver.jar").write_text("theirs")
    monkeypatch.setattr(_instance, "ROOT", -1)
    monkeypatch.setattr(os, "geteuid", lambda: -1)
    assert _instance.look(str(world.base)).foreign


def test_adopting_keeps_a_copy_of_what_it_replaces(world):
    (world.base / "conf").mkdir(parents=True)
    (world.base / "conf" / "server.xml").write_text("by hand")
    world.present(world.item(adopt=True))
    copies = [name for name in world.names("conf") if name.startswith("server.xml.")]
    assert [world.text("conf/" + name) for name in copies] == ["by hand"]


def test_a_whole_tomcat_is_adopted_with_programs_of_its_own_only(world):
    """Its own lib comes first: sharing a release it would go on with the jars of the former one."""
    (world.base / "lib").mkdir(parents=True)
    (world.base / "lib" / "catalina.jar").write_text("of another release")
    with pytest.raises(_errors.SupervisorError, match="lib/catalina.jar is there.*full_copy: true"):
        world.present(world.item(adopt=True, full_copy=False))
    world.present(world.item(adopt=True, full_copy=True))


def test_absent_keeps_data(world):
    world.present(world.item(wars=[world.war()]))
    (world.base / "logs" / "catalina.log").write_text("x")
    (world.base / "precious").write_text("x")
    world.absent()
    assert world.names() == ["logs", "precious", "webapps"]
    assert world.names("webapps") == ["shop.war"]
    world.present(world.item(wars=[world.war()]))


def test_what_a_bad_day_left_is_data_too(world):
    world.present(world.item())
    assert (world.base / "var").stat().st_mode & 0o777 == 0o750
    (world.base / "var" / "hs_err_pid7.log").write_text("x")
    world.absent()
    assert world.names() == ["logs", "var", "webapps"]
    world.absent(purge=True)
    assert not world.base.exists()


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/etc", True), ("bin/x", True), ("nowhere/x", True), ("var/x", False), ("var", False), ("..", True)],
)
def test_what_should_be_there_by_now(world, path, expected):
    (world.base / "bin").mkdir(parents=True)
    full = path if path.startswith("/") else str(world.base / path)
    assert _instance.expected(full, str(world.base), os.geteuid()) is expected


def test_nothing_of_an_instance_that_changes_hands_is_another_accounts_to_use_yet(world):
    world.present(world.item())
    assert _instance.expected(str(world.base / "var"), str(world.base), os.geteuid())
    assert not _instance.expected(str(world.base / "var"), str(world.base), os.geteuid() + 1)
    assert _instance.expected("/etc", str(world.base), os.geteuid() + 1)


def test_a_base_that_is_a_file_system_of_its_own_is_emptied(world, monkeypatch):
    world.present(world.item())
    monkeypatch.setattr(os.path, "ismount", lambda path: path == str(world.base))
    steps = _steps.absent(world.item(state="absent", purge=True), _instance.look(str(world.base)))
    assert steps[-1].what == "remove %s" % (world.base / _instance.MARKER)
    world.absent(purge=True)
    assert os.listdir(str(world.base)) == []


def test_absent_with_purge_takes_everything_and_its_logs(world):
    world.present(world.item())
    log = world.folder / "app01.log"
    log.write_text("x")
    world.absent(purge=True, logs=[str(log), str(log) + ".1"])
    assert not world.base.exists()
    assert not log.exists()


def test_purging_with_a_log_in_the_folder_works_the_first_time(world):
    world.present(world.item())
    log = world.base / "logs" / "catalina.out"
    log.write_text("x")
    world.absent(purge=True, logs=[str(log)])
    assert not world.base.exists()


def theirs(world):
    """A folder of somebody else, to which links lead."""
    folder = world.folder / "srv"
    folder.mkdir()
    (folder / "index.html").write_text("theirs")
    return folder


def test_a_page_that_is_a_link_makes_room_for_every_later_version(world):
    folder = theirs(world)
    world.present(world.item())
    (world.base / "webapps" / "ROOT").symlink_to(folder)
    for version in ("1", "2", "1"):
        world.present(world.item(version, webapps_from_home=["ROOT"]))
        assert world.text("webapps/ROOT/index.html").endswith("of " + version)
        assert not [name for name in os.listdir(str(world.base)) if name.startswith(_instance.TEMPORARY)]
    (world.base / "webapps" / "ROOT" / "index.html").unlink()
    (world.base / "webapps" / "ROOT").rmdir()
    (world.base / "webapps" / "ROOT").symlink_to(folder)
    world.present(world.item("1"))
    assert world.names("webapps") == []
    assert (folder / "index.html").read_text() == "theirs"


def test_what_an_interrupted_run_left_goes_whatever_it_is(world):
    folder = theirs(world)
    world.present(world.item(webapps_from_home=["ROOT"]))
    (world.base / ".fleet-new-old-ROOT").symlink_to(folder)
    (world.base / ".fleet-new-ROOT").mkdir()
    (world.base / ".fleet-new-shop.war").mkdir()
    world.present(world.item("2", webapps_from_home=["ROOT"], wars=[world.war()]))
    assert [name for name in os.listdir(str(world.base)) if name.startswith(".")] == [_instance.MARKER]
    assert (folder / "index.html").read_text() == "theirs"


def test_links_in_the_place_of_folders_and_wars_go_as_links(world):
    folder = theirs(world)
    world.present(world.item(wars=[world.war()]))
    for name in ("shop", "old.war", "old"):
        (world.base / "webapps" / name).symlink_to(folder)
    gone = dict(world.war("old.war"), state="absent")
    world.present(world.item(wars=[world.war(content=b"two"), gone]))
    assert world.names("webapps") == ["shop.war"]
    (world.base / "work").rmdir()
    (world.base / "work").symlink_to(folder)
    world.absent()
    assert world.names() == ["logs", "webapps"]
    assert (folder / "index.html").read_text() == "theirs"


def test_a_link_is_no_deployed_war(world):
    world.present(world.item(wars=[world.war()]))
    path = world.base / "webapps" / "shop.war"
    path.unlink()
    path.symlink_to(world.war()["src"])
    assert _instance.war_digest(str(world.base), "shop.war") == ""
    world.present(world.item(wars=[world.war()]))
    assert not path.is_symlink()


def test_a_base_that_is_a_link_goes_as_a_link_and_says_so(world):
    world.present(world.item())
    moved = world.folder / "data"
    world.base.rename(moved)
    world.base.symlink_to(moved)
    item = world.item(state="absent", purge=True)
    steps = _steps.absent(item, _instance.look(item["base"]))
    assert [step.what for step in steps] == ["remove the link %s (%s is left alone)" % (world.base, moved)]
    world.absent(purge=True)
    assert not world.base.is_symlink()
    assert (moved / "conf").is_dir()


def test_an_adopted_text_that_is_a_link_is_replaced_and_neither_shown_nor_copied(world):
    (world.base / "conf").mkdir(parents=True)
    other = world.folder / "other"
    other.write_text("theirs")
    (world.base / "conf" / "server.xml").symlink_to(other)
    world.present(world.item(adopt=True))
    assert world.text("conf/server.xml") == "<Server/>"
    assert other.read_text() == "theirs"


def test_purging_later_still_works(world):
    world.present(world.item())
    world.absent()
    world.absent(purge=True)
    assert not world.base.exists()


def test_absent_leaves_folders_alone_that_are_not_ours(world):
    world.base.mkdir()
    (world.base / "precious").write_text("x")
    world.absent(purge=True)
    assert world.names() == ["precious"]


def test_a_run_that_ended_half_way_is_taken_up_again(world):
    steps = _steps.present(world.item(), _instance.look(str(world.base)), {})
    for step in steps[:3]:
        step.do()
    assert not _instance.look(str(world.base)).foreign
    world.present(world.item())


def test_the_fingerprint_follows_what_a_restart_is_needed_for(world):
    item = world.item()

    def of(item, wars=None, libs=None):
        return _instance.fingerprint(item, _instance.wanted_files(item), wars or {}, libs or {})

    assert of(item) == of(world.item())
    changed = [world.item("2"), world.item(full_copy=True), world.item(webapps_from_home=["ROOT"])]
    changed.append(world.item(files=[{"path": "bin/setenv.sh", "content": "other"}]))
    assert of(item) not in [of(other) for other in changed]
    assert of(item) != of(item, {"shop.war": "1"})
    assert of(item) != of(item, libs={"driver.jar": "1"})
    assert of(item) == of(dict(item, ports=[1], logs=["x"], user="x"))
