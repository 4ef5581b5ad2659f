# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One attempt to bring messages to where a route leads."""

import json
import os
import signal
import subprocess
import typing as t

from . import mail as _mail, message as _message, web as _web
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
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


def teller(settings: t.Mapping[str, t.Any], route: t.Mapping[str, t.Any]) -> _message.Teller:
    """Who speaks on a route, and how."""
    templates = {key: route.get(key) or settings[key] or "" for key in ("title", "body")}
    return _message.Teller(settings["host"], route["language"] or settings["language"], templates, settings["link"])


def deliver(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> _verdicts.Verdict:
    """Try once, within the route's ``timeout``. It raises nothing."""
    if route["type"] == "smtp":
        return _mail.deliver(route, batch)
    if route["type"] == "command":
        return _command(route, batch)
    service = SERVICES[route["type"]]
    way = _web.Way(route["timeout"], route["ca_file"], route["verify"], route["proxy"])
    try:
        answer = _web.ask(service.request(route, batch), way)
    except _web.Failed as failed:
        return _verdicts.Verdict("later", str(failed))
    return t.cast(_verdicts.Verdict, service.verdict(answer))


def _command(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> _verdicts.Verdict:
    """A program of this machine gets the webhook's JSON as its input, no shell and nothing secret around it.

    Exit status 0 is well, 75 (EX_TEMPFAIL) means to try again, all others that it does not want this message.
    """
    data = json.dumps(_webhook.document(batch), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    try:
        started = subprocess.Popen(
            route["command"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        return _verdicts.Verdict("wrong", "%s: %s" % (route["command"][0], error.strerror))
    try:
        _nothing, said = started.communicate(data, route["timeout"])
    except subprocess.TimeoutExpired:
        _kill(started)
        return _verdicts.Verdict("later", "%s did not end within %g s" % (route["command"][0], route["timeout"]))
    if started.returncode == 0:
        return _verdicts.OK
    words = said.decode("utf-8", "replace")[-200:].strip() or "nothing more is said"
    why = "exit status %d: %s" % (started.returncode, words)
    return _verdicts.Verdict("later" if started.returncode == 75 else "refused", why)


def _kill(started: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(started.pid, signal.SIGKILL)
    except OSError:
        pass
    for stream in (started.stdin, started.stderr):
        if stream is not None:
            stream.close()
    started.wait()
