# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment of a Tomcat's program: what is the plan's own, what becomes options of the JVM, what is refused.

Nothing of it is dropped without a word: catalina.sh forgets some variables, and the plan rests on others.
"""

from __future__ import annotations

import re
import shlex
import typing as t

from . import _tomcat_ports

NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
OPTIONS = "CATALINA_OPTS"
CLASSPATH = "CLASSPATH"
# Variable -> what to use in its place.
INSTEAD = {
    "CATALINA_BASE": "base (or tomcat_app_base_root)",
    "CATALINA_HOME": "version with tomcat_app_home_root, or full_copy: true",
    "CATALINA_TMPDIR": "temp_dir (tomcat_app_temp_dir)",
    "JAVA_HOME": "java_home (tomcat_app_java_home)",
    "JRE_HOME": "java_home (tomcat_app_java_home)",
    "JAVA_BIN": "java_home (tomcat_app_java_home)",
    "_RUNJAVA": "java_home (tomcat_app_java_home)",
    "HOME": "directory (tomcat_app_directory), which is its home",
    "USER": "user (tomcat_app_user)",
    "LOGNAME": "user (tomcat_app_user)",
    "CATALINA_OUT": "stdout_logfile (or tomcat_app_log_dir)",
    "CATALINA_OUT_CMD": "stdout_logfile (or tomcat_app_log_dir)",
    "JPDA_ADDRESS": "debug_port",
    "JPDA_OPTS": "debug_port",
    "JPDA_SUSPEND": "debug_port",
    "JPDA_TRANSPORT": "debug_port",
    "CATALINA_PID": "none: Supervisor knows the process, and catalina.sh writes no file in the foreground",
    "TOMCAT_APP_CONFIG": "another name: by this one the role knows a changed instance",
}
# Options of the program that the plan decides -> what to use in their place.
PROGRAM = {
    "name": "name",
    "state": "state",
    "user": "user (tomcat_app_user)",
    "environment": "environment (tomcat_app_environment)",
    "numprocs": "more entries of tomcat_app_instances",
}
# What catalina.sh sets behind all options, so that the last word is not theirs -> what to use in its place.
BEHIND = {
    "-Dcatalina.base": "base (or tomcat_app_base_root)",
    "-Dcatalina.home": "version with tomcat_app_home_root, or full_copy: true",
    "-Djava.io.tmpdir": "temp_dir (tomcat_app_temp_dir)",
    "-cp": "CLASSPATH in environment",
    "-classpath": "CLASSPATH in environment",
    "--class-path": "CLASSPATH in environment",
}
# Variables whose options come before those that catalina.sh sets.
BEFORE = ("JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")
_SHELL = re.compile(r"'[^']*'|\$(?:(\w+)|\{(\w+)\})")
_COMMAND = re.compile(r"\$\(|`")
_KNOWN = {
    "CATALINA_BASE": "base", "CATALINA_HOME": "home", "CATALINA_TMPDIR": "temp_dir", "JAVA_HOME": "java_home",
    "JRE_HOME": "java_home",
}  # fmt: skip
_PROPERTIES = {"catalina.base": "base", "catalina.home": "home", "java.io.tmpdir": "temp_dir"}
_LITERAL = re.compile(
    r"\$(?:(?P<bare>%s)\b|\{(?P<braced>%s)\})" % ("|".join(_KNOWN), "|".join(map(re.escape, [*_KNOWN, *_PROPERTIES])))
)
# Properties that Java itself reads, and takes as they are; those of java.security are expanded.
_OF_JAVA = re.compile(r"-D(?:java\.(?!security\.)|javax\.|com\.sun\.|sun\.|jdk\.)")


def plans_own(full: dict[str, t.Any]) -> dict[str, str]:
    """Where Tomcat is, and what Supervisor leaves as root's when it changes the user."""
    moved = {} if full["temp_dir"] == full["base"] + "/temp" else {"CATALINA_TMPDIR": full["temp_dir"]}
    return {
        "JAVA_HOME": full["java_home"],
        "JAVA_BIN": f"{full['java_home']}/bin",
        "CATALINA_HOME": full["home"],
        "CATALINA_BASE": full["base"],
        **moved,
        "HOME": full["directory"],
        "USER": full["user"],
        "LOGNAME": full["user"],
    }


