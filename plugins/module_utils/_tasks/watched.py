# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that a program reads at its start and that others write: what they hold is part of what is declared.

A digest of them becomes a variable of the program's environment. So a process that runs was started with what it
says, and Supervisor itself sees a changed program where somebody has changed a file.
"""

import hashlib
import json
import typing as t

from .. import _errors
from .._host import outside as _outside

VARIABLE = "SUPERVISOR_FLEET_FILES"
OPTION = "restart_on_files"


def declare(entries: t.Iterable[t.Dict[str, t.Any]]) -> None:
    """Put the digest into the environment of each item that names files, and take the names away.

    :param entries: items as the module received them; they are changed.
    :raises _errors.OptionError: a path that is not absolute, or an item that has no environment.
    """
    for entry in entries:
        names, entry[OPTION] = entry.get(OPTION), None
        if not names or entry.get("state") == "absent":
            continue
        where = "%s:%s: %s" % (entry.get("kind") or "program", entry.get("name"), OPTION)
        if entry.get("kind") == "group":
            raise _errors.OptionError("%s: a group reads no files; name them in its programs." % where)
        for name in names:
            if not str(name).startswith("/"):
                raise _errors.OptionError("%s: %r is not absolute. Write it as /etc/shop.yml." % (where, name))
        found = json.dumps(_outside.digests(names), sort_keys=True)
        digest = hashlib.sha256(found.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        entry["environment"] = dict(entry.get("environment") or {}, **{VARIABLE: digest})
