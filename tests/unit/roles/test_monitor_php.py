# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A PHP that is too old for the dashboard is refused before anything is installed, or a newer stream is enabled."""

from __future__ import annotations

import pathlib

import jinja2.nativetypes
import pytest
import yaml
from ansible.plugins.filter.core import FilterModule
from ansible.plugins.test.core import TestModule as Known

ROLE = pathlib.Path(__file__).parents[3] / "roles" / "monitor_web"
NAMES = ("php", "php_there", "php_state", "php_enabled", "php_stream", "php_known")
SWITCHED = "[php]\nname=php\nstream={}\nprofiles=\nstate={}\n"


def tasks():
    found = yaml.safe_load((ROLE / "tasks/php.yml").read_text(encoding="utf-8"))
    return {task["name"]: task for task in found}


def judged(system: str, wanted: str = "", there: str = "", module: str = ""):
    """What the role does there: whether it refuses, with which sentence, and which stream it enables."""
    family = "Debian" if system.startswith("Debian") else "RedHat"
    texts = {}
    for name in ("main", family, system):
        path = ROLE / "vars" / f"{name}.yml"
        texts.update(yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {})
    environment = jinja2.nativetypes.NativeEnvironment(undefined=jinja2.StrictUndefined)
    environment.filters["regex_search"] = FilterModule().filters()["regex_search"]
    environment.tests.update(Known().tests())
    known = {name: value for name, value in texts.items() if "{{" not in str(value)}
    known["ansible_facts"] = {"distribution": "Rocky", "distribution_version": "8.10"}
    known["__monitor_web"] = {"php_version": wanted}
    said = f"PHP {there}.30 (fpm-fcgi) (built: Jun  4 2024 15:19:49)\nCopyright (c) The PHP Group" if there else ""
    known["__monitor_web_php_asked"] = {"stdout": said}
    known["__monitor_web_php_module"] = {"stdout": module}
    for name in NAMES:
        value = environment.from_string(texts[f"__monitor_web_{name}"]).render(known)
        known[f"__monitor_web_{name}"] = "" if value is None else str(value)

    def true(condition):
        return bool(environment.from_string("{{ " + condition + " }}").render(known))

    check = tasks()["Refuse a PHP that is too old for the dashboard"]["ansible.builtin.assert"]
    if not true(check["that"]):
        return environment.from_string(check["fail_msg"]).render(known), ""
    enabled = all(map(true, tasks()["Enable the stream of PHP"]["when"]))
    return "", known["__monitor_web_php_stream"] if enabled else ""


@pytest.mark.parametrize(
    ("system", "settings", "stream"),
    [
        ("RedHat_8", {}, "8.2"),
        ("RedHat_8", {"wanted": "8.0"}, "8.0"),
        ("RedHat_8", {"module": SWITCHED.format("8.0", "enabled")}, ""),  # somebody has chosen
        ("RedHat_8", {"module": SWITCHED.format("8.2", "enabled"), "wanted": "8.2"}, ""),
        ("RedHat_8", {"module": SWITCHED.format("8.0", "enabled"), "wanted": "8.2"}, "8.2"),  # and dnf says why not
        ("RedHat_8", {"module": SWITCHED.format("", "")}, "8.2"),
        ("RedHat_8", {"module": SWITCHED.format("remi-8.3", "enabled")}, ""),
        ("RedHat_9", {"module": SWITCHED.format("8.1", "enabled")}, ""),
        ("RedHat_8", {"there": "7.4"}, ""),
        ("RedHat_8", {"there": "8.2", "wanted": "8.2"}, ""),
        ("RedHat_9", {}, ""),
        ("RedHat_9", {"wanted": "8.2"}, "8.2"),
        ("RedHat_10", {}, ""),
        ("RedHat_7", {"there": "8.0"}, ""),  # from elsewhere
        ("Debian_11", {}, ""),
        ("Debian_12", {"there": "8.2"}, ""),
    ],
)
def test_a_php_that_is_new_enough_and_the_stream_it_comes_from(system, settings, stream):
    assert judged(system, **settings) == ("", stream)


@pytest.mark.parametrize(
    ("system", "settings", "words"),
    [
        ("RedHat_7", {}, ["PHP 5.4 is what packages bring to Rocky 8.10", "7.4 or newer", "monitor_hosts"]),
        ("Amazon_2", {}, ["PHP 5.4 is what packages bring"]),
        ("RedHat_8", {"there": "7.2"}, ["PHP 7.2 is installed on", "dnf module switch-to php:8.2"]),
        (
            "RedHat_8",
            {"module": SWITCHED.format("7.2", "enabled")},
            ["PHP 7.2 is what packages bring", "switch-to php:8.2"],
        ),
        ("RedHat_8", {"module": SWITCHED.format("remi-7.3", "enabled")}, ["PHP 7.3 is what packages bring"]),
        ("RedHat_8", {"wanted": "7.2"}, ["monitor_web_php_version is 7.2;"]),
        ("Debian_12", {"wanted": "7.3"}, ["monitor_web_php_version is 7.3;"]),
    ],
)
def test_a_php_that_is_too_old_is_refused_with_the_cure(system, settings, words):
    message, _stream = judged(system, **settings)
    assert [word for word in words if word not in message] == [], message


def test_it_is_looked_at_before_anything_is_installed():
    names = [task["name"] for task in yaml.safe_load((ROLE / "tasks/install.yml").read_text(encoding="utf-8"))]
    assert names.index("See that PHP is new enough, or will be") < names.index(
        "Install nginx, php-fpm and PHP's xml extension"
    )
