# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A full run of supervisor_program: read everything, decide, and unless this is check mode apply."""

import typing as t

from .._host import files as _files, ownership as _ownership
from .._local import main_file as _main_file
from .._process import intent as _intent, unfinished as _unfinished
from .._program import (
    alike as _alike,
    apply as _apply,
    decision as _decision,
    memo as _memo,
    report as _report,
    request as _request,
    situation as _situation,
)
from .._rpc import client as _client, endpoint as _endpoint

Params = t.Dict[str, t.Any]
Result = t.Dict[str, t.Any]


def run(
    client: _client.Client, params: Params, request: _request.Request, config_file: str, began: float
) -> t.Tuple[Result, t.List[str]]:
    """Bring the daemon to what the task declares; the result, and warnings.

    :param began: when the run began, in seconds since the epoch.
    """
    snapshot = client.snapshot()
    _main_file.refuse_another(config_file, snapshot.pid)
    finished = _unfinished.finish(client, _intent.path_for(request.state_dir, config_file))
    if finished:
        snapshot = client.snapshot()
    situation = _situation.read(request, config_file, snapshot)
    attributes = _ownership.attributes(params, situation.live.uid)
    timing = _apply.Timing(params["wait_timeout"], params["max_parallel"], params["wait"], params["log_lines"])
    attempt = _decision.Run(
        situation, _apply.Daemon(client, timing), attributes, params["backup"], params["stay"], params["rollback"]
    )
    applied = attempt.apply(_decision.decide(situation, params["stay"]))
    actions = (list(finished.actions) if finished else []) + applied.actions
    facts = _report.Facts(situation, applied.decision, applied.outcomes, actions)
    result = _report.build(facts)
    warnings = situation.disk.warnings + applied.warnings + ((finished.sentence,) if finished else ())
    if not actions and not warnings:
        _note(params, situation, client.transport.endpoint, result, _memo.path_for(request, config_file), began)
    return _finished(params, result, warnings, applied)


def foresee(
    client: t.Optional[_client.Client], params: Params, request: _request.Request, config_file: t.Optional[str]
) -> t.Tuple[Result, t.List[str]]:
    """What a run would do, and warnings. The daemon is only looked at; None when there is none yet."""
    snapshot = client.snapshot() if client else None
    if snapshot is not None and config_file is not None:
        _main_file.refuse_another(config_file, snapshot.pid)
    situation = _situation.read(request, config_file, snapshot)
    alike = _alike.find(situation, lambda: client.call("getAllConfigInfo")) if client else set()
    decision = _decision.foresee(situation, params["stay"], alike)
    attributes = _ownership.attributes(params, situation.live.uid)
    differ = [
        path
        for path in sorted(set(situation.disk.files) - set(situation.disk.changed))
        if _files.attributes_differ(path, attributes)
    ]
    outcomes, actions = _report.predict(situation, decision, differ)
    result = _report.build(_report.Facts(situation, decision, outcomes, actions))
    left = _intent.left(situation.live.intent_path)
    return dict(result, changed=result["changed"] or bool(left)), [*situation.disk.warnings, *([left] if left else [])]


def _note(
    params: Params,
    situation: _situation.Situation,
    endpoint: _endpoint.Endpoint,
    result: Result,
    path: str,
    began: float,
) -> None:
    """Note that there was nothing to do, if the next run can tell that this still holds."""
    acting = any(item.state == "restarted" for item in situation.wanted.items) or params["stay"] > 0
    if acting or not situation.live.identity or not situation.disk.watched:
        return
    url = endpoint.url if endpoint == _endpoint.Endpoint(endpoint.url) else ""
    memo = _memo.make(
        params,
        situation.live.identity,
        url,
        situation.disk.watched,
        result["programs"],
        situation.live.processes,
        situation.wanted.left_over,
    )
    if _memo.is_settled(memo, began):
        _memo.save(memo, path)


def _finished(
    params: Params, result: Result, warnings: t.Sequence[str], applied: _decision.Applied
) -> t.Tuple[Result, t.List[str]]:
    """Add what only a real run knows, and say what needs saying."""
    if any(action["action"] == "reread" for action in applied.actions):
        result["pending"] = applied.pending
    if params["backup"] or applied.backups:
        result["backup_files"] = applied.backups
    others = sorted(name for names in applied.pending.values() for name in names)
    left = ["Changes in files of others are pending and were left alone: %s." % ", ".join(others)] if others else []
    return result, left + list(warnings)
