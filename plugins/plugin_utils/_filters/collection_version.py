# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say which version of a collection Ansible finds here."""

from __future__ import annotations

import importlib
import json
import pathlib
import re

from ansible.errors import AnsibleFilterError


def collection_version(name: str) -> str:
    """See plugins/filter/collection_version.yml."""
    if not re.fullmatch(r"\w+\.\w+", str(name)):
        raise AnsibleFilterError(f"collection_version: {name!r} is no collection; give a name such as awx.awx.")
    try:
        package = importlib.import_module(f"ansible_collections.{name}")
    except ImportError:
        return ""
    manifest = pathlib.Path(str(package.__file__)).parent / "MANIFEST.json"
    if not manifest.is_file():
        return "*"
    info = json.loads(manifest.read_text(encoding="utf-8"))["collection_info"]
    return str(info.get("version") or "*")
