# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ansible-core manages which Python, held against the ansible-core that runs this, and what is said to do."""

from __future__ import annotations

import pathlib
import re

import pytest
from ansible import release
from ansible.module_utils import basic

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _host_look, _host_python

OLD = _host_look.Python("/usr/bin/python", (2, 7, 5))
EIGHT = _host_look.Python("/usr/bin/python3", (3, 6, 8))
NEW = _host_look.Python("/usr/bin/python3.11", (3, 11, 9))
CURE = "run the playbook supervisord.fleet.bootstrap for it, which installs one where the system has a package."


def host(*pythons: _host_look.Python) -> _host_look.Look:
    """A CentOS 7 with these Pythons."""
    return _host_look.Look("CentOS Linux 7 (Core)", "centos", (7,), pythons, ("yum",), "systemd 219", ())


def test_the_table_says_what_this_ansible_core_itself_asks_of_hosts() -> None:
    text = pathlib.Path(basic.__file__).read_text(encoding="utf-8")
    asked = re.search(r"^_PY(?:3)?_MIN = (?:sys.version_info >= )?\((\d+), (\d+)\)", text, re.MULTILINE)
    assert asked
    assert _host_python.needed(_host_python.numbers(release.__version__)) == tuple(map(int, asked.groups()))


@pytest.mark.parametrize(
    ("python", "cores"),
    [
        ((2, 7, 18), "none"),
        ((3, 5, 3), "none"),
        ((3, 6, 8), "2.16"),
        ((3, 7, 3), "2.16 to 2.17"),
        ((3, 8, 10), "2.16 to 2.19"),
        ((3, 9, 2), "2.16 to 2.21"),
        ((3, 13, 0), "2.16 to 2.21"),
    ],
)
def test_releases_that_manage_a_python(python, cores) -> None:
    assert _host_python.named(_host_python.controllers(python)) == cores


def test_a_newer_core_than_any_that_is_known_counts_as_the_newest() -> None:
    assert _host_python.needed((2, 25)) == (3, 9)


@pytest.mark.parametrize("core", ["2.16.19", "2.19.14", "2.21.5"])
@pytest.mark.parametrize("used", ["/usr/bin/python", "/usr/bin/python3", ""])
def test_without_python_3_there_is_the_playbook(core, used) -> None:
    told = _host_python.sentence(host(OLD), used, core)
    assert told.startswith("This host has Python 2.7.5 (/usr/bin/python)")
    assert told.endswith(f"or newer there: {CURE}")
    assert told.count(". ") == 0  # one sentence


def test_no_python_at_all() -> None:
    told = _host_python.sentence(host(), "/usr/bin/python3", "2.19.14")
    gone = "(Ansible takes /usr/bin/python3, which does not run)"
    assert told == f"This host has no Python {gone}, and ansible-core 2.19.14 needs 3.8 or newer there: {CURE}"


def test_another_python_of_the_host_is_named() -> None:
    told = _host_python.sentence(host(OLD, EIGHT), OLD.path, "2.16.19")
    assert told == (
        "This host has Python 2.7.5 (/usr/bin/python) and 3.6.8 (/usr/bin/python3), and ansible-core 2.16.19 needs 3.6 "
        "or newer there: set ansible_python_interpreter: /usr/bin/python3 for it."
    )


@pytest.mark.parametrize(("core", "needs"), [("2.19.14", "3.8"), ("2.21.5", "3.9")])
def test_another_controller_is_named(core, needs) -> None:
    told = _host_python.sentence(host(OLD, EIGHT), EIGHT.path, core)
    assert (
        f"needs {needs} or newer there: use ansible-core 2.16 on the controller, the last one that manages 3.6" in told
    )
    assert f"or install Python {needs} or newer there and name it in ansible_python_interpreter." in told


def test_a_good_interpreter_is_nothing_to_tell() -> None:
    assert _host_python.sentence(host(EIGHT), EIGHT.path, "2.16.19") == ""
    assert _host_python.sentence(host(OLD, NEW), NEW.path, "2.21.5") == ""


def test_the_own_python_of_the_system_is_used_before_a_newer_one() -> None:
    assert _host_python.best((NEW, EIGHT), (2, 16)) == EIGHT
    assert _host_python.best((NEW, EIGHT), (2, 19)) == NEW
    assert _host_python.best((OLD,), (2, 16)) is None


@pytest.mark.parametrize(
    ("result", "about"),
    [
        ({"msg": "MODULE FAILURE", "module_stderr": "SyntaxError", "module_stdout": ""}, True),
        ({"msg": "ansible-core requires a minimum of Python version 3.8. Current version: 3.7.16 (x)"}, True),
        ({"msg": "Ansible requires Python 3.9 or newer on the target. Current version: 3.8.18"}, True),
        ({"msg": "no supervisord was found on this machine"}, False),
        ({}, False),
    ],
)
def test_only_a_module_without_words_of_its_own_may_be_about_python(result, about) -> None:
    assert _host_python.is_about_python(result) is about


def test_old_enterprise_linux_needs_an_old_controller_for_its_packages() -> None:
    assert "its yum has no module any more" in _host_python.warning("CentOS 7", 7, "2.17.0")
    assert "its dnf is bound to Python 3.6" in _host_python.warning("Rocky 8", 8, "2.21.5")
    assert [_host_python.warning("x", major, "2.16.19") for major in (7, 8)] == ["", ""]
    assert [_host_python.warning("x", major, "2.21.5") for major in (0, 9, 10)] == ["", "", ""]
