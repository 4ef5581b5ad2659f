# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to the one daemon that the options of a task name: by its address, or by what lies and runs on this machine.

Modules that are given a server_url are done without reading any file, so what reads them is imported when needed.
"""

import os
import typing as t

from .. import _errors
from .._rpc import clear_text as _clear_text, client as _client, endpoint as _endpoint, transport as _transport

Params = t.Dict[str, t.Any]

_ENDPOINT_OPTIONS = ("username", "password", "ca_path", "client_cert", "client_key", "validate_certs")


def require_config(params: Params, dead: bool = False) -> str:
    """The configuration file of the daemon on this machine. Raises OptionError when there is none."""
    path = config_path(params, dead)
    if path is None:
        raise _errors.OptionError(
            "config_file: %s; install Supervisor first (role supervisord.fleet.supervisor), or name its main file"
            % (params.get("config_file") or "no supervisord.conf was found on this machine")
        )
    return path


def client(params: Params, warn: t.Callable[[str], None], url: str = "") -> _client.Client:
    """A client for the daemon that the options name. It connects when first used.

    :param warn: is told what the user should know about the way to the daemon.
    :param url: the address, when it is known already and needs no credentials; the configuration is not read then.
    Raises OptionError or ConfigError when no daemon can be found from the options and this machine's files.
    """
    timeout = params["timeout"]
    if timeout <= 0:
        raise _errors.OptionError("timeout %g: give a number of seconds greater than 0" % timeout)
    found = _endpoint.Endpoint(url) if url else endpoint(params)
    warning = _clear_text.of_one(found)
    if warning:
        warn(warning)
    return _client.Client(_transport.Transport(found, timeout), lambda error: _explained(error, params))


def client_or_none(params: Params, warn: t.Callable[[str], None], living: bool = True) -> t.Optional[_client.Client]:
    """A connected client, or None if there is no daemon yet.

    None only if this machine has no configuration of supervisord, or if nothing listens at its address (no socket,
    or a stale one) and none lives. Everything else - no permission, wrong password, no answer - raises, in check mode
    too.

    :param living: raise for a daemon that lives although nothing listens; False: that is None as well.
    """
    if not params["server_url"] and config_path(params) is None:
        return None
    found = client(params, warn)
    try:
        found.call("system.listMethods")
    except _errors.ConnectionFailed as error:
        if error.details.get("reason") in ("missing", "refused") and not (living and error.details.get("pid")):
            return None
        raise
    return found


def config_path(params: Params, dead: bool = False) -> t.Optional[str]:
    """The configuration file named by config_file or found on this machine; None if there is none.

    A config_file that does not exist is none as well: under check mode nothing has been installed yet.

    :param dead: see ``main_file.find``.
    """
    from . import main_file as _main_file

    named = params.get("config_file")
    if named:
        return _main_file.explicit(named) if os.path.exists(named) else None
    return _main_file.find(dead)


def daemon_config(params: Params) -> t.Optional[str]:
    """The main file of the very daemon that is spoken to; None if that is not known to be on this machine.

    A server_url alone says nothing about files: it may lead to another daemon than the one that is configured here.
    """
    if params["server_url"] and not params["config_file"]:
        return None
    return config_path(params)


def endpoint(params: Params) -> _endpoint.Endpoint:
    """Address and credentials from the options, and from the configuration files for what they leave open."""
    options = {name: params[name] for name in _ENDPOINT_OPTIONS if params.get(name) is not None}
    if params.get("server_url"):
        return _endpoint.make(params["server_url"], **options)
    from . import address as _address, main_file as _main_file

    named = params.get("config_file")
    path = _main_file.explicit(named) if named else _main_file.find()
    if path is None:
        raise _errors.ConnectionFailed(
            "no supervisord was found on this machine: no configuration file in the usual places (%s) and no running "
            "supervisord; set server_url or config_file" % ", ".join(_main_file.DEFAULT_CONFIGS),
            reason="missing",
        )
    found = _address.read(path, _main_file.process_of(path))
    if "username" in options:
        found = found._replace(username=None, password=None)
    return _endpoint.make(found.url, **dict(_known(found), **options))


def _known(found: _endpoint.Endpoint) -> t.Dict[str, t.Any]:
    return {name: value for name, value in found._asdict().items() if name in _ENDPOINT_OPTIONS and value is not None}


def _explained(error: _errors.SupervisorError, params: Params) -> _errors.SupervisorError:
    """The error of a connection to a daemon of this machine, with what this machine knows of that daemon."""
    if isinstance(error, _errors.ConnectionFailed) and error.details.get("reason") not in ("missing", "refused"):
        return error
    from . import address as _address, main_file as _main_file, silence as _silence

    path = daemon_config(params)
    process = _main_file.process_of(path) if path else _address.process_at(params["server_url"])
    return _silence.explained(error, process)
