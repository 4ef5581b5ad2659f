# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a file to the target: from the controller or from a URL, verified on the way."""

from __future__ import annotations

import hashlib
import os
import re
import typing as t

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils import _shown
from . import _local_file

URL = re.compile(r"^(https?|ftp)://", re.IGNORECASE)
CHECKSUM = re.compile(r"^(sha256|sha384|sha512|sha1|md5):([0-9A-Fa-f]{32,128}|https?://\S+)$")


class Source(t.NamedTuple):
    """Where a file comes from.

    names: the variables of src and checksum as a user knows them. waiver: the variable that allows to go without a
    checksum; "" when none is demanded.
    """

    src: str
    checksum: str
    names: tuple[str, str]
    waiver: str = ""

    @property
    def remote(self) -> bool:
        """Whether the target fetches it itself."""
        return bool(URL.match(self.src))

    @property
    def key(self) -> str:
        """What the module tomcat_base calls this file, see its ``wars.key``."""
        return hashlib.sha256(f"{self.src} {self.checksum}".encode()).hexdigest()

    @property
    def told(self) -> str:
        """The source as messages may name it."""
        return _shown.address(self.src)

    @property
    def hexadecimal(self) -> str:
        """The checksum when it is written out; "" when there is none, or it is to be read from a URL."""
        return "" if "://" in self.checksum else self.checksum


def settle(action: ActionBase, source: Source, variables: t.Mapping[str, t.Any]) -> tuple[Source, str]:
    """Check the source as far as the controller can; returns it with a checksum, and the local path ("" for a URL).

    Local files always end up with a written-out checksum, computed here when none was given and none is demanded.

    :param variables: those of the host, which know where the inventory is.
    """
    variable, checksum_variable = source.names
    if source.checksum and not CHECKSUM.match(source.checksum):
        raise AnsibleActionFail(
            f"{checksum_variable}: {_shown.address(source.checksum)!r} is no checksum. "
            "Write it as 'sha256:<64 hex digits>' or 'sha512:<128 hex digits>'."
        )
    if not source.checksum and source.waiver:
        raise AnsibleActionFail(
            f"{checksum_variable} is empty, so nobody could tell whether {source.told} is what was published. Set it "
            f"to 'sha256:...' or 'sha512:...' as the publisher states it; to go without, set {source.waiver}: false."
        )
    if source.remote:
        return source, ""
    path = _find(action, source, variables)
    algorithm, _colon, wanted = (source.hexadecimal or "sha256:").partition(":")
    seen = _digest(path, algorithm)
    if "://" in source.checksum:
        raise AnsibleActionFail(f"{checksum_variable}: for a local file write the digest itself, not a URL.")
    if wanted and seen != wanted.lower():
        raise AnsibleActionFail(
            f"{checksum_variable}: {path} has the {algorithm} {seen}, expected was {wanted}. Nothing was written. "
            f"Get {variable} again, or correct {checksum_variable}."
        )
    return source._replace(checksum=f"{algorithm}:{seen}"), path


def take_options(arguments: dict) -> dict:
    """Take get_url's own options out of a module's arguments: they hold passwords, and only the download needs them."""
    options = arguments.pop("url_options", None) or {}
    if not isinstance(options, dict):
        raise AnsibleActionFail(
            f"url_options is a {type(options).__name__}; give a mapping of options of ansible.builtin.get_url, for "
            "example {url_username: ..., url_password: ...}."
        )
    return dict(options)


def folder(action: ActionBase) -> str:
    """The task's folder on the host for what is brought. Ansible has made it, and removes it with all that is in it.

    Another one would take its place in what Ansible remembers, and this one stay, with a module and its arguments.
    """
    return action._connection._shell.tmpdir or action._make_tmp_path()


def bring(action: ActionBase, source: Source, path: str, folder: str, options: dict, task_vars: dict) -> str:
    """Put the file into folder on the target and return its path there."""
    name = f"{source.key[:16]}.download"
    target = action._connection._shell.join_path(folder, name)
    if not source.remote:
        action._transfer_file(path, target)
        action._fixup_perms2((folder, target))
        return target
    arguments = {**options, "url": source.src, "dest": target, "mode": "0600"}
    if source.checksum:
        arguments["checksum"] = source.checksum
    result = _get_url(action, arguments, task_vars)
    if result.get("failed"):
        message = str(result.get("msg", "")).replace(source.src, source.told)
        raise AnsibleActionFail(_download_failed(source, _shown.address(message)))
    return target


def _get_url(action: ActionBase, arguments: dict, task_vars: dict) -> dict[str, t.Any]:
    """Run get_url, which repeats the address and the headers, without a word in the host's log or from -vvv."""
    context = action._connection._play_context
    loud, context.no_log = context.no_log, True
    try:
        return dict(
            action._execute_module(
                module_name="ansible.builtin.get_url",
                module_args=arguments,
                task_vars={**task_vars, "ansible_no_target_syslog": True},
                wrap_async=False,
            )
        )
    finally:
        context.no_log = loud


def _download_failed(source: Source, message: str) -> str:
    variable, checksum_variable = source.names
    if "checksum" in message.lower():
        return (
            f"{checksum_variable}: {source.told} does not have the checksum {_shown.address(source.checksum)} "
            f"({message}). Nothing was written. Correct {variable} or {checksum_variable}."
        )
    return (
        f"{variable}: the host cannot fetch {source.told}: {message}. Nothing was written. Correct the address, let "
        "the host reach it (proxy: environment http_proxy/https_proxy), or name a file on the controller instead."
    )


def _find(action: ActionBase, source: Source, variables: t.Mapping[str, t.Any]) -> str:
    try:
        path = action._find_needle("files", os.path.expanduser(source.src))
    except AnsibleError:
        path, folders = _local_file.find(source.src, variables)
        if not path:
            looked = f" It was looked for in {', '.join(folders)}, and in files/ of each." if folders else ""
            raise AnsibleActionFail(
                f"{source.names[0]}: there is no file {source.src!r} on the controller.{looked} Give the path of an "
                "existing file, or a URL."
            ) from None
    if not os.path.isfile(path):
        raise AnsibleActionFail(f"{source.names[0]}: {path} is not a file.")
    return str(path)


def _digest(path: str, algorithm: str) -> str:
    hasher = hashlib.new(algorithm)
    with open(path, "rb") as handle:
        for piece in iter(lambda: handle.read(1 << 20), b""):
            hasher.update(piece)
    return hasher.hexdigest()
