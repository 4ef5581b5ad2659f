# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several calls as one request, and its answer as their values. No I/O."""

import typing as t

from .. import _errors, _said
from . import xmlrpc as _xmlrpc

Call = t.Tuple[str, t.Sequence[t.Any]]

_MULTICALL = "system.multicall"

_written = {}  # type: t.Dict[str, bytes]  # the last requests: many daemons are asked the same


def qualified(method: str) -> str:
    """``getState`` means ``supervisor.getState``."""
    return method if "." in method else "supervisor." + method


def encode(calls: t.Sequence[Call], alone: bool = False) -> bytes:
    """Write the request: ``system.multicall``, or if ``alone`` the one call as itself.

    Inside a multicall, an error in the daemon is told as a fault; alone, it is only an HTTP status.
    Raises OptionError for a parameter that XML-RPC cannot carry.
    """
    key = repr((alone, calls))  # for a key of a dictionary, 1 and True would be the same
    body = _written.get(key)
    if body is None:
        if len(_written) >= 8:
            _written.clear()
        body = _written[key] = _encode(calls, alone)
    return body


def _encode(calls: t.Sequence[Call], alone: bool) -> bytes:
    if alone:
        [(method, params)] = calls
        return _xmlrpc.encode_call(qualified(method), params)
    requests = [{"methodName": qualified(method), "params": list(params)} for method, params in calls]
    return _xmlrpc.encode_call(_MULTICALL, [requests])


def decode(calls: t.Sequence[Call], body: bytes, url: str, alone: bool = False) -> t.List[t.Any]:
    """Read the answer: one value for each call, a Fault in the place of what faulted.

    Raises ProtocolError, and Fault if the daemon refused ``system.multicall`` itself.
    """
    try:
        answers = _xmlrpc.decode_answer(body)
    except _errors.Fault as fault:
        fault = _explained(fault, url, name_of(calls, alone))
        if alone:
            return [fault]
        raise fault from None
    if alone:
        return [answers]
    if not isinstance(answers, list) or len(answers) != len(calls):
        raise _errors.ProtocolError("system.multicall answered %s" % _said.brief(answers))
    return [_slot(answer, url, qualified(method)) for answer, (method, _params) in zip(answers, calls)]


def _slot(answer: t.Any, url: str, method: str) -> t.Any:
    if isinstance(answer, dict) and "faultCode" in answer:
        return _explained(_xmlrpc.fault_of(answer), url, method)
    return answer


def located(
    error: _errors.SupervisorError, calls: t.Sequence[Call], url: str, alone: bool = False
) -> _errors.SupervisorError:
    """The same error, so that it says at which daemon and in which call it happened."""
    error = placed(error, url)
    error.details.setdefault("method", name_of(calls, alone))
    error.details.setdefault("url", url)
    return error


def placed(error: _errors.SupervisorError, url: str) -> _errors.SupervisorError:
    """The same error; one about answers that cannot be understood says whose they are."""
    if isinstance(error, _errors.ProtocolError) and url not in error.message:
        message = "%s does not answer as supervisord: %s" % (url, error.message)
        return _errors.ProtocolError(message, **dict(error.details, url=url))
    return error


def name_of(calls: t.Sequence[Call], alone: bool) -> str:
    """The method that is called in fact."""
    return qualified(calls[0][0]) if alone else _MULTICALL


def _explained(fault: _errors.Fault, url: str, method: str) -> _errors.Fault:
    from . import faults as _faults  # most runs see none, and its regular expressions take time

    return _faults.explain(fault, url, method)
