# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions of an application side by side: which Tomcat removes by itself, and whether it has begun with a new one."""

import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import versions as _versions


@pytest.mark.parametrize(
    ("name", "context", "version"),
    [
        ("shop##001.war", "shop", "001"),
        ("a#b##1.10.war", "a#b", "1.10"),
        ("ROOT##2.war", "ROOT", "2"),
        ("shop.war", "shop", ""),
        ("a#b.war", "a#b", ""),
    ],
)
def test_a_file_name_says_context_and_version_as_tomcat_reads_it(name, context, version):
    assert _versions.split(name) == (context, version)


def item(*names, **more):
    wars = [{"name": name, "state": "present"} for name in names]
    return dict({"wars": wars, "old_versions": "remove"}, **more)


@pytest.mark.parametrize("old", ["shop##001.war", "shop.war"])
def test_only_what_is_older_than_a_declared_version_is_left_to_tomcat(old):
    assert _versions.draining(item("shop##002.war", "blog##9.war"), old)
    assert not _versions.draining(item("shop##002.war", old_versions="keep"), old)
    assert not _versions.draining(item("shop2##002.war"), old)
    assert not _versions.draining(item("shop##002.war"), "shop##002.war")
    assert not _versions.draining(item("shop##002.war"), "shop##003.war")
    gone = item()
    gone["wars"] = [{"name": "shop##002.war", "state": "absent"}]
    assert not _versions.draining(gone, old)


@pytest.fixture
def webapps(tmp_path):
    folder = tmp_path / "app01" / "webapps"
    folder.mkdir(parents=True)
    return folder


def deployed(webapps, name, content="x", time=1700000000):
    war = webapps / name
    war.write_text(content)
    os.utime(str(war), (time, time))
    return war


def test_a_war_is_taken_up_when_it_was_unpacked_from_this_very_file(webapps):
    war = deployed(webapps, "shop##002.war")
    assert not _versions.taken_up(str(war))
    tracker = webapps / "shop##002" / "META-INF" / "war-tracker"
    tracker.parent.mkdir(parents=True)
    assert not _versions.taken_up(str(war))
    tracker.write_text("")
    os.utime(str(tracker), (1700000000, 1700000000))
    assert _versions.taken_up(str(war))
    os.utime(str(war), (1700000100, 1700000100))  # exchanged, and Tomcat has not looked since
    assert not _versions.taken_up(str(war))
    war.unlink()
    assert not _versions.taken_up(str(war))


def test_a_war_that_is_not_unpacked_is_taken_up_when_tomcat_works_with_it(webapps):
    war = deployed(webapps, "shop##002.war")
    work = webapps.parent / "work" / "Catalina" / "localhost" / "shop##002"
    work.mkdir(parents=True)
    os.utime(str(work), (1600000000, 1600000000))  # of a former file of that name
    assert not _versions.taken_up(str(war))
    os.utime(str(work), (1700000005, 1700000005))
    assert _versions.taken_up(str(war))


def test_versions_are_seen_with_and_without_their_war(webapps):
    for name in ("shop##001.war", "shop.war", "ROOT"):
        deployed(webapps, name)
    (webapps / "shop##001").mkdir()
    (webapps / "blog##7").mkdir()
    assert _versions.there(str(webapps.parent)) == ["blog##7.war", "shop##001.war"]
    assert _versions.there(str(webapps.parent / "nowhere")) == []


def test_versions_are_seen_where_one_may_look(tmp_path, monkeypatch):
    (tmp_path / "webapps" / "shop##001").mkdir(parents=True)
    (tmp_path / "webapps" / "shop##002.war").touch()
    (tmp_path / "webapps" / "blog.war").touch()
    assert _versions.there(str(tmp_path)) == ["shop##001.war", "shop##002.war"]
    assert _versions.there(str(tmp_path / "none")) == []

    def refused(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "listdir", refused)
    assert _versions.there(str(tmp_path)) == []
