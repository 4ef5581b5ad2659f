# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say which version of a collection Ansible finds here."""

from __future__ import annotations

DOCUMENTATION = r"""
name: collection_version
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Say which version of a collection Ansible finds here
description:
  - So that a playbook which needs a collection of others can say so in a sentence before a module of it is looked for.
options:
  _input:
    description: The collection, such as V(awx.awx).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: See that awx.awx is there
  ansible.builtin.assert:
    that: "'awx.awx' | supervisord.fleet.collection_version != ''"
    fail_msg: Install awx.awx.
"""

RETURN = r"""
_value:
  description: The version. Empty if the collection is not there, V(*) if it does not say.
  type: str
  sample: 24.6.1
"""

import importlib
import json
import pathlib
import re
import typing as t

from ansible.errors import AnsibleFilterError


def collection_version(name: str) -> str:
    """See DOCUMENTATION."""
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


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"collection_version": collection_version}
