# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host tells its shell: the real one of this machine, and texts of systems that are not here."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _host_look


def said(*lines: str) -> str:
    """What a login prints, and the script's own lines."""
    return "\n".join(
        ("Welcome, last login: never", "python=9.9.9 /banner", "fleet_look=begin", *lines, "fleet_look=end")
    )


def test_a_real_shell_tells_of_this_machine() -> None:
    script = _host_look.script(sys.executable)
    done = subprocess.run(["/bin/sh", "-c", script], check=False, capture_output=True, text=True)
    look = _host_look.read(done.stdout)
    assert look.pythons[0] == _host_look.Python(sys.executable, sys.version_info[:3])
    assert len({python.path for python in look.pythons}) == len(look.pythons)
    assert look.system
    assert look.service


def test_a_configured_interpreter_that_does_not_run_is_none() -> None:
    script = _host_look.script("/nonexistent/python3 -s")
    done = subprocess.run(["/bin/sh", "-c", script], check=False, capture_output=True, text=True)
    assert "/nonexistent/python3" not in [python.path for python in _host_look.read(done.stdout).pythons]


def test_a_configured_interpreter_is_one_command_whatever_stands_in_it() -> None:
    script = _host_look.script("/usr/bin/env 'p; echo supervisor=6.6.6'")
    done = subprocess.run(["/bin/sh", "-c", script], check=False, capture_output=True, text=True)
    assert not [one for one in _host_look.read(done.stdout).supervisors if one.startswith("6.6.6")]


def test_a_login_shell_gets_one_line() -> None:
    """csh, which is root's on some systems, takes no quoted text of two."""
    assert "\n" not in _host_look.script("/usr/bin/python3")


@pytest.mark.parametrize("configured", ["~/venv/bin/python", "$HOME/venv/bin/python -s", "/usr/bin/env  python3"])
def test_a_configured_interpreter_is_told_as_it_is_configured(configured, tmp_path) -> None:
    """Ansible has the shell of the host expand a home folder, and compares what is told with what it uses."""
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    env = {**os.environ, "HOME": str(tmp_path)}
    line = ["/bin/sh", "-c", _host_look.script(configured)]
    done = subprocess.run(line, check=False, capture_output=True, text=True, env=env)
    assert _host_look.read(done.stdout).pythons[0].path == configured


def test_a_configured_interpreter_that_is_no_command_is_none() -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", _host_look.script("python3 'half")], check=False, capture_output=True, text=True
    )
    assert _host_look.read(done.stdout).pythons


@pytest.mark.parametrize(
    ("lines", "system", "name", "release", "enterprise"),
    [
        (
            (
                'id="centos"',
                'version="7"',
                'pretty="CentOS Linux 7 (Core)"',
                "release=CentOS Linux release 7.7.1908 (Core)",
            ),
            "CentOS Linux 7 (Core)",
            "centos",
            (7,),
            7,
        ),
        (("release=CentOS release 6.10 (Final)", "kernel=Linux"), "CentOS release 6.10 (Final)", "centos", (6, 10), 6),
        (('id="rocky"', 'version="9.4"', 'pretty="Rocky Linux 9.4"'), "Rocky Linux 9.4", "rocky", (9, 4), 9),
        (('id="amzn"', 'version="2"', 'pretty="Amazon Linux 2"'), "Amazon Linux 2", "amzn", (2,), 2),
        (("id=debian", 'version="12"', 'pretty="Debian GNU/Linux 12"'), "Debian GNU/Linux 12", "debian", (12,), 0),
        (("id=arch", "kernel=Linux"), "Linux", "arch", (), 0),
        (("kernel=FreeBSD",), "FreeBSD", "", (), 0),
    ],
)
def test_systems_are_told_by_what_they_call_themselves(lines, system, name, release, enterprise) -> None:
    look = _host_look.read(said(*lines))
    assert (look.system, look.name, look.release, look.enterprise) == (system, name, release, enterprise)


def test_what_a_login_prints_is_no_answer() -> None:
    look = _host_look.read(said("python=2.7.5 /usr/bin/python", "python= /usr/bin/broken", "manager=yum"))
    assert look.pythons == (_host_look.Python("/usr/bin/python", (2, 7, 5)),)
    assert look.managers == ("yum",)


def test_services_and_supervisors_are_told_briefly() -> None:
    look = _host_look.read(said("service=systemd 219", "supervisor=3.4.0 /usr/bin/supervisord"))
    assert (look.service, look.supervisors) == ("systemd 219", ("3.4.0 /usr/bin/supervisord",))
    assert _host_look.read(said("service=systemd 252 (252.39-1~deb12u1)")).service == "systemd 252"


def test_a_hostile_host_gets_nothing_onto_a_terminal() -> None:
    look = _host_look.read(
        said("pretty=\x1b]0;x\x07Debian\u202e", "python=1.2.3 /bin/\x1b[2Jpython", f"service={'x' * 9000}")
    )
    assert not any(mark in look.system + look.pythons[0].path for mark in "\x1b\x07\u202e")
    assert len(look.service) <= _host_look.LONGEST


@pytest.mark.parametrize("text", ["", "This account is currently not available.", "fleet_look=begin\nid=debian"])
def test_a_shell_that_does_not_come_to_its_end_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="did not answer as a POSIX shell does"):
        _host_look.read(text)
