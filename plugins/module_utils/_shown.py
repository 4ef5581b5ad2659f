# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a task's arguments results and logs may show: names, numbers, choices; nothing that can be a secret."""

import re
import typing as t

HIDDEN = "********"

Params = t.Mapping[str, t.Any]
Spec = t.Mapping[str, t.Mapping[str, t.Any]]

# Options whose text holds no secret: what something is called, where it is, how much of it. Any other text is hidden,
# so that an option that nobody thought of here is hidden too.
_PLAIN_NAMES = """
    checksum checksum_variable childlogdir chmod chown columns context create ctl_factory directory events
    exitcodes fail_when file filename files group history_file id identifier ignore_faults include logfile
    logfile_maxbytes loglevel managed_by members method mode name names needs owner path paths pidfile port
    process_name programs prompt result_handler rpcinterface_factory server_url serverurl signal socket
    socket_mode socket_owner src status stderr_capture_maxbytes stderr_logfile stderr_logfile_maxbytes
    stdout_capture_maxbytes stdout_logfile stdout_logfile_maxbytes stopsignal title umask url user username
    variable version webapps_from_home
"""
_PLAIN = frozenset(_PLAIN_NAMES.split())
# user:password@ of an address, and all that follows its path: either may let somebody in.
_LOGIN = re.compile(r"(?<=://)[^\s'\"]*@")
_QUERY = re.compile(r"(://[^\s'\"?#]*[?#])[^\s'\"]+")
_PARAMETERS = re.compile(r"(?<=[^/])[?#].*$", re.DOTALL)
# Options of Supervisor's that take a number or a truth value, or a text that it expands to one. Any other text there is
# a mistake, and may be anything.
_TYPED_NAMES = """
    autorestart autostart buffer_size killasgroup logfile_backups minfds minprocs nocleanup nodaemon numprocs
    numprocs_start priority redirect_stderr silent socket_backlog startretries startsecs stderr_events_enabled
    stderr_logfile_backups stderr_syslog stdout_events_enabled stdout_logfile_backups stdout_syslog stopasgroup
    stopwaitsecs strip_ansi
"""
_TYPED = frozenset(_TYPED_NAMES.split())
_VALUE = re.compile(r"^(?:[-+]?\d+|true|false|yes|no|on|off|unexpected|(?:%\(\w+\)[ds])+)\Z", re.IGNORECASE)
_SIMPLE = {"bool": (bool,), "int": (int,), "float": (int, float)}  # type: t.Dict[str, t.Tuple[type, ...]]


def address(text: str) -> str:
    """A text with the credentials of each URL in it hidden: the login before the host, and query and fragment."""
    return _QUERY.sub(r"\1" + HIDDEN, _LOGIN.sub(HIDDEN + "@", text)) if "://" in text else text


def archive(source: str, checksum: str) -> str:
    """An archive in one line of a diff: what it is called, with its version, and the beginning of its checksum.

    :param source: path or URL; "" if nobody knows it any more.
    :param checksum: ``algorithm:digest``; "" or a URL if it is not known before the archive is there.
    """
    name = _PARAMETERS.sub("", source).rstrip("/").rpartition("/")[2]
    algorithm, _colon, digest = checksum.partition(":")
    known = digest and "://" not in checksum
    told = "%s %s..." % (algorithm, digest.lower()[:16]) if known else "checksum not known yet"
    return "%s, %s" % (address(name), told) if name else told


def line(header: str, name: str, before: str, after: str) -> t.Dict[str, str]:
    """An entry of a result's ``diff`` that says one thing.

    :param header: the file or folder that it is about.
    :param name: what in it changes.
    :param before: what that is now, ``after``: what it becomes; "" where it is not there.
    """
    told = {key: "%s: %s\n" % (name, text) if text else "" for key, text in (("before", before), ("after", after))}
    return dict(told, before_header=header, after_header=header)


def mapping(value: t.Any) -> t.Any:
    """A mapping whose keys may be shown, but not its values; likewise a list of what must be hidden."""
    if isinstance(value, dict):
        return {address(str(key)): HIDDEN for key in value}
    return [mapping(item) for item in value] if isinstance(value, list) else HIDDEN


def arguments(spec: Spec, params: Params) -> t.Dict[str, t.Any]:
    """The arguments of a module as they may be shown. What was not given is left out.

    :param spec: the module's argument spec.
    :param params: its arguments, which need not be valid: what is not as the spec says is hidden.
    """
    return {
        key: _option(key, spec[key], value) if key in spec else mapping(value)
        for key, value in params.items()
        if value is not None and not key.startswith("_ansible_")
    }


def brief(shown: Params) -> t.Dict[str, t.Any]:
    """Shown arguments for one line of a log: of lists of mappings only what the members are called."""
    return {key: [_name(item) for item in value] if isinstance(value, list) else value for key, value in shown.items()}


def _name(item: t.Any) -> t.Any:
    if not isinstance(item, dict):
        return item
    return next((item[key] for key in ("name", "id", "method", "server_url") if key in item), "...")


def _option(key: str, option: t.Mapping[str, t.Any], value: t.Any) -> t.Any:
    """One argument, by its option."""
    if option.get("no_log"):
        return HIDDEN
    inner = option.get("options")
    if isinstance(value, list) and option.get("type") == "list":
        return [_scalar(key, option.get("elements"), option, item, inner) for item in value]
    return _scalar(key, option.get("type", "str"), option, value, inner)


def _scalar(
    key: str, kind: t.Optional[str], option: t.Mapping[str, t.Any], value: t.Any, inner: t.Optional[Spec]
) -> t.Any:
    if kind in _SIMPLE:
        return value if isinstance(value, _SIMPLE[kind]) else HIDDEN
    if inner is not None and isinstance(value, dict):
        return arguments(inner, value)
    if option.get("choices"):
        return value if value in option["choices"] else HIDDEN
    if kind == "raw" and key in _TYPED and _VALUE.match(str(value)):
        return value
    plain = kind == "path" or (kind == "str" and key in _PLAIN)
    return address(value) if plain and isinstance(value, str) else mapping(value)
