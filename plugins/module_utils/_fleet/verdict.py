# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of each of many servers, and whether that is good enough. No I/O."""

import typing as t

from .. import _errors, _said

Entry = t.Dict[str, t.Any]

_NAMED = 5  # so many failures are told in a message
_BRIEF = ("name", "reachable", "failed", "changed", "msg", "seconds")


def limit(fail_when: str) -> t.Callable[[int, int], bool]:
    """Turn the option into a function: do so many failed, of so many, fail the task? Raises OptionError."""
    text = str(fail_when).strip().lower()
    if text == "any":
        return lambda failed, total: failed > 0
    if text == "all":
        return lambda failed, total: failed > 0 and failed == total
    try:
        share = float(text[:-1]) if text.endswith("%") else -1.0
    except ValueError:
        share = -1.0
    if not 0 <= share <= 100:
        raise _errors.OptionError("fail_when %r: use any, all, or a percentage such as 10%%" % fail_when)
    return lambda failed, total: 100.0 * failed > share * total


def entry(ended: t.Any, url: str) -> Entry:
    """The result of one server: that of a single daemon, and how it went."""
    error = ended.error
    found = {
        "name": ended.name,
        "server_url": url,
        "reachable": not _not_reached(error),
        "changed": False,
        "seconds": round(ended.seconds, 3),
    }  # type: Entry
    found.update(ended.value or {})
    found.update({} if error is None else error.details)
    found.update(failed=error is not None, msg="" if error is None else error.message)
    return found


def brief(ended: t.Any) -> Entry:
    """What a line of progress says about it."""
    found = entry(ended, "")
    return t.cast(Entry, _said.data({key: found[key] for key in _BRIEF}))


def _not_reached(error: t.Optional[_errors.SupervisorError]) -> bool:
    if isinstance(error, _errors.Unauthorized):  # it has answered
        return False
    return isinstance(error, (_errors.ConnectionFailed, _errors.DeadlineExceeded, _errors.Interrupted))


def result_of(all_ended: t.Sequence[t.Any], urls: t.Sequence[str], fails: t.Callable[[int, int], bool]) -> Entry:
    """The result of all. Raises a SupervisorError that carries it, if that is what ``fails`` says.

    :param fails: from ``limit``. An interrupted task has always failed.
    """
    entries = [entry(ended, url) for ended, url in zip(all_ended, urls)]
    bad = [found for found in entries if found["failed"]]
    result = {
        "changed": any(found["changed"] for found in entries),
        "servers": entries,
        "summary": summary(entries),
    }  # type: Entry
    diff = [part for found in entries for part in _headed(found)]
    if diff:
        result["diff"] = diff
    if any(isinstance(ended.error, _errors.Interrupted) for ended in all_ended):
        raise _errors.Interrupted("interrupted: " + complaint(bad, len(entries)), **result)
    if fails(len(bad), len(entries)):
        raise _errors.SupervisorError(complaint(bad, len(entries)), **result)
    if bad:
        result["warnings"] = [complaint(bad, len(entries))]
    return result


def summary(entries: t.Sequence[Entry]) -> t.Dict[str, int]:
    """Each server is one of ok, failed and unreachable; what has changed something is counted once more."""
    failed = sum(1 for found in entries if found["failed"] and found["reachable"])
    unreachable = sum(1 for found in entries if not found["reachable"])
    return {
        "total": len(entries),
        "ok": len(entries) - failed - unreachable,
        "changed": sum(1 for found in entries if found["changed"]),
        "failed": failed,
        "unreachable": unreachable,
    }


def complaint(bad: t.Sequence[Entry], total: int) -> str:
    """Which servers failed and why, in one sentence."""
    parts = ["%s: %s" % (found["name"], found["msg"]) for found in bad[:_NAMED]]
    if len(bad) > _NAMED:
        parts.append("and %d more" % (len(bad) - _NAMED))
    return "%d of %d servers failed: %s" % (len(bad), total, "; ".join(parts))


def _headed(found: Entry) -> t.List[t.Dict[str, str]]:
    """Its difference, with its name above it."""
    diff = found.pop("diff", None)
    return [dict(diff, before_header=found["name"], after_header=found["name"])] if diff else []
