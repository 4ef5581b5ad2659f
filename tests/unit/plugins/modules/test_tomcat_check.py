# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""tomcat_check: one message for all that is wrong, a warning for what was not tried, a Java that is to come."""

import getpass

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.modules import tomcat_check as _tomcat_check


class Module:
    """What the module needs of AnsibleModule."""

    def __init__(self, instances, coming="", check_mode=False):
        self.params = {"instances": instances, "coming": [coming] if coming else [], "config_file": ""}
        self.check_mode = check_mode
        self.warnings = []

    def warn(self, text):
        self.warnings.append(text)


@pytest.fixture
def instance(tmp_path):
    """Makes instances whose Java is a script that ends with the number given."""

    def make(name, code=0, options=(), home=""):
        java = tmp_path / str(code) / "bin" / "java"
        java.parent.mkdir(parents=True, exist_ok=True)
        java.write_text("#!/bin/sh\necho 'this is Java %d' >&2\nexit %d\n" % (code, code))
        java.chmod(0o755)
        return {
            "name": name,
            "user": getpass.getuser(),
            "base": str(tmp_path / name),
            "environment": {"JAVA_HOME": home or str(tmp_path / str(code))},
            "jvm_options": list(options),
            "directory": "",
            "temp_dir": "",
            "limits": {},
        }

    return make


def test_nothing_to_say(instance):
    module = Module([instance("app01"), instance("app02")])
    assert _tomcat_check.check(module) == {"changed": False, "left_out": {}, "untried": []}
    assert module.warnings == []


def test_each_thing_that_is_wrong_is_told_once_with_all_whom_it_hits(instance):
    items = [instance("app01", 1), instance("app02"), instance("app03", 1), instance("app04", home="/none")]
    with pytest.raises(_errors.SupervisorError) as caught:
        _tomcat_check.check(Module(items))
    message = caught.value.message
    assert "app01, app03: " in message
    assert message.count("this is Java 1") == 1
    assert "app04: there is no /none/bin/java" in message
    assert "app02" not in message
    assert "No instance was touched" in message


def test_what_was_not_tried_is_a_warning(instance):
    agent = ["-agentlib:profile=token=hidden"]
    items = [instance("app01", options=agent), instance("app02"), instance("app03", options=agent)]
    module = Module(items)
    result = _tomcat_check.check(module)
    assert sorted(result["left_out"]) == ["app01", "app03"]
    (warning,) = module.warnings
    assert "app01, app03: not tried" in warning
    assert "-agentlib:profile (" in warning
    assert "hidden" not in warning


def test_a_java_that_a_dry_run_only_announces_is_no_failure(instance):
    items = [instance("app01", home="/opt/new"), instance("app02")]
    module = Module(items, "/opt/new", check_mode=True)
    assert _tomcat_check.check(module)["untried"] == ["app01"]
    assert "app01" in module.warnings[0]
    assert "/opt/new" in module.warnings[0]
    with pytest.raises(_errors.SupervisorError, match="/opt/new/bin/java"):
        _tomcat_check.check(Module(items, "/opt/new"))


def test_a_java_that_is_missing_is_a_failure_in_a_dry_run_too(instance):
    with pytest.raises(_errors.SupervisorError, match="there is no /none/bin/java"):
        _tomcat_check.check(Module([instance("app01", home="/none")], check_mode=True))
