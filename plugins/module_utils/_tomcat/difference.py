# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a diff shows of a change to a Tomcat instance's folder.

One line for what comes as it is from a release or an archive, by its name; the text, without secrets, only of what a
person wrote or the plan makes.
"""

import hashlib
import os
import typing as t

from .._host import files as _files
from . import instance as _instance, masked as _masked

Difference = t.Dict[str, str]
# A file as it is in a release, or one that no eye reads: a line says what it is. A text has no such line.
_Line = t.Optional[str]


def of(item: t.Dict[str, t.Any], seen: _instance.Seen, steps: t.Sequence[_instance.Step]) -> t.List[Difference]:
    """Entries for the result's ``diff``: what has lines first, then each text.

    :param item: one entry of the module's ``bases``.
    :param seen: what is there.
    :param steps: what is about to be done. Without any the difference is empty.
    """
    lines = [shown for step in steps for shown in step.shown]
    texts = []  # type: t.List[Difference]
    if steps and item["state"] == "present":
        if not _instance.unpacked(item):
            version = seen.data.get("version")
            lines.append(_instance.Shown("conf", _instance.as_in(version) if version else "", _instance.coming(item)))
        for name, before, after in _changed_files(item, seen):
            was, becomes = _line(name, before, _former(item, seen)), _line(name, after, _coming(item))
            if was is None or becomes is None:
                texts.append(_text(os.path.join(item["base"], name), before, after))
            else:
                lines.append(_instance.Shown(name, was, becomes))
    if steps and not lines and not texts:
        lines = [_instance.Shown(step.what, "", "to do") for step in steps]
    return _summary(item["base"], lines) + texts


def _changed_files(
    item: t.Dict[str, t.Any], seen: _instance.Seen
) -> t.Iterator[t.Tuple[str, t.Optional[bytes], t.Optional[bytes]]]:
    """Name, content before, content after of each file that the role writes, and that differs."""
    wanted = _instance.wanted_files(item)
    for name in sorted(set(wanted) | set(_instance.unwanted_files(item, seen))):
        before, after = _files.read_own(os.path.join(item["base"], name)), wanted.get(name)
        if before != after:
            yield name, before, after


def _line(name: str, content: t.Optional[bytes], release: t.Tuple[str, str, t.Container[str]]) -> _Line:
    """What a line says of a file; "" where there is none, None where its text has to be shown."""
    folder, version, own = release
    if content is None:
        return ""
    if folder and name not in own and _files.read(os.path.join(folder, name)) == content:
        return _instance.as_in(version)
    if b"\0" in content:
        return "no text, sha256 %s..." % hashlib.sha256(content).hexdigest()[:16]
    return None


def _former(item: t.Dict[str, t.Any], seen: _instance.Seen) -> t.Tuple[str, str, t.Container[str]]:
    """The release that the instance has had so far, as far as it is still there; releases lie side by side."""
    version = str(seen.data.get("version") or "")
    return os.path.join(os.path.dirname(item["release"]), version) if version else "", version, ()


def _coming(item: t.Dict[str, t.Any]) -> t.Tuple[str, str, t.Container[str]]:
    return item["release"], item["version"], {entry["path"] for entry in item["files"]}


def _text(path: str, before: t.Optional[bytes], after: t.Optional[bytes]) -> Difference:
    old, new = _masked.pair(*((content or b"").decode("utf-8", "replace") for content in (before, after)))
    return {"before_header": path, "after_header": path, "before": old, "after": new}


def _summary(base: str, lines: t.List[_instance.Shown]) -> t.List[Difference]:
    """One entry for the folder; what is said of several names alike is said once."""
    names = {}  # type: t.Dict[t.Tuple[str, str], t.List[str]]
    for shown in lines:
        names.setdefault((shown.before, shown.after), []).append(shown.name)
    if not names:
        return []
    before, after = [], []
    for (was, becomes), alike in names.items():
        again = " (brought again)" if was == becomes else ""
        before += ["%s: %s\n" % (", ".join(alike), was)] if was else []
        after += ["%s: %s%s\n" % (", ".join(alike), becomes, again)] if becomes else []
    return [{"before_header": base, "after_header": base, "before": "".join(before), "after": "".join(after)}]
