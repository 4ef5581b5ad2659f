# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task for many daemons: the servers a user names, a result for each, and one verdict about all of them."""

import contextlib
import os
import re
import typing as t

from .. import _errors, _shown
from .._rpc import clear_text as _clear_text, endpoint as _endpoint
from . import loop as _loop, verdict as _verdict

Result = t.Dict[str, t.Any]
Script = t.Callable[[_endpoint.Endpoint, t.Dict[str, t.Any], bool, t.Optional[str]], t.Any]

_LOGIN = ("username", "password")
_CLIENT = ("client_cert", "client_key")
_ALONE = ("ca_path", "validate_certs")


def carry_out(params: t.Dict[str, t.Any], check: bool, script: Script, warn: t.Callable[[str], None]) -> Result:
    """The result of a script at each of ``servers``.

    :param warn: is told what is worth a word before anything is asked.

    Raises OptionError for options that no server could be asked with, and SupervisorError, which carries the whole
    result, if more servers failed than ``fail_when`` allows.
    """
    limit = _verdict.limit(params["fail_when"])
    if params["parallel"] < 0:
        raise _errors.OptionError(
            "parallel %d: give a number of servers, 0 for as many as possible" % params["parallel"]
        )
    known = servers(params)
    warning = _clear_text.of_all([(name, endpoint) for name, endpoint, _timeout in known])
    if warning:
        warn(warning)
    jobs = [
        _loop.Job(name, endpoint, script(endpoint, params, check, None), timeout) for name, endpoint, timeout in known
    ]
    with _progress(params["progress_file"]) as progress, _terminable():
        ended = _loop.run(jobs, params["parallel"], progress=progress)
    return _verdict.result_of(ended, [job.endpoint.url for job in jobs], limit)


def servers(params: t.Dict[str, t.Any]) -> t.List[t.Tuple[str, _endpoint.Endpoint, float]]:
    """Name, address and timeout of each server. Raises OptionError that says which cannot be used, and why."""
    found = []  # type: t.List[t.Tuple[str, _endpoint.Endpoint, float]]
    places = {}  # type: t.Dict[str, int]
    for place, server in enumerate(params["servers"]):
        name = name_of(server)
        if name in places:
            raise _errors.OptionError(
                "servers[%d] and servers[%d] have the same name %r: give each a name of its own"
                % (places[name], place, name)
            )
        places[name] = place
        timeout = params["timeout"] if server["timeout"] is None else server["timeout"]
        try:
            if timeout <= 0:
                raise _errors.OptionError("timeout %g: give a number of seconds greater than 0" % timeout)
            found.append((name, _endpoint.make(server["server_url"], **_options(server, params)), timeout))
        except _errors.OptionError as error:
            raise _errors.OptionError("servers[%d] (%s): %s" % (place, name, error.message)) from None
    return found


def name_of(server: t.Dict[str, t.Any]) -> str:
    """Its name, or host and port, or the path of its socket. Never credentials, which an address should not hold."""
    address = server["server_url"].partition("://")[2].rpartition("@")[2]
    return server["name"] or re.split("[?#]", address)[0].rstrip("/") or _shown.address(server["server_url"])


def _options(server: t.Dict[str, t.Any], params: t.Dict[str, t.Any]) -> t.Dict[str, t.Any]:
    """Its own options, and those of the task for what it leaves open. What belongs together comes from one place."""
    chosen = {option: _first(server[option], params[option]) for option in _ALONE}
    for first, second in (_LOGIN, _CLIENT):
        chosen[first] = _first(server[first], params[first])
        chosen[second] = server[second] if server[first] else _first(server[second], params[second])
    return {option: value for option, value in chosen.items() if value is not None}


def _first(own: t.Any, common: t.Any) -> t.Any:
    return common if own is None else own


@contextlib.contextmanager
def _progress(path: t.Optional[str]) -> t.Iterator[t.Optional[_loop.Progress]]:
    """Writes a line of JSON into the file for each server that has ended."""
    if path is None:
        yield None
        return
    import json

    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError as error:
        raise _errors.OptionError("progress_file: %s cannot be written: %s" % (path, error.strerror)) from error

    def note(ended: _loop.Ended, done: int, total: int) -> None:
        line = dict(_verdict.brief(ended), done=done, total=total)
        os.write(descriptor, (json.dumps(line, sort_keys=True) + "\n").encode("ascii"))

    try:
        yield note
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _terminable() -> t.Iterator[None]:
    """A request to terminate ends the work as Ctrl-C does: with a report."""
    import signal

    def interrupt(_number: int, _frame: t.Any) -> None:
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)
