# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first time that a task meets a file which somebody else has written: what it would lose, and whether it may."""

import os
import typing as t

from .. import _errors
from .._adopt import first_contact as _main_file
from .._config import model as _model, source as _source
from .._host import files as _files
from . import declare as _declare, plan as _plan

COPY = ".2026-11-29@12:00:00~"  # how the names of copies end
WORD = (
    "Set adopt: true (role supervisor: supervisor_adopt) to replace it all the same; a copy is kept. Or declare what "
    "it has: the playbook supervisord.fleet.adopt writes that down. Nothing was changed."
)


def foreign(changed: t.Iterable[str], edited: t.Container[str] = ()) -> t.List[str]:
    """Files that this collection has not written and that are about to change. Links are left alone, so they do not
    count; neither do files that only lose sections and were written by supervisor_config.
    """
    found = []
    for path in sorted(changed):
        data = None if os.path.islink(path) else _files.read(path)
        if data is None or _declare.is_managed(data) or (path in edited and data.startswith(_main_file.HEADER)):
            continue
        found.append(path)
    return found


def refuse(
    items: t.Iterable[_declare.Item],
    paths: t.Container[str],
    before: t.Dict[str, _model.Group],
    after: t.Dict[str, _model.Group],
    decision: _plan.Groups,
) -> None:
    """Refuse to replace a file of somebody else's where a group that it shapes would restart for it.

    :param paths: what ``foreign`` found.
    :param decision: about the groups.
    :raises _errors.OptionError: see above; the message names the options, never their values.
    """
    restarting = {change.group for change in decision.changes if change.action == _plan.UPDATE}
    restarting.update(_plan.differing(decision.uncertain, before, after))
    for item in items:
        if item.path not in paths or item.state == "absent":
            continue
        for group in before.values():
            if item.section not in group.sections or group.name not in restarting or group.name not in after:
                continue
            differing = _model.differing(group, after[group.name]) or ["what its process runs"]
            raise _errors.OptionError(
                "%s: %s was not written by this collection, and what is declared differs from it in %s, so that %s "
                "would restart. %s" % (item.section, item.path, ", ".join(differing), group.name, WORD),
                file=item.path,
            )


def copies(paths: t.Iterable[str], patterns: t.Iterable[str]) -> t.Dict[str, str]:
    """How the name of each file's copy begins: with a dot where the daemon would read the copy as well.

    :param patterns: of [include], absolute.
    """
    known = list(patterns)
    found = {}
    for path in paths:
        read = any(_source.matches(path + COPY, pattern) for pattern in known)
        found[path] = os.path.join(os.path.dirname(path), "." + os.path.basename(path)) if read else path
    return found


def told(paths: t.Iterable[str]) -> t.Tuple[str, ...]:
    """A sentence about each of the files."""
    return tuple("%s was not written by this collection: a copy of it is kept beside it." % path for path in paths)
