# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person types for a variable of a role is what was meant, or is refused in a sentence."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _role_spec, _role_text, _role_values

PROGRAMS = "supervisor_programs"
INSTANCES = "tomcat_app_instances"
UNQUOTED = "is a number by now, for it has no quotes; write it as '0640', in quotes, with a leading 0"
MAYBE = [{"name": "worker", "autorestart": "maybe"}]


def converted(name: str, value: t.Any) -> tuple[t.Any, list[str]]:
    """The value that a role works with, and what is wrong."""
    faults: list[str] = []
    option = next(_role_spec.options(role)[name] for role in ROLES if name in _role_spec.options(role))
    return _role_values.convert(name, option, value, faults), faults


ROLES = ("alerts", "jdk", "load_balancer", "monitor_web", "supervisor", "tomcat_app")


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [
        ("tomcat_app_jvm_options", "-Xms64m -Xmx128m", ["-Xms64m", "-Xmx128m"]),
        ("tomcat_app_jvm_options", "-Dname='two words'\n-Xss1m\n", ["-Dname=two words", "-Xss1m"]),
        ("tomcat_app_jvm_options", ["-Dname=two words", "", None], ["-Dname=two words"]),
        ("tomcat_app_jvm_options", '["-Xms64m", "-Xss1m"]', ["-Xms64m", "-Xss1m"]),
        ("tomcat_app_environment", "A=1", {"A": "1"}),
        ("tomcat_app_environment", "A=1, B='x, y'", {"A": "1", "B": "x, y"}),
        ("tomcat_app_environment", "A=1\nB=a=b\n", {"A": "1", "B": "a=b"}),
        ("tomcat_app_environment", '{"A": "1"}', {"A": "1"}),
        ("tomcat_app_ready_status", 200, ["200"]),
        ("tomcat_app_ready_status", "200-399,401", ["200-399", "401"]),
        ("tomcat_app_webapps_from_home", "ROOT\nmanager\n", ["ROOT", "manager"]),
        ("tomcat_app_autorestart", False, "false"),
        ("tomcat_app_access_log", "off", False),
        ("tomcat_app_access_log", {"max_days": "30", "pattern": "combined"}, {"max_days": 30, "pattern": "combined"}),
        ("tomcat_app_access_log", '{"max_days": 30}', {"max_days": 30}),
        ("tomcat_app_remote_ip", "Auto", "auto"),
        ("tomcat_app_remote_ip", False, "false"),
        ("tomcat_app_remote_ip", {"proxies": "10.0.0.9, fd00::9"}, {"proxies": ["10.0.0.9", "fd00::9"]}),
        ("tomcat_app_autorestart", "Yes", "true"),
        ("tomcat_app_ready_timeout", "60", 60.0),
        ("monitor_web_packages", "nginx, php-fpm", ["nginx", "php-fpm"]),
        ("monitor_web_tls", "Yes\n", True),
        ("monitor_web_tls", 0, False),
        ("monitor_web_port", "8443", 8443),
        ("monitor_web_tls_key_content", "-----\nx\n", "-----\nx\n"),
        ("supervisor_state", "Absent", "absent"),
        ("supervisor_version", " 4.3.0\n", "4.3.0"),
        ("supervisor_start_timeout", 60.0, 60),
        ("supervisor_pip_extra_packages", "superlance foo>=1,<2, bar", ["superlance", "foo>=1,<2", "bar"]),
        ("supervisor_supervisord", "loglevel=debug,minfds=2048", {"loglevel": "debug", "minfds": 2048}),
        ("supervisor_include", {"files": "a.ini b.ini"}, {"files": ["a.ini", "b.ini"]}),
        (PROGRAMS, [{"name": "a", "exitcodes": "0,2"}], [{"name": "a", "exitcodes": ["0", "2"]}]),
        (PROGRAMS, [{"name": "a", "exitcodes": 0}], [{"name": "a", "exitcodes": ["0"]}]),
        (PROGRAMS, [{"name": "a", "user": None, "startsecs": ""}], [{"name": "a"}]),
        (PROGRAMS, [{"name": "a", "numprocs": "%(ENV_COUNT)s"}], [{"name": "a", "numprocs": "%(ENV_COUNT)s"}]),
        (PROGRAMS, '[{"name": "a"}]', [{"name": "a"}]),
        (PROGRAMS, [{"name": "a", "command": ["x", "y z"]}], [{"name": "a", "command": ["x", "y z"]}]),
        (PROGRAMS, {}, []),
        (
            "supervisor_service_options",
            {"Service": {"RestrictRealtime": None}},
            {"Service": {"RestrictRealtime": None}},
        ),
    ],
)
def test_what_was_typed_is_what_was_meant(name: str, typed: t.Any, meant: t.Any) -> None:
    assert converted(name, typed) == (meant, [])


