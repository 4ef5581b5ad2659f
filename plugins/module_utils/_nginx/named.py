# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that a text of nginx's configuration names and that nginx reads only when it reads that text.

Text in, paths out. Files of users and passwords (``auth_basic_user_file``) are read at each request and left out.
"""

import re
import typing as t

FOLDER = "/etc/nginx"  # what a path that is not absolute is below
_DIRECTIVE = re.compile(
    r"(?:^|[;{}])\s*(?:(?P<include>include)|(?:[a-z_]+_)?(?:certificate|certificate_key|crl|dhparam|password_file|stapling_file"
    r"|session_ticket_key))\s+(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)'|(?P<plain>[^\s;\"']+))\s*(?=;)",
    re.MULTILINE,
)
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_NO_FILE = re.compile(r"\A(?:data|engine|store):|\$")


def named(text: str) -> t.List[str]:
    """Paths and patterns, each once. One with a variable in it is read anew for each connection, so it is left out."""
    return list(dict.fromkeys(name for name, _more in _all(text)))


def included(text: str) -> t.List[str]:
    """Those of them that are text of the same kind, and may name more."""
    return list(dict.fromkeys(name for name, more in _all(text) if more))


def _all(text: str) -> t.Iterator[t.Tuple[str, bool]]:
    for match in _DIRECTIVE.finditer(_COMMENT.sub("", text)):
        name = match.group("double") or match.group("single") or match.group("plain") or ""
        if name and not _NO_FILE.search(name):
            yield (name if name.startswith("/") else "%s/%s" % (FOLDER, name)), bool(match.group("include"))
