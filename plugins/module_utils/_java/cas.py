# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which certificate authorities of one's own a JDK trusts, as noted beside its truststore by those who put them there.

The truststore itself says less: a distribution changes it with each list of the world's authorities, and no Tomcat has
to be started anew for that.
"""

import json
import os
import typing as t

from .. import _errors
from .._host import careful as _careful, files as _files

NOTE = ".fleet-cas.json"
# Where Java looks, in its order: of JDK 9 and later, and of JDK 8 with its JRE inside.
_PLACES = (
    "lib/security/jssecacerts",
    "lib/security/cacerts",
    "jre/lib/security/jssecacerts",
    "jre/lib/security/cacerts",
)

Noted = t.Dict[str, str]


def truststore(java_home: str) -> str:
    """The file that this JDK trusts by, with links followed; "" where there is none."""
    found = [os.path.join(java_home, place) for place in _PLACES]
    return next((os.path.realpath(path) for path in found if os.path.isfile(path)), "")


def note_of(store: str) -> str:
    """The note's path beside a truststore."""
    return os.path.join(os.path.dirname(store), NOTE)


def noted(store: str) -> Noted:
    """Alias -> sha256 of the certificate, of those that were put into a truststore; notes of others do not count."""
    try:
        with _careful.opened(note_of(store)) as descriptor, open(descriptor, encoding="utf-8", closefd=False) as handle:
            data = json.load(handle)
            return {str(alias): str(digest) for alias, digest in data.items()} if isinstance(data, dict) else {}
    except (OSError, ValueError, _errors.PlantedPath):
        return {}


def note(store: str, authorities: Noted) -> None:
    """Write down which are in it now. Raises SupervisorError when that is not possible."""
    text = json.dumps(authorities, indent=1, sort_keys=True) + "\n"
    content = text.encode() if authorities else None
    _files.replace({note_of(store): content}, _files.Attributes(0o644))


def digest(java_home: str) -> t.Dict[str, str]:
    """The truststore's path -> the authorities of one's own in it, as one text; empty without any."""
    store = truststore(java_home) if java_home else ""
    found = noted(store) if store else {}
    return {store: " ".join("%s=%s" % one for one in sorted(found.items()))} if found else {}
