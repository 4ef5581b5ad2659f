# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One Tomcat instance with all that is brought to it, through the module tomcat_base as a task calls it."""

import copy
import getpass
import grp
import hashlib
import json
import os
import unittest.mock

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import instance as _instance, wars as _wars
from ansible_collections.supervisord.fleet.plugins.modules import tomcat_base as _tomcat_base


class Killed(BaseException):
    """Nothing of a run is done after it."""


class Module:
    """What the module needs of AnsibleModule."""

    _diff = True

    def __init__(self, params, check_mode):
        self.params, self.check_mode = params, check_mode


class World:
    """Two releases, and an instance that belongs to whoever runs the tests."""

    def __init__(self, folder):
        self.folder, self.base = folder, folder / "app01"
        for version in ("1", "2"):
            names = ["bin/catalina.sh", "lib/catalina.jar", "lib/ecj-%s.jar" % version, "conf/web.xml"]
            for name in [*names, "webapps/ROOT/index.html"]:
                path = folder / "tomcat" / version / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("%s of %s" % (name, version))

    def item(self, version="1", conf=(), **more):
        item = {key: copy.copy(option.get("default")) for key, option in _tomcat_base.BASE.items()}
        texts = dict({"server.xml": "<Server/>"}, **dict(conf))
        files = [{"path": "conf/" + name, "content": text} for name, text in sorted(texts.items())]
        item.update(
            name="app01", base=str(self.base), release=str(self.folder / "tomcat" / version), version=version,
            user=getpass.getuser(), group=grp.getgrgid(os.getegid()).gr_name, webapps_from_home=[],
            files=[*files, {"path": "bin/setenv.sh", "content": "CATALINA_OPTS=''"}],
        )  # fmt: skip
        return dict(item, **more)

    def brought(self, name, content="one", **more):
        """A WAR or a jar that is declared."""
        digest = hashlib.sha256(content.encode()).hexdigest()
        path = self.folder / "controller" / digest[:8] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return dict({"name": name, "src": str(path), "checksum": "sha256:" + digest, "state": "present"}, **more)

    def call(self, item, former="drop", check_mode=False, **more):
        """One call of the module; ``lost``: names of what could not be brought."""
        params = {key: option.get("default") for key, option in _tomcat_base.SPEC.items()}
        lost = more.pop("lost", ())
        files = {_wars.key(one): one["src"] for one in item["wars"] + item["libs"] if one["name"] not in lost}
        params.update(more, bases=[item], former=former, _delivered=files)
        return _tomcat_base.bases(Module(params, check_mode))

    def run(self, item, **more):
        """A run of the role: foreseen, done, and a second time without a change; the instance's entry of the result."""
        foreseen = self.call(item, check_mode=True)
        done = self.call(item, "keep", **more)
        self.call(item, "settle")
        again = self.call(item, check_mode=True)
        assert (again["changed"], again["bases"][0]["actions"]) == (False, [])
        assert foreseen["changed"] == done["changed"]
        prints = [result["bases"][0]["fingerprint"] for result in (foreseen, done, again)]
        assert prints[1] == prints[2]
        if all(one["checksum"].startswith("sha256:") and "://" not in one["checksum"] for one in item["libs"]):
            assert prints[0] == prints[1]
        return dict(done["bases"][0], warnings=done.get("warnings", []))

    def fails(self, item, **more):
        """A run of which a step fails; what it says."""
        with pytest.raises(_errors.SupervisorError) as raised:
            self.call(item, "keep", **more)
        return raised.value.message

    def killed(self, item, before):
        """A run that is killed before the first step whose words have this in them."""
        steps = [step.what for step in self.plan(item)]
        number = next(number for number, what in enumerate(steps) if before in what)
        with pytest.raises(Killed):
            self.broken(item, number, Killed())

    def broken(self, item, number, error):
        """A run of which one step raises an error in place of what it does."""

        def raising():
            raise error

        def plan(*args):
            steps = original(*args)
            return [step._replace(do=raising) if at == number else step for at, step in enumerate(steps)]

        original = _tomcat_base._plan
        with unittest.mock.patch.object(_tomcat_base, "_plan", plan):
            self.call(item, "keep")

    def plan(self, item):
        """The steps of the next run."""
        files = {_wars.key(one): one["src"] for one in item["wars"] + item["libs"]}
        return _tomcat_base._plan(item, _instance.look(item["base"]), files)

    def names(self, folder=""):
        return sorted(name for name in os.listdir(str(self.base / folder)) if not name.startswith("."))

    def text(self, name):
        return (self.base / name).read_text()

    def marker(self):
        return json.loads(self.text(_instance.MARKER))

    def put(self, name, text="theirs"):
        """A file that somebody puts there by hand."""
        path = self.base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path
