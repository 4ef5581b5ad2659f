# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""THE table of Supervisor's options: argument specs, documentation, validation and rendering all read it."""

import typing as t

from .. import _errors
from . import daemon as _daemon, option as _option, program as _program

Option = _option.Option


class Kind(t.NamedTuple):
    """A kind of section.

    ``named`` is "always" ([program:x]), "maybe" ([unix_http_server] or [unix_http_server:x]) or "never".
    ``extra`` sections take any further option (plugin arguments). ``managed`` kinds are groups the daemon runs.
    """

    name: str
    options: t.Tuple[Option, ...]
    named: str = "always"
    managed: bool = False
    extra: bool = False


_KINDS = (
    Kind("program", _program.PROGRAM_OPTIONS, managed=True),
    Kind("group", _program.GROUP_OPTIONS, managed=True),
    Kind("eventlistener", _program.EVENTLISTENER_OPTIONS, managed=True),
    Kind("fcgi-program", _program.FCGI_OPTIONS, managed=True),
    Kind("supervisord", _daemon.SUPERVISORD_OPTIONS, named="never"),
    Kind("unix_http_server", _daemon.UNIX_OPTIONS, named="maybe"),
    Kind("inet_http_server", _daemon.INET_OPTIONS, named="maybe"),
    Kind("supervisorctl", _daemon.SUPERVISORCTL_OPTIONS, named="never"),
    Kind("rpcinterface", _daemon.RPCINTERFACE_OPTIONS, extra=True),
    Kind("ctlplugin", _daemon.CTLPLUGIN_OPTIONS, extra=True),
    Kind("include", _daemon.INCLUDE_OPTIONS, named="never"),
)
KINDS = {kind.name: kind for kind in _KINDS}
MANAGED = tuple(kind.name for kind in _KINDS if kind.managed)

_TABLE = {kind.name: {option.name: option for option in kind.options} for kind in _KINDS}

# Option.type -> type of the module parameter (and of its elements). Every other type is a plain string. Numbers and
# truth values are "raw": Supervisor takes a text with an expansion for each of them, such as "%(ENV_WORKERS)s".
_PARAMETERS: t.Dict[str, t.Tuple[str, t.Optional[str]]] = {
    "autorestart": ("raw", None),
    "bool": ("raw", None),
    "int": ("raw", None),
    "env": ("dict", None),
    "exitcodes": ("list", "str"),
    "csv": ("list", "str"),
    "events": ("list", "str"),
    "globs": ("list", "str"),
    "command": ("raw", None),
}


def kind_of(name: str) -> Kind:
    """Look a kind up by name. Raises OptionError for an unknown one."""
    if name not in KINDS:
        raise _errors.OptionError("kind %r is not known; use one of %s" % (name, ", ".join(sorted(KINDS))))
    return KINDS[name]


def options(kind: str) -> t.Tuple[Option, ...]:
    """Give the options of a kind that users may set, in the order of the table."""
    return tuple(option for option in kind_of(kind).options if not option.hidden)


def option(kind: str, name: str) -> t.Optional[Option]:
    """Look one option up by its name in the file, hidden ones included; None when Supervisor ignores it."""
    return _TABLE[kind].get(name)


def union(*kinds: str) -> t.Dict[str, t.List[t.Tuple[str, Option]]]:
    """Merge the options of several kinds: parameter name -> [(kind, option)]."""
    merged: t.Dict[str, t.List[t.Tuple[str, Option]]] = {}
    for kind in kinds:
        for item in options(kind):
            merged.setdefault(item.param, []).append((kind, item))
    return merged


def parameter(item: Option) -> t.Dict[str, t.Any]:
    """Give the argument spec of one option. None, the implied default, means that the option is not written."""
    kind, elements = _PARAMETERS.get(item.type, ("str", None))
    result: t.Dict[str, t.Any] = {"type": kind}
    if elements:
        result["elements"] = elements
    if item.type == "password":
        result["no_log"] = True
    return result


def spec(*kinds: str) -> t.Dict[str, t.Dict[str, t.Any]]:
    """Give the argument spec fragment for the options of one kind, or of several kinds merged."""
    return {name: parameter(found[0][1]) for name, found in union(*kinds).items()}
