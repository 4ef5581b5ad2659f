# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes ``ansible_collections.supervisord.fleet`` importable from any checkout."""

from __future__ import annotations

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAME = os.path.join("ansible_collections", "supervisord", "fleet")


def path():
    """The folder that holds ansible_collections/."""
    if ROOT.endswith(os.sep + NAME):
        return ROOT[: -len(NAME) - 1]
    tree = os.path.join(ROOT, ".build", "collections")
    link = os.path.join(tree, NAME)
    os.makedirs(os.path.dirname(link), exist_ok=True)
    if not os.path.islink(link):
        try:
            os.symlink(os.path.relpath(ROOT, os.path.dirname(link)), link)
        except FileExistsError:  # another xdist worker was faster
            pass
    return tree


def make_importable():
    if path() not in sys.path:
        sys.path.insert(0, path())
