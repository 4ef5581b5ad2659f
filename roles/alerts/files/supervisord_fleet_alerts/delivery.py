# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One attempt to bring messages to where a route leads."""

import typing as t

from . import local as _local, mail as _mail, message as _message, web as _web
from .routes import (
    alertmanager as _alertmanager,
    batch as _batch,
    dingtalk as _dingtalk,
    feishu as _feishu,
    slack as _slack,
    teams as _teams,
    verdicts as _verdicts,
    webhook as _webhook,
    wecom as _wecom,
)

SERVICES = {
    "alertmanager": _alertmanager,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
    "slack": _slack,
    "teams": _teams,
    "webhook": _webhook,
    "wecom": _wecom,
}  # type: t.Dict[str, t.Any]


def teller(settings: t.Mapping[str, t.Any], route: t.Mapping[str, t.Any]) -> _message.Teller:
    """Who speaks on a route, and how."""
    templates = {key: route.get(key) or settings[key] or "" for key in ("title", "body")}
    return _message.Teller(settings["host"], route["language"] or settings["language"], templates, settings["link"])


def deliver(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> _verdicts.Verdict:
    """Try once, within the route's ``timeout``. It raises nothing."""
    if route["type"] == "smtp":
        return _mail.deliver(route, batch)
    if route["type"] == "command":
        return _local.deliver(route, batch)
    service = SERVICES[route["type"]]
    way = _web.Way(route["timeout"], route["ca_file"], route["verify"], route["proxy"])
    try:
        answer = _web.ask(service.request(route, batch), way)
    except _web.Failed as failed:
        return _verdicts.Verdict("later", str(failed))
    return t.cast(_verdicts.Verdict, service.verdict(answer))
