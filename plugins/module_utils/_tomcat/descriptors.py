# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Context descriptors (conf/ENGINE/HOST/NAME.xml): what Tomcat keeps of an application whose descriptor is gone.

Tomcat unpacks a WAR that a descriptor names into webapps, and would run that folder by itself when the descriptor goes.
"""

import os
import typing as t

from . import instance as _instance, known as _known


def unpacked(item: t.Dict[str, t.Any], gone: t.Iterable[str]) -> t.List[str]:
    """Names of folders in the base that Tomcat has unpacked for descriptors.

    :param gone: relative paths of files that are about to be removed.
    """
    declared = {war["name"] for war in item["wars"] if war["state"] == "present"}
    declared.update(name + ".war" for name in _instance.shipped(item))
    found = []
    for path in gone:
        parts = path.split("/")
        if len(parts) == 4 and parts[0] == "conf" and path.endswith(".xml"):
            name = parts[3][: -len(".xml")]
            folder = os.path.join(item["base"], "webapps", name)
            beside = name + ".war" in declared or os.path.lexists(folder + ".war")
            if _known.unpacked(folder) and not beside:
                found.append("webapps/" + name)
    return found
