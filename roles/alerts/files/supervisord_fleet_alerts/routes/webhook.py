# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any service that takes JSON: the schema of version 1, see the README of the role."""

import hashlib
import hmac
import typing as t

from .. import VERSION as _PROGRAM, message as _message, web as _web
from . import batch as _batch, verdicts as _verdicts

VERSION = 1


def document(batch: _batch.Batch) -> t.Dict[str, t.Any]:
    """What is sent."""
    return {
        "version": VERSION,
        "sender": "supervisord-fleet-alerts/" + _PROGRAM,
        "host": batch.teller.host,
        "sent_at": _message.stamp(batch.now),
        "alerts": [dict(one.fields) for one in batch.messages],
    }


def request(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> _web.Request:
    """The request; with ``secret`` it carries ``X-Fleet-Signature: sha256=HEX`` over ``TIMESTAMP.BODY``."""
    made = _batch.posted(route["url"], document(batch), authorized(route))
    if route.get("secret"):
        stamp = str(int(batch.now))
        key, text = route["secret"].encode("utf-8"), stamp.encode("ascii") + b"." + (made.body or b"")
        signature = "sha256=" + hmac.new(key, text, hashlib.sha256).hexdigest()
        headers = dict(made.headers, **{"X-Fleet-Timestamp": stamp, "X-Fleet-Signature": signature})
        made = made._replace(headers=headers)
    return made


def authorized(route: t.Mapping[str, t.Any]) -> t.Dict[str, str]:
    """The headers of the route's own: those configured, and a login."""
    headers = dict(route.get("headers") or {})
    if route.get("token"):
        headers["Authorization"] = "Bearer " + route["token"]
    elif route.get("username"):
        headers["Authorization"] = _web.basic(route["username"], route.get("password") or "")
    return headers


verdict = _verdicts.by_status