def take(full: dict[str, t.Any]) -> None:
    """Part what was given: options go to jvm_options, the class path to setenv.sh, the rest to the program.

    Sets environment, jvm_options, classpath and environment_problems of the instance.
    """
    own = {**plans_own(full), "CATALINA_TMPDIR": full["temp_dir"]}
    given = {key: value for key, value in full["environment"].items() if str(value) != own.get(key)}
    problems = [
        f"environment holds {key!r}, which is no variable name. Use letters, digits and '_'."
        for key in given
        if not NAME.match(str(key))
    ]
    problems += [
        f"environment: {key} is decided by the plan of the role. Use {INSTEAD[key]}." for key in given if key in INSTEAD
    ]
    problems += [
        f"program_options: {key} is decided by the plan of the role. Use {PROGRAM[key]}."
        for key in full.get("program_options") or {}
        if key in PROGRAM
    ]
    known = {**full["environment"], **own, OPTIONS: ""}
    words, problem = _words(str(given.pop(OPTIONS, "") or ""), known)
    full["classpath"] = str(given.pop(CLASSPATH, "") or "")
    full["environment"] = given
    full["jvm_options"] = [*full["jvm_options"], *words]
    full["environment_problems"] = problems + ([problem] if problem else [])


def _words(text: str, known: dict[str, t.Any]) -> tuple[list[str], str]:
    """CATALINA_OPTS as the shell would take it apart, and what is wrong with it.

    :param known: variables that are replaced; any other stays as it is.
    """
    if _COMMAND.search(text):
        return [], f"environment: {OPTIONS} holds a command to run ($(...) or backquotes). Write what it would say."

    def replace(match: re.Match[str]) -> str:
        return str(known.get(match.group(1) or match.group(2), match.group(0)))

    try:
        return shlex.split(_SHELL.sub(replace, text)), ""
    except ValueError as error:
        return [], f"environment: {OPTIONS} cannot be taken apart as a shell would: {error}. Close the quotes."


def option_errors(full: dict[str, t.Any]) -> list[str]:
    """What is wrong with the options of the JVM, and was not meant as it is written."""
    problems = []
    own = {"-Dcatalina.base": full["base"], "-Dcatalina.home": full["home"], "-Djava.io.tmpdir": full["temp_dir"]}
    given = [("jvm_options", str(option)) for option in full["jvm_options"]]
    given += [
        (f"environment: {key}", word) for key in BEFORE for word in _tomcat_ports.words(full["environment"], [key])
    ]
    for where, option in given:
        name, _equals, value = option.partition("=")
        if name in BEHIND and value != own.get(name):
            problems.append(
                f"{where}: {name} has no effect, since catalina.sh sets it behind all options. Use {BEHIND[name]}."
            )
    for option in map(str, full["jvm_options"]):
        name = option.partition("=")[0]
        literal = _LITERAL.search(option)
        if literal and _taken_as_it_is(option, literal):
            key = literal.group("bare") or literal.group("braced")
            cure = "{" + (_KNOWN.get(key) or _PROPERTIES[key]) + "}"
            problems.append(
                f"jvm_options: {name} holds {literal.group(0)}, which nobody replaces there. Write {cure} in its place."
            )
    return problems


def _taken_as_it_is(option: str, literal: re.Match[str]) -> bool:
    """Would the JVM take the name for a part of the path? Elsewhere ${...} is the application's to replace."""
    return not option.startswith("-D") or bool(literal.group("bare")) or bool(_OF_JAVA.match(option))
