# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""{base} and its like in values that instances share: each gets its own, and all other braces stay."""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _tomcat_placeholders

APP01 = {"name": "app01", "base": "/opt/app01", "http_port": 8080, "https_port": None}
README = pathlib.Path(__file__).parents[4] / "roles" / "tomcat_app" / "README.md"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("-Xlog:gc*:file={base}/logs/gc-{http_port}.log", "-Xlog:gc*:file=/opt/app01/logs/gc-8080.log"),
        # What others replace, in their own time
        ("-Dlog=${base}/x %{name}i #{name}", "-Dlog=${base}/x %{name}i #{name}"),
        ("{catalina.base} {x} {} {Base} {'a': 1} { base }", "{catalina.base} {x} {} {Base} {'a': 1} { base }"),
        (r"-Dpattern=/\{name}/x", "-Dpattern=/{name}/x"),
        ("{https_port}", "{https_port}"),
        ({"{name}": ["{name}", 8080, True, None]}, {"{name}": ["app01", 8080, True, None]}),
        (True, True),
    ],
)
def test_each_instance_gets_its_own(value: t.Any, wanted: t.Any) -> None:
    assert _tomcat_placeholders.filled(value, APP01) == wanted


def test_a_value_that_holds_braces_is_not_filled_in_again() -> None:
    assert _tomcat_placeholders.filled("{name}", {"name": "{base}", "base": "/opt"}) == "{base}"


def test_the_readme_lists_all_of_them() -> None:
    listed = re.findall(r"^\| `\{(\w+)\}` \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == list(_tomcat_placeholders.PLACEHOLDERS)


def test_the_readme_says_where_they_may_stand() -> None:
    section = README.read_text(encoding="utf-8").partition("## Values for many instances")[2].partition("```")[0]
    # What an instance reads of others' files is filled in where that is planned, see _tomcat_outside.
    assert set(re.findall(r"`tomcat_app_(\w+)`", section)) == {*_tomcat_placeholders.FILLED, "restart_on_files"}
