# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only file that knows Ansible: options of the connection, the client they make, and errors as results."""

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule, env_fallback

from . import _errors, _said, _shown
from ._rpc import clear_text as _clear_text, client as _client, endpoint as _endpoint, transport as _transport

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
_DISTINCT = 8  # characters from which on a password hardly stands in a message by chance


def run(
    spec: t.Dict[str, t.Any],
    function: t.Callable[[t.Any], t.Dict[str, t.Any]],
    check_mode: bool = True,
    connection: bool = True,
    **kwargs: t.Any,
) -> None:
    """Build the module, call ``function(module)`` and end with its result, or with the error it raised.

    :param spec: the module's own options; those of the connection are added.
    :param connection: False for a module that never talks to a daemon.
    :param kwargs: further arguments of AnsibleModule, such as ``mutually_exclusive``.

    All that a daemon or program says leaves through here, and is made harmless for terminals here (see ``_said``).
    """
    shared = CONNECTION if connection else {}
    module = Module(argument_spec=dict(shared, **spec), supports_check_mode=check_mode, **kwargs)
    result, failure = {}, None  # type: t.Dict[str, t.Any], t.Optional[_errors.SupervisorError]
    try:
        result = function(module)
    except _errors.SupervisorError as error:
        failure = error
    if failure is not None:
        # Outside of the handler: what the error was made of may quote more than its message does.
        module.fail_json(msg=_said.text(failure.message), **_said.data(failure.details))
    module.exit_json(**_said.data(result))


def warn(module: t.Any, text: str) -> None:
    """Warn, in words that may quote what a daemon or program says."""
    module.warn(_said.text(text))


class Module(AnsibleModule):
    """An AnsibleModule that tells nobody a secret: neither the host's log nor whoever reads a result.

    Ansible itself logs each argument without ``no_log``, on every host and run, and hides what has it by its value: a
    password "tomcat" would be cut out of each path in a result. Here arguments are shown by their kind, see _shown,
    and results are left as they are; those who make them put no secret in.
    """

    def exit_json(self, **kwargs: t.Any) -> None:
        kwargs.setdefault("invocation", {"module_args": shown(self)})
        self.no_log_values = set()  # type: t.Set[str]
        super().exit_json(**kwargs)

    def fail_json(self, msg: str, **kwargs: t.Any) -> None:
        kwargs.setdefault("invocation", {"module_args": shown(self)})
        text = _without(msg, getattr(self, "no_log_values", ()))
        self.no_log_values = set()
        super().fail_json(text, **kwargs)

    def _log_invocation(self) -> None:
        """What the host's log holds of each run. AnsibleModule calls it for every task without ``no_log``."""
        told = {key: str(value) for key, value in _shown.brief(shown(self)).items()}
        self.log("Invoked with %s" % " ".join("%s=%s" % pair for pair in told.items()), log_args=told)


def shown(module: t.Any) -> t.Dict[str, t.Any]:
    """The arguments of a module as results may repeat them."""
    return _shown.arguments(module.argument_spec, getattr(module, "params", {}))


def _without(msg: str, secrets: t.Iterable[str]) -> str:
    """A message without passwords. None should be in it, but some messages are made of the words of others."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _DISTINCT:
            msg = msg.replace(secret, _shown.HIDDEN)
    return msg


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
    found = _endpoint.Endpoint(url) if url else endpoint(module.params)
    warning = _clear_text.of_one(found)
    if warning:
        module.warn(warning)
    return _client.Client(_transport.Transport(found, timeout))


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
