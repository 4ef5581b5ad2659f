# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Troubles: each is told once when it begins, seldom while it lasts, and once when it is over. No effects, no clock.

A trouble is a dict that is kept over restarts:

``key, area, subject, kind, severity, since, last, count, facts``  what it is, and how often it happened
``state``      open, settling (it looks well, not yet for long enough) or closed (kept, in case it comes back)
``until``      when settling ends, or a closed one is forgotten
``calm``       it came back: from now on it must be well for as long as ``window``
``told``       how many messages it made; ``told_at, told_count, told_severity``: the last of them
``step``       how many reminders in a row; the pauses between them grow
"""

import hashlib
import typing as t

from . import kinds as _kinds
from .signs import Sign

Trouble = t.Dict[str, t.Any]
Notice = t.Dict[str, t.Any]
Muted = t.Callable[[str], bool]

GROWTH = 6.0
LONGEST = 4 * 3600.0


class Calm(t.NamedTuple):
    """How seldom something is told; seconds. ``remind`` 0: a trouble that just lasts is told once."""

    settle: float = 15.0
    window: float = 600.0
    every: float = 600.0
    remind: float = 4 * 3600.0


class Troubles:
    """All troubles of one daemon.

    :param troubles: key -> trouble; changed in place. ``changed`` names those that were.
    :param severities: kind -> severity, where it is not the usual one.
    :param muted: is nothing to be told of this subject now (maintenance)?
    """

    def __init__(
        self, troubles: t.Dict[str, Trouble], calm: Calm, severities: t.Mapping[str, str], muted: Muted
    ) -> None:
        self.all = troubles
        self.changed = set()  # type: t.Set[str]
        self._calm = calm
        self._severities = severities
        self._muted = muted

    def take(self, sign: Sign, now: float) -> t.List[Notice]:
        """What is to be told now that this was seen."""
        if sign.verb == "bad":
            return self._bad(sign, now)
        if sign.verb == "news":
            return self._news(sign, now)
        if sign.verb == "end":
            prefix = sign.key + "/"
            keys = [key for key in self.all if key == sign.key or key.startswith(prefix)]
            return [notice for key in keys for notice in self._end(self.all[key], sign, now)]
        self._good(sign, now)
        return []

    def tick(self, now: float) -> t.List[Notice]:
        """What is to be told because time went by."""
        return [notice for trouble in list(self.all.values()) for notice in self._due(trouble, now)]

    def open(self) -> t.List[Trouble]:
        """Those that were told and are not over."""
        return [trouble for trouble in self.all.values() if trouble["state"] != "closed" and trouble["told"]]

    def _bad(self, sign: Sign, now: float) -> t.List[Notice]:
        trouble = self.all.get(sign.key)
        if trouble is None or (trouble["state"] == "closed" and now >= trouble["until"]):
            trouble = self._new(sign, now)
        elif sign.again or trouble["state"] != "open":
            self._again(trouble, now)
        self.changed.add(sign.key)
        severity = _kinds.severity(sign.kind, self._severities)
        if _kinds.rank(severity) >= _kinds.rank(trouble["severity"]):
            trouble.update(kind=sign.kind, severity=severity)
        trouble["facts"] = dict(trouble["facts"], **sign.facts)
        if self._muted(sign.subject):
            return []
        if not trouble["told_severity"]:
            return [self._tell(trouble, "problem", now)]
        if _kinds.rank(severity) > _kinds.rank(trouble["told_severity"]):
            return [self._tell(trouble, "worse", now)]
        return []

    def _new(self, sign: Sign, now: float) -> Trouble:
        severity = _kinds.severity(sign.kind, self._severities)
        trouble = {"key": sign.key, "area": sign.area, "subject": sign.subject, "part": sign.part}  # type: Trouble
        trouble.update(kind=sign.kind)
        trouble.update(severity=severity, since=now, last=now, count=1, facts={}, state="open", until=0.0)
        trouble.update(calm=False, told=0, told_at=0.0, told_count=0, told_severity="", step=0)
        self.all[sign.key] = trouble
        return trouble

    @staticmethod
    def _again(trouble: Trouble, now: float) -> None:
        """It happened once more, or came back."""
        trouble.update(count=trouble["count"] + 1, last=now)
        if trouble["state"] == "closed":
            # The last that was told is that it is over, so it is told again; but not in turns.
            trouble.update(calm=True, told_severity="", severity=_kinds.SEVERITIES[0])
        trouble.update(state="open", until=0.0)

    def _good(self, sign: Sign, now: float) -> None:
        trouble = self.all.get(sign.key)
        if trouble is not None and trouble["state"] == "open":
            settle = self._calm.window if trouble["calm"] else self._calm.settle
            trouble.update(state="settling", until=now + settle)
            self.changed.add(sign.key)

    def _end(self, trouble: Trouble, sign: Sign, now: float) -> t.List[Notice]:
        del self.all[trouble["key"]]
        self.changed.add(trouble["key"])
        if trouble["state"] == "closed" or not trouble["told_severity"]:
            return []
        trouble["facts"] = dict(trouble["facts"], **sign.facts)
        return [self._tell(trouble, "ended", now)]

    def _news(self, sign: Sign, now: float) -> t.List[Notice]:
        if self._muted(sign.subject):
            return []
        severity = _kinds.severity(sign.kind, self._severities)
        news = {"key": "%s/%s" % (sign.key, sign.kind), "subject": sign.subject, "part": sign.part}  # type: Trouble
        news.update(kind=sign.kind)
        news.update(area="news", severity=severity, since=now, last=now, count=1, facts=dict(sign.facts), told=0)
        return [_notice(news, "news", now, 0, 0.0)]

    def _due(self, trouble: Trouble, now: float) -> t.List[Notice]:
        """What one trouble has to tell by now."""
        self._reach(trouble, now)
        state = trouble["state"]
        if state != "open" and now >= trouble["until"]:
            return self._over(trouble, now)
        if state == "closed" or self._muted(trouble["subject"]):
            return []
        if not trouble["told_severity"]:  # it began in silence, and the silence is over
            return [self._tell(trouble, "problem", now)] if state == "open" else []
        happened = trouble["count"] - trouble["told_count"]
        pause = self._calm.every if happened else self._calm.remind
        if not pause or (state == "settling" and not happened):
            return []
        pause = max(pause, min(LONGEST, self._calm.every * GROWTH ** trouble["step"]))
        if now < trouble["told_at"] + pause:
            return []
        trouble["step"] += 1
        return [self._tell(trouble, "flapping" if happened > 1 else "goes_on", now)]

    def _reach(self, trouble: Trouble, now: float) -> None:
        """The clock may have been set back: nothing ends later than it would if it began now."""
        trouble["until"] = min(trouble["until"], now + max(self._calm.settle, self._calm.window))
        trouble["told_at"] = min(trouble["told_at"], now)

    def _over(self, trouble: Trouble, now: float) -> t.List[Notice]:
        self.changed.add(trouble["key"])
        if trouble["state"] == "closed":
            del self.all[trouble["key"]]
            return []
        told = bool(trouble["told_severity"])
        notices = [self._tell(trouble, "recovered", now)] if told else []
        trouble.update(state="closed", until=now + self._calm.window, step=0)
        return notices

    def _tell(self, trouble: Trouble, say: str, now: float) -> Notice:
        self.changed.add(trouble["key"])
        happened, since = trouble["count"] - trouble["told_count"], trouble["told_at"]
        former = trouble["told_severity"] if say == "worse" else ""
        trouble.update(told=trouble["told"] + 1, told_at=now, told_count=trouble["count"])
        trouble["told_severity"] = trouble["severity"]
        return dict(_notice(trouble, say, now, happened, since), former=former)


def _notice(trouble: Trouble, say: str, now: float, happened: int, told_at: float) -> Notice:
    """What is to be told. ``id`` stays with the trouble, ``key`` is of this message alone."""
    text = "%s %.3f" % (trouble["key"], trouble["since"])
    name = hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
    notice = {field: trouble[field] for field in ("kind", "severity", "subject", "part", "area", "since", "count")}
    notice.update(id=name, key="%s-%d" % (name, trouble["told"]), say=say, at=now, facts=dict(trouble["facts"]))
    notice.update(happened=happened, minutes=max(1, round((now - (told_at or trouble["since"])) / 60.0)))
    return notice
