# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a running daemon has not taken over from its main configuration, and what it takes to apply it. Pure."""

import configparser
import typing as t

from . import _errors, _options

Sections = t.Mapping[str, t.Mapping[str, t.Optional[str]]]  # section name -> option -> text

# Each program inherits [supervisord] environment, so every group would have to be replaced: that is a restart.
_NEEDS_RESTART = ("restart", "daemon", "diff_all")
_DAEMON_KINDS = ("supervisord", "unix_http_server", "inet_http_server", "rpcinterface")


def reasons(before: Sections, after: Sections) -> t.List[str]:
    """Why the daemon has to restart: one text for each option, without its value, which may be a secret."""
    found = []
    for section in sorted(set(before) | set(after)):
        kind = kind_of(section)
        if kind not in _DAEMON_KINDS:
            continue
        if section not in before or section not in after:
            found.append("[%s] was %s" % (section, "removed" if section in before else "added"))
            continue
        found.extend(
            "%s of [%s] changed" % (name, section)
            for name in sorted(set(before[section]) | set(after[section]))
            if _needs_restart(kind, name) and _differs(kind, name, before[section], after[section])
        )
    return found


def reread_needed(before: Sections, after: Sections) -> bool:
    """Whether the set of included files changed, which the daemon sees at its next reread."""
    return _files(before) != _files(after)


def kind_of(section: str) -> str:
    """The kind of a section by its name, as Supervisor sees it; "" for one that the daemon ignores."""
    for server in ("unix_http_server", "inet_http_server"):
        if section.startswith(server):
            return server
    kind = section.partition(":")[0]
    return kind if kind in _options.KINDS else ""


def _needs_restart(kind: str, name: str) -> bool:
    option = _options.option(kind, name)
    if option is None:  # unknown options are a plugin's arguments; everywhere else Supervisor ignores them
        return _options.kind_of(kind).extra
    return option.applies in _NEEDS_RESTART


def _differs(kind: str, name: str, before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> bool:
    """Compare two texts; an option that is not written has its default."""
    option = _options.option(kind, name)
    default = option.default if option is not None else None
    return _same_form(before.get(name), default) != _same_form(after.get(name), default)


def _same_form(text: t.Optional[str], default: t.Optional[str]) -> t.Optional[str]:
    """Spellings that mean the same become equal."""
    value = default if text is None else text
    lowered = (value or "").lower()
    if lowered in ("yes", "true", "on", "1"):
        return "true"
    if lowered in ("no", "false", "off", "0"):
        return "false"
    return value


def _files(sections: Sections) -> t.List[str]:
    return (sections.get("include", {}).get("files") or "").split()


def parse(text: str) -> t.Dict[str, t.Dict[str, str]]:
    """The options of a configuration file as they are written, nothing expanded.

    Raises ConfigError when the text is no configuration file.
    """
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"), strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        raise _errors.ConfigError("is not a configuration file that Supervisor could read") from None
    return {section: dict(parser.items(section)) for section in parser.sections()}
