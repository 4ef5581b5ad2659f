# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same trouble of several hosts as one message, by the code of the role alerts' listener. Pure, but for send()."""

from __future__ import annotations

import concurrent.futures
import hashlib
import json
import time
import typing as t

from ..module_utils import _said
from . import _alerts, _outcome

# A program of the host is none of the controller, and Alertmanager makes one of several messages itself.
LEFT_OUT = ("command", "alertmanager")
CRITICAL = ("FATAL", "UNKNOWN", "unreachable", "failed", "stale", "deaf")
NAMED, LINES, AT_ONCE = 5, 50, 8
WORDS = {
    "en": ("{program} is {state} on {count} hosts: {hosts}", "{program} is {state} on {hosts}", " and {more} more"),
    "zh": ("{count} 台主机上 {program} 为 {state}:{hosts}", "{hosts} 上 {program} 为 {state}", " 等,另有 {more} 台"),
}
# What of the role's variables matters here.
VARIABLES = ("alerts_state", "alerts_routes", "alerts_language")
ITSELF = "supervisord"  # what a row of no program is about
Route = t.Dict[str, t.Any]


class Order(t.NamedTuple):
    """One route, and whose troubles it gets."""

    route: Route
    hosts: frozenset[str]


def spoken(routes: t.Iterable[Route], language: str) -> list[Route]:
    """Routes of a host whose messages are in this language, where a route has none of its own."""
    return [{**route, "language": route.get("language") or language} for route in routes]


def orders(routes: t.Mapping[str, t.Sequence[Route]], names: t.Sequence[str]) -> tuple[list[Order], list[str]]:
    """The routes that are meant, equal ones of several hosts as one, and what is wrong with them.

    :param routes: host -> ``alerts_routes``, as the role takes them.
    :param names: of those that are wanted.
    """
    found: dict[str, tuple[Route, set[str]]] = {}
    for host, those in routes.items():
        for route in those:
            if route.get("name") in names:
                found.setdefault(json.dumps(route, sort_keys=True, default=str), (route, set()))[1].add(host)
    made: list[Order] = []
    faults: list[str] = []
    for route, hosts in found.values():
        wrong = _wrong(route)
        faults += wrong
        made += [] if wrong else [Order(_settings([route])["routes"][0], frozenset(hosts))]
    known = {str(route.get("name")) for those in routes.values() for route in those}
    lost = [name for name in names if name not in known]
    faults += [f"{name}: no host has a route of this name; there are: {_said.some(sorted(known), 9)}" for name in lost]
    return made, sorted(set(faults))


def _wrong(route: Route) -> list[str]:
    if route.get("type") in LEFT_OUT:
        return [f"{route['name']}: a route of type {route['type']} is of its host alone; name another one"]
    return [f"{route['name']}: {fault}" for fault in _alerts.faults(_value([route]), _alerts.FILES)]


def _value(routes: t.Sequence[Route]) -> dict[str, t.Any]:
    return {"host": "fleet", "folder": "/", "routes": list(routes)}


def _settings(routes: t.Sequence[Route]) -> dict[str, t.Any]:
    return dict(_alerts.listener(_alerts.FILES, "config").checked(_value(routes)))


def messages(rows: t.Iterable[t.Mapping], hosts: frozenset[str], language: str, now: float) -> list[t.Any]:
    """One message for each trouble, of the hosts that are meant.

    :param rows: of a report; only those that somebody should look at are told.
    """
    troubles: dict[tuple[str, str], list[t.Mapping]] = {}
    for row in rows:
        if str(row["host"]) in hosts and _outcome.look(row):
            troubles.setdefault((str(row.get("process") or ITSELF), str(row["state"])), []).append(row)
    return [_message(key, found, language, now) for key, found in troubles.items()]


def _message(key: tuple[str, str], rows: t.Sequence[t.Mapping], language: str, now: float) -> t.Any:
    shown, (program, state) = _alerts.listener(_alerts.FILES, "message"), key
    names = list(dict.fromkeys(str(row["host"]) for row in rows))
    severity = "critical" if state in CRITICAL else "warning"
    several, one, more = WORDS[language]
    hosts = ", ".join(names[:NAMED]) + (more.format(more=len(names) - NAMED) if len(names) > NAMED else "")
    title = (several if len(names) > 1 else one).format(program=program, state=state, count=len(names), hosts=hosts)
    title = _said.line(f"[{severity}] {title}")
    lines = [_said.line(f"{row['host']}: {row.get('message') or state}") for row in rows[:LINES]]
    text = "\n".join([title, *lines, *(["..."] if len(rows) > LINES else [])])
    own = hashlib.sha256("\0".join(key).encode("utf-8", "replace")).hexdigest()[:16]
    fields: dict[str, t.Any] = {
        "key": f"{own}-{int(now)}",
        "id": own,
        "status": "firing",
        "say": "report",
        "kind": "report",
    }
    fields.update(area="fleet", check="", severity=severity, former_severity=None, host=", ".join(names[:LINES]))
    fields.update(group="", program=_said.line(program), since=shown.stamp(now), at=shown.stamp(now), count=len(names))
    fields.update(exit_status=None, reason=_said.line(state), log="", link="", title=title, text=text)
    return shown.Message(fields["key"], own, "firing", severity, title, text, fields)


def send(made: t.Sequence[Order], rows: t.Sequence[t.Mapping], title: str) -> list[dict[str, t.Any]]:
    """Tell each route what there is for it, all at once; what became of each that had anything to be told.

    :param title: what the report is called.
    """
    now = time.time()
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda order: _sent(order, rows, title, now), made))
    return [one for one in found if one["messages"]]


def _sent(order: Order, rows: t.Sequence[t.Mapping], title: str, now: float) -> dict[str, t.Any]:
    route = order.route
    language = route["language"] or "en"
    those = messages(rows, order.hosts, language, now)
    result = {"route": route["name"], "type": route["type"], "messages": len(those), "arrived": True, "why": ""}
    if those:
        teller = _alerts.listener(_alerts.FILES, "message").Teller(_said.line(title), language)
        batch = _alerts.listener(_alerts.FILES, "routes.batch").Batch(those, teller, now)
        verdict = _alerts.listener(_alerts.FILES, "delivery").deliver(route, batch)
        secrets = _alerts.listener(_alerts.FILES, "config").secrets({**_settings([]), "routes": [route]})
        why = _alerts.listener(_alerts.FILES, "log").Log(secrets).harmless(verdict.why)
        result.update(arrived=verdict.word == "ok", why=why)
    return result
