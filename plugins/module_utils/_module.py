# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only file that knows Ansible: options of the connection, results, and errors as results."""

import typing as t

from ansible.module_utils.basic import AnsibleModule, env_fallback

from . import _errors, _said, _shown, _unknown

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

UNSUPPORTED = "Unsupported parameters"  # how AnsibleModule begins its list of all that there is
NO_MAPPING = "could not parse JSON or key=value"  # how it ends about a text in place of a mapping
_DISTINCT = 8  # characters from which on a password hardly stands in a message by chance


def run(
    spec: t.Dict[str, t.Any],
    function: t.Callable[[t.Any], t.Dict[str, t.Any]],
    check_mode: bool = True,
    connection: bool = True,
    prepare: t.Optional[t.Callable[[t.Dict[str, t.Any]], None]] = None,
    make: t.Optional[t.Callable[..., t.Any]] = None,
    **kwargs: t.Any,
) -> None:
    """Build the module, call ``function(module)`` and end with its result, or with the error it raised.

    :param spec: the module's own options; those of the connection are added.
    :param connection: False for a module that never talks to a daemon.
    :param prepare: is given the arguments as they came, to bring other spellings of them into the form of ``spec``.
    :param make: makes the module, if it is to be no ``Module``.
    :param kwargs: further arguments of AnsibleModule, such as ``mutually_exclusive``.

    All that a daemon or program says leaves through here, and is made harmless for terminals here (see ``_said``).
    """
    shared = CONNECTION if connection else {}
    options = dict(shared, **spec)
    module = (make or Module)(argument_spec=options, prepare=prepare, supports_check_mode=check_mode, **kwargs)
    result, failure = {}, None  # type: t.Dict[str, t.Any], t.Optional[_errors.SupervisorError]
    try:
        result = function(module)
    except _errors.SupervisorError as error:
        failure = error
    if failure is not None:
        module.interrupted = isinstance(failure, _errors.Interrupted)
        # Outside of the handler: what the error was made of may quote more than its message does.
        module.fail_json(msg=_said.text(failure.message), **_said.data(failure.details))
    module.exit_json(**_said.data(result))


def said_by(module: t.Any, path: str, arguments: t.List[str], data: t.Optional[str] = None) -> t.Tuple[int, str, str]:
    """Run a program of the host, which speaks English for this; its code, its output and what it says of errors.

    :param data: its standard input.
    """
    words = {"LC_ALL": "C", "LANGUAGE": "C"}
    code, output, error = module.run_command([path] + arguments, data=data, environ_update=words)
    return code, output, error


def warn(module: t.Any, text: str) -> None:
    """Warn, in words that may quote what a daemon or program says."""
    module.warn(_said.text(text))


class Module(AnsibleModule):
    """An AnsibleModule that tells nobody a secret: neither the host's log nor whoever reads a result.

    Ansible itself logs each argument without ``no_log``, on every host and run, and hides what has it by its value: a
    password "tomcat" would be cut out of each path in a result. Here arguments are shown by their kind, see _shown,
    and results are left as they are; those who make them put no secret in.
    """

    def __init__(
        self,
        argument_spec: t.Dict[str, t.Any],
        prepare: t.Optional[t.Callable[[t.Dict[str, t.Any]], None]] = None,
        **kwargs: t.Any,
    ) -> None:
        self._prepare = prepare
        self.interrupted = False  # whether that is why it fails
        super().__init__(argument_spec, **kwargs)

    def _read_params(self) -> None:
        """Find the arguments as they came."""
        super()._load_params()

    def _load_params(self) -> None:
        self._read_params()
        if self._prepare is not None:
            self._prepare(self.params)
        self.given = dict(self.params)  # as they came: what Ansible cannot convert is gone from its own

    def exit_json(self, **kwargs: t.Any) -> None:
        kwargs.setdefault("invocation", {"module_args": shown(self)})
        self.no_log_values = set()  # type: t.Set[str]
        super().exit_json(**kwargs)

    def fail_json(self, msg: str, **kwargs: t.Any) -> None:
        kwargs.setdefault("invocation", {"module_args": shown(self)})
        text = _without(_plainer(msg, self), getattr(self, "no_log_values", ()))
        self.no_log_values = set()
        super().fail_json(text, **kwargs)

    def _log_invocation(self) -> None:
        """What the host's log holds of each run. AnsibleModule calls it for every task without ``no_log``."""
        told = {key: str(value) for key, value in _shown.brief(shown(self)).items()}
        self.log("Invoked with %s" % " ".join("%s=%s" % pair for pair in told.items()), log_args=told)


def _plainer(msg: str, module: t.Any) -> str:
    """What AnsibleModule says of arguments that do not fit its spec, with the place and what to do."""
    params = getattr(module, "given", {})
    if msg.startswith(UNSUPPORTED):
        return " ".join(_unknown.found(module.argument_spec, params)) or msg
    if NO_MAPPING in msg:
        return ". ".join(_unknown.texts(module.argument_spec, params)) or msg
    return msg


def shown(module: t.Any) -> t.Dict[str, t.Any]:
    """The arguments of a module as results may repeat them."""
    return _shown.arguments(module.argument_spec, getattr(module, "params", {}))


def _without(msg: str, secrets: t.Iterable[str]) -> str:
    """A message without passwords. None should be in it, but some messages are made of the words of others."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _DISTINCT:
            msg = msg.replace(secret, _shown.HIDDEN)
    return msg
