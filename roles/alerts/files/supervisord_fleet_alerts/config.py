# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listener's file of settings: JSON, for its own account alone, since the secrets of all routes stand in it."""

import json
import os
import re
import stat
import string
import typing as t
import urllib.parse

from . import kinds as _kinds, settings as _settings, texts as _texts
from .settings import Key

MOST = 4 << 20  # bytes
LONG = 8  # characters of a part of an address that may be a secret
CHATS = {"dingtalk": 20, "wecom": 20, "feishu": 60, "slack": 50, "teams": 60, "smtp": 20}  # messages a minute

_COMMON = {
    "name": Key("name", required=True),
    "type": Key("str", required=True),
    "timeout": Key("number", 10, least=1, most=60),
    "per_minute": Key("int", most=10000),
    "at_once": Key("int", 20, least=1, most=500),
    "keep_hours": Key("number", 24, least=0.1, most=24 * 30),
    "language": Key("str", choices=tuple(_texts.LANGUAGES)),
    "title": Key("str"),
    "body": Key("str"),
    "ca_file": Key("path", ""),
    "verify": Key("bool", True),
    "proxy": Key("url", "", secret=True),
}
_URL = {"url": Key("url", required=True, secret=True)}
_SECRET = {"secret": Key("line", "", secret=True)}
_LOGIN = {"username": Key("line", ""), "password": Key("line", "", secret=True), "token": Key("line", "", secret=True)}
_ROUTES = {
    "webhook": dict(_URL, headers=Key("headers", {}, secret=True), **dict(_SECRET, **_LOGIN)),
    "slack": dict(_URL, channel=Key("str", "")),
    "teams": dict(_URL),
    "dingtalk": dict(_URL, at_mobiles=Key("lines", []), at_all=Key("bool", False), **_SECRET),
    "wecom": dict(_URL, mentioned=Key("lines", [])),
    "feishu": dict(_URL, **_SECRET),
    "alertmanager": dict(_URL, labels=Key("labels", {}), headers=Key("headers", {}, secret=True), **_LOGIN),
    "smtp": {
        "host": Key("line", required=True),
        "port": Key("int", least=1, most=65535),
        "security": Key("str", "starttls", choices=("starttls", "tls", "none")),
        "username": Key("line", ""),
        "password": Key("line", "", secret=True),
        "sender": Key("line", required=True),
        "to": Key("lines", required=True),
    },
    "command": {"command": Key("strings", required=True)},
}  # type: t.Dict[str, t.Dict[str, Key]]
TYPES = tuple(_ROUTES)

_RULE = {
    "programs": Key("strings"),
    "groups": Key("strings"),
    "hosts": Key("strings"),
    "kinds": Key("strings"),
    "severity": Key("str", choices=_kinds.SEVERITIES),
    "routes": Key("strings"),
    "mute": Key("bool", False),
    "continue": Key("bool", False),
}
_WATCH = {
    "name": Key("name", required=True),
    "program": Key("str", required=True),
    "url": Key("url"),
    "expect": Key("strings", ["2xx", "3xx"]),
    "contains": Key("str", ""),
    "headers": Key("headers", {}, secret=True),
    "memory_mb": Key("number", least=1),
    "every": Key("number", 15, least=1, most=3600),
    "deadline": Key("number", 5, least=0.1, most=60),
    "fails": Key("int", 3, least=1, most=100),
    "of": Key("int", 4, least=1, most=100),
    "grace": Key("number", 60, least=0, most=3600),
    "ca_file": Key("path", ""),
    "verify": Key("bool", True),
    "restart_per_hour": Key("int", 0, least=0, most=60),
}
_TABLE = {
    "host": Key("str", required=True),
    "folder": Key("path", required=True),
    "user": Key("name", ""),
    "language": Key("str", "en", choices=tuple(_texts.LANGUAGES)),
    "link": Key("str", ""),
    "title": Key("str"),
    "body": Key("str"),
    "routes": Key("maps", [], inner={}),
    "rules": Key("maps", [], inner=_RULE),
    "watch": Key("maps", [], inner=_WATCH),
    "severities": Key("texts", {}),
    "masks": Key("strings", []),
    "log_lines": Key("int", 20, least=0, most=200),
    "backoff_tries": Key("int", 2, least=1, most=1000),
    "tell_stopped": Key("bool", False),
    "maintenance": Key("path", ""),
    "look_every": Key("number", 30, least=1, most=3600),
    "calm": Key(
        "map",
        inner={
            "settle": Key("number", 15, most=3600),
            "window": Key("number", 600, most=86400),
            "every": Key("number", 600, least=1, most=86400),
            "remind": Key("number", 14400, most=7 * 86400),
        },
    ),
    "spool": Key(
        "map",
        inner={
            "most": Key("int", 2000, least=10, most=20000),
            "room": Key("int", 4 << 20, least=1 << 16, most=64 << 20),
        },
    ),
    "supervisor": Key(
        "map",
        inner={
            "url": Key("str", ""),
            "username": Key("line", ""),
            "password": Key("line", "", secret=True),
            "timeout": Key("number", 5, least=0.5, most=60),
        },
    ),
    "heartbeat": Key("map", inner={"file": Key("path", ""), "url": Key("url", "", secret=True)}),
    "metrics": Key("map", inner={"file": Key("path", ""), "port": Key("int", 0, most=65535)}),
}  # type: t.Dict[str, Key]


