# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was read of several hosts, as what they share and what each has of its own; and both as YAML for people."""

from __future__ import annotations

import copy
import re
import typing as t

import yaml

MARK = "_vault"  # see module_utils/_adopt/secrets
LISTS = ("supervisor_programs", "supervisor_fcgi_programs", "supervisor_eventlisteners", "supervisor_groups")
WIDTH = 120
_TEMPLATE = re.compile(r"\{\{|\{%|\{#")
_ABOUT = {
    "supervisor_install_method": "How it was installed",
    "supervisor_service_name": "Its unit of systemd",
    "supervisor_restart_on_change": (
        "Nothing restarts for what only a restart can apply, such as the role's unit. Remove this line when it suits"
    ),
    "supervisor_config_file": "Where things are",
    "supervisor_inet_http_server": "The web page and XML-RPC over TCP",
    "supervisor_allow_short_passwords": "The password is shorter than the role takes. Change it, and remove this line",
    "supervisor_supervisord": "The daemon itself",
    "supervisor_programs": "What it runs",
    "supervisor_fcgi_programs": "FastCGI programs",
    "supervisor_eventlisteners": "Event listeners",
    "supervisor_groups": "Groups",
}
HEAD = """---
# What {whom} had when it was read, for the role supervisord.fleet.supervisor: with these variables and
# supervisor_adopt: true the role takes it over, and nothing restarts.
"""
VAULT_HEAD = """---
# Secrets of {whom}. Encrypt this file before anybody else sees it:
#   ansible-vault encrypt {path}
"""


class Host(t.NamedTuple):
    """What was read of one host."""

    name: str
    variables: dict[str, t.Any]
    secrets: dict[str, str]


class Part(t.NamedTuple):
    """The variables of a host, or of all, and the secrets that they name."""

    variables: dict[str, t.Any]
    secrets: dict[str, str]


def shared(hosts: list[Host]) -> tuple[Part, dict[str, Part]]:
    """What all hosts have alike, and what each has besides.

    A list of which only a part is alike is put together of the two parts, in variables of other names.
    """
    if len(hosts) < 2:
        return alone(hosts)
    common: dict[str, t.Any] = {}
    own: dict[str, dict[str, t.Any]] = {host.name: {} for host in hosts}
    for name in _names(hosts):
        values = [_plain(host, host.variables.get(name)) for host in hosts]
        if all(name in host.variables for host in hosts) and all(value == values[0] for value in values):
            common[name] = hosts[0].variables[name]
        elif name in LISTS:
            _split(name, hosts, common, own)
        else:
            for host in hosts:
                if name in host.variables:
                    own[host.name][name] = host.variables[name]
    secrets = {name: hosts[0].secrets[name] for name in _marks(common)}
    parts = {host.name: Part(own[host.name], {n: host.secrets[n] for n in _marks(own[host.name])}) for host in hosts}
    return Part(common, secrets), parts


def alone(hosts: list[Host]) -> tuple[Part, dict[str, Part]]:
    """The same where nothing is to be shared."""
    return Part({}, {}), {host.name: Part(host.variables, host.secrets) for host in hosts}


def _names(hosts: list[Host]) -> list[str]:
    """All names of variables, in the order of the first host that has each."""
    return list(dict.fromkeys(name for host in hosts for name in host.variables))


def _split(name: str, hosts: list[Host], common: dict[str, t.Any], own: dict[str, dict[str, t.Any]]) -> None:
    """Items that all hosts have alike are shared; each host's own ones follow them."""
    lists = {host.name: host.variables.get(name, []) for host in hosts}
    first, *others = hosts
    alike = [
        item
        for item in lists[first.name]
        if all(_plain(first, item) in [_plain(host, other) for other in lists[host.name]] for host in others)
    ]
    plain = [_plain(first, item) for item in alike]
    if not alike:
        for host in hosts:
            if lists[host.name]:
                own[host.name][name] = lists[host.name]
        return
    common[name] = Template("{{ shared_%s + own_%s }}" % (name, name))
    common[f"shared_{name}"] = alike
    common[f"own_{name}"] = []
    for host in hosts:
        rest = [item for item in lists[host.name] if _plain(host, item) not in plain]
        if rest:
            own[host.name][f"own_{name}"] = rest


class Template(str):
    """A text that is meant to be evaluated."""

    __slots__ = ()


def _plain(host: Host, value: t.Any) -> t.Any:
    """A value with its secrets in place, for comparison only."""
    if isinstance(value, dict):
        if MARK in value:
            return [value[MARK], value["before"] + host.secrets[value[MARK]] + value["after"]]
        return {key: _plain(host, item) for key, item in value.items()}
    return [_plain(host, item) for item in value] if isinstance(value, list) else value


def _marks(value: t.Any) -> list[str]:
    """Names of the secrets in a value."""
    if isinstance(value, dict):
        if MARK in value:
            return [value[MARK]]
        return [name for item in value.values() for name in _marks(item)]
    return [name for item in value for name in _marks(item)] if isinstance(value, list) else []


class _Unsafe(str):
    """A text that Ansible must not evaluate."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Lists are indented below their keys, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> t.Any:
        """Indent lists, too."""
        return super().increase_indent(flow, False)


_Dumper.add_representer(_Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style="'"))
_Dumper.add_representer(
    Template, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')
)


def _ready(value: t.Any) -> t.Any:
    """A value as it is written: secrets by the names of their variables, and nothing evaluated that a host said."""
    if isinstance(value, dict):
        if MARK in value:
            return Template("%s{{ %s }}%s" % (value["before"], value[MARK], value["after"]))
        return {_ready(key): _ready(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_ready(item) for item in value]
    if isinstance(value, str) and not isinstance(value, Template) and _TEMPLATE.search(value):
        return _Unsafe(value)
    return value


def _dumped(value: t.Any) -> str:
    text: str = yaml.dump(
        copy.deepcopy(_ready(value)),
        Dumper=_Dumper,
        sort_keys=False,
        width=WIDTH,
        allow_unicode=True,
        default_flow_style=False,
    )
    return text


def written(part: Part, whom: str) -> str:
    """The variables as the text of a file."""
    texts = [HEAD.format(whom=whom)]
    for name, value in part.variables.items():
        about = (
            _ABOUT.get(re.sub("^(shared|own)_", "", name), "")
            if name not in LISTS or not isinstance(value, Template)
            else ""
        )
        if about:
            texts.append(f"\n# {about}.\n")
        texts.append(_spaced(_dumped({name: value})) if isinstance(value, list) else _dumped({name: value}))
    return "".join(texts)


def _spaced(text: str) -> str:
    """A list with an empty line before each item but the first, where its items take several lines."""
    lines = text.splitlines(keepends=True)
    if sum(line.startswith("  - ") for line in lines) == len(lines) - 1:
        return text
    return "".join("\n" + line if line.startswith("  - ") and number > 1 else line for number, line in enumerate(lines))


def vault(part: Part, whom: str, path: str) -> str:
    """The secrets as the text of a file."""
    return VAULT_HEAD.format(whom=whom, path=path) + _dumped(dict(sorted(part.secrets.items())))
