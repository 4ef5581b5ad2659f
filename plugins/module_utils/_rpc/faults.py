# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fault of the daemon means, in words that may be shown.

Supervisor quotes whole configuration values in the text of CANT_REREAD: a complete ``environment`` with its secrets.
Whatever is not known to be harmless is masked here, at the one place every fault passes, so that nobody above can
leak it.
"""

import re

from .. import _errors

MASK = "(value hidden)"

# Errors that quote the value of an option which holds no secret: numbers, flags, names, signals.
_HARMLESS = re.compile(
    r"not a valid boolean value|invalid literal for|invalid 'autorestart' value|is not a valid signal"
    r"|can not be converted to an octal|[Ii]nvalid user (name|id)|not a valid list of exit codes|names unknown program"
    r"|Unknown event type|cannot be resolved within|could not (find|read) config file|does not specify"
    r"|The directory named as part of the path|is ambiguous|is not an existing directory|bad logging level name"
    r"|Invalid (chmod|sockchown|socket_\w+) value|Bad socket format|must be present within process_name"
    r"|not a valid port number|lower bound|upper bound|does not include supervisord section"
)
# Where, not what: these quotations are kept in every text.
_PLACE = re.compile(r"(?:section '[^']*'|\(file: '[^']*'\)|file: '[^']*'|for '[\w:.@+-]+'|\[line +\d+\])")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'?|\"(?:[^\"\\]|\\.)*\"?", re.DOTALL)
_TAIL = re.compile(r"( in section '[^']*' \(file: '[^']*'\))\s*$")
_NAMES = re.compile(r"\.? ?Available names:.*", re.DOTALL)


def mask(text: str) -> str:
    """Hide the configuration values that a CANT_REREAD text quotes; keep section, file, option and line."""
    tail = _TAIL.search(text)
    body, place = (text[: tail.start()], tail.group(1)) if tail else (text, "")
    body = _NAMES.sub("", body)
    if "parsing errors" in body or "section headers" in body:
        return _places_only(body) + place
    for opening in (" in value ", "Format string "):
        start = body.find(opening)
        if start >= 0:
            # Quotes inside the value make its end unknowable: hide all up to the next place.
            rest = body[start + len(opening) :]
            known = " ".join(m.group(0) for m in _PLACE.finditer(rest))
            return body[: start + len(opening)] + MASK + (" " + known if known else "") + place
    return text if _HARMLESS.search(body) else _hide_quoted(body) + place


def _places_only(text: str) -> str:
    first = text.split("\n", 1)[0].split("'", 1)[0].rstrip(": ")
    places = [m.group(0) for m in _PLACE.finditer(text)] or _QUOTED.findall(text.split("\n", 1)[0])
    return "%s: %s" % (first, ", ".join(dict.fromkeys(places)))


def _hide_quoted(text: str) -> str:
    parts, last = [], 0
    for place in _PLACE.finditer(text):
        parts += [_QUOTED.sub(MASK, text[last : place.start()]), place.group(0)]
        last = place.end()
    return "".join(parts) + _QUOTED.sub(MASK, text[last:])


def _missing_interface(method: str) -> str:
    """Methods come with a section of the configuration; without that of Supervisor's own there is none of them."""
    name, dot, _rest = method.partition(".")
    if name == "supervisor" or not dot:
        return (
            ". Supervisor's own methods are missing when its configuration has no section [rpcinterface:supervisor] "
            "with supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface; add it and restart"
        )
    return ". A plugin brings it, which needs a section [rpcinterface:%s]" % name if name != "system" else ""


def explain(fault: _errors.Fault, url: str, method: str) -> _errors.Fault:
    """The same fault with secrets masked and with what to do about it, where that is known."""
    text = mask(fault.text) if fault.code == 92 else fault.text
    if fault.code == 6:
        text = "%s: supervisord at %s is shutting down or restarting; try again when it runs" % (text, url)
    elif fault.code == 1:
        text = "%s: supervisord at %s has no method %s%s" % (text, url, method, _missing_interface(method))
    return _errors.Fault(fault.code, text, url=url, method=method)
