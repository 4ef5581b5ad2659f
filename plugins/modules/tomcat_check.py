#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Try the Java and the options that Tomcats will get."""

DOCUMENTATION = r"""
---
module: tomcat_check
author:
  - Supervisor Fleet contributors (@supervisord)
version_added: 0.2.0
short_description: Try the Java and the options that Tomcats will get
description:
  - Used by the role P(supervisord.fleet.tomcat_app#role) before it touches a running instance.
  - Runs C(java OPTIONS -version) as the instance's user, with the environment and the words that Tomcat's own script
    will give it. Fails with Java's words if that does. Nothing is changed, so it does the same in check mode.
  - What would open a port or a file is not done a second time beside a running instance. JMX and a debugger get any
    port that is free, and logs of the JVM go elsewhere; agents, recordings and files with more options are left out,
    with a warning, and named in RV(left_out). Of the files that options name it is still checked whether the user can
    read them, or write to their folder.
  - Instances that differ in nothing a JVM looks at share one trial.
options:
  instances:
    description: What to try.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the instance, for messages.
        type: str
        required: true
      user:
        description: Its user; C(nobody) takes its place while there is none.
        type: str
        required: true
      base:
        description: Its folder.
        type: path
        required: true
      directory:
        description: Its working directory; C(var) in its folder by default.
        type: path
        default: ""
      temp_dir:
        description: Its folder for temporary files, which is looked at where it is given.
        type: path
        default: ""
      limits:
        description:
          - Limits of the kernel that it raises for itself, C(nofile), C(nproc), C(core), C(memlock) or C(stack) -> a
            number or V(unlimited). Refused when its supervisord may pass on less.
        type: dict
        default: {}
      environment:
        description: The environment of its program, with C(JAVA_HOME).
        type: dict
        required: true
      jvm_options:
        description: Its options, word by word.
        type: list
        elements: str
        default: []
  config_file:
    description: Main file of the supervisord that will run them. Found by itself when empty.
    type: path
    default: ""
  coming:
    description: Each JAVA_HOME that this run has only announced, in check mode. That it is missing is no failure then.
    type: list
    elements: path
    default: []
extends_documentation_fragment:
  - supervisord.fleet.attributes
attributes:
  check_mode:
    details: Does the same in check mode.
  diff_mode:
    support: none
"""

EXAMPLES = r"""
- name: Try a Java
  supervisord.fleet.tomcat_check:
    instances:
      - name: app01
        user: tomcat
        base: /opt/app01
        environment: {JAVA_HOME: /usr/local/java}
        jvm_options: [-Xmx512m]
"""

RETURN = r"""
left_out:
  description: Instance -> option -> why it was not tried.
  type: dict
  returned: success
untried:
  description: Instances whose Java is not there yet, see O(coming).
  type: list
  elements: str
  returned: success
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import os
import typing as t

from ..module_utils import _errors, _module
from ..module_utils._local import main_file as _main_file
from ..module_utils._tomcat import instance as _instance, places as _places, trial as _trial

INSTANCE = {
    "name": {"type": "str", "required": True},
    "user": {"type": "str", "required": True},
    "base": {"type": "path", "required": True},
    "directory": {"type": "path", "default": ""},
    "temp_dir": {"type": "path", "default": ""},
    "limits": {"type": "dict", "default": {}},
    "environment": {"type": "dict", "required": True},
    "jvm_options": {"type": "list", "elements": "str", "default": []},
}  # type: t.Dict[str, t.Dict[str, t.Any]]


def main() -> None:
    spec = {
        "instances": {"type": "list", "elements": "dict", "required": True, "options": INSTANCE},
        "config_file": {"type": "path", "default": ""},
        "coming": {"type": "list", "elements": "path", "default": []},
    }
    _module.run(spec, check, connection=False)


def check(module: t.Any) -> t.Dict[str, t.Any]:
    """Try all; fail with what is wrong with each."""
    items = [_filled(item) for item in module.params["instances"]]
    daemon = _daemon(module.params["config_file"]) if any(item["limits"] for item in items) else 0
    results = [
        result if result.missing else result._replace(problem=_places.problem(item, daemon) or result.problem)
        for item, result in zip(items, _trial.try_all(items))
    ]
    untried = [item["name"] for item, result in zip(items, results) if result.missing and _is_coming(module, item)]
    wrong = {}  # type: t.Dict[str, t.List[str]]
    for item, result in zip(items, results):
        if result.problem and item["name"] not in untried:
            wrong.setdefault(result.problem, []).append(item["name"])
    if wrong:
        lines = ["%s: %s" % (", ".join(names), problem) for problem, names in wrong.items()]
        raise _errors.SupervisorError("\n".join(lines + ["No instance was touched."]))
    if untried:
        _module.warn(
            module,
            "%s: the options could not be tried, since this run would install %s first."
            % (", ".join(untried), " and ".join(_homes(items, untried))),
        )
    left_out = {item["name"]: result.left_out for item, result in zip(items, results) if result.left_out}
    for text in _not_tried(left_out) + _places.doubts(items):
        _module.warn(module, text)
    return {"changed": False, "left_out": left_out, "untried": untried}


def _filled(item: t.Dict[str, t.Any]) -> t.Dict[str, t.Any]:
    return dict(item, directory=item["directory"] or os.path.join(item["base"], _instance.LEFTOVERS))


def _daemon(config_file: str) -> int:
    """Id of the supervisord that is meant; 0 when none runs, or nobody can tell which."""
    try:
        path = config_file or _main_file.find()
        process = _main_file.process_of(path) if path else None
    except _errors.SupervisorError:
        return 0
    return process.pid if process else 0


def _not_tried(left_out: t.Dict[str, t.Dict[str, str]]) -> t.List[str]:
    """One warning for all instances that have the same options."""
    names = {}  # type: t.Dict[str, t.List[str]]
    for name, options in sorted(left_out.items()):
        words = ", ".join("%s (%s)" % option for option in sorted(options.items()))
        names.setdefault(words, []).append(name)
    return [
        "%s: not tried before the change, as it could disturb a running instance: %s. Whether Java starts with it is "
        "seen when the first of them restarts." % (", ".join(those), words)
        for words, those in names.items()
    ]


def _is_coming(module: t.Any, item: t.Dict[str, t.Any]) -> bool:
    return bool(module.check_mode and item["environment"].get("JAVA_HOME") in module.params["coming"])


def _homes(items: t.List[t.Dict[str, t.Any]], names: t.List[str]) -> t.List[str]:
    return sorted({str(item["environment"]["JAVA_HOME"]) for item in items if item["name"] in names})


if __name__ == "__main__":
    main()
