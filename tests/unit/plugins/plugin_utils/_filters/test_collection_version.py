# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which version of a collection Ansible finds."""

from __future__ import annotations

import json
import sys
import types
import typing as t

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.collection_version import collection_version

if t.TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["awx", "awx.awx.job_template", "", "..", 5])
def test_what_is_no_collection_is_refused(name: t.Any) -> None:
    """Half a name would be found, as a folder."""
    with pytest.raises(AnsibleFilterError, match="is no collection; give a name such as awx.awx"):
        collection_version(name)


def test_one_that_is_not_there_has_none() -> None:
    assert collection_version("nobody.nothing") == ""


@pytest.mark.parametrize(
    ("info", "version"), [({"version": "24.6.1"}, "24.6.1"), ({"version": None}, "*"), (None, "*")]
)
def test_one_that_is_there_says_it_or_not(
    info: dict | None, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = types.ModuleType("ansible_collections.nobody.something")
    found.__file__ = str(tmp_path / "__init__.py")
    monkeypatch.setitem(sys.modules, found.__name__, found)
    monkeypatch.setitem(sys.modules, "ansible_collections.nobody", types.ModuleType("ansible_collections.nobody"))
    if info is not None:
        (tmp_path / "MANIFEST.json").write_text(json.dumps({"collection_info": info}))
    assert collection_version("nobody.something") == version
