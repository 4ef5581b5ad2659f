# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Root's runs over what an account without rights has put in its own folders: nothing of anybody else's is touched."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import types

import daemons as daemons_
import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._host import careful as _careful, outside as _outside

pytestmark = pytest.mark.ends
SLEEP = "/bin/sleep 1000"
PRECIOUS = "as root left it"
APP = "nobody"


@pytest.fixture
def world(daemons, run_module):
    """A daemon of root's with a stopped program ``web`` of nobody's, whose log is in nobody's own folder."""
    top = tempfile.mkdtemp(prefix="sf")  # the folder for tests is closed to other accounts
    os.chmod(top, 0o711)
    folder = os.path.join(top, "app")
    os.makedirs(os.path.join(folder, "logs"))
    for path in (folder, os.path.join(folder, "logs")):
        shutil.chown(path, APP)
    log, precious = os.path.join(folder, "logs", "web.log"), os.path.join(top, "web.log")
    with open(precious, "w", encoding="utf-8") as stream:
        stream.write(PRECIOUS)
    os.chmod(precious, 0o600)
    web = {"command": "/bin/sh -c 'exit 3'", "user": APP, "autostart": "false", "startretries": "0"}
    web.update(stdout_logfile=log, redirect_stderr="true")
    daemon = daemons({"bystander": {"command": SLEEP}, "web": web})

    def run(module, args, **options):
        return run_module(module, args, daemon, **options)

    yield types.SimpleNamespace(daemon=daemon, top=top, folder=folder, log=log, precious=precious, run=run)
    shutil.rmtree(top)


def plant(*command):
    """Run a command as the application's account."""
    subprocess.run(command, check=True, user=APP, group=pwd.getpwnam(APP).pw_gid, extra_groups=[])


def text(path):
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def link_as_log(world):
    plant("rm", "-f", world.log)
    plant("ln", "-s", world.precious, world.log)


def folder_as_link(world):
    shutil.rmtree(os.path.dirname(world.log))
    plant("ln", "-s", world.top, os.path.dirname(world.log))


def second_name(world):
    plant("rm", "-f", world.log)
    os.link(world.precious, world.log)  # a kernel with fs.protected_hardlinks would not let the account itself


def somebody_elses(world):
    plant("rm", "-f", world.log)
    shutil.copy(world.precious, world.log)
    shutil.chown(world.log, "daemon")


PLANTED = {
    link_as_log: "is a link",
    folder_as_link: "leads over a link of account",
    second_name: "has other names",
    somebody_elses: "belongs to account",
}


@pytest.mark.parametrize(("put", "words"), PLANTED.items(), ids=lambda value: getattr(value, "__name__", None))
def test_what_stands_for_a_log_is_neither_emptied_nor_shown(world, put, words):
    put(world)
    for check in (True, False):
        result = world.run("supervisor_process", {"names": ["web"], "clear_logs": True}, check=check)
        assert result["failed"], result
        assert words in result["msg"]
        assert world.log in result["msg"]
    assert text(world.precious) == PRECIOUS
    info = world.run("supervisor_info", {"names": ["web"], "log_lines": 5})
    assert [info["processes"][0][channel] for channel in ("stdout", "stderr")] == [[], []]
    assert words in info["processes"][0]["stdout_refused"]
    assert info["processes"][0]["stderr_refused"] == ""


def test_a_failed_program_says_why_its_log_is_not_shown(world):
    folder_as_link(world)
    result = world.run("supervisor_process", {"names": ["web"], "state": "started"})
    assert result["failed"]
    assert "[no log: %s leads over a link of account" % world.log in result["msg"]
    assert PRECIOUS not in result["msg"]


def test_a_pipe_as_log_keeps_nothing_and_holds_up_nobody(world):
    plant("rm", "-f", world.log)
    plant("mkfifo", world.log)
    info = world.run("supervisor_info", {"names": ["web"], "log_lines": 5})
    assert info["processes"][0]["stdout"] == []
    assert not world.run("supervisor_process", {"names": ["web"], "clear_logs": True})["changed"]
    world.daemon.wait_state("bystander", "RUNNING")


