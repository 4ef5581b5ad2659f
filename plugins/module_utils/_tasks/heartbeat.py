# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign of life of the role alerts' listener, read with care: its account, which is nobody's, writes it.

So the file is opened without being led astray, no more than a bounded part of it is read, and each value is taken only
if it is one of its kind.
"""

import calendar
import json
import os
import re
import time
import typing as t

from .. import _errors, _said
from .._host import careful as _careful

LARGEST = 1 << 18  # bytes; that of a hundred routes has a tenth of it
ROUTES = 100
LONGEST = 200  # characters of a text
MOST = 10**12  # no count is larger

_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z\Z")
Result = t.Dict[str, t.Any]


def read(path: str, now: t.Optional[float] = None) -> Result:
    """What the file says; times as seconds that have gone by since.

    :param now: seconds since 1970, by default of this machine's clock.
    :returns: error (a text, None if the file could be read), written, heard, started (seconds ago, None if not known),
        firing (troubles that last), unsaved (why nothing can be kept on the disk), routes: a list of name, type,
        waiting (messages), last_error.
    """
    try:
        with _careful.opened(path) as descriptor:
            data = os.read(descriptor, LARGEST + 1)
    except FileNotFoundError:
        return _unread("there is no %s" % path)
    except OSError as error:
        return _unread("%s cannot be read: %s" % (path, error.strerror))
    except _errors.PlantedPath as error:
        return _unread(str(error))
    try:
        value = json.loads(data.decode("utf-8")) if len(data) <= LARGEST else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or value.get("version") != 1:
        return _unread("%s is none of the role alerts" % path)
    return _told(value, time.time() if now is None else now)


def _unread(error: str) -> Result:
    return dict(_told({}, 0.0), error=_said.line(error))


def _told(value: t.Mapping[str, t.Any], now: float) -> Result:
    routes = value.get("routes")
    named = sorted(routes.items())[:ROUTES] if isinstance(routes, dict) else []
    return {
        "error": None,
        "written": _ago(value.get("written"), now),
        "heard": _ago(value.get("heard"), now),
        "started": _ago(value.get("started"), now),
        "firing": _count(value.get("firing")),
        "unsaved": _line(value.get("unsaved")),
        "routes": [_route(str(name), route) for name, route in named if isinstance(route, dict)],
    }


def _route(name: str, route: t.Mapping[str, t.Any]) -> Result:
    return {
        "name": _line(name),
        "type": _line(route.get("type")),
        "waiting": _count(route.get("waiting")),
        "last_error": _line(route.get("last_error")),
    }


def _ago(stamp: t.Any, now: float) -> t.Optional[int]:
    """Seconds since a time, never less than none."""
    found = _STAMP.match(stamp) if isinstance(stamp, str) else None
    try:
        return max(0, int(now) - calendar.timegm(time.strptime(found.group(1), "%Y-%m-%dT%H:%M:%S"))) if found else None
    except ValueError:
        return None


def _count(value: t.Any) -> int:
    return min(max(value, 0), MOST) if isinstance(value, int) and not isinstance(value, bool) else 0


def _line(value: t.Any) -> str:
    return _said.line(value)[:LONGEST] if isinstance(value, str) else ""