class Unusable(Exception):
    """The settings cannot be used; the text says why, and what to do."""


Settings = t.Dict[str, t.Any]


def load(path: str) -> Settings:
    """The settings of a file, or of standard input for ``-``.

    :raises Unusable: it cannot be read, others can read it, or something in it is not as it must be.
    """
    try:
        with open(0 if path == "-" else path, "rb") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            data = stream.read(MOST + 1)
    except OSError as error:
        raise Unusable("%s: %s; it must be a file that this account can read" % (path, error.strerror))
    if path != "-" and mode & 0o027:
        raise Unusable("%s has mode %04o, and holds secrets; give it mode 0600 (or 0640)" % (path, mode))
    try:
        value = json.loads(data[:MOST].decode("utf-8"))
    except ValueError as error:
        where = getattr(error, "lineno", 0)
        raise Unusable("%s: no JSON%s; write it anew" % (path, ", line %d" % where if where else ""))
    try:
        return checked(value)
    except _settings.Faults as faults:
        raise Unusable("\n".join("%s: %s" % (path, fault) for fault in faults.faults))


def checked(value: t.Any) -> Settings:
    """The settings with all defaults, every one of them judged.

    :raises _settings.Faults: with a sentence for each fault.
    """
    faults = []  # type: t.List[str]
    given = value.get("routes") if isinstance(value, dict) else None
    routes = [_route(one, number, faults) for number, one in enumerate(given if isinstance(given, list) else [])]
    try:
        made = _settings.checked(_TABLE, dict(value, routes=[]) if isinstance(given, list) else value)
    except _settings.Faults as found:
        raise _settings.Faults(faults + found.faults)
    made["routes"] = routes
    faults += _doubles([route.get("name") for route in routes], "routes")
    faults += _doubles([one.get("name") for one in made["watch"]], "watch")
    faults += _rules(made) + _watch(made) + _texts_of(made) + _severities(made)
    if faults:
        raise _settings.Faults(faults)
    return made


def secrets(made: Settings) -> t.List[str]:
    """All values that nobody may see: they are taken out of whatever this program says."""
    found = []  # type: t.List[str]
    for route in made["routes"]:
        found += [route.get(key) or "" for key in ("secret", "password", "token")]
        found += [*_parts(route.get("url")), *_parts(route["proxy"]), *(route.get("headers") or {}).values()]
    for one in made["watch"]:
        found += [*_login(one["url"]), *one["headers"].values()]
    found += [made["supervisor"]["password"], *_parts(made["heartbeat"]["url"])]
    return [secret for secret in found if secret]


def _parts(url: t.Optional[str]) -> t.List[str]:
    """An address that is a secret, and what of it a server may repeat in its answer: most tell what was not found."""
    if not url:
        return []
    parts = urllib.parse.urlsplit(url)
    pieces = [parts.query, *(value for _name, value in urllib.parse.parse_qsl(parts.query)), *parts.path.split("/")]
    return [url, *_login(url), *(piece for piece in pieces if len(piece) >= LONG)]