def test_an_applications_own_links_work(world):
    """As many tools that deploy applications make them: the link and what it leads to belong to the application."""
    plant("mkdir", "-p", os.path.join(world.folder, "shared"))
    shutil.rmtree(os.path.dirname(world.log))
    plant("ln", "-s", "shared", os.path.join(world.folder, "logs"))
    with open(world.log, "w", encoding="utf-8") as stream:
        stream.write("said\n")
    info = world.run("supervisor_info", {"names": ["web"], "log_lines": 5})
    assert (info["processes"][0]["stdout"], info["processes"][0]["stdout_refused"]) == (["said"], "")
    assert world.run("supervisor_process", {"names": ["web"], "clear_logs": True})["changed"]
    assert text(world.log) == ""


def test_a_log_of_the_daemons_account_in_a_folder_for_all_is_known(daemons, run_module):
    daemon = daemons({"web": {"command": "/bin/sh -c 'echo said; exec sleep 1000'"}}, user=APP)
    os.chmod(daemon.dir, 0o1777)
    shutil.chown(daemon.dir, "root")
    log = daemon.info("web").stdout_logfile
    daemons_.wait_for(lambda: text(log), what="its first words")
    args = {"names": ["web"], "log_lines": 5}
    assert run_module("supervisor_info", args, daemon)["processes"][0]["stdout"] == ["said"]
    shutil.chown(log, "daemon")
    assert run_module("supervisor_info", args, daemon)["processes"][0]["stdout"] == []


def test_attributes_are_not_given_to_what_a_link_leads_to(world):
    folder_as_link(world)
    with pytest.raises(_errors.PlantedPath):
        _careful.set_attributes(os.path.dirname(world.log), 0o777, None, None)
    with pytest.raises(_errors.PlantedPath):
        _careful.check_way(os.path.dirname(world.log))
    with pytest.raises(_errors.PlantedPath):
        _careful.remove(world.log)
    with pytest.raises(_errors.PlantedPath):
        _careful.settle(world.log)
    assert os.stat(world.top).st_mode & 0o777 == 0o711
    assert text(world.precious) == PRECIOUS


# ---- links in the include folder


def linked(world, target_text=None):
    """The application's own file, and a link to it in the include folder, which the daemon follows."""
    own = os.path.join(world.folder, "supervisor.conf")
    if target_text is not None:
        with open(own, "w", encoding="utf-8") as stream:
            stream.write(target_text)
    path = os.path.join(world.daemon.conf_dir, "job.conf")
    os.symlink(own, path)
    return own, path


THEIRS = "[program:job]\ncommand = /bin/sleep 1000\npriority = 7\n"


def declared(world, check=False, **options):
    item = dict({"name": "job", "command": SLEEP}, **options)
    args = {"programs": [item], "state_dir": os.path.join(world.daemon.dir, "state")}
    return world.run("supervisor_program", args, check=check, diff=True)


@pytest.mark.parametrize("content", [THEIRS, None], ids=["to a file", "to nothing"])
def test_a_link_in_the_include_folder_is_replaced_at_its_place(world, content):
    own, path = linked(world, content)
    foreseen, done = declared(world, check=True), declared(world)
    for result in (foreseen, done):
        assert not result["failed"], result
        assert {"action": "write", "name": path} in result["actions"]
        lost = "" if content else ", where nothing is"
        assert "%s was a link to %s%s: " % (path, own, lost) in str(result["warnings"])
        assert "link to %s" % own in result["diff"][0]["before"]
    assert not os.path.islink(path)
    assert os.path.exists(own) == bool(content)
    assert not content or text(own) == THEIRS
    assert world.daemon.state("job:job") == "RUNNING"
    assert not declared(world)["changed"]


