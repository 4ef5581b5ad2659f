# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names are safe for programs, groups and plugins."""

import re

from .. import _errors

SAFE_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*\Z")


def safe_name(name: str, what: str = "name") -> str:
    """Return ``name`` if every client can address it, else raise OptionError.

    Supervisor itself accepts far more, for example ``a,b``, ``*`` or ``all``; such programs cannot be started or
    stopped by name afterwards.
    """
    text = "" if name is None else str(name)
    if not SAFE_NAME.match(text):
        raise _errors.OptionError(
            "%s %r cannot be used: begin with a letter or digit and go on with letters, digits, '_', '.' or '-'"
            % (what, text)
        )
    if text == "all":
        raise _errors.OptionError("%s 'all' cannot be used: supervisorctl reads it as every program" % what)
    return text
