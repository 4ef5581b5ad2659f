# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment and the options of a Tomcat: appended or refused, and nothing is dropped without a word."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _tomcat_environment, _tomcat_leftovers


def instance(environment: dict | None = None, options: t.Sequence[str] = (), **more: t.Any) -> dict[str, t.Any]:
    full = {
        "name": "app01", "base": "/opt/app01", "home": "/opt/tomcat/10.1.34", "java_home": "/usr/local/java",
        "user": "tomcat", "environment": environment or {}, "jvm_options": list(options), **more,
    }  # fmt: skip
    _tomcat_leftovers.folders(full)
    _tomcat_environment.take(full)
    return full


def problems(*arguments: t.Any, **more: t.Any) -> list[str]:
    full = instance(*arguments, **more)
    return full["environment_problems"] + _tomcat_environment.option_errors(full)


def test_catalina_opts_comes_behind_the_options_word_by_word() -> None:
    full = instance({"CATALINA_OPTS": "-Xmx200m '-Dtitle=my shop'  -Dmode=prod", "MODE": "x"}, ["-Xmx96m"])
    assert full["jvm_options"] == ["-Xmx96m", "-Xmx200m", "-Dtitle=my shop", "-Dmode=prod"]
    assert full["environment"] == {"MODE": "x"}
    assert full["environment_problems"] == []


def test_catalina_opts_knows_the_variables_that_the_script_knew() -> None:
    text = "-Xlog:gc:$CATALINA_BASE/logs/gc.log -Da=${CATALINA_HOME} -Djdk=$JAVA_HOME -Dpassword='a$b'"
    assert instance({"CATALINA_OPTS": text})["jvm_options"] == [
        "-Xlog:gc:/opt/app01/logs/gc.log", "-Da=/opt/tomcat/10.1.34", "-Djdk=/usr/local/java", "-Dpassword=a$b",
    ]  # fmt: skip


def test_catalina_opts_knows_the_other_variables_and_quotes() -> None:
    text = "$CATALINA_OPTS -Dmode=$MODE -Dhome=${HOME} -Dsaid='$MODE' -Dnone=$NOBODY"
    options = instance({"CATALINA_OPTS": text, "MODE": "prod"}, ["-Xmx96m"])["jvm_options"]
    assert options == ["-Xmx96m", "-Dmode=prod", "-Dhome=/opt/app01/var", "-Dsaid=$MODE", "-Dnone=$NOBODY"]


@pytest.mark.parametrize("text", ["-Dhost=$(hostname)", "-Dhost=`hostname`", "-Dtitle='my shop"])
def test_catalina_opts_that_only_a_shell_could_read_is_refused(text: str) -> None:
    (problem,) = problems({"CATALINA_OPTS": text})
    assert "CATALINA_OPTS" in problem
    assert "shop" not in problem


@pytest.mark.parametrize("name", sorted(_tomcat_environment.INSTEAD))
def test_what_the_plan_decides_is_refused_with_what_to_use(name: str) -> None:
    (problem,) = problems({name: "/somewhere/else"})
    assert f"environment: {name} " in problem
    assert _tomcat_environment.INSTEAD[name] in problem
    assert "/somewhere/else" not in problem


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JAVA_HOME", "/usr/local/java"), ("CATALINA_BASE", "/opt/app01"), ("CATALINA_TMPDIR", "/opt/app01/temp"),
        ("CATALINA_HOME", "/opt/tomcat/10.1.34"), ("HOME", "/opt/app01/var"), ("USER", "tomcat"),
    ],
)  # fmt: skip
def test_what_the_plan_says_too_is_no_harm(name: str, value: str) -> None:
    assert problems({name: value}) == []


def test_the_class_path_is_kept_for_where_the_script_does_not_empty_it() -> None:
    full = instance({"CLASSPATH": "/opt/drivers/*"})
    assert (full["classpath"], full["environment"]) == ("/opt/drivers/*", {})


def test_java_opts_and_others_go_to_the_program_as_they_are() -> None:
    given = {"JAVA_OPTS": "-Dx=$CATALINA_BASE", "UMASK": "0022", "LOGGING_CONFIG": "-Dnop"}
    assert (instance(given)["environment"], problems(given)) == (given, [])


@pytest.mark.parametrize("name", sorted(_tomcat_environment.PROGRAM))
def test_options_of_the_program_that_the_plan_decides(name: str) -> None:
    (problem,) = problems(program_options={name: "x"})
    assert f"program_options: {name} " in problem
    assert _tomcat_environment.PROGRAM[name] in problem


def test_a_working_directory_among_the_options_of_the_program_is_the_one() -> None:
    full = instance(program_options={"directory": "/srv/shop", "umask": "027"})
    assert (full["directory"], full["program_options"]) == ("/srv/shop", {"umask": "027"})


@pytest.mark.parametrize(
    ("option", "cure"),
    [
        ("-Xlog:gc*:file=$CATALINA_BASE/logs/gc.log", "{base}"),
        ("-XX:HeapDumpPath=${catalina.base}/logs", "{base}"),
        ("-javaagent:${CATALINA_HOME}/agent.jar", "{home}"),
        ("-Djava.util.logging.config.file=${catalina.base}/conf/l.properties", "{base}"),
        ("-Dcom.sun.management.jmxremote.password.file=$CATALINA_BASE/conf/jmx", "{base}"),
        ("-Dshop.dir=$CATALINA_BASE/shop", "{base}"),
        ("-agentpath:${java.io.tmpdir}/x.so", "{temp_dir}"),
    ],
)
def test_names_that_nobody_replaces_are_refused_with_what_to_write(option: str, cure: str) -> None:
    (problem,) = problems(options=[option])
    assert f"Write {cure} " in problem


@pytest.mark.parametrize(
    "option",
    [
        "-Dlog.dir=${catalina.base}/logs", "-Dshop.dir=${CATALINA_BASE}/x", "-Dprice=$100", "-Da=$CATALINA_BASEMENT",
        "-Djava.security.policy=${catalina.base}/conf/catalina.policy", "-Dx=${shop.base}",
    ],
)  # fmt: skip
def test_names_that_an_application_may_replace_stay(option: str) -> None:
    assert problems(options=[option]) == []


@pytest.mark.parametrize("option", ["-Dcatalina.base=/x", "-Dcatalina.home=/x", "-Djava.io.tmpdir=/x", "-cp"])
def test_options_that_the_script_sets_again_behind_them(option: str) -> None:
    (problem,) = problems(options=[option])
    assert "no effect" in problem
    assert "environment: JAVA_OPTS: " in problems({"JAVA_OPTS": f"-Xmx1g {option}"})[0]
    assert problems({"_JAVA_OPTIONS": option}) == []  # the JVM takes these last
    assert problems(options=["-Djava.io.tmpdir=/x"], temp_dir="/x") == []


def test_another_place_for_temporary_files_is_told_to_the_script_alone() -> None:
    assert "CATALINA_TMPDIR" not in _tomcat_environment.plans_own(instance())
    assert _tomcat_environment.plans_own(instance(temp_dir="/srv/tmp"))["CATALINA_TMPDIR"] == "/srv/tmp"
