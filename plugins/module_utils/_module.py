# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only file that knows Ansible: options of the connection, the client they make, and errors as results."""

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule, env_fallback

from . import _errors, _said
from ._rpc import client as _client, endpoint as _endpoint, transport as _transport

CONNECTION = {
    "server_url": {"type": "str"},
    "username": {"type": "str", "fallback": (env_fallback, ["SUPERVISOR_USERNAME"])},
    "password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["SUPERVISOR_PASSWORD"])},
    "timeout": {"type": "float", "default": 10.0},
    "ca_path": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path", "no_log": False},
    "validate_certs": {"type": "bool", "default": True},
    "config_file": {"type": "path"},
}  # type: t.Dict[str, t.Dict[str, t.Any]]

_ENDPOINT_OPTIONS = ("username", "password", "ca_path", "client_cert", "client_key", "validate_certs")


def run(
    spec: t.Dict[str, t.Any],
    function: t.Callable[[t.Any], t.Dict[str, t.Any]],
    check_mode: bool = True,
    connection: bool = True,
    shown: t.Optional[t.Callable[[t.Dict[str, t.Any]], t.Dict[str, t.Any]]] = None,
    **kwargs: t.Any,
) -> None:
    """Build the module, call ``function(module)`` and end with its result, or with the error it raised.

    :param spec: the module's own options; those of the connection are added.
    :param connection: False for a module that never talks to a daemon.
    :param shown: makes of the arguments what may appear in a result; they are then not logged on the host at all.
    :param kwargs: further arguments of AnsibleModule, such as ``mutually_exclusive``.

    All that a daemon or program says leaves through here, and is made harmless for terminals here (see ``_said``).
    """
    shared = CONNECTION if connection else {}
    made = _discreet(shown) if shown else AnsibleModule
    module = made(argument_spec=dict(shared, **spec), supports_check_mode=check_mode, no_log=bool(shown), **kwargs)
    try:
        result = function(module)
    except _errors.SupervisorError as error:
        module.fail_json(msg=_said.text(error.message), **_said.data(error.details))
    module.exit_json(**_said.data(result))


def warn(module: t.Any, text: str) -> None:
    """Warn, in words that may quote what a daemon or program says."""
    module.warn(_said.text(text))


def _discreet(shown: t.Callable[[t.Dict[str, t.Any]], t.Dict[str, t.Any]]) -> t.Any:
    """An AnsibleModule whose results, also those of a refused argument, repeat its arguments only as ``shown``."""

    class Module(AnsibleModule):
        """See _discreet."""

        def exit_json(self, **kwargs: t.Any) -> None:
            kwargs.setdefault("invocation", {"module_args": shown(self.params)})
            super().exit_json(**kwargs)

        def fail_json(self, msg: str, **kwargs: t.Any) -> None:
            kwargs.setdefault("invocation", {"module_args": shown(self.params)})
            super().fail_json(msg, **kwargs)

    return Module


def require_config(params: t.Dict[str, t.Any]) -> str:
    """The configuration file of the daemon on this machine. Raises OptionError when there is none."""
    path = config_path(params)
    if path is None:
        raise _errors.OptionError(
            "config_file: %s; install Supervisor first (role supervisord.fleet.supervisor), or name its main file"
            % (params.get("config_file") or "no supervisord.conf was found on this machine")
        )
    return path


def client(module: t.Any, url: str = "") -> _client.Client:
    """A client for the daemon that the options name. It connects when first used.

    :param url: the address, when it is known already and needs no credentials; the configuration is not read then.
    Raises OptionError or ConfigError when no daemon can be found from the options and this machine's files.
    """
    timeout = module.params["timeout"]
    if timeout <= 0:
        raise _errors.OptionError("timeout %g: give a number of seconds greater than 0" % timeout)
    return _client.Client(_transport.Transport(_endpoint.Endpoint(url) if url else endpoint(module.params), timeout))


def client_or_none(module: t.Any) -> t.Optional[_client.Client]:
    """A connected client, or None if there is no daemon yet.

    None only if this machine has no configuration of supervisord, or if nothing listens at its address (no socket,
    or a stale one). Everything else - no permission, wrong password, no answer - raises, in check mode too.
    """
    if not module.params["server_url"] and config_path(module.params) is None:
        return None
    found = client(module)
    try:
        found.call("system.listMethods")
    except _errors.ConnectionFailed as error:
        if error.details.get("reason") in ("missing", "refused"):
            return None
        raise
    return found


def config_path(params: t.Dict[str, t.Any]) -> t.Optional[str]:
    """The configuration file named by config_file or found on this machine; None if there is none.

    A config_file that does not exist is none as well: under check mode nothing has been installed yet.
    """
    explicit = params.get("config_file")
    if explicit and not os.path.exists(explicit):
        return None
    return _endpoint.find_config(explicit)


def daemon_config(params: t.Dict[str, t.Any]) -> t.Optional[str]:
    """The main file of the very daemon that is spoken to; None if that is not known to be on this machine.

    A server_url alone says nothing about files: it may lead to another daemon than the one that is configured here.
    """
    if params["server_url"] and not params["config_file"]:
        return None
    return config_path(params)


def endpoint(params: t.Dict[str, t.Any]) -> _endpoint.Endpoint:
    """Address and credentials from the options, and from the configuration file for what they leave open."""
    options = {name: params[name] for name in _ENDPOINT_OPTIONS if params.get(name) is not None}
    if params.get("server_url"):
        return _endpoint.make(params["server_url"], **options)
    path = _endpoint.find_config(params.get("config_file"))
    if path is None:
        raise _errors.ConnectionFailed(
            "no supervisord was found on this machine: no configuration file in the usual places (%s) and no running "
            "supervisord; set server_url or config_file" % ", ".join(_endpoint.DEFAULT_CONFIGS),
            reason="missing",
        )
    found = _endpoint.from_config(_endpoint.read_config(path, os.environ), path)
    if "username" in options:
        found = found._replace(username=None, password=None)
    return _endpoint.make(found.url, **dict(_known(found), **options))


def _known(found: _endpoint.Endpoint) -> t.Dict[str, t.Any]:
    return {name: value for name, value in found._asdict().items() if name in _ENDPOINT_OPTIONS and value is not None}
