# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task at the daemon that its options name, or at each of its ``servers``: their options, and the way to either.

Not part of _module.py, so that modules without ``servers`` are not sent with the loop for a thousand of them.
"""

import functools
import os
import re
import typing as t

from ansible.module_utils.basic import env_fallback

from . import _errors, _module
from ._local import connection as _connection

_SERVER = {
    "name": {"type": "str"},
    "server_url": {"type": "str", "required": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "timeout": {"type": "float"},
    "ca_path": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path", "no_log": False},
    "validate_certs": {"type": "bool"},
}  # type: t.Dict[str, t.Dict[str, t.Any]]

# For modules that ``carry_out`` a script. With servers, the options of the connection are defaults for all of them.
FLEET = {
    "servers": {"type": "list", "elements": "dict", "options": _SERVER},
    "parallel": {"type": "int", "default": 0},
    "fail_when": {"type": "str", "default": "any"},
    "detail": {"type": "str", "choices": ["all", "notable", "none"]},
    "progress_file": {"type": "path", "fallback": (env_fallback, ["SUPERVISOR_PROGRESS_FILE"])},
}  # type: t.Dict[str, t.Dict[str, t.Any]]
# Set where ansible-runner, and with it AWX, has started Ansible.
RUNNER = "AWX_ISOLATED_DATA_DIR"

Result = t.Dict[str, t.Any]
# The main file of the daemon, if that is on this machine, its client, and the work -> the result of that.
Around = t.Callable[[t.Optional[str], t.Any, t.Callable[[], Result]], Result]

_ADDRESS = re.compile(r"\s*(?:unix|https?)://")


def prepare(params: t.Dict[str, t.Any]) -> None:
    """Servers given by their addresses alone, as a list of texts or as one text, as a list of mappings.

    A text that is no address may be a mapping as JSON, with passwords: it is left to Ansible.
    """
    servers = params.get("servers")
    if isinstance(servers, str) and _ADDRESS.match(servers):
        servers = servers.replace(",", " ").split()
    if isinstance(servers, list):
        params["servers"] = [
            {"server_url": item} if isinstance(item, str) and _ADDRESS.match(item) else item for item in servers
        ]


def carry_out(module: t.Any, script: t.Callable[..., t.Any], around: t.Optional[Around] = None) -> Result:
    """The result of a script at the daemon that the options name, or at each of ``servers``.

    :param script: takes an endpoint, the options, whether to only predict, and the main file of the daemon if that is
        on this machine; returns the script.
    :param around: what has to be done before and after it at one daemon.
    """
    try:
        found = _carry_out(module, script, around)
    except _errors.SupervisorError as error:
        error.details = _lean(module, error.details)
        raise
    return _lean(module, found)


def _lean(module: t.Any, found: Result) -> Result:
    """What the option ``detail`` leaves of a result. Without it, a warning that says when AWX would show nothing."""
    detail, runner = module.params["detail"], RUNNER in os.environ
    if detail in (None, "all") and not (runner and detail is None and "servers" in found):
        return found
    from ._fleet import lean as _fleet_lean  # most tasks need none of it

    most = int(os.environ.get("MAX_EVENT_RES", _fleet_lean.LIMIT))
    size = _fleet_lean.length(found) if detail is None else 0
    if size > most:
        text = (
            "the result has about %d characters, and ansible-runner and AWX show nothing of one with more than %d; "
            "detail: notable leaves out what is well and unchanged, detail: all is quiet about it"
        )
        _module.warn(module, text % (size, most))
    return _fleet_lean.result(found, detail or "all")


def _carry_out(module: t.Any, script: t.Callable[..., t.Any], around: t.Optional[Around]) -> Result:
    if module.params["servers"] is not None:
        return _carry_out_at_all(module, script)
    one = _connection.client(module.params, functools.partial(_module.warn, module))
    config_file = _connection.daemon_config(module.params)

    def work() -> Result:
        done = one.run(script(one.transport.endpoint, module.params, module.check_mode, config_file))
        return t.cast(Result, done)

    return around(config_file, one, work) if around else work()


def _carry_out_at_all(module: t.Any, script: t.Callable[..., t.Any]) -> t.Dict[str, t.Any]:
    import gc

    from ._fleet import fleet as _fleet  # one daemon needs none of it

    gc.disable()  # the task ends soon; to look for garbage takes a tenth of the time and frees next to nothing
    # Of a thousand servers only the names are repeated: the result would be twice as long.
    names = [_fleet.name_of(server) for server in module.params["servers"]]
    invocation = {"module_args": dict(_module.shown(module), servers=names)}
    try:
        result = _fleet.carry_out(module.params, module.check_mode, script, module.warn)
    except _errors.SupervisorError as error:
        error.details["invocation"] = invocation
        raise
    finally:
        gc.enable()  # under mitogen the process outlives the task
    for text in result.pop("warnings", []):
        _module.warn(module, text)
    return dict(result, invocation=invocation)
