# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Supervisor got onto a host, and by which unit of systemd its daemon runs, as variables of the role supervisor."""

import glob
import os
import re
import shlex
import typing as t
from collections import OrderedDict

from . import secrets as _secrets, values as _values

Left = _values.Left
Runner = t.Callable[[t.List[str]], t.Tuple[int, str, str]]
_UNIT = re.compile(r"/([^/]+)\.service(?:/|$)", re.MULTILINE)
_DIST = re.compile(r"^(?P<name>.+)-(?P<version>[^-]+)\.(?:dist-info|egg-info)\Z")
_COMES_ALONG = ("supervisor", "setuptools", "pip", "wheel", "meld3", "pkg_resources", "importlib_metadata", "zipp")
# Options of a unit that its programs notice; the role's own unit has the others in its own way.
_TAKEN = re.compile(
    r"^(Environment|EnvironmentFile|PassEnvironment|Limit[A-Z]+|Nice|OOMScoreAdjust|IOWeight|SupplementaryGroups|UMask"
    r"|AmbientCapabilities|(CPU|Memory|Tasks|IO)[A-Za-z]+|WorkingDirectory|Slice)\Z"
)
_OWN = re.compile(
    r"^(Type|ExecStart|ExecStop|ExecReload|ExecStartPre|KillMode|Restart|RestartSec|PIDFile|RemainAfterExit|TimeoutS[a-z]+Sec"
    r"|User|Group|RuntimeDirectory|RuntimeDirectoryMode|StandardOutput|StandardError|SyslogIdentifier|OOMPolicy|PrivateTmp)\Z"
)
# What the role's unit and its drop-in switch on by themselves.
HARDENING = re.compile(
    r"^(LockPersonality|ProtectKernelLogs|ProtectKernelModules|PrivateMounts|ProtectKernelTunables|ProtectControlGroups"
    r"|RestrictRealtime)\Z"
)
DROP_IN = "10-fleet-hardening.conf"  # the role's own
_ON = ("1", "yes", "true", "on")  # as systemd reads it
_ORDER = {"After": "network-online.target remote-fs.target nss-lookup.target", "Wants": "network-online.target"}
_NETWORK = (
    "network.target",
    "network-online.target",
    "remote-fs.target",
    "nss-lookup.target",
    "nss-user-lookup.target",
)


def method(script: str, version: str, run: Runner) -> t.Tuple[t.Dict[str, t.Any], t.List[Left]]:
    """How it was installed.

    :param script: path of supervisord, "" if that is not known; version: of the daemon.
    """
    found: t.Dict[str, t.Any] = OrderedDict()
    folder = os.path.dirname(os.path.dirname(script))
    if script and os.path.isfile(os.path.join(folder, "pyvenv.cfg")):
        found["supervisor_install_method"] = "pip"
        found["supervisor_version"] = version
        found["supervisor_venv_path"] = folder
        found["supervisor_link_commands"] = os.path.realpath("/usr/local/bin/supervisord") == os.path.realpath(script)
        further = _packages(folder)
        if further:
            found["supervisor_pip_extra_packages"] = further
        return found, []
    if script and _is_packaged(script, run):
        found["supervisor_install_method"] = "package"
        return found, []
    found["supervisor_install_method"] = "none"
    if not script or os.path.dirname(script) == "/usr/bin":
        return found, []
    found["supervisor_bin_dir"] = os.path.dirname(script)
    why = "it belongs to no package and to no virtual environment; the role uses it and never upgrades it"
    return found, [Left("supervisord", script, 1, why)]


def _packages(folder: str) -> t.List[str]:
    """What else is installed in a virtual environment, such as plugins."""
    found = []
    for path in glob.glob(os.path.join(folder, "lib", "python*", "site-packages", "*-info")):
        match = _DIST.match(os.path.basename(path))
        if match and match.group("name").lower().replace("-", "_") not in _COMES_ALONG:
            version = re.sub(r"-py\d.*", "", match.group("version"))
            found.append("%s==%s" % (match.group("name").replace("_", "-"), version))
    return sorted(found)


