# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Markdown files as pages of the web site."""

from __future__ import annotations

import pathlib
import subprocess

import docs_pages
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]

KNOWN = {"README.md", "docs/tomcat.md", "roles/jdk/README.md"}
REPOSITORY = "https://code.example.com/fleet"


@pytest.mark.parametrize(
    ("page", "link", "becomes"),
    [
        ("README.md", "docs/tomcat.md#limits", "docs/tomcat.md#limits"),
        ("docs/tomcat.md", "../roles/jdk/README.md", "../roles/jdk/README.md"),
        ("docs/tomcat.md", "images/page.png", "images/page.png"),
        ("docs/tomcat.md", "#limits", "#limits"),
        ("docs/tomcat.md", "https://tomcat.example.com/a", "https://tomcat.example.com/a"),
        ("docs/tomcat.md", "../examples/hosts.yml", f"{REPOSITORY}/blob/main/examples/hosts.yml"),
        ("README.md", "COPYING", f"{REPOSITORY}/blob/main/COPYING"),
        ("roles/jdk/README.md", "tasks/run.yml#L3", f"{REPOSITORY}/blob/main/roles/jdk/tasks/run.yml#L3"),
    ],
)
def test_a_link_leads_to_a_page_or_to_the_repository(page, link, becomes):
    text = docs_pages.linked(f"See [this]({link}).", pathlib.Path(page), KNOWN, REPOSITORY)

    assert text == f"See [this]({becomes})."


def test_every_guide_and_role_is_a_page_that_the_menu_leads_to():
    menu = (ROOT / "tools/site/index.md").read_text(encoding="utf-8")

    for page in map(str, docs_pages.pages()):
        assert page.startswith("roles/") or page.removesuffix(".md") in menu, page
    assert {"README.md", "docs/tomcat.md", "roles/alerts/README.md"} <= set(map(str, docs_pages.pages()))


def test_a_folder_with_anything_else_than_a_site_is_left_as_it_is(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    ended = subprocess.run([ROOT / "tools/docs", tmp_path], check=False, capture_output=True, encoding="utf-8")

    assert ended.returncode == 1
    assert ended.stderr == f"tools/docs: {tmp_path} holds other things than a site; name an empty or a new folder\n"
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_no_page_stands_twice_in_the_menu():
    menu = (ROOT / "tools/site/index.md").read_text(encoding="utf-8").split("\n")
    found = [line for line in menu if line and line[0] not in "#`:"]

    assert sorted(found) == sorted(set(found))
