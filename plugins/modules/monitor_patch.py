#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release of the monitor's web application: a copy of its source with a list of patches applied."""

DOCUMENTATION = r"""
---
module: monitor_patch
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Make a patched copy of an application's source
description:
  - Used by the role P(supervisord.fleet.monitor_web#role), which brings the list of edits.
  - Copies folders of O(source) to O(path) and applies a list of edits on the way. The copy gets its name when it is
    complete, so that it is there whole or not at all.
  - A copy that is there already is compared with the list and repaired where it differs.
  - An edit either applies, or its result is there already and nothing is done, or it does not fit and the module
    fails before it has written anything. An edit that silently matches nothing does not exist here.
options:
  source:
    description: Folder with the application's pristine source. It is only read.
    type: path
    required: true
  path:
    description: Folder of the copy.
    type: path
    required: true
  include:
    description: Folders of O(source) that are copied; everything else is left out, and so are symbolic links.
    type: list
    elements: str
    required: true
  entries:
    description:
      - The edits, applied in this order.
      - Each has exactly one of O(entries[].match), O(entries[].create) and O(entries[].delete).
    type: list
    elements: dict
    required: true
    suboptions:
      id:
        description: Name of the edit, in messages and results.
        type: str
        required: true
      file:
        description: The file it touches, relative to the tree.
        type: str
        required: true
      why:
        description: What would be wrong without it.
        type: str
        required: true
      match:
        description: Python regular expression, in multi-line mode, that finds the text to replace.
        type: str
      replace:
        description: Replacement, which may refer to groups of O(entries[].match). Ignored without O(entries[].match).
        type: str
        default: ""
      count:
        description: How many times O(entries[].match) has to be found. Ignored without it.
        type: int
        default: 1
      done:
        description:
          - Python regular expression that finds the result. Ignored without O(entries[].match).
          - Where it is found and O(entries[].match) is not, the edit is not needed.
          - The replacement itself by default; required when that refers to groups or is empty.
        type: str
      create:
        description: Name in O(contents) of the text of a file that is added.
        type: str
      delete:
        description: Whether the file is removed.
        type: bool
        default: false
  contents:
    description: Text of each file that O(entries[].create) names.
    type: dict
    default: {}
extends_documentation_fragment:
  - supervisord.fleet.attributes
"""

EXAMPLES = r"""
- name: Make a release of the monitor
  supervisord.fleet.monitor_patch:
    source: /opt/supervisord-monitor/sources/git
    path: /opt/supervisord-monitor/releases/6b0f3577fd86
    include: [application, system, public_html]
    entries:
      - id: errors-logged
        file: public_html/index.php
        why: A page that dies must say so.
        match: error_reporting\(0\);
        replace: error_reporting(E_ERROR);
      - id: no-sleeper
        file: public_html/test.php
        why: A left-over that sleeps for 15 seconds in a worker.
        delete: true
"""

RETURN = r"""
patches:
  description: What became of each edit.
  returned: when the source is there, which in check mode it need not be
  type: list
  elements: dict
  contains:
    id:
      description: The edit.
      type: str
    file:
      description: The file it touches.
      type: str
    status:
      description: V(applied), or V(present) where there was nothing left to do.
      type: str
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import os
import typing as t

from ..module_utils import _module
from ..module_utils._release import patch as _patch, patch_tree as _patch_tree

ENTRY = {
    "id": {"type": "str", "required": True},
    "file": {"type": "str", "required": True},
    "why": {"type": "str", "required": True},
    "match": {"type": "str"},
    "replace": {"type": "str", "default": ""},
    "count": {"type": "int", "default": 1},
    "done": {"type": "str"},
    "create": {"type": "str"},
    "delete": {"type": "bool", "default": False},
}
SPEC = {
    "source": {"type": "path", "required": True},
    "path": {"type": "path", "required": True},
    "include": {"type": "list", "elements": "str", "required": True},
    "entries": {"type": "list", "elements": "dict", "options": ENTRY, "required": True},
    "contents": {"type": "dict", "default": {}},
}


def patch(module: t.Any) -> t.Dict[str, t.Any]:
    """Plan against the copy, or against the source where there is no copy yet; then build or repair."""
    params = module.params
    edits = _patch.entries(params["entries"], params["contents"])
    there = os.path.isdir(params["path"])
    base = params["path"] if there else params["source"]
    # A dry run may come before the source was fetched; a real one then fails in build().
    plan = _patch.plan(edits, _patch_tree.reader(base)) if os.path.isdir(base) else _patch.Plan({}, ())
    changed = bool(plan.files) or not there
    if changed and not module.check_mode:
        if there:
            _patch_tree.write(params["path"], plan.files)
        else:
            _patch_tree.build(params["source"], params["path"], params["include"], edits)
    return {
        "changed": changed,
        "patches": [outcome._asdict() for outcome in plan.outcomes],
        "diff": _repaired(plan) if there else [_made(params, plan)],
    }


def _made(params: t.Mapping[str, t.Any], plan: _patch.Plan) -> t.Dict[str, str]:
    """A new copy in a few lines: the source is known by its name, and each edit by its own."""
    edits = {}  # type: t.Dict[str, t.List[str]]
    for outcome in plan.outcomes:
        edits.setdefault(outcome.file, []).append(outcome.id)
    lines = ["%s: as in %s" % (", ".join(params["include"]), params["source"] or "its source")]
    for path in sorted(plan.files):
        before, after = plan.files[path]
        what = "added" if before is None else "removed" if after is None else "edited"
        lines.append("%s: %s (%s)" % (path, what, ", ".join(edits[path])))
    header = params["path"]
    return {"before_header": header, "after_header": header, "before": "", "after": "\n".join(lines) + "\n"}


def _repaired(plan: _patch.Plan) -> t.List[t.Dict[str, str]]:
    """Somebody has edited the copy: what goes of that."""
    return [_diff(path, *plan.files[path]) for path in sorted(plan.files)]


def _diff(path: str, before: t.Optional[str], after: t.Optional[str]) -> t.Dict[str, str]:
    return {"before_header": path, "after_header": path, "before": before or "", "after": after or ""}


def main() -> None:
    _module.run(SPEC, patch, connection=False)


if __name__ == "__main__":
    main()
