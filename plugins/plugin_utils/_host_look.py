# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host is, asked by a shell alone: its system, its Pythons, its service manager, its Supervisor. No I/O here."""

from __future__ import annotations

import re
import shlex
import typing as t

from ..module_utils import _said

Version = tuple[int, ...]
LONGEST = 200  # of anything that a host says
_LINE = re.compile(r"([a-z_]+)=(.*)")
_NUMBERS = re.compile(r"(\d{1,4})\.(\d{1,4})\.(\d{1,4}) (\S.*)")
_RELEASE = re.compile(r"(.*?)(?: Linux)? release (\d+(?:\.\d+)*)")
_EL = ("rhel", "centos", "rocky", "almalinux", "ol", "scientific", "amzn")
# ID of os-release -> words of the first line of /etc/redhat-release, where there is no os-release.
_NAMES = {"centos": "CentOS", "rhel": "Red Hat", "ol": "Oracle", "scientific": "Scientific"}

# Where systems have their own Python, and where Ansible looks, oldest last.
OF_SYSTEM = ("/usr/libexec/platform-python", "/usr/bin/python3")
_PYTHONS = [f"python3.{minor}" for minor in range(14, 5, -1)]
_PYTHONS += ["python3", *OF_SYSTEM, "python2.7", "python2", "python"]
_SUPERVISORS = ("supervisord", "/usr/local/bin/supervisord", "/opt/supervisor/bin/supervisord")
MANAGERS = ("dnf", "yum", "apt-get", "zypper", "apk")

# Any POSIX shell, as one line: the login shell reads it first, and csh takes no quoted text of two lines. What a login
# prints before it does not count.
_STATEMENTS = (
    "LC_ALL=C; export LC_ALL; said=",
    'told() { "$@" </dev/null 2>/dev/null | head -n 1; }',
    """ask() { told "$@" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])'; }""",
    'try() { seen=$(ask "$@"); echo "python=$seen ${said:-$*}"; }',
    "echo fleet_look=begin",
    'known() { for one in /etc/os-release /usr/lib/os-release; do [ ! -r "$one" ] || { cat "$one"; break; }; done; }',
    "of() { grep -E '^(ID|VERSION_ID|PRETTY_NAME)='; }",
    "known | of | sed 's/^ID=/id=/; s/^VERSION_ID=/version=/; s/^PRETTY_NAME=/pretty=/'",
    '[ ! -r /etc/redhat-release ] || echo "release=$(told cat /etc/redhat-release)"',
    'echo "kernel=$(uname -s)"',
    "CONFIGURED",
    'for name in PYTHONS; do found=$(command -v "$name") && try "$found"; done',
    'for name in MANAGERS; do command -v "$name" >/dev/null 2>&1 && echo "manager=$name"; done',
    "systemd() { [ -d /run/systemd/system ]; }",
    "first() { if systemd; then systemctl --version; else cat /proc/1/comm; fi; }",
    'if [ -d /run/openrc ] && ! systemd; then echo service=openrc; else echo "service=$(told first)"; fi',
    'daemon() { echo "supervisor=$(told "$1" --version) $1"; }',
    'for name in SUPERVISORS; do found=$(command -v "$name") && daemon "$found"; done',
    "echo fleet_look=end",
)
_SCRIPT = "; ".join(_STATEMENTS)


class Python(t.NamedTuple):
    """A Python of a host: what to call it by, and its release."""

    path: str
    version: Version


class Look(t.NamedTuple):
    """What a host has said.

    :param system: for people, "CentOS Linux 7 (Core)"; "" if it did not say.
    :param name: ID of its os-release, "centos".
    :param release: numbers of its release, (7,); empty if it has none.
    :param pythons: all that were found, each path once; the one that is configured first.
    :param managers: its package managers, of MANAGERS, best first.
    :param service: what starts services, "systemd 219".
    :param supervisors: "4.2.5 /usr/bin/supervisord".
    """

    system: str
    name: str
    release: Version
    pythons: tuple[Python, ...]
    managers: tuple[str, ...]
    service: str
    supervisors: tuple[str, ...]

    @property
    def enterprise(self) -> int:
        """The major release of Enterprise Linux or one of its kin, Amazon Linux too; 0 for all others."""
        return self.release[0] if self.name in _EL and self.release else 0


def script(configured: str) -> str:
    """The shell's line that looks.

    :param configured: the value of ansible_python_interpreter, which may have arguments; "" if it is to be found out.
    """
    own = _try(configured) if configured else ":"
    words = {"PYTHONS": _PYTHONS, "MANAGERS": MANAGERS, "SUPERVISORS": _SUPERVISORS, "CONFIGURED": [own]}
    return re.sub("|".join(words), lambda match: " ".join(words[match[0]]), _SCRIPT)


def _try(configured: str) -> str:
    """Ask an interpreter, told as it is configured. Ansible has the shell of the host expand a home folder in it."""
    try:
        first, *rest = shlex.split(configured)
    except ValueError:
        return ":"
    home, slash, below = first.partition("/")
    path = f'"$HOME"/{shlex.quote(below)}' if home in ("~", "$HOME") and slash else shlex.quote(first)
    return f"said={shlex.quote(configured)}; try {' '.join([path, *map(shlex.quote, rest)])}; said="


def read(said: str) -> Look:
    """What the script has printed. Raises ValueError if it did not come to its end."""
    inside = said.partition("fleet_look=begin")[2]
    if "fleet_look=end" not in inside:
        raise ValueError("its shell did not answer as a POSIX shell does")
    told: dict[str, list[str]] = {}
    for line in inside.splitlines():
        match = _LINE.match(line.strip())
        if match:
            told.setdefault(match[1], []).append(_said.line(match[2].strip())[:LONGEST])
    name, release, system = _system(told)
    found = {match[4]: match.group(1, 2, 3) for match in map(_NUMBERS.match, told.get("python", [])) if match}
    return Look(
        system,
        name,
        release,
        tuple(Python(path, tuple(map(int, numbers))) for path, numbers in found.items()),
        tuple(name for name in MANAGERS if name in told.get("manager", [])),
        re.sub(r"^systemd (\d+).*", r"systemd \1", (told.get("service") or [""])[0]),
        tuple(one.strip() for one in told.get("supervisor", [])),
    )


def _system(told: t.Mapping[str, t.Sequence[str]]) -> tuple[str, Version, str]:
    """The name for programs, the release, and the name for people."""
    first = {key: values[0].strip("\"'") for key, values in told.items()}
    name, release = first.get("id", ""), first.get("version", "")
    pretty = first.get("pretty") or first.get("release") or first.get("kernel", "")
    old = _RELEASE.match(first.get("release", ""))
    if old and not name:
        name = next((key for key, word in _NAMES.items() if old[1].startswith(word)), "")
        release = old[2]
    return name, tuple(int(part) for part in re.findall(r"\d{1,6}", release)), pretty
