# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The corpus of configurations: what there is, what ours makes of it, and what Supervisor made of it.

broken/ is refused by every release, valid/ accepted by every release, differs/ depends on release or Python.
``verdicts.json`` holds what Supervisor's own parser said, recorded by ``tools/record-corpus``.
Runs on Python 3.6 as well.
"""

import hashlib
import json
import os

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._config import (
    machine as _machine,
    model as _model,
    tree as _tree,
)
from ansible_collections.supervisord.fleet.plugins.module_utils._options import dialect as _dialect

ROOT = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(ROOT, "verdicts.json")
HOSTNAME = "corpus-host"
ENVIRON = {
    "COUNT": "2",
    "GREETING": "hello, world",
    "HOME": "/tmp",
    "LC_ALL": "C.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "PERCENT": "100%",
    "PORT": "9001",
    "WHERE": "elsewhere",
}
# release -> (major, minor) of the Python it is tested with, where the machine has that
PYTHONS = {"3.4.0": (2, 7), "4.0.4": (3, 7), "4.2.5": (3, 11), "4.3.0": (3, 11)}

# Files that tools which look after text files would object to.
ODD = {
    "broken/byte-order-mark": b"\xef\xbb\xbf[supervisord]\n",
    "broken/nul-in-number": b"[supervisord]\nminfds=1\x0000\n",
    "valid/crlf": b"[supervisord]\r\nloglevel=warn\r\n[program:a]\r\ncommand=/bin/cat\r\n  x ; y\r\nstartsecs=2\r\n",
    "valid/no-break-space": b"[supervisord]\n[program:a]\ncommand=/bin/echo a\xc2\xa0;b\n",
    "valid/utf-8": b"[supervisord]\n[program:a]\ncommand=/bin/echo \xc3\xa9\nenvironment=A='\xe2\x82\xac'\n",
    "valid/escape-character": b"[supervisord]\n[program:a]\ncommand=/bin/echo \x1b[31m \x07\n",
    "valid/form-feed": b"[supervisord]\n[program:a]\ncommand=/bin/echo a\x0cb\x0bc\n",
    "differs/latin-1": b"[supervisord]\n[program:a]\ncommand=/bin/echo \xe9\n",
    "differs/carriage-return-in-value": b"[supervisord]\n[program:a]\ncommand=/bin/echo a\rb\n",
    "differs/information-separator": b"[supervisord]\n[program:a]\ncommand=/bin/echo a\x1c;b\x1f\n",
    "differs/no-break-space-at-end": b"[supervisord]\n[program:a]\ncommand=/bin/echo a\xc2\xa0\n",
    "differs/semicolon-first-crlf": b"[supervisord]\r\n[program:a]\r\ncommand=;x\r\n",
    "differs/arabic-digits": b"[supervisord]\n[program:a]\ncommand=/bin/cat\nstartsecs=\xd9\xa3\n",
}


USERS = {"root": 0, "daemon": 1}


class Host(_machine.Host):
    """A machine that is the same everywhere."""

    def uid(self, name):
        return USERS.get(name)

    def has_uid(self, uid):
        return uid in USERS.values()

    def gid_of(self, uid):
        return uid

    def gid(self, name):
        return USERS.get(name)

    def has_gid(self, gid):
        return gid in USERS.values()

    def expand_user(self, path):
        return ENVIRON["HOME"] + path[1:] if path.startswith("~/") else path

    def temporary(self):
        return "/tmp"

    def importable(self, spec):
        return bool(_machine.Host.importable(self, spec))


def unpack(folder):
    """Write the odd files below ``folder`` and return it."""
    for name, data in ODD.items():
        path = os.path.join(str(folder), name + ".conf")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    return str(folder)


def cases(odd):
    """Give name -> path of the main file, sorted. ``odd`` is where ``unpack`` wrote the odd files."""
    found = {name: os.path.join(odd, name + ".conf") for name in ODD}
    for kind in ("broken", "valid", "differs"):
        folder = os.path.join(ROOT, kind)
        for name in os.listdir(folder):
            if name.endswith(".conf"):
                found[kind + "/" + name[:-5]] = os.path.join(folder, name)
        for name in os.listdir(os.path.join(folder, "include")):
            found[kind + "/include/" + name] = os.path.join(folder, "include", name, "supervisord.conf")
    return {name: found[name] for name in sorted(found)}


def dialect(version, python=None):
    return _dialect.Dialect(tuple(int(part) for part in version.split(".")), *(python or PYTHONS[version]))


def ours(path, version, host=None, python=None):
    """Read a file with ours, as a release on a Python does; the result has the form of supervisor_parser.py."""
    reader = dialect(version, python)
    try:
        tree = _tree.load(path, _tree.Disk(), reader, ENVIRON, HOSTNAME)
        model = _model.resolve(tree, reader, ENVIRON, HOSTNAME, host or Host())
    except _errors.ConfigError as error:
        return {"error": error.details["reason"], "message": error.message, "details": error.details}
    daemon = dict(model.daemon["supervisord"])
    servers = [
        _server(section, values) for section, values in model.daemon.items() if "_http_server" in section.split(":")[0]
    ]
    groups = [_group(group, version) for group in model.groups.values()]
    return _text({"groups": groups, "supervisord": daemon, "servers": servers})


def _text(result):
    """Show bytes that are not UTF-8 as the real parser's answer does."""
    text = json.dumps(result, ensure_ascii=False)
    return json.loads(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _server(section, values):
    result = dict(values, section=section, family="inet" if "port" in values else "unix")
    if "port" in values:
        result["host"], result["port"] = values["port"]
    else:
        result["chown"] = list(values["chown"] or (-1, -1))
    return result


def _group(group, version):
    classes = {
        "eventlistener": "EventListenerPoolConfig",
        "fcgi-program": "FastCGIGroupConfig",
    }
    result = {
        "name": group.name,
        "priority": group.priority,
        "class": classes.get(group.kind, "ProcessGroupConfig"),
        "processes": [_process(process, version) for process in group.processes],
    }
    result.update((key, value) for key, value in group.options.items() if key != "result_handler")
    if str(result.get("socket", "")).startswith("tcp:"):
        result["socket_mode"] = result["socket_owner"] = None
    return result


def _process(process, version):
    values = dict(process.options, name=process.name)
    values["uid"] = values.pop("user")
    values["autorestart"] = {"true": "always", "false": False}.get(values["autorestart"], values["autorestart"])
    if version < "4":
        del values["stdout_syslog"], values["stderr_syslog"]
    return values


def theirs(result):
    """Bring a result of the real parser into comparable form: of groups with the same name the first one counts."""
    if "error" in result:
        return result
    names = set()
    groups = [group for group in result["groups"] if not (group["name"] in names or names.add(group["name"]))]
    return dict(result, groups=groups)


def verdict(result, path):
    """Give what is recorded: the error text, or "ok" and a digest; the same in every checkout."""
    folder = os.path.dirname(path)
    if "error" in result:
        return result["error"].replace(folder, "@")
    kept = {key: result[key] for key in ("groups", "supervisord", "servers")}
    text = json.dumps(kept, sort_keys=True).replace(folder, "@")
    return "ok " + hashlib.sha256(text.encode()).hexdigest()[:16]


def key(version, python):
    """What a verdict stands under: the release, and the Python where that is not the usual one."""
    return version if python == PYTHONS[version] else "%s on %d.%d" % (version, python[0], python[1])


def recorded(version, python=None):
    """Give name -> recorded verdict of that release. On another Python it is the same unless that is recorded."""
    with open(RECORDED, encoding="utf-8") as file:
        entries = json.load(file)
    special = key(version, python or PYTHONS[version])
    return {name: entry.get(special, entry.get(version, entry.get("*"))) for name, entry in entries.items()}


SAME = (
    ("Format string", "Format string"),
    ("Unexpected end of key/value pairs", "Unexpected end of key/value pairs"),
    ("Unknown event type", "Unknown event type"),
    ("File contains parsing errors", "File contains parsing errors"),
    ("File contains parsing errors", "Source contains parsing errors"),
    ("File contains no section headers", "File contains no section headers"),
    ("'utf-8' codec can't decode", "'utf-8' codec can't decode"),
    ("invalid literal for", "null byte in"),
)
# Part of ours, part of theirs.
ALIKE = (
    (" names unknown program or fcgi-program ", " names unknown program or fcgi-program "),
    ("cannot be resolved within", "the entry point cannot be parsed"),
    ("holds the whole environment", "'ENV_"),
    ("holds the whole environment", "'env_"),
    ("Bad socket format", "Bad socket format"),
)


def same_reason(text, real):
    """Tell whether our reason is Supervisor's, or one of those that we word differently on purpose.

    Ours never quotes what may be secret, gives lines instead of their content, shows bytes of Python 2 as text, and
    names the group that lists an unknown program where Supervisor names the program before it.
    """
    head = text.split("'")[0].split('"')[0]
    return (
        real.startswith(text)
        or any(text.startswith(mine) and real.startswith(theirs) for mine, theirs in SAME)
        or any(mine in text and theirs in real for mine, theirs in ALIKE)
        or (len(head) > 5 and real.startswith(head) and any(escape in real for escape in ("\\x", "\\u", "\\U")))
    )
