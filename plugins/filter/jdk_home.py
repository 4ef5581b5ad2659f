# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter jdk_home: by which name a JDK of a package is known for as long as the package is there."""

from __future__ import annotations

import re
import typing as t

DOCUMENTATION = r"""
name: jdk_home
short_description: The name by which a JDK of packages outlives their updates
version_added: 0.2.0
author: Supervisor Fleet contributors (@supervisord-fleet)
description:
  - Used by the role P(supervisord.fleet.jdk#role). With some distributions the folder of a JDK has its whole version
    in its name, so the next update takes that name away. They have a link with a name that stays, C(java-17-openjdk)
    for a JDK and C(jre-17-openjdk) for a package without a compiler.
options:
  _input:
    description: The files of the packages.
    type: list
    elements: str
    required: true
  packages:
    description: Names of the packages.
    type: list
    elements: str
    required: true
  names:
    description:
      - Folders that hold C(bin/java), each as its name and, after a blank, where that leads when all links are
        followed.
    type: list
    elements: str
    required: true
  followed:
    description: Where the command C(java) leads, for packages that only depend on others.
    type: str
    default: ""
"""

EXAMPLES = r"""
# -> /usr/lib/jvm/jre-17-openjdk
- ansible.builtin.debug:
    msg: "{{ files | supervisord.fleet.jdk_home(['java-17-openjdk-headless'], names) }}"
  vars:
    files: [/usr/lib/jvm/java-17-openjdk-17.0.13.0.11-4.el9.x86_64/bin/java]
    names:
      - /usr/lib/jvm/java-17-openjdk-17.0.13.0.11-4.el9.x86_64 /usr/lib/jvm/java-17-openjdk-17.0.13.0.11-4.el9.x86_64
      - /usr/lib/jvm/jre-17-openjdk /usr/lib/jvm/java-17-openjdk-17.0.13.0.11-4.el9.x86_64
"""

RETURN = r"""
_value:
  description: A folder, empty when none is known.
  type: str
"""

PROGRAM = re.compile(r"(/.+?)(?:/jre)?/bin/(?:javac|java)\Z")


class FilterModule:
    """The entry point that Ansible looks for."""

    def filters(self) -> dict[str, t.Callable[..., str]]:
        """The filter by its name."""
        return {"jdk_home": jdk_home}


def jdk_home(files: t.Iterable[str], packages: t.Iterable[str], names: t.Iterable[str], followed: str = "") -> str:
    """See DOCUMENTATION."""
    leads = {name: target for name, _blank, target in (str(line).rpartition(" ") for line in names) if name}
    found = [match.group(1) for match in map(PROGRAM.match, map(str, files)) if match and match.group(1) != "/usr"]
    home = found[0] if found else re.sub(r"(?:/jre)?/bin/java\Z", "", followed)
    # That of a package without a compiler may have its programs one folder deeper.
    real = home if home in leads.values() or f"{home}/jre" not in leads.values() else f"{home}/jre"
    stems = [re.sub(r"-(?:devel|headless)\Z", "", str(package)) for package in packages]
    wanted = [name for stem in stems for name in (stem, re.sub(r"\Ajava-", "jre-", stem))]
    stable = [name for last in wanted for name, target in leads.items() if name.endswith(f"/{last}") and target == real]
    return (stable or [real])[0]
