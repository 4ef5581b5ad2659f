# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module's own ``main()`` in this process, with the real AnsibleModule.

A run costs milliseconds where a fresh interpreter costs a third of a second, so that a property can be tried
thousands of times. What an interpreter of its own would show - old Pythons, the payload - is for ``targets.py``.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os

import collection

collection.make_importable()

from ansible.module_utils import basic  # noqa: E402  the collection has to be importable first
from ansible.module_utils.common import warnings as collected  # noqa: E402  see above


def run(name, args, check=False, diff=False):
    """Run one module; returns its result with ``failed`` always in it."""
    module = importlib.import_module("ansible_collections.supervisord.fleet.plugins.modules." + name)
    payload = dict(args, _ansible_check_mode=check, _ansible_diff=diff, _ansible_no_log=True)  # not this machine's log
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": payload}).encode()
    basic._ANSIBLE_PROFILE = "legacy"
    _forget_warnings()
    output = io.StringIO()
    with contextlib.redirect_stdout(output), _environment(), contextlib.suppress(SystemExit):
        module.main()
    result = json.loads(output.getvalue())
    result.setdefault("failed", False)
    return result


def _forget_warnings():
    """Warnings are kept for the life of the process, which is one run for every other module."""
    for name in ("_global_warnings", "_global_deprecations"):
        kept = getattr(collected, name, None)
        if kept is not None:
            kept.clear()


@contextlib.contextmanager
def _environment():
    """Nothing of the tester's own environment decides which daemon is meant."""
    hidden = {key: os.environ.pop(key) for key in list(os.environ) if key.startswith("SUPERVISOR")}
    try:
        yield
    finally:
        os.environ.update(hidden)
