# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters as Ansible finds them: each has a page, and to find one costs nothing of the others."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest
import yaml

from ansible_collections.supervisord.fleet.plugins.filter.fleet import FilterModule

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "plugins" / "filter"
PAGES = sorted(FOLDER.glob("*.yml"))
# Finds a filter as the process of a task does, then says which code of the collection it has read.
FIND = """
import sys
from ansible.plugins.loader import filter_loader, init_plugin_loader
init_plugin_loader([])
assert filter_loader.get_with_context("supervisord.fleet." + sys.argv[1]).object
print(*(name for name, module in sys.modules.items() if ".fleet.plugins." in name and getattr(module, "__file__", "")))
"""


def test_every_filter_has_a_page() -> None:
    assert [page.stem for page in PAGES] == list(FilterModule().filters())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_is_about_this_filter_and_its_code_is_there(page: pathlib.Path) -> None:
    told = yaml.safe_load(page.read_text(encoding="utf-8"))
    assert told["DOCUMENTATION"]["name"] == page.stem
    assert set(told) == {"DOCUMENTATION", "EXAMPLES", "RETURN"}
    with pytest.raises(TypeError, match=rf"{page.stem}\(\) missing"):  # not that it cannot be imported
        FilterModule().filters()[page.stem]()


def test_finding_a_filter_reads_one_file_of_the_collection() -> None:
    found = subprocess.run([sys.executable, "-c", FIND, "tomcat_plan"], check=True, capture_output=True, text=True)
    read = [name for name in found.stdout.split() if not name.endswith((".plugins", ".filter"))]
    assert [name.rpartition(".")[2] for name in read] == ["fleet"]
