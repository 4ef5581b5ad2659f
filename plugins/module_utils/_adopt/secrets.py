# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets taken out of values that are to be read by people: each gets the name of a variable for the vault.

What cannot be told from its name is not found: a variable called A may hold a password. So files with these values are
for their owner alone, too.
"""

import re
import typing as t

from .._options import password as _password

# {MARK: name of the variable, "before": text, "after": text} stands for a text with a secret in it.
MARK = "_vault"
_KEY = re.compile(
    r"pass(word|wd|phrase)?s?(_|$|\d)|passw|pwd|secret|token|credential|private|(^|_)(api|access|auth|signing|encryption)?_?key"
    r"s?(_|$|\d)|apikey|(^|_)auth(_|$)|dsn(_|$)|salt|cookie|webhook|licen[cs]e",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"(?P<before>[a-z][a-z0-9+.-]*://[^\s/@:'\"]*:)(?P<secret>[^\s/@'\"]+)(?P<after>@)", re.IGNORECASE)
_WORD = re.compile(
    r"(?P<before>(?:^|[\s'\"])(?:--?|-D)?[\w.-]*(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key)[\w.-]*(?:=|\s+)['\"]?)"
    r"(?P<secret>[^\s'\"]+)",
    re.IGNORECASE,
)
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


class Vault:
    """The secrets found so far: name of a variable -> value."""

    def __init__(self) -> None:
        self.values: t.Dict[str, str] = {}

    def put(self, value: str, *words: str, before: str = "", after: str = "") -> t.Dict[str, str]:
        """Keep a secret; what stands in its place.

        :param words: what it is called, such as the program and the variable.
        """
        base = "vault_" + "_".join(_NOT_IN_NAMES.sub("_", word.lower()).strip("_") for word in words if word)
        name, number = base, 2
        while self.values.get(name, value) != value:
            name, number = "%s_%d" % (base, number), number + 1
        self.values[name] = value
        return {MARK: name, "before": before, "after": after}

    def options(self, where: str, values: t.Dict[str, t.Any]) -> t.Dict[str, t.Any]:
        """The options of a section with their secrets taken out. ``where``: the name of the section."""
        found: t.Dict[str, t.Any] = {}
        for name, value in values.items():
            if isinstance(value, dict):
                found[name] = {key: self._entry(where, key, text) for key, text in value.items()}
            elif name == "password" and isinstance(value, str):
                # With the hash nobody can log in: it must not stand where others keep the password itself.
                found[name] = self.put(value, where, name, "hash" if value.startswith(_password.SHA) else "")
            else:
                found[name] = self.text(value, where, name) if isinstance(value, str) else value
        return found

    def _entry(self, where: str, key: str, value: t.Any) -> t.Any:
        if not isinstance(value, str) or not value or _is_expansion(value):
            return value
        return self.put(value, where, key) if _KEY.search(key) else self.text(value, where, key)

    def text(self, value: str, *words: str) -> t.Any:
        """A text with the first secret in it taken out; all of it where there are more."""
        matches = [match for pattern in (_LOGIN, _WORD) for match in pattern.finditer(value)]
        matches = [match for match in matches if not _is_expansion(match.group("secret"))]
        if not matches:
            return value
        if len(matches) > 1 or "{" in value:
            return self.put(value, *words)
        start, end = matches[0].span("secret")
        last = words[-1] if len(words) > 1 and words[-1] not in ("command",) else "%s_secret" % words[-1]
        return self.put(value[start:end], *(words[:-1] + (last,)), before=value[:start], after=value[end:])


def _is_expansion(value: str) -> bool:
    """Whether a value only names a variable that the daemon has."""
    return bool(re.match(r"^%\(ENV_[A-Za-z0-9_]+\)s\Z", value))