@pytest.mark.parametrize("content", [THEIRS, None], ids=["to a file", "to nothing"])
def test_a_link_in_the_include_folder_is_removed_as_a_link(world, content):
    own, path = linked(world, content)
    foreseen, done = (declared(world, check=check, state="absent", command=None) for check in (True, False))
    for result in (foreseen, done):
        assert not result["failed"], result
        assert {"action": "delete", "name": path} in result["actions"]
    assert not os.path.lexists(path)
    assert not content or text(own) == THEIRS
    assert not declared(world, state="absent", command=None)["changed"]


def test_a_program_that_fails_puts_the_link_back(world):
    own, path = linked(world, THEIRS)
    result = declared(world, command="/bin/sh -c 'exit 1'", startretries=0)
    assert result["failed"]
    assert result["rolled_back"]
    assert os.readlink(path) == own
    assert text(own) == THEIRS


def test_a_link_of_somebody_else_that_leads_nowhere_is_named_as_one(world):
    _own, path = linked(world)
    result = declared(world, name="fresh")
    assert not result["failed"], result
    assert "%s is matched by [include] and cannot be read (a link that leads nowhere)" % path in str(result["warnings"])


def test_a_link_to_a_file_of_several_programs_is_refused(world):
    own, path = linked(world, THEIRS + "[program:other]\ncommand = /bin/true\nautostart = false\n")
    result = declared(world)
    assert "also holds [program:other]" in result["msg"]
    assert os.readlink(path) == own


@pytest.fixture
def main(run_module):
    """Declares a main file at a path."""

    def run(path, **options):
        return run_module("supervisor_config", {"path": path, "supervisord": {"identifier": "x"}}, **options)

    return run


def test_a_link_of_roots_to_the_main_file_is_followed(world, main):
    real = os.path.join(world.daemon.dir, "real.conf")
    link = os.path.join(world.daemon.dir, "link.conf")
    os.symlink("real.conf", link)
    assert "link.conf is a link to real.conf" in main(link)["msg"]
    with open(real, "w", encoding="utf-8"):
        pass
    results = [main(link, check=True), main(link)]
    assert [(result["changed"], result["path"]) for result in results] == [(True, real)] * 2
    assert os.path.islink(link)
    assert "identifier" in text(real)
    assert not main(link)["changed"]


def test_a_link_of_somebody_else_to_the_main_file_is_refused(world, main):
    link = os.path.join(world.folder, "link.conf")
    plant("ln", "-s", world.precious, link)
    for check in (True, False):
        assert "leads over a link of account" in main(link, check=check)["msg"]
    assert text(world.precious) == PRECIOUS


@pytest.mark.parametrize("way", ["end", "folder", "second name"])
def test_a_watched_file_of_an_application_is_not_read_where_it_is_somebody_elses(world, way):
    """Its digest is in the environment of that application's process, and says what a short text is."""
    watched = os.path.join(world.folder, "shop.properties")
    if way == "end":
        plant("ln", "-s", world.precious, watched)
    elif way == "folder":
        plant("ln", "-s", world.top, os.path.join(world.folder, "conf"))
        watched = os.path.join(world.folder, "conf", "web.log")
    else:
        os.link(world.precious, watched)  # the kernel refuses it to others, but not every kernel
    before = _outside.digests([watched])
    facts = os.stat(world.precious)
    with open(world.precious, "w", encoding="utf-8") as stream:
        stream.write(PRECIOUS.upper())
    os.utime(world.precious, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert _outside.digests([watched]) == before


def test_a_watched_file_may_be_a_link_of_the_applications_own(world):
    plant("sh", "-c", 'echo first >"$0/1.properties"; ln -s 1.properties "$0/live"', world.folder)
    live = os.path.join(world.folder, "live")
    before = _outside.digests([live])
    plant("sh", "-c", 'echo other >"$0/1.properties"', world.folder)
    assert _outside.changed(before, _outside.digests([live])) == [live]
