# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of edits, and what it does to the files of a tree. Text in, text out; no file is touched here.

An edit either applies, or its result is there already, or it does not fit and that is an error. There is no fourth
case: a regular expression that silently matches nothing is how a half-patched application gets deployed.
"""

import re
import typing as t

from .._errors import OptionError, SupervisorError

APPLIED = "applied"
PRESENT = "present"

Reader = t.Callable[[str], t.Optional[str]]


class PatchMismatch(SupervisorError):
    """An entry does not fit the source. details: id, file, and found / expected (numbers) where they are known."""


class Entry(t.NamedTuple):
    """One entry of the list. Exactly one of match, create and delete says what it does."""

    id: str
    file: str
    why: str
    match: t.Optional[str]
    replace: str
    expected: int
    done: t.Optional[str]
    create: t.Optional[str]
    delete: bool


class Outcome(t.NamedTuple):
    """What became of one entry: status is APPLIED, or PRESENT where there was nothing left to do."""

    id: str
    file: str
    status: str


class Plan(t.NamedTuple):
    """files: path -> (text before, text after), None where there is no such file; only files that differ."""

    files: t.Dict[str, t.Tuple[t.Optional[str], t.Optional[str]]]
    outcomes: t.Tuple[Outcome, ...]


def entries(data: t.Sequence[t.Dict[str, t.Any]], contents: t.Dict[str, str]) -> t.Tuple[Entry, ...]:
    """Check a list of entries.

    :param data: the entries as dicts with the keys of `Entry`.
    :param contents: text of each file that an entry creates, by the name that ``create`` gives.
    :raises OptionError: naming the entry and what is wrong with it.
    """
    seen: t.Set[str] = set()
    checked = []
    for number, item in enumerate(data, 1):
        entry = _entry(item, contents, "entry %d (%s)" % (number, item.get("id") or "without id"))
        if entry.id in seen:
            raise OptionError("entries: the id %s is used twice; give each entry an id of its own." % entry.id)
        seen.add(entry.id)
        checked.append(entry)
    return tuple(checked)


def _entry(item: t.Dict[str, t.Any], contents: t.Dict[str, str], label: str) -> Entry:
    for key in ("id", "file", "why"):
        if not item.get(key):
            raise OptionError("entries: %s has no %s." % (label, key))
    path = item["file"]
    if path.startswith("/") or ".." in path.split("/"):
        raise OptionError("entries: %s: file must lie inside the tree, not %s." % (label, path))
    kinds = [key for key in ("match", "create", "delete") if item.get(key)]
    if len(kinds) != 1:
        raise OptionError("entries: %s needs exactly one of match, create and delete." % label)
    content = None
    if kinds == ["create"]:
        content = contents.get(item["create"])
        if content is None:
            raise OptionError("entries: %s creates a file from %s, which contents lacks." % (label, item["create"]))
    entry = Entry(
        id=item["id"],
        file=path,
        why=item["why"],
        match=item.get("match"),
        replace=item.get("replace") or "",
        expected=1 if item.get("count") is None else item["count"],
        done=item.get("done"),
        create=content,
        delete=bool(item.get("delete")),
    )
    if entry.match is not None:
        _done(entry, label)
    return entry


def _done(entry: Entry, label: str) -> t.Pattern[str]:
    """The expression that finds the result of an edit: the one given, or the replacement itself when it is plain."""
    try:
        re.compile(entry.match or "", re.MULTILINE)
        if entry.done is not None:
            return re.compile(entry.done, re.MULTILINE)
        if entry.replace:
            # A template without references expands on any match; one with references raises re.error here.
            return re.compile(re.escape(re.sub("x", entry.replace, "x")))
    except (re.error, IndexError) as exc:
        raise OptionError("entries: %s: %s; a replacement that refers to groups needs done." % (label, exc))
    raise OptionError("entries: %s removes text and needs done, to tell the result from a foreign file." % label)


def plan(edits: t.Sequence[Entry], read: Reader) -> Plan:
    """What the entries change, in their order; several may touch the same file.

    :param read: gives the text of a path inside the tree, None where there is no such file.
    :raises PatchMismatch: an entry does not fit; then nothing should be written.
    """
    before: t.Dict[str, t.Optional[str]] = {}
    after: t.Dict[str, t.Optional[str]] = {}
    outcomes = []
    for edit in edits:
        if edit.file not in before:
            before[edit.file] = after[edit.file] = read(edit.file)
        text = after[edit.file]
        after[edit.file] = _apply(edit, text)
        outcomes.append(Outcome(edit.id, edit.file, PRESENT if after[edit.file] == text else APPLIED))
    files = {path: (before[path], after[path]) for path in before if before[path] != after[path]}
    return Plan(files, tuple(outcomes))


def _apply(edit: Entry, text: t.Optional[str]) -> t.Optional[str]:
    if edit.delete:
        return None
    if edit.create is not None:
        return edit.create
    if text is None:
        raise PatchMismatch(
            "Patch %s does not fit: the source has no file %s. Use the release the list was written for, "
            "or a list that was written for this one." % (edit.id, edit.file),
            id=edit.id,
            file=edit.file,
        )
    return _replace(edit, text)


def _replace(edit: Entry, text: str) -> str:
    done = _done(edit, edit.id)
    match = re.compile(edit.match or "", re.MULTILINE)
    found = len(match.findall(text))
    if found == 0 and done.search(text):
        return text
    if found != edit.expected:
        raise PatchMismatch(
            "Patch %s does not fit %s: what it changes was found %d times instead of %d, and its result is not there. "
            "Use the release the list was written for, or a list that was written for this one."
            % (edit.id, edit.file, found, edit.expected),
            id=edit.id,
            file=edit.file,
            found=found,
            expected=edit.expected,
        )
    result = match.sub(edit.replace, text)
    if match.search(result) or not done.search(result):
        raise PatchMismatch(
            "Patch %s is wrong: after it was applied to %s, %s."
            % (edit.id, edit.file, "it would apply again" if match.search(result) else "its result is not found"),
            id=edit.id,
            file=edit.file,
        )
    return result
