# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a diff shows of an instance's folder: a line for what was brought, a text for what somebody wrote."""

import getpass
import grp
import hashlib
import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _shown
from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import (
    difference as _difference,
    instance as _instance,
    steps as _steps,
    wars as _wars,
)

WEB_XML = "<web-app>\n" + "  <mime-mapping/>\n" * 500 + "</web-app>\n"
SERVER_XML = '<Server port="-1" shutdown="SECRET">\n</Server>\n'


class World:
    """Two releases and one instance, which belongs to whoever runs the tests."""

    def __init__(self, folder):
        self.folder = folder
        self.base = folder / "app01"
        for version in ("1", "2"):
            for name in ("bin/catalina.sh", "lib/catalina.jar", "conf/web.xml", "webapps/ROOT/index.html"):
                path = folder / "tomcat" / version / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(WEB_XML + version)

    def item(self, version="1", conf=(), **more):
        texts = dict([("conf/server.xml", SERVER_XML), ("bin/setenv.sh", "CATALINA_OPTS='-Dp=SECRET'\n")], **dict(conf))
        item = {
            "name": "app01", "state": "present", "base": str(self.base), "version": version, "full_copy": False,
            "release": str(self.folder / "tomcat" / version), "user": getpass.getuser(),
            "group": grp.getgrgid(os.getegid()).gr_name, "ports": [8080], "webapps_from_home": ["ROOT"], "wars": [],
            "files": [{"path": path, "content": texts[path]} for path in sorted(texts)],
            "remove_undeclared_wars": False, "libs": [], "adopt": False, "purge": False, "logs": [], "ready": {},
        }  # fmt: skip
        return dict(item, **more)

    def war(self, src, content):
        path = self.folder / "brought"
        path.write_bytes(content)
        war = {"name": "hello.war", "src": src, "state": "present", "context": "/hello"}
        return dict(war, checksum="sha256:" + hashlib.sha256(content).hexdigest())

    def foretold(self, item):
        """The difference, as before anything is done."""
        seen = _instance.look(item["base"])
        if item["state"] == "absent":
            return _difference.of(item, seen, _steps.absent(item, seen))
        return _difference.of(item, seen, _steps.present(item, seen, {}))

    def do(self, item):
        """Do it; what the difference said."""
        seen = _instance.look(item["base"])
        brought = {_wars.key(war): str(self.folder / "brought") for war in item["wars"]}
        steps = _steps.present(item, seen, brought)
        found = _difference.of(item, seen, steps)
        for step in steps:
            step.do()
        return found


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(_instance, "ROOT", os.geteuid())
    return World(tmp_path)


def lines(found, key="after"):
    """What is said of the folder."""
    return [line for entry in found if entry["before_header"].endswith("app01") for line in entry[key].splitlines()]


def test_a_new_instance_is_told_in_few_lines_and_without_a_secret(world):
    found = world.do(world.item(wars=[world.war("/srv/hello-1.war", b"one")]))
    assert sum(len(entry["after"].splitlines()) for entry in found) < 10
    assert "conf/web.xml: as in Tomcat 1" in "\n".join(lines(found)).replace("webapps/ROOT, ", "")
    digest = hashlib.sha256(b"one").hexdigest()[:16]
    assert "webapps/hello.war: hello-1.war, sha256 %s..." % digest in lines(found)
    assert {os.path.basename(entry["after_header"]) for entry in found} == {"app01", "server.xml", "setenv.sh"}
    assert "SECRET" not in str(found)
    assert 'port="-1"' in str(found)


def test_with_nothing_to_do_there_is_no_difference(world):
    world.do(world.item())
    assert world.do(world.item()) == []
    assert world.foretold(world.item()) == []


def test_a_war_is_exchanged_and_goes_by_its_name_and_checksum(world):
    world.do(world.item(wars=[world.war("https://u:SECRET@host/hello-1.war?token=SECRET", b"one")]))
    second = world.war("https://u:SECRET@host/hello-2.war?token=SECRET#SECRET", b"two")
    one, two = (hashlib.sha256(text).hexdigest()[:16] for text in (b"one", b"two"))
    found = world.do(world.item(wars=[second]))
    assert lines(found, "before") == ["webapps/hello.war: hello-1.war, sha256 %s..." % one]
    assert lines(found) == ["webapps/hello.war: hello-2.war, sha256 %s..." % two]
    found = world.do(world.item(wars=[dict(second, state="absent")]))
    assert lines(found, "before") == ["webapps/hello.war: hello-2.war, sha256 %s..." % two]
    assert lines(found) == []
    assert "SECRET" not in str(found)


def test_another_version_is_told_by_its_number_in_a_dry_run_too(world):
    world.do(world.item())
    assert lines(world.foretold(world.item("3"))) == ["webapps/ROOT, conf: as in Tomcat 3, which is not unpacked yet"]
    found = world.do(world.item("2"))
    assert lines(found, "before") == ["webapps/ROOT, conf/web.xml: as in Tomcat 1"]
    assert lines(found) == ["webapps/ROOT, conf/web.xml: as in Tomcat 2"]
    assert len(found) == 1


def test_what_somebody_wrote_is_shown_as_a_text(world):
    world.do(world.item())
    (world.base / "conf" / "web.xml").write_text(WEB_XML.replace("mime", "mine", 1) + "1")
    found = world.do(world.item())
    assert [os.path.basename(entry["after_header"]) for entry in found] == ["web.xml"]
    assert "mine-mapping" in found[0]["before"]
    found = world.do(world.item(conf={"conf/web.xml": "<own/>"}))
    assert "<own/>" in found[0]["after"]
    assert "mime-mapping" in found[0]["before"]


def test_what_is_no_text_is_named(world):
    world.do(world.item())
    (world.base / "conf" / "web.xml").write_bytes(b"\0SECRET")
    found = world.do(world.item())
    assert lines(found)[0] == "conf/web.xml: as in Tomcat 1"
    assert lines(found, "before")[0].startswith("conf/web.xml: no text, sha256 ")
    assert "SECRET" not in str(found)


def test_owner_and_mode_are_told(world):
    world.do(world.item())
    (world.base / "conf" / "server.xml").chmod(0o666)
    found = world.do(world.item())
    assert lines(found, "before")[0].startswith("conf/server.xml: mode 0666, owner ")
    assert lines(found)[0].startswith("conf/server.xml: mode 0640, owner ")


def test_a_removed_instance_is_told_by_what_goes(world):
    world.do(world.item())
    found = world.foretold(world.item(state="absent"))
    assert lines(found, "before") == ["bin, conf, lib, temp, work, var: there"]
    assert lines(found) == []


def test_only_the_marker_can_be_news(world):
    world.do(world.item())
    assert lines(world.do(world.item(ports=[8081]))) == ["remember what was put there: to do"]


@pytest.mark.parametrize(
    ("source", "checksum", "told"),
    [
        ("/srv/hello-1.war", "sha256:" + "AB" * 32, "hello-1.war, sha256 abababababababab..."),
        ("https://u:p@host/x/hello.war?token=t", "https://host/sums", "hello.war, checksum not known yet"),
        ("", "sha512:" + "c" * 128, "sha512 cccccccccccccccc..."),
        ("", "", "checksum not known yet"),
    ],
)
def test_an_archive_in_one_line(source, checksum, told):
    assert _shown.archive(source, checksum) == told
