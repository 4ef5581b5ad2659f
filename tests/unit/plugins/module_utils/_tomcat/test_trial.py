# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The trial of a Java and its options: what it is given, what is said when it refuses, and what is left of it."""

import getpass
import os
import tempfile

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import trial as _trial

# A Java that notes how it is called: a mark, a variable, and its words, one in a line.
MARK = "called with"
NOTES = 'for word in "%s $JAVA_TOOL_OPTIONS" "$@"; do echo "$word"; done >> "%%s"\n' % MARK


class World:
    """A Java made of a script, and instances that would get it."""

    def __init__(self, folder):
        self.folder = folder
        self.calls = folder / "calls"
        self.base = folder / "app01"
        (self.base / "bin").mkdir(parents=True)
        self.home = folder / "java"
        (self.home / "bin").mkdir(parents=True)
        self.java("")

    def java(self, script, mode=0o755):
        path = self.home / "bin" / "java"
        path.write_text("#!/bin/sh\n" + NOTES % self.calls + script)
        path.chmod(mode)

    def item(self, *options, **environment):
        return {
            "name": "app01",
            "user": getpass.getuser(),
            "base": str(self.base),
            "directory": str(self.base / "bin"),
            "environment": dict({"JAVA_HOME": str(self.home)}, **environment),
            "jvm_options": list(options),
        }

    def called(self):
        """What JAVA_TOOL_OPTIONS held in each call, and its words but the first, which is ours."""
        calls = [call.splitlines() for call in self.calls.read_text().split(MARK + " ")[1:]]
        assert all(call.pop(1) == "-XX:-UsePerfData" for call in calls)
        return calls


@pytest.fixture
def world(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    return World(tmp_path)


def tried(*items):
    results = _trial.try_all(list(items))
    return results[0] if len(results) == 1 else results


def test_java_gets_the_words_that_tomcat_would_give_it(world):
    assert tried(world.item("-Xmx64m", "-Dtitle=two words", JAVA_OPTS="-Xms32m '-Dname=my shop'")) == ("", {}, False)
    (call,) = world.called()
    assert call == ["", "-Xms32m", "-Dname=my shop", "-Xmx64m", "-Dtitle=two words", "-version"]


def test_java_that_is_not_there(world):
    result = tried(world.item(JAVA_HOME="/usr/lib/jvm/none"))
    assert result.missing
    assert "/usr/lib/jvm/none/bin/java" in result.problem
    assert "java_home" in result.problem


def test_what_java_says_is_told_with_the_user_and_what_to_do(world):
    world.java("echo 'Unrecognized VM option' >&2; echo 'Could not create the JVM' >&2; exit 1")
    problem = tried(world.item("-XX:+NoSuchOption")).problem
    assert "as user %s" % getpass.getuser() in problem
    assert "Unrecognized VM option\n  Could not create the JVM" in problem
    assert "Correct jvm_options" in problem


def test_java_that_says_nothing_and_one_that_may_not_be_run(world):
    world.java("exit 3")
    assert "it ended with 3" in tried(world.item()).problem
    world.java("", mode=0o644)
    assert "Permission denied" in tried(world.item()).problem


def test_java_that_never_answers(world, monkeypatch):
    world.java("sleep 1000")
    monkeypatch.setattr(_trial, "SECONDS", 0.2)
    assert "no answer within" in tried(world.item()).problem


def test_no_value_of_an_option_is_repeated(world):
    world.java('echo "Picked up JAVA_TOOL_OPTIONS: $JAVA_TOOL_OPTIONS" >&2; echo "cannot use $2" >&2; exit 1')
    problem = tried(world.item("-Dpassword=hidden", JAVA_TOOL_OPTIONS="-Dtoken=secret")).problem
    assert "cannot use -Dpassword=********" in problem
    assert "hidden" not in problem
    assert "secret" not in problem


def test_instances_that_java_cannot_tell_apart_share_a_trial(world):
    items = [world.item("-Xmx64m"), world.item("-Xmx64m", CATALINA_BASE="/opt/app02"), world.item("-Xmx32m")]
    items[1]["base"] = str(world.folder)
    assert [result.problem for result in tried(*items)] == ["", "", ""]
    assert len(world.called()) == 2


def test_a_variable_that_the_shell_cannot_take_apart(world):
    problem = tried(world.item(JAVA_OPTS="-Dname='my shop")).problem
    assert "JAVA_OPTS" in problem
    assert not world.calls.exists()


def test_what_would_disturb_a_running_instance_is_left_out_in_variables_too(world):
    agent = world.folder / "agent.jar"
    agent.write_text("")
    result = tried(world.item("-javaagent:%s=9404" % agent, "-Xmx64m", JAVA_TOOL_OPTIONS="@/dev/null -Da=b"))
    assert result.problem == ""
    assert sorted(result.left_out) == ["-javaagent:%s" % agent, "@/dev/null"]
    (call,) = world.called()
    assert call == ["-Da=b", "-Xmx64m", "-version"]


def test_files_that_options_name(world):
    missing = world.folder / "none"
    assert "%s/agent.jar" % missing in tried(world.item("-javaagent:%s/agent.jar" % missing)).problem
    problem = tried(world.item("-Xlog:gc:file=$CATALINA_BASE/gc.log")).problem
    assert "%s/bin/$CATALINA_BASE" % world.base in problem
    assert "{base}/logs" in problem
    assert tried(world.item("-Xlog:gc:file=%s/gc.log" % world.folder)).problem == ""
    assert not (world.folder / "gc.log").exists()


def test_files_in_a_folder_that_is_still_to_be_made(world):
    item = world.item("-Xlog:gc:file=%s/app09/logs/gc.log" % world.folder)
    item["base"] = str(world.folder / "app09")
    assert tried(item).problem == ""


def test_a_working_directory_that_is_still_to_be_made(world):
    (world.base / "logs").mkdir()
    item = dict(world.item("-Xlog:gc:../logs/gc.log", "-Xlog:gc:gc.log"), directory=str(world.base / "var"))
    assert tried(item).problem == ""
    assert "%s/nowhere" % world.base in tried(dict(item, jvm_options=["-Xlog:gc:../nowhere/gc.log"])).problem


@pytest.mark.parametrize("strict", [True, False])
def test_memory_that_the_running_instance_still_holds(world, monkeypatch, strict):
    """Where the kernel gives no more than there is, a second Java has no room until the first one has ended."""
    world.java("echo 'Could not reserve enough space for object heap' >&2; exit 1")
    monkeypatch.setattr(_trial, "_strict_memory", lambda: strict)
    assert bool(tried(world.item("-Xmx64m")).problem) is not strict


def test_nothing_is_left_of_a_trial(world):
    tried(world.item("-Xlog:gc:file=%s/gc.log" % world.folder))
    assert os.listdir(tempfile.gettempdir()) == []


def test_all_options_of_a_former_java_are_told_at_once(world):
    world.java("echo \"Unrecognized VM option 'MaxPermSize=64m'\" >&2; exit 1\n")
    (world.home / "release").write_text('JAVA_VERSION="17.0.13"\n')
    item = world.item("-XX:MaxPermSize=64m", "-Xmx64m", "-XX:+PrintGCDateStamps", "-Dword=secret-1")
    problem = tried(item).problem
    assert "-XX:MaxPermSize: Java 17 refuses it; write -XX:MaxMetaspaceSize" in problem
    assert "-XX:+PrintGCDateStamps: Java 17 refuses it; write -Xlog:gc*" in problem
    assert "-Xmx" not in problem.partition("Unrecognized")[2]
    assert "secret-1" not in problem
