# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Supervisor, on which Python, reads a configuration file.

Both matter: the same release parses comments, whitespace and numbers differently on Python 2 and Python 3.
"""

import re
import typing as t

NEWEST = (4, 3, 0)

Version = t.Tuple[int, ...]


class Dialect(t.NamedTuple):
    """The reader of a configuration file.

    ``python_minor`` is 0 when it is not known; the newest behaviour is assumed then. ``encoding`` is the one of the
    daemon's locale: only ``ascii`` (Python 3.6 in a C locale) and ``utf-8`` make a difference here.
    """

    version: Version = NEWEST
    python: int = 3
    python_minor: int = 0
    encoding: str = "utf-8"

    def at_least(self, version: str) -> bool:
        """Tell whether this Supervisor is ``version`` ("4.2.2") or newer."""
        return self.version >= parse_version(version)

    def python3(self, minor: int) -> bool:
        """Tell whether the reader is Python 3.``minor`` or newer; an unknown minor version counts as new."""
        return self.python >= 3 and (not self.python_minor or self.python_minor >= minor)

    def native(self, text: str) -> str:
        """Give ``text`` as the daemon's Python sees it: Python 2 sees bytes, here one character for each."""
        return text.encode("utf-8", "surrogateescape").decode("latin-1") if self.python < 3 else text

    def portable(self, text: str) -> str:
        """Undo ``native``: turn characters that stand for bytes back into text."""
        return text.encode("latin-1").decode("utf-8", "surrogateescape") if self.python < 3 else text


def parse_version(text: str) -> Version:
    """Read the leading numbers of a version ("4.2.5", "4.2.5-1", "4.4.0.dev0"); () when there are none."""
    match = re.match(r"\s*(\d+(?:\.\d+)*)", text or "")
    return tuple(int(part) for part in match.group(1).split(".")) if match else ()


def dialect(version: str, python: t.Optional[int] = None, python_minor: int = 0, encoding: str = "utf-8") -> Dialect:
    """Make a Dialect from what the daemon says about itself.

    :param version: such as "4.3.0"; "" or anything without a number means the newest known release.
    :param python: major version of the daemon's interpreter; by default 2 before Supervisor 4.0, else 3.
    :param python_minor: minor version, 0 when it is not known.
    :param encoding: of the daemon's locale.
    """
    numbers = parse_version(version) or NEWEST
    if python is None:
        python = 2 if numbers < (4,) else 3
    return Dialect(numbers, python, python_minor, encoding)
