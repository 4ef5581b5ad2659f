# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names programs, groups and plugins can have, so that every client can address them."""

import re
import typing as t

from .. import _errors

_GOOD = re.compile(r"^[A-Za-z0-9_.+@=^~-]+\Z")
# An option of a plugin: it must survive the INI parser, which makes names lower case and ends them at "=" and ":".
OPTION = re.compile(r"^[a-z0-9_][a-z0-9_.-]*\Z")
# What is wrong with a character. Tried with the supervisorctl of each release, see tests/integration/test_names.py.
_WHY = {
    ":": "Supervisor has it between a group and a process",
    "/": "Supervisor itself refuses it",
    ";": "a shell, and supervisorctl before Supervisor 4, take it for the end of a command",
    "]": "Supervisor on Python 2 takes it for the end of the section's header",
    ",": "Supervisor has it between the programs of a group",
    "%": "it begins an expansion, and the name stands in options that are expanded",
}
_WHY.update(dict.fromkeys("*?[", "it makes the name a pattern, which stands for other names too"))
_WHY.update(dict.fromkeys("'\"`\\$&|<>(){}!#", "a shell reads it, and supervisorctl is called from one"))


def problem(name: str) -> str:
    """Why nobody could address a program or group of this name; "" for a good one."""
    if name == "":
        return "it is empty"
    if name == "all":
        return "supervisorctl takes it for all programs"
    if not name.isprintable() or " " in name:
        return "supervisorctl takes what stands before and after a space for two names"
    for char in name:
        if char in _WHY:
            return "of the character %r: %s" % (char, _WHY[char])
    if any(ord(char) > 127 for char in name):
        return "it is not ASCII, and supervisorctl and the daemon read other letters as soon as their locales differ"
    if name[0] in "-~":
        what = "an option" if name[0] == "-" else "somebody's home"
        return "it begins with %r, which makes it %s" % (name[0], what)
    if not _GOOD.match(name) or not re.search("[A-Za-z0-9]", name):
        return "it holds no letter or digit"
    return ""


def safe_name(name: t.Any, what: str = "name") -> str:
    """Return ``name`` if every client can address it, else raise OptionError.

    Supervisor itself accepts far more, for example ``a,b``, ``*`` or ``all``; such programs cannot be started or
    stopped by name afterwards.
    """
    text = "" if name is None else str(name)
    why = problem(text)
    if why:
        raise _errors.OptionError(
            "%s %r cannot be used, because %s; use letters, digits and any of _.+@=^~-" % (what, text, why)
        )
    return text