def _is_packaged(script: str, run: Runner) -> bool:
    real = os.path.realpath(script)
    for command in (["dpkg-query", "--search"], ["rpm", "--query", "--file"]):
        for path in sorted({script, real}):
            try:
                if run(command + [path])[0] == 0:
                    return True
            except OSError:
                pass
    return False


def unit_of(pid: int) -> str:
    """The service of systemd that a process belongs to, without ``.service``; "" for none."""
    try:
        with open("/proc/%d/cgroup" % pid, encoding="utf-8", errors="replace") as stream:
            names = _UNIT.findall(stream.read())
    except OSError:
        return ""
    return names[-1] if names and not names[-1].startswith("user@") else ""


def service(name: str, run: Runner, vault: _secrets.Vault) -> t.Tuple[t.Dict[str, t.Any], t.List[Left]]:
    """What a unit says that programs notice."""
    found: t.Dict[str, t.Any] = OrderedDict([("supervisor_service_name", name)])
    left: t.List[Left] = []
    options: t.Dict[str, t.Dict[str, t.Any]] = {}
    for path in [file for file in _files(name, run) if os.path.basename(file) != DROP_IN]:
        for section, key, value, line in _lines(path):
            if section == "Unit" and key in _ORDER:
                words = [word for word in value.split() if word not in _NETWORK]
                if words:
                    options.setdefault(section, {})[key] = " ".join([_ORDER[key]] + words)
            elif section == "Service" and key == "Environment":
                _environment(options.setdefault(section, {}), value, vault)
            elif section == "Service" and _TAKEN.match(key):
                options.setdefault(section, {})[key] = value
            elif section == "Service" and not _OWN.match(key) and not _is_hardening(key, value):
                left.append(Left("%s of [%s]" % (key, section), path, line, "the unit of the role does not have it"))
    if options:
        found["supervisor_service_options"] = options
    return found, left


def _is_hardening(key: str, value: str) -> bool:
    """Whether the role writes this setting itself, with the same value."""
    return bool(HARDENING.match(key)) and value.lower() in _ON


def _files(name: str, run: Runner) -> t.List[str]:
    try:
        code, output, _said = run(["systemctl", "show", "--property", "FragmentPath,DropInPaths", name + ".service"])
    except OSError:
        return []
    values = dict(line.split("=", 1) for line in output.splitlines() if "=" in line) if code == 0 else {}
    return [path for key in ("FragmentPath", "DropInPaths") for path in values.get(key, "").split() if path]


def _lines(path: str) -> t.Iterator[t.Tuple[str, str, str, int]]:
    """Section, key, value and line of everything that a file of systemd's says."""
    section = ""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            text = stream.read()
    except OSError:
        return
    for number, raw in enumerate(text.replace("\\\n", " ").splitlines(), start=1):
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif "=" in line and not line.startswith(("#", ";")):
            key, value = line.split("=", 1)
            yield section, key.strip(), value.strip(), number


def _environment(options: t.Dict[str, t.Any], value: str, vault: _secrets.Vault) -> None:
    """Variables of the unit, one on a line; an empty value forgets those before it."""
    lines = options.setdefault("Environment", [])
    try:
        words = shlex.split(value)
    except ValueError:
        words = [value]
    if not words:
        del lines[:]
    for word in words:
        key, sign, text = word.partition("=")
        taken = vault.options("service", {"environment": {key: text}})["environment"][key]
        quote = '"' if re.search(r"[\s'\"\\]", word) else ""
        before = "%s%s%s" % (quote, key, sign)
        if isinstance(taken, dict):
            taken.update(before=before + taken["before"], after=taken["after"] + quote)
            lines.append(taken)
        else:
            lines.append(before + text.replace("\\", "\\\\").replace('"', '\\"') + quote)
