# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people and programs read of a notice: title, text, and the fields of the JSON that is documented. No effects."""

import datetime as dt
import json
import re
import string
import typing as t

from . import kinds as _kinds, masks as _masks, texts as _texts

_SPACE = re.compile(r"(?<![$])[$](\w+) ")  # a name and the space after it
FEW = 3  # messages that are told in full when they leave together


class Teller(t.NamedTuple):
    """Who speaks, and how: ``templates`` are the user's own title and body, ``link`` leads to the dashboard."""

    host: str
    language: str = "en"
    templates: t.Mapping[str, str] = {}
    link: str = ""


class Message(t.NamedTuple):
    """One message as all routes take it; ``status`` is firing, resolved or info."""

    key: str
    id: str
    status: str
    severity: str
    title: str
    text: str
    fields: t.Mapping[str, t.Any]


def message(notice: t.Mapping[str, t.Any], facts: t.Mapping[str, t.Any], teller: Teller) -> Message:
    """The message of a notice and what was found out about it. All of it is harmless to show."""
    words = _texts.LANGUAGES[teller.language]
    values = _values(notice, facts, teller, words)
    title = " ".join(_filled(teller.templates.get("title") or words["title"], values).split())
    text = _body(teller.templates.get("body") or words["body"], values)
    fields = _fields(notice, facts, teller)
    fields.update(title=title, text=text)
    return Message(notice["key"], notice["id"], fields["status"], notice["severity"], title, text, fields)


def _values(
    notice: t.Mapping[str, t.Any], facts: t.Mapping[str, t.Any], teller: Teller, words: t.Mapping[str, t.Any]
) -> t.Dict[str, str]:
    known = dict(notice["facts"], **facts)
    group, _colon, name = notice["subject"].rpartition(":")
    over = notice["say"] in _kinds.OVER
    values = {key: "" if known.get(key) is None else str(known[key]) for key in _texts.NAMES + ["tries", "well"]}
    values.update(host=teller.host, program=shown(notice["subject"]), group=group, name=name, link=teller.link)
    values.update(kind=notice["kind"], say=notice["say"], key=notice["key"])
    values["severity"] = words["severity"]["ok" if over else notice["severity"]]
    values.update(since=stamp(notice["since"]), happened=str(notice["happened"]), minutes=str(notice["minutes"]))
    values["count"] = str(notice["count"]) if notice["count"] > 1 else ""
    values["lasted"] = lasting(notice["at"] - notice["since"]) if notice["at"] - notice["since"] >= 1 else ""
    values["why"] = words["why"].get(known.get("why", ""), "")
    values["well"] = words["well"].get(notice["area"], "")
    values["what"] = _filled(words["what"][notice["kind"]], values)
    values["what"] = _filled(words["say"][notice["say"]], values)
    if over:
        values["log"] = ""
    return {key: _masks.clean(value) for key, value in values.items()}


def _filled(template: str, values: t.Mapping[str, str]) -> str:
    return string.Template(template).safe_substitute(values)


def _body(template: str, values: t.Mapping[str, str]) -> str:
    lines = []
    for line in template.split("\n"):
        names = [match.group("named") or match.group("braced") for match in string.Template.pattern.finditer(line)]
        known = [name for name in names if name in values]
        if not known or any(values[name] for name in known):
            spaced = _SPACE.sub(lambda found: found.group() if values.get(found.group(1), "-") else "", line)
            lines.append(_filled(spaced, values))
    return "\n".join(lines).rstrip()


def _fields(notice: t.Mapping[str, t.Any], facts: t.Mapping[str, t.Any], teller: Teller) -> t.Dict[str, t.Any]:
    known = dict(notice["facts"], **facts)
    group, _colon, name = notice["subject"].rpartition(":")
    status = "resolved" if notice["say"] in _kinds.OVER else "info" if notice["area"] == "news" else "firing"
    return {
        "key": notice["key"],
        "id": notice["id"],
        "status": status,
        "say": notice["say"],
        "kind": notice["kind"],
        "area": notice["area"],
        "check": notice["part"],
        "severity": notice["severity"],
        "former_severity": notice.get("former") or None,
        "host": teller.host,
        "group": _masks.clean(group),
        "program": _masks.clean(name),
        "since": stamp(notice["since"]),
        "at": stamp(notice["at"]),
        "count": notice["count"],
        "exit_status": known.get("exit_status"),
        "reason": _masks.clean(str(known.get("reason") or "")),
        "log": _masks.clean(str(known.get("log") or "")),
        "link": teller.link,
    }


def digest(messages: t.Sequence[Message], teller: Teller, room: int = 20) -> t.Tuple[str, str]:
    """Title and text of one message that stands for several."""
    if len(messages) == 1:
        return messages[0].title, messages[0].text
    words = _texts.LANGUAGES[teller.language]
    title = _filled(words["digest"], {"host": teller.host, "count": str(len(messages))})
    if len(messages) <= FEW:
        return title, "\n\n".join("%s\n%s" % (one.title, one.text) for one in messages)
    lines = [one.title for one in messages[:room]]
    if len(messages) > room:
        lines.append(_filled(words["more"], {"count": str(len(messages) - room)}))
    return title, "\n".join(lines)


def shown(subject: str) -> str:
    """A program as people call it: a group of one and the same name is not told."""
    group, colon, name = subject.partition(":")
    return name if colon and group == name else subject


def stamp(at: float) -> str:
    """A time as RFC 3339 has it, in UTC, to the millisecond."""
    moment = dt.datetime.fromtimestamp(at, dt.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (moment.microsecond // 1000)


def lasting(seconds: float) -> str:
    """So many seconds as people say them: ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return "%d s" % whole
    if whole < 3600:
        return "%d min %d s" % (whole // 60, whole % 60)
    return "%d h %d min" % (whole // 3600, whole % 3600 // 60)


def short(text: str) -> str:
    """The beginning of what somebody else says, as one line."""
    return " ".join(text[:200].split())


def cut(text: str, most: int) -> str:
    """The beginning of a text, of at most so many bytes of UTF-8; where something is left out, it ends with dots."""
    data = text.encode("utf-8", "replace")
    if len(data) <= most:
        return text
    return data[: most - 3].decode("utf-8", "ignore") + "..."


def fitted(text: str, room: int, made: t.Callable[[str], str]) -> str:
    """What is made of a text, or of its beginning: at most so many bytes as JSON, with all that is put before marks."""
    most = room
    while True:
        found = made(cut(text, most))
        size = len(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
        if size <= room or most < 20:
            return found
        most = min(most - 10, int(most * room / size))
