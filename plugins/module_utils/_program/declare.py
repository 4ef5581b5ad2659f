# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared items as sections with a header, and how a file on the host shows which task wrote it.

One declared item is one section in a file of its own, unless several items name the same file. A file carries a first
line that says who manages it, so that several plays can each own programs on one host and a purge takes only what the
same play wrote.
"""

import os
import re
import typing as t

from .. import _errors
from .._options import names as _names, render as _render, table as _table, text as _text
from . import place as _place

LABEL = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.:/@-]*$")
KINDS = ("program", "group", "eventlistener", "fcgi-program")
# Item options that are not options of Supervisor.
META = ("name", "kind", "state", "filename", "one_shot", "restart_on_files", "_former")
MARKER = "Managed by Ansible, supervisord.fleet.supervisor_program, managed_by="


class Item(t.NamedTuple):
    """One declared section: its kind and name, the wanted state, its options and the file it lives in."""

    kind: str
    name: str
    state: str
    values: t.Dict[str, t.Any]
    path: str
    former: bool = False  # its text is not declared: it is what it was
    one_shot: t.Optional[bool] = None  # an end as expected counts as started; None: with autorestart=false

    @property
    def section(self) -> str:
        """The section's header as Supervisor writes it, ``program:web``."""
        return "%s:%s" % (self.kind, self.name)


def items(raw: t.List[t.Dict[str, t.Any]], place: _place.Place) -> t.List[Item]:
    """The declared items, checked on their own.

    :param raw: dictionaries as the module received them; None values count as not given.
    :param place: where the section files lie.
    :raises _errors.OptionError: a bad name, an option of another kind, the same section twice, or a file that
        several items get without all of them naming it.
    """
    found: t.List[Item] = []
    owners: t.Dict[str, str] = {}
    named: t.Dict[str, bool] = {}
    for index, entry in enumerate(raw):
        item = _item(index, entry, place)
        together = entry.get("filename") is not None and not item.former
        for key, may_share in ((item.section, False), (item.path, together and named.get(item.path, True))):
            if key in owners and not may_share:
                raise _errors.OptionError(
                    "programs[%d] (%s): %s is declared twice (also by %s); keep one of them%s."
                    % (index, item.section, key, owners[key], "" if key == item.section else _TOGETHER)
                )
            owners[key] = item.section
        named[item.path] = together
        found.append(item)
    return found


_TOGETHER = ", or give both the same filename to have them in one file"


def header(managed_by: str) -> str:
    """The comment at the top of each written file."""
    return "%s%s\nChanges made by hand are overwritten." % (MARKER, managed_by)


def check_label(managed_by: str) -> None:
    """Refuse a ``managed_by`` that could not be found again in a file's first line.

    :raises _errors.OptionError: see above.
    """
    if not LABEL.match(managed_by):
        raise _errors.OptionError(
            "managed_by: %r is not usable as a label; use letters, digits and any of _.:/@- ." % managed_by
        )


def content(items_: t.Sequence[Item], managed_by: str, dialect: t.Any) -> t.Optional[bytes]:
    """The whole file of the items that lie in it, in their order; None when all of them are to be absent.

    :raises _errors.ConfigError: a value that cannot be written; the message names the section and the option.
    """
    sections = [(item.kind, item.name, item.values) for item in items_ if item.state != "absent"]
    if not sections:
        return None
    return _render.render(sections, header(managed_by), dialect).encode("utf-8")


def is_managed(data: t.Optional[bytes], managed_by: t.Optional[str] = None) -> bool:
    """Whether a file was written by this collection (and, if given, under that label)."""
    first = (data or b"").split(b"\n", 1)[0].decode("utf-8", "replace").lstrip("; ").rstrip()
    if not first.startswith(MARKER):
        return False
    return managed_by is None or first[len(MARKER) :] == managed_by


def _item(index: int, entry: t.Dict[str, t.Any], place: _place.Place) -> Item:
    kind = entry.get("kind") or "program"
    name = entry.get("name") or ""
    where = "programs[%d] (%s:%s)" % (index, kind, name)
    _names.safe_name(name, "%s: name" % where)
    values = {key: value for key, value in entry.items() if key not in META and value is not None}
    allowed = {option.name for option in _table.options(kind)} | {_render.EXTRA}
    for key in sorted(values):
        if key not in allowed:
            raise _errors.OptionError(
                "%s: option %s does not belong to kind %s; remove it or change the kind." % (where, key, kind)
            )
    one_shot = entry.get("one_shot")
    if one_shot and _text.TRUTH.get(str(values.get("autorestart")).strip().lower()) == "true":
        raise _errors.OptionError(
            "%s: one_shot lets it end, and autorestart: true starts it again each time; leave one of them out." % where
        )
    path = _path(where, entry.get("filename"), kind, name, place)
    return Item(kind, name, entry.get("state") or "started", values, path, bool(entry.get("_former")), one_shot)


def _path(where: str, filename: t.Optional[str], kind: str, name: str, place: _place.Place) -> str:
    """The file of an item, which the daemon reads."""
    if filename is None:
        filename = place.name_for(kind, name)
        if not filename:
            raise _errors.OptionError(
                "%s: no name for its file could be made that the daemon reads in %s, where its [include] matches %s; "
                "give one in filename." % (where, place.folder, " and ".join(place.patterns))
            )
    if os.path.basename(filename) != filename or filename.startswith(".") or not filename:
        raise _errors.OptionError(
            "%s: filename %r must be a plain, not hidden file name; the directory is conf_dir." % (where, filename)
        )
    if not place.reads(filename):
        raise _errors.OptionError(
            "%s: filename %r: the daemon does not read it; in %s its [include] matches %s."
            % (where, filename, place.folder, " and ".join(place.patterns))
        )
    return os.path.join(place.folder, filename)
