# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the listener says about itself: lines on standard error, which supervisord keeps. No secret is in them."""

import sys
import time
import typing as t

from . import masks as _masks


class Log:
    """Lines with the time.

    :param secrets: what is hidden wherever it stands.
    """

    def __init__(self, secrets: t.Sequence[str] = ()) -> None:
        self._secrets = list(secrets)
        self._last = ("", 0.0)

    def say(self, text: str) -> None:
        """One line; the same one again within a minute is left out."""
        line = self.harmless(text)
        now = time.monotonic()
        if line == self._last[0] and now - self._last[1] < 60:
            return
        self._last = (line, now)
        try:
            sys.stderr.write("%s %s\n" % (time.strftime("%Y-%m-%d %H:%M:%S"), line))
            sys.stderr.flush()
        except OSError:
            pass  # its log is full: nobody to tell it to

    def harmless(self, text: str) -> str:
        """The text as one line that may be shown."""
        return " ".join(_masks.masked(_masks.clean(text), self._secrets).split())
