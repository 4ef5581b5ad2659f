# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter jdk_home: by which name a JDK of a package is known for as long as the package is there."""

from __future__ import annotations

import re
import typing as t

PROGRAM = re.compile(r"(/.+?)(?:/jre)?/bin/(?:javac|java)\Z")


def jdk_home(files: t.Iterable[str], packages: t.Iterable[str], names: t.Iterable[str], followed: str = "") -> str:
    """See plugins/filter/jdk_home.yml."""
    leads = {name: target for name, _blank, target in (str(line).rpartition(" ") for line in names) if name}
    found = [match.group(1) for match in map(PROGRAM.match, map(str, files)) if match and match.group(1) != "/usr"]
    home = found[0] if found else re.sub(r"(?:/jre)?/bin/java\Z", "", followed)
    # That of a package without a compiler may have its programs one folder deeper.
    real = home if home in leads.values() or f"{home}/jre" not in leads.values() else f"{home}/jre"
    stems = [re.sub(r"-(?:devel|headless)\Z", "", str(package)) for package in packages]
    wanted = [name for stem in stems for name in (stem, re.sub(r"\Ajava-", "jre-", stem))]
    stable = [name for last in wanted for name, target in leads.items() if name.endswith(f"/{last}") and target == real]
    return (stable or [real])[0]
