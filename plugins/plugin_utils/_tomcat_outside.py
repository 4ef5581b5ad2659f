# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that an instance reads and others write: which the variables name, and what is wrong with the names."""

from __future__ import annotations

import re
import typing as t

from . import _tomcat_placeholders, _tomcat_ports

CONTROL = re.compile(r"[\x00-\x1f]")


def outside(full: dict, item: dict, settings: dict) -> dict[str, t.Any]:
    """What a filled in instance gets of this subject: restart_on_files, of all and its own; option_words of its JVM."""
    named = [str(name) for given in (settings, item) for name in given.get("restart_on_files") or []]
    return {
        "restart_on_files": list(dict.fromkeys(_tomcat_placeholders.filled(named, full))),
        "option_words": [*full["jvm_options"], *_tomcat_ports.words(full["environment"])],
    }


def errors(item: dict) -> list[str]:
    """What is wrong, as sentences."""
    return [
        f"restart_on_files holds {name!r}, which is no path. Write one as /etc/shop/shop.properties, each an entry."
        for name in item["restart_on_files"]
        if not name.strip() or CONTROL.search(name) or name.startswith("~")
    ]
