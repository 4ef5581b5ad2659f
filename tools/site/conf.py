# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx builds the documentation's site."""

from __future__ import annotations

import pathlib
import typing as t

import yaml
from pygments.lexers.special import TextLexer

if t.TYPE_CHECKING:
    from sphinx.application import Sphinx

GALAXY = yaml.safe_load((pathlib.Path(__file__).parents[2] / "galaxy.yml").read_text(encoding="utf-8"))

project = f"{GALAXY['namespace']}.{GALAXY['name']}"
author = ", ".join(GALAXY["authors"])
version = release = GALAXY["version"]
title = html_short_title = html_title = f"{project} {version}"
extensions = ["myst_parser", "sphinx_antsibull_ext"]
default_role = "any"

# Headings are linked to as where the project's pages are read elsewhere.
myst_heading_anchors = 4

pygments_style = "ansible"
html_theme = "sphinx_ansible_theme"
html_theme_options = {"vcs_pageview_mode": "blob"}
html_context = {"display_github": False}
html_show_sphinx = False
html_copy_source = False
html_use_index = False


def setup(app: Sphinx) -> None:
    """Show the sources of diagrams as they are: what draws them would have to be fetched by each reader's browser."""
    app.add_lexer("mermaid", TextLexer)
