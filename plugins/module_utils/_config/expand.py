# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``%`` formatting of option texts, and the textual %(here)s replacement of Supervisor 4."""

import os
import re
import typing as t

from .._options import dialect as _dialect
from . import ini as _ini

Names = t.Dict[str, t.Any]

_CONVERSION = re.compile(
    r"%(?:\((?P<name>[^()]*)\))?(?P<flags>[-#0 +]*)(?P<width>\d*)(?:\.\d*)?[hlL]?(?P<kind>.)", re.DOTALL
)
_WHOLE_DICTIONARY = re.compile(r"%(?:%|\([^()]*\)|(?P<bare>[-#0 +]*\d*(?:\.\d*)?[hlL]?[sra]))")


def _as_the_reader(text: str, names: Names, reader: _dialect.Dialect) -> str:
    """Spell conversions that the Pythons treat differently so that this Python does what the daemon's would.

    ``%a`` exists from Python 3 on. ``%5%`` is a padded sign in Python 2, a plain one up to 3.6, an error afterwards.
    Raises ValueError where the daemon's Python would.
    """

    def spell(match: t.Match[str]) -> str:
        kind, width = match.group("kind"), match.group("width")
        if kind == "a" and reader.python < 3:
            raise ValueError("unsupported format character 'a' (0x61)")
        if kind != "%" or match.group(0) == "%%" or match.group("name") not in (None, *names):
            return match.group(0)
        if reader.python3(7):
            raise ValueError("unsupported format character '%' (0x25)")
        padding = " " * (int(width or 0) - 1) if reader.python < 3 else ""
        return "%%" + padding if "-" in match.group("flags") else padding + "%%"

    return _CONVERSION.sub(spell, text)


def expand(text: str, names: Names, where: str, reader: _dialect.Dialect) -> str:
    """Replace ``%(name)s`` in ``text``.

    :param where: "section.option", for the message.
    Raises ValueError; the message never quotes the text, which may hold a secret, nor names of environment variables
    except the one that is missing.
    """
    if "%" not in text:
        return text
    try:
        return _as_the_reader(text, names, reader) % names
    except KeyError as error:
        offered = ", ".join(sorted(name for name in names if not name.startswith("ENV_")) + ["ENV_<variable>"])
        reason = "Format string for %r contains names (%s) which cannot be expanded. Available names: %s"
        raise ValueError(reason % (where, error, offered))
    except Exception as error:  # noqa: BLE001 - whatever formatting raises, Supervisor refuses the text
        raise ValueError("Format string for %r is badly formatted: %s" % (where, _reason(error)))


def _reason(error: Exception) -> str:
    """Give the text of a formatting error without the character it quotes being lost, and without any value."""
    return str(error) if isinstance(error, (TypeError, ValueError)) else type(error).__name__


def dumps_names(text: str) -> bool:
    """Tell whether ``text`` holds a bare ``%s`` or ``%r``: it would be replaced by the daemon's whole environment."""
    return any(match.group("bare") is not None for match in _WHOLE_DICTIONARY.finditer(text))


def environ_names(environ: t.Mapping[str, str], reader: _dialect.Dialect) -> Names:
    """Turn environment variables into the names %(ENV_X)s."""
    return {"ENV_" + reader.native(key): reader.native(value) for key, value in environ.items()}


def replace_here(store: _ini.Store, file: str, directory: str) -> None:
    """Replace the eight characters %(here)s after ``file`` was read, as Supervisor 4 does when it has includes.

    Options inherited from [DEFAULT] become the section's own; their text may differ by directory from then on.
    """
    everywhere = any("%(here)s" in value.text for value in store.defaults.values())
    for section in list(store.sections):
        # Other files were treated before: only what this one brought can still hold the text.
        if everywhere or file in store.origins[section]:
            for name, value in store.items(section).items():
                if "%(here)s" in value.text:
                    store.sections[section][name] = value._replace(text=value.text.replace("%(here)s", directory))


def directory_of(path: str) -> str:
    """Give the absolute directory of a file."""
    return os.path.dirname(os.path.abspath(path))
