# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prometheus' Alertmanager, API version 2: it merges, silences and routes itself.

An alert there lasts until ``endsAt``. Whoever sends says so again and again: each time it is put off, and when this
host is silent for good the alert ends by itself.
"""

import typing as t

from .. import message as _message, web as _web
from . import batch as _batch, verdicts as _verdicts, webhook as _webhook

PATH = "/api/v2/alerts"
REFRESH = 60.0  # seconds between two times that it is said
LASTS = 300.0  # seconds that it lasts without


def labels(route: t.Mapping[str, t.Any], fields: t.Mapping[str, t.Any]) -> t.Dict[str, str]:
    """What makes two alerts the same one there.

    A trouble that gets worse becomes another one, and the former is ended: routes there want a severity as label.
    """
    found = dict(route.get("labels") or {}, alertname="Supervisor" + fields["area"].title().replace("_", ""))
    found.update(instance=fields["host"], host=fields["host"], group=fields["group"], program=fields["program"])
    found.update(check=fields["check"], severity=fields["severity"])
    return {key: value for key, value in found.items() if value}


def alert(route: t.Mapping[str, t.Any], fields: t.Mapping[str, t.Any], now: float) -> t.Dict[str, t.Any]:
    """One alert."""
    over = fields["status"] == "resolved"
    ends = fields["at"] if over else _message.stamp(now + LASTS)
    names = ("kind", "say", "reason", "log", "key")
    annotations = {name: str(fields[name]) for name in names if fields.get(name)}
    annotations.update(summary=fields["title"], description=fields["text"])
    made = {"labels": labels(route, fields), "annotations": annotations, "endsAt": ends}
    made["startsAt"] = min(fields["since"], ends)  # one that ends before it began is refused: the clock was set back
    if fields.get("link", "").startswith(("http://", "https://")):
        made["generatorURL"] = fields["link"]
    return made


def request(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> _web.Request:
    """All of them as one list."""
    url = route["url"].rstrip("/")
    url = url if url.endswith(PATH) else url + PATH
    alerts = [alert(route, one.fields, batch.now) for one in batch.messages]
    for fields in (one.fields for one in batch.messages if one.fields["former_severity"]):
        alerts.append(alert(route, dict(fields, severity=fields["former_severity"], status="resolved"), batch.now))
    return _batch.posted(url, alerts, _webhook.authorized(route))


verdict = _verdicts.by_status