@pytest.mark.parametrize(
    ("name", "typed", "fault"),
    [
        (
            "tomcat_app_jvm_options",
            "-Xms64m '-Dx",
            "has a quotation mark that nothing closes; write a list, one option each",
        ),
        ("tomcat_app_jvm_options", {"Xms": "64m"}, "is a mapping; write a list"),
        ("tomcat_app_jvm_options", [True], "option 1: is a yes or no; put it in quotes"),
        ("tomcat_app_environment", "A", "is a text; write a mapping, one 'NAME: value' a line"),
        ("tomcat_app_environment", ["A=1"], "is a list; write a mapping, NAME: value"),
        (INSTANCES, "app01", "is a text; write a list of mappings"),
        (INSTANCES, {"name": "app01"}, "is a mapping; put a '-' before each entry"),
        (INSTANCES, ["app01"], "instance 1: is a text; write a mapping with name"),
        (
            INSTANCES,
            [{"jvm_option": 1, "name": "a"}],
            "instance a: 'jvm_option' is not known here; did you mean jvm_options?",
        ),
        (INSTANCES, [{"state": "started"}], "instance 1: name is missing"),
        (
            INSTANCES,
            [{"name": "a", "wars": [{"state": "gone"}]}],
            "instance a: wars: war 1: state: 'gone' is none of present, absent",
        ),
        (PROGRAMS, MAYBE, "program worker: autorestart: 'maybe' is none of true, false, unexpected"),
        (PROGRAMS, [{"name": "worker", "umask": 18}], f"program worker: umask: 18 {UNQUOTED}"),
        ("supervisor_config_mode", 416, f"416 {UNQUOTED}"),
        ("supervisor_service_options", "[Service]\nA = 1", "is a text; write a mapping, one 'NAME: value' a line"),
        ("supervisor_purge", "maybe", "'maybe' is neither true nor false"),
        ("supervisor_purge", 2, "2 is neither true nor false"),
        ("supervisor_start_timeout", True, "true is no whole number"),
        ("supervisor_start_timeout", "1_0", "'1_0' is no whole number"),
        ("supervisor_start_timeout", 1.5, "1.5 is no whole number"),
        ("supervisor_log_dir", ["/a"], "is a list; write a path"),
        ("supervisor_managed_by", False, "false is a yes or no, and a text is needed; put it in quotes"),
        ("tomcat_app_ready_timeout", "nan", "'nan' is no number"),
        ("jdk_checksum", "sha256:<64 hex digits>", "'sha256:<64 hex digits>' is still the placeholder of an example"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(name: str, typed: t.Any, fault: str) -> None:
    _value, faults = converted(name, typed)
    assert faults == [f"{name}: {fault}"]


def test_all_faults_of_a_variable_are_told_at_once() -> None:
    _value, faults = converted(PROGRAMS, [{"name": "a", "startsecs": "soon"}, {"comand": "x", "autostart": "perhaps"}])
    assert len(faults) == 4


def test_a_password_is_never_told() -> None:
    _value, faults = converted(
        "monitor_web_users", [{"name": "admin", "password": ["s3cret", True]}, {"hash": "<s3cret>"}]
    )
    assert len(faults) == 3
    assert "s3cret" not in str(faults)


@pytest.mark.parametrize("text", ["a b", "A = 1", "A=1 B=2", "=1", "A=1,A=2", "A='x"])
def test_text_that_is_no_pairs_is_no_mapping(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        _role_text.pairs(text)