def _login(url: t.Optional[str]) -> t.List[str]:
    """The password in an address, as it stands there and as it is meant."""
    password = urllib.parse.urlsplit(url or "").password or ""
    return [password, urllib.parse.unquote(password)]


def _route(value: t.Any, number: int, faults: t.List[str]) -> t.Dict[str, t.Any]:
    where = "routes[%d]" % number
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in _ROUTES:
        near = _settings.near(str(kind), TYPES)
        faults.append("%s.type: %r; give one of %s%s" % (where, kind, ", ".join(TYPES), near))
        return {}
    try:
        made = _settings.checked(dict(_COMMON, **_ROUTES[kind]), value, where)
    except _settings.Faults as found:
        faults += found.faults
        return {}
    if made["per_minute"] is None:
        made["per_minute"] = CHATS.get(kind, 0)
    if kind == "smtp" and made["port"] is None:
        made["port"] = {"starttls": 587, "tls": 465, "none": 25}[made["security"]]
    if kind == "smtp" and made["password"] and made["security"] == "none":
        faults.append("%s.security: 'none' would send the password in clear; give starttls or tls" % where)
    if kind == "command" and not (made["command"] and made["command"][0].startswith("/")):
        faults.append("%s.command: %r; give the absolute path of a program first" % (where, made["command"][:1]))
    return made


def _doubles(names: t.Sequence[t.Optional[str]], where: str) -> t.List[str]:
    twice = sorted({name for name in names if name and names.count(name) > 1})
    return ["%s: %r is the name of more than one; give each its own" % (where, name) for name in twice]


def _rules(made: Settings) -> t.List[str]:
    known = [route.get("name", "") for route in made["routes"]]
    faults = []
    for number, rule in enumerate(made["rules"]):
        for name in rule["routes"] or ():
            if name not in known:
                near = _settings.near(name, known)
                faults.append("rules[%d].routes: there is no route %r%s" % (number, name, near))
        for kind in rule["kinds"] or ():
            if kind not in _kinds.KINDS:
                near = _settings.near(kind, _kinds.KINDS)
                faults.append("rules[%d].kinds: there is no kind %r%s" % (number, kind, near))
    return faults


def _watch(made: Settings) -> t.List[str]:
    faults = []
    for number, one in enumerate(made["watch"]):
        where = "watch[%d]" % number
        if one["url"] is None and one["memory_mb"] is None:
            faults.append("%s: give url, memory_mb or both" % where)
        if one["fails"] > one["of"]:
            faults.append("%s.fails: %d is more than of, %d; give at most that" % (where, one["fails"], one["of"]))
        faults += [
            "%s.expect: %r; give a status such as 200, or a class such as 2xx" % (where, word)
            for word in one["expect"]
            if not re.match(r"[1-5](?:\d\d|xx)\Z", word)
        ]
    return faults


def _texts_of(made: Settings) -> t.List[str]:
    faults = []
    places = [("", made)] + [("routes[%d]." % number, route) for number, route in enumerate(made["routes"])]
    for where, holder in places:
        for key in ("title", "body"):
            for name in _names(holder.get(key) or ""):
                near = _settings.near(name, _texts.NAMES)
                faults.append("%s%s: there is no $%s%s; write $$ for a dollar sign" % (where, key, name, near))
    for number, pattern in enumerate(made["masks"]):
        try:
            re.compile(pattern)
        except re.error as error:
            faults.append("masks[%d]: %r; give a regular expression (%s)" % (number, pattern, error))
    return faults


def _names(template: str) -> t.List[str]:
    """The names in a template that there are none of."""
    found = []
    for match in string.Template.pattern.finditer(template):
        name = match.group("named") or match.group("braced")
        if match.group("invalid") is not None:
            found.append("")
        elif name and name not in _texts.NAMES:
            found.append(name)
    return found


def _severities(made: Settings) -> t.List[str]:
    faults = []
    for kind, severity in sorted(made["severities"].items()):
        if kind not in _kinds.KINDS:
            faults.append("severities.%s: there is no such kind%s" % (kind, _settings.near(kind, _kinds.KINDS)))
        if severity not in _kinds.SEVERITIES:
            allowed = ", ".join(_kinds.SEVERITIES)
            faults.append("severities.%s: %r; give one of %s" % (kind, severity, allowed))
    return faults
