# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed where, and by which command."""

from __future__ import annotations

import os
import subprocess

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _host_look, _host_packages

NONE = _host_packages.Wish()
OLD = _host_look.Python("/usr/bin/python", (2, 7, 5))
SIX = _host_look.Python("/usr/libexec/platform-python", (3, 6, 8))


def host(name: str, release: int, manager: str, *pythons: _host_look.Python) -> _host_look.Look:
    return _host_look.Look(name, name, (release,), pythons, (manager,) if manager else (), "systemd 252", ())


@pytest.mark.parametrize(
    ("look", "core", "packages"),
    [
        (host("centos", 7, "yum", OLD), (2, 16), ("python3",)),
        (host("centos", 7, "yum", OLD), (2, 21), ("python3",)),  # 2.16 can manage it then
        (host("centos", 7, "yum", OLD, SIX), (2, 21), ()),
        (host("centos", 6, "yum", OLD), (2, 16), ()),
        (host("rocky", 8, "dnf"), (2, 16), ("python3",)),
        (host("rocky", 8, "dnf", SIX), (2, 16), ()),
        (host("rocky", 8, "dnf", SIX), (2, 19), ("python39",)),
        (host("rocky", 9, "dnf"), (2, 21), ("python3",)),
        (host("amzn", 2, "yum", OLD), (2, 16), ("python3",)),
        (host("amzn", 2023, "dnf"), (2, 21), ("python3",)),
        (host("debian", 12, "apt-get"), (2, 21), ("python3",)),
        (host("debian", 9, "apt-get", _host_look.Python("/usr/bin/python3", (3, 5, 3))), (2, 16), ()),
        (host("sles", 15, "zypper"), (2, 16), ("python3",)),
        (host("alpine", 3, "apk"), (2, 21), ("python3",)),
        (host("freebsd", 14, ""), (2, 21), ()),
    ],
)
def test_the_package_is_that_of_the_system(look, core, packages) -> None:
    assert _host_packages.wanted(look, NONE, core) == packages


def test_packages_that_somebody_asks_for_are_for_hosts_that_need_one() -> None:
    wish = _host_packages.Wish(packages=("python3.11",))
    assert _host_packages.wanted(host("rocky", 8, "dnf", SIX), wish, (2, 19)) == ("python3.11",)
    assert _host_packages.wanted(host("rocky", 8, "dnf", SIX), wish, (2, 16)) == ()


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        ("apt-get", "apt-get -q update </dev/null && apt-get -y -q --no-install-recommends install python3 </dev/null"),
        ("dnf", "dnf -y install python3 </dev/null"),
        ("yum", "yum -y install python3 </dev/null"),
        ("zypper", "zypper --non-interactive install python3 </dev/null"),
        ("apk", "apk add --update-cache python3 </dev/null"),
    ],
)
def test_nothing_asks_a_question(manager, line) -> None:
    assert _host_packages.command(host("x", 1, manager), ("python3",), NONE).endswith(line)


def test_a_name_of_a_package_is_one_word_of_the_command() -> None:
    command = _host_packages.command(host("x", 1, "apk"), ("python3; reboot",), NONE)
    assert command.endswith("apk add --update-cache 'python3; reboot' </dev/null")


def test_a_repository_is_asked_alone_and_leaves_nothing(tmp_path) -> None:
    """The lines run with a yum that shows what it is given."""
    wish = _host_packages.Wish(repository="http://archive.example.com/7/os/", key="file:///keys/7")
    program = tmp_path / "yum"
    program.write_text('#!/bin/sh\necho "$@"\ncat "$2"\n')
    program.chmod(0o755)
    lines = _host_packages.command(host("centos", 7, "yum", OLD), ("python3",), wish)
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "TMPDIR": str(tmp_path)}
    done = subprocess.run(["/bin/sh", "-c", lines], check=True, capture_output=True, text=True, env=env)
    asked, *config = done.stdout.splitlines()
    assert asked.split()[2:] == ["-y", "install", "python3"]
    assert config == [
        "[main]",
        "reposdir=/nonexistent",
        "gpgcheck=1",
        "[fleet-bootstrap]",
        "name=fleet-bootstrap",
        "baseurl=http://archive.example.com/7/os/",
        "enabled=1",
        "gpgcheck=1",
        "gpgkey=file:///keys/7",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["yum"]


def test_packages_that_nobody_could_check_are_not_asked_for(tmp_path) -> None:
    wish = _host_packages.Wish(repository="http://archive.example.com/7/os/")
    lines = _host_packages.command(host("centos", 7, "yum", OLD), ("python3",), wish)
    lines = lines.replace("/etc/pki/rpm-gpg/RPM", f"{tmp_path}/RPM")
    done = subprocess.run(["/bin/sh", "-c", lines], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.strip().endswith("name the key of the repository in bootstrap_repository_key")
    unchecked = _host_packages.command(host("centos", 7, "yum", OLD), ("python3",), wish._replace(check=False))
    assert "bootstrap_repository_key" not in unchecked


def test_a_repository_is_for_yum_and_dnf() -> None:
    wish = _host_packages.Wish(repository="http://archive.example.com/7/os/")
    with pytest.raises(ValueError, match="bootstrap_repository is 'http://archive.example.com/7/os/', but .* apt-get"):
        _host_packages.command(host("debian", 12, "apt-get"), ("python3",), wish)


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("repository", "http://ops:s3cret@archive.example.com/7/os/"),
        ("repository", "http://archive.example.com/7/os/\ngpgcheck=0"),
        ("key", "https://ops:s3cret@archive.example.com/key"),
        ("key", "/keys/7"),
    ],
)
def test_an_address_is_one_word_without_a_login(field, address) -> None:
    wish = _host_packages.Wish(**{"repository": "http://archive.example.com/7/os/", field: address})
    with pytest.raises(ValueError, match=r"must be an address such as") as caught:
        _host_packages.command(host("centos", 7, "yum", OLD), ("python3",), wish)
    assert str(caught.value).startswith({"key": "repository_key is "}.get(field, "repository is "))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("key", ["", "file:///keys/7"])
@pytest.mark.parametrize("manager", _host_look.MANAGERS)
def test_a_login_shell_gets_one_line(manager, key) -> None:
    """csh, which is root's on some systems, takes no quoted text of two."""
    wish = _host_packages.Wish(repository="file:///r" if manager in ("yum", "dnf") else "", key=key)
    assert "\n" not in _host_packages.command(host("x", 1, manager), ("python3",), wish)
