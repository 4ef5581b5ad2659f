# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a file at a URL is still the one that was fetched, where no checksum says it: what its server says of it."""

from __future__ import annotations

from ansible.plugins.action import ActionBase

from ..module_utils import _shown
from . import _deliver

# Options of get_url -> what the module uri calls them; its other options are about the file that it writes.
OPTIONS = {
    **{
        name: name
        for name in (
            "ca_path", "ciphers", "client_cert", "client_key", "force_basic_auth", "headers", "http_agent", "timeout",
            "unredirected_headers", "url_password", "url_username", "use_gssapi", "use_netrc", "use_proxy",
            "validate_certs",
        )
    },
    "password": "url_password",
    "username": "url_username",
}  # fmt: skip


def asked(source: _deliver.Source) -> bool:
    """Whether the server has to be asked: nothing that is written down says what the file holds."""
    return source.remote and not source.hexadecimal and source.src.lower().startswith("http")


def validator(action: ActionBase, source: _deliver.Source, options: dict, task_vars: dict) -> tuple[str, str]:
    """Ask the server, from the host, also in a dry run: (ETag or Last-Modified or "", why it is "" in words).

    :param options: url_options, as _deliver.take_options returns them.
    """
    arguments = {OPTIONS[name]: value for name, value in options.items() if name in OPTIONS}
    arguments.update(url=source.src, method="HEAD", follow_redirects="all")
    task, context = action._task, action._connection._play_context
    loud, context.no_log = context.no_log, True
    check, task.check_mode = task.check_mode, False
    try:
        result = action._execute_module(
            module_name="ansible.builtin.uri",
            module_args=arguments,
            task_vars={**task_vars, "ansible_no_target_syslog": True},
            wrap_async=False,
        )
    finally:
        context.no_log, task.check_mode = loud, check
    for name, title in (("etag", "ETag"), ("last_modified", "Last-Modified")):
        if result.get(name) and not result.get("failed"):
            return f"{title} {result[name]}", ""
    said = str(result.get("msg", "")).replace(source.src, source.told) if result.get("failed") else "neither"
    return "", _words(source, _shown.address(said))


def _words(source: _deliver.Source, said: str) -> str:
    start = f"{source.names[0]}: nobody can tell whether {source.told} is still what was deployed"
    if said == "neither":
        why = "its server gives neither ETag nor Last-Modified"
    else:
        why = f"its server did not answer a HEAD request as it should ({said.rstrip('.')})"
    return f"{start}, since {why}. It is fetched again only when src changes. Set {source.names[1]}."
