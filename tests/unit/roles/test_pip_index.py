# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index that pip is told of is the one it asks, whatever the environment of the host says."""

from __future__ import annotations

import configparser
import pathlib

import jinja2
import jinja2.nativetypes
import pytest
import yaml

VARIABLES = yaml.safe_load((pathlib.Path(__file__).parents[3] / "roles/supervisor/vars/main.yml").read_text())
INHERITED = {"PIP_INDEX_URL": "http://other.example/"}
OPTION = {"index-url", "pypi-url"}  # two names of one option, in every release of pip


def rendered(name, url):
    environment = jinja2.nativetypes.NativeEnvironment() if name.endswith("environment") else jinja2.Environment()
    return environment.from_string(VARIABLES[name]).render(__supervisor={"pip_index_url": url})


def one_of_pip_9(options, environment):
    """The environment takes the place of options of the same name; then what is empty is passed over."""
    merged = {**options, **{name[4:].lower().replace("_", "-"): value for name, value in environment.items()}}
    return [value for name, value in merged.items() if value and name in OPTION]


def one_of_pip_10_and_later(options, environment):
    """What is empty is passed over; then the environment comes after the options, and the last one counts."""
    both = [*options.items(), *((name[4:].lower().replace("_", "-"), value) for name, value in environment.items())]
    return [value for name, value in both if value and name in OPTION]


@pytest.mark.parametrize("pip", [one_of_pip_9, one_of_pip_10_and_later])
@pytest.mark.parametrize("url", ["http://fleet:pw@index.example/simple/", ""])
def test_the_index_of_the_role_is_asked_and_else_that_of_the_environment(pip, url):
    config = configparser.ConfigParser(interpolation=None)
    config.read_string(rendered("__supervisor_pip_config", url))
    environment = {**INHERITED, **rendered("__supervisor_pip_environment", url)}
    assert pip(dict(config["global"]), environment)[-1] == (url or INHERITED["PIP_INDEX_URL"])
