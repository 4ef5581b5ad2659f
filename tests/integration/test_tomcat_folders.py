# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of Tomcats when two runs come at once, or one is killed at any moment: in the end they are as after one run.

FLEET_ROUNDS multiplies how often each is tried.
"""

import getpass
import grp
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys

import pytest
import tomcat_run

from ansible_collections.supervisord.fleet.plugins.module_utils import _wait
from ansible_collections.supervisord.fleet.plugins.module_utils._host import lock as _lock
from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import instance as _instance, wars as _wars

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = int(os.environ.get("FLEET_ROUNDS", "1"))
JARS = 40


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    """Two releases with enough in them that a copy takes a while."""
    root = tmp_path_factory.mktemp("tomcat")
    for version in ("1", "2"):
        names = ["bin/catalina.sh", "conf/web.xml", "conf/server.xml", "webapps/ROOT/index.html"]
        names += ["lib/%02d.jar" % number for number in range(JARS)]
        for name in names:
            path = root / version / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("%s of %s\n" % (name, version) * 500)
        for kind in ("war", "jar"):
            (root / ("%s.%s" % (version, kind))).write_bytes(os.urandom(200000))
    return root


def brought(path):
    """A WAR or a jar that is declared."""
    return {"src": str(path), "checksum": "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest(), "state": "present"}


class World:
    """One instance, and what is wanted of it."""

    def __init__(self, releases, folder):
        self.releases, self.base = releases, folder / "app01"

    def arguments(self, version, full_copy=True, former="drop"):
        war, jar = (self.releases / ("%s.%s" % (version, kind)) for kind in ("war", "jar"))
        item = {
            "name": "app01",
            "state": "present",
            "base": str(self.base),
            "release": str(self.releases / version),
            "version": version,
            "full_copy": full_copy,
            "user": getpass.getuser(),
            "group": grp.getgrgid(os.getegid()).gr_name,
            "files": [
                {"path": "conf/server.xml", "content": "<Server/> " + version},
                {"path": "bin/setenv.sh", "content": version},
            ],
            "ports": [8080],
            "webapps_from_home": ["ROOT"],
            "wars": [dict(brought(war), name="shop.war", context="/shop")],
            "remove_undeclared_wars": False,
            "libs": [dict(brought(jar), name="driver-%s.jar" % version)],
            "adopt": False,
            "purge": False,
            "logs": [],
            "program": "",
            "program_changes": False,
            "ready": {},
        }
        delivered = {_wars.key(one): one["src"] for one in item["wars"] + item["libs"]}
        return {"bases": [item], "former": former, "lock_timeout": 60, "_step": "apply", "_delivered": delivered}

    def start(self, arguments):
        process = subprocess.Popen(
            [sys.executable, "tomcat_run.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE,
            env=dict(os.environ, PYTHONPATH=os.environ["ANSIBLE_COLLECTIONS_PATH"]),
        )
        process.stdin.write(json.dumps(arguments))
        process.stdin.close()
        return process

    def run(self, *args, **kwargs):
        return finished(self.start(self.arguments(*args, **kwargs)))

    def facts(self):
        """Every path with content; the marker without inode and time."""
        found = {}
        for folder, folders, files in os.walk(str(self.base)):
            for name in folders:
                found[os.path.relpath(os.path.join(folder, name), str(self.base))] = "folder"
            for name in files:
                path = os.path.join(folder, name)
                with open(path, "rb") as handle:
                    content = handle.read()
                if name == ".fleet-tomcat.json":
                    marker = json.loads(content)
                    for one in [*marker.get("wars", {}).values(), *marker.get("libs", {}).values()]:
                        one.pop("stamp", None)
                    marker.pop("repaired", None)
                    content = json.dumps(marker, sort_keys=True).encode()
                found[os.path.relpath(path, str(self.base))] = hashlib.sha256(content).hexdigest()
        return found

    def fresh(self, version, full_copy=True):
        """What one undisturbed run makes."""
        self.clean()
        assert not self.run(version, full_copy).get("failed")
        facts = self.facts()
        self.clean()
        return facts

    def clean(self):
        shutil.rmtree(str(self.base), ignore_errors=True)


def finished(process):
    lines = process.stdout.read().splitlines()
    process.wait()
    process.stdout.close()
    return json.loads(lines[1])


@pytest.fixture
def world(releases, tmp_path):
    return World(releases, tmp_path)


@pytest.mark.parametrize("full_copy", [True, False], ids=["full_copy", "shared"])
def test_two_runs_at_once_leave_what_one_leaves(world, full_copy):
    wanted = {version: world.fresh(version, full_copy) for version in ("1", "2")}
    for number in range(3 * ROUNDS):
        world.clean()
        if number % 2:
            assert world.run("1", full_copy)["changed"]
        both = [world.start(world.arguments("2", full_copy)) for _twice in range(2)]
        results = [finished(process) for process in both]
        assert [result.get("msg") for result in results] == [None, None]
        assert sorted(result["changed"] for result in results) == [False, True]
        assert world.facts() == wanted["2"]
        assert world.run("2", full_copy)["changed"] is False


def test_a_run_does_not_wait_for_ever(world):
    world.run("1")
    before = world.facts()
    with _lock.Lock(str(world.base), who="another"):
        result = finished(world.start(dict(world.arguments("2"), lock_timeout=0.2)))
    assert "another (process %d" % os.getpid() in result["msg"]
    assert "lock_timeout 0.2" in result["msg"]
    assert world.facts() == before


def test_a_run_that_has_waited_tells_for_whom(world, monkeypatch):
    monkeypatch.setattr(_instance, "ROOT", os.geteuid())
    other = _lock.Lock(str(world.base), who="another")
    other.__enter__()
    monkeypatch.setattr(_wait.Clock, "sleep", lambda _clock, _seconds: other.__exit__(None, None, None))
    result = tomcat_run.bases(tomcat_run.Module(world.arguments("1")))
    assert result["changed"] is True
    assert result["waited_for"].startswith("another (process %d" % os.getpid())


def test_two_different_runs_at_once_leave_what_the_later_one_wants(world):
    wanted = {version: world.fresh(version) for version in ("1", "2")}
    for _number in range(2 * ROUNDS):
        both = {version: world.start(world.arguments(version)) for version in ("1", "2")}
        assert [finished(process).get("msg") for process in both.values()] == [None, None]
        assert world.facts() in list(wanted.values())


@pytest.mark.parametrize("former", ["drop", "keep"])
def test_a_run_that_was_killed_is_gone_on_with(world, former):
    chance = random.Random(9)
    wanted = {version: world.fresh(version) for version in ("1", "2")}
    died, in_between = 0, 0
    for _number in range(4 * ROUNDS):
        world.clean()
        assert not world.run("1").get("failed")
        process = world.start(world.arguments("2", former=former))
        assert process.stdout.readline() == "begun\n"
        died += killed(process, chance)
        in_between += world.facts() not in list(wanted.values())
        if chance.random() < 0.5:  # go back instead of on
            finished(world.start(world.arguments("2", former="restore")))
            assert not world.run("1").get("failed")
            assert world.facts() == wanted["1"]
            assert world.run("1")["changed"] is False
        else:
            result = world.run("2")
            assert not result.get("failed"), result
            assert world.facts() == wanted["2"]
            assert world.run("2")["changed"] is False
    print("%d runs were killed, %d of them half way" % (died, in_between))
    assert died


def killed(process, chance):
    """Kill a run at a random moment; whether it was still at work."""
    try:
        process.wait(chance.uniform(0, 0.03))
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    return process.returncode == -signal.SIGKILL


def test_of_two_runs_at_once_one_is_killed(world):
    """Whichever of them has the folder: the other one ends it."""
    chance = random.Random(10)
    wanted = {version: world.fresh(version) for version in ("1", "2")}
    died, first = 0, 0
    for _number in range(4 * ROUNDS):
        world.clean()
        assert not world.run("1").get("failed")
        victim, other = (world.start(world.arguments("2")) for _twice in range(2))
        assert victim.stdout.readline() == "begun\n"
        hit = killed(victim, chance)
        result = finished(other)
        assert "msg" not in result
        died += hit
        first += hit and "waited_for" in result
        assert world.facts() == wanted["2"]
        assert world.run("2")["changed"] is False
    print("%d of two runs were killed, %d of them while the other one waited" % (died, first))
    assert died


def test_jars_that_are_missing_are_seen_and_the_tomcat_restarts_for_them(world):
    before = world.run("1")["bases"][0]["fingerprint"]
    wanted = world.facts()
    (world.base / "lib" / "07.jar").unlink()
    again = world.run("1")
    assert again["changed"]
    assert world.facts() == wanted
    assert again["bases"][0]["fingerprint"] != before
    assert world.run("1")["changed"] is False


def test_what_somebody_has_put_beside_the_jars_is_no_reason_for_anything(world):
    world.run("1")
    (world.base / "lib" / "driver.jar").write_text("somebody's")
    assert world.run("1")["changed"] is False
    assert (world.base / "lib" / "driver.jar").read_text() == "somebody's"


def test_a_step_that_fails_puts_the_former_files_back(world):
    world.run("1")
    before = world.facts()
    arguments = world.arguments("2")
    arguments["_delivered"] = dict.fromkeys(arguments["_delivered"], "/nowhere.jar")
    result = finished(world.start(arguments))
    assert "could not bring" in result["msg"]
    assert "The former files were put back" in result["msg"]
    assert world.facts() == before


def test_what_one_task_has_begun_goes_back_in_all_folders_when_it_fails_in_one(world, releases, tmp_path):
    """Also when it is to be kept: so nothing has to be stopped for the way back."""
    other = World(releases, tmp_path / "other")
    for each in (world, other):
        each.run("1")
    before = [world.facts(), other.facts()]
    arguments = world.arguments("2", former="keep")
    (second,) = other.arguments("2")["bases"]
    arguments["bases"].append(dict(second, name="app02", wars=[dict(second["wars"][0], src="/nowhere.war")]))
    result = finished(world.start(arguments))
    assert "app02: could not deploy" in result["msg"]
    assert "The former files were put back" in result["msg"]
    assert [world.facts(), other.facts()] == before


def test_what_an_earlier_task_has_begun_stays_begun_when_the_next_one_fails(world):
    """It may run already: it has to be stopped before it goes back."""
    world.run("1")
    before = world.facts()
    world.run("2", former="keep")
    arguments = world.arguments("1", former="keep")
    arguments["_delivered"] = {}
    result = finished(world.start(arguments))
    assert "The former files are kept" in result["msg"]
    assert world.run("1", former="restore")["changed"]
    assert world.run("1", former="settle")["changed"]
    assert world.facts() == before


def test_a_program_that_changes_alone_is_kept(world, tmp_path):
    program = tmp_path / "app01.conf"
    program.write_text("former")
    world.run("1")
    arguments = world.arguments("1", former="keep")
    arguments["bases"][0].update(program=str(program), program_changes=True)
    result = finished(world.start(arguments))
    assert (result["changed"], result["bases"][0]["unsettled"]) == (False, True)
    assert (tmp_path / ".app01.conf.fleet-former").read_text() == "former"
    assert world.run("1", former="settle")["changed"]
    assert not (tmp_path / ".app01.conf.fleet-former").exists()


def test_a_state_that_another_run_has_changed_is_not_settled(world):
    world.run("1")
    world.run("2", former="keep")
    world.run("1", former="keep")
    result = world.run("2", former="settle")
    assert "another run has changed" in result["msg"]
    assert world.run("1", former="settle")["changed"] is True
    assert world.run("1", former="settle")["changed"] is False


def outside(world, **more):
    """A run that changes nothing in the end state of ``world.run("1")`` but for the files of others."""
    arguments = world.arguments("1")
    arguments["bases"][0].update(more)
    result = finished(world.start(arguments))
    assert not result.get("failed"), result
    return result["bases"][0]


def test_a_renewed_file_changes_the_fingerprint_once(world, tmp_path):
    file = tmp_path / "shop.properties"
    file.write_text("first")
    named = {"restart_on_files": [str(file)]}
    first = outside(world, **named)
    assert outside(world, **named) == dict(first, changed=False, actions=[])
    file.write_text("second")
    second = outside(world, **named)
    assert second["actions"][:1] == ["take up %s" % file]
    assert second["fingerprint"] != first["fingerprint"]
    assert outside(world, **named) == dict(second, changed=False, actions=[])


def test_an_instance_that_reads_nothing_of_others_keeps_its_fingerprint(world, tmp_path):
    """Its Tomcat would restart otherwise, only because this collection has learnt something."""
    first = outside(world)
    assert outside(world, options=["-Xmx64m"], java_home=str(tmp_path), restart_on_files=[]) == dict(
        first, changed=False, actions=[]
    )
    marker = json.loads((world.base / ".fleet-tomcat.json").read_text())
    assert "outside" not in marker


def test_what_is_renewed_between_the_start_and_the_last_look_is_for_the_next_run(world, tmp_path):
    file = tmp_path / "shop.properties"
    file.write_text("first")
    named = {"restart_on_files": [str(file)]}
    arguments = world.arguments("1", former="keep")
    arguments["bases"][0].update(named)
    assert not finished(world.start(arguments)).get("failed")
    file.write_text("second")
    arguments["former"] = "settle"
    assert not finished(world.start(arguments)).get("failed")
    assert outside(world, **named)["actions"][:1] == ["take up %s" % file]


def test_digests_of_what_may_be_a_secret_are_for_root_alone(world, tmp_path):
    (tmp_path / "word").write_text("short")
    outside(world, restart_on_files=[str(tmp_path / "word")])
    assert (world.base / ".fleet-tomcat.json").stat().st_mode & 0o077 == 0


def test_a_connector_without_its_certificate_is_refused_before_anything_is_written(world):
    arguments = world.arguments("1")
    arguments["bases"][0]["files"][0]["content"] = '<Server><Connector keystoreFile="/none/a.p12"/></Server>'
    result = finished(world.start(arguments))
    assert "app01: keystoreFile names /none/a.p12, which is not there" in result["msg"]
    assert not world.base.exists()


def test_a_version_that_tomcat_has_taken_away_itself_is_no_reason_to_restart_it(world):
    """Whether it is still declared then or not, and also where the new one needed a restart."""

    def told(*names):
        arguments = world.arguments("1")
        (war,) = arguments["bases"][0]["wars"]
        arguments["bases"][0].update(wars=[dict(war, name=name) for name in names], old_versions="remove")
        result = finished(world.start(arguments))
        assert not result.get("failed"), result
        return result["bases"][0]

    both = told("shop##001.war", "shop##002.war")
    (world.base / "webapps" / "shop##001.war").unlink()
    assert told("shop##001.war", "shop##002.war")["fingerprint"] == both["fingerprint"]
    assert told("shop##002.war")["fingerprint"] == both["fingerprint"]
    assert told("shop##002.war")["actions"] == []
    assert told("shop##002.war", "shop##003.war")["fingerprint"] != both["fingerprint"]
