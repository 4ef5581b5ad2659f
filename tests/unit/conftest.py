# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make ansible_collections.supervisord.fleet importable from any checkout, with Ansible and without."""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAME = os.path.join("ansible_collections", "supervisord", "fleet")


def _collections_path():
    """Return the folder that holds ansible_collections/, made of symlinks where the checkout lies elsewhere."""
    if ROOT.endswith(os.sep + NAME):
        return ROOT[: -len(NAME) - 1]
    path = os.path.join(ROOT, ".build", "collections")
    link = os.path.join(path, NAME)
    os.makedirs(os.path.dirname(link), exist_ok=True)
    if not os.path.islink(link):
        try:
            os.symlink(os.path.relpath(ROOT, os.path.dirname(link)), link)
        except FileExistsError:  # another xdist worker was faster
            pass
    return path


def _install():
    try:
        from ansible.utils.collection_loader import _collection_finder as finder
    except ImportError:  # the pure files must do without Ansible, as on the Python 3.6 of a managed host
        sys.path.insert(0, _collections_path())
        return
    if not any(isinstance(item, finder._AnsibleCollectionFinder) for item in sys.meta_path):
        finder._AnsibleCollectionFinder(paths=[_collections_path()])._install()


_install()
