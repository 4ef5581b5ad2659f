#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpacked releases of a program, side by side below one folder."""

DOCUMENTATION = r"""
---
module: release_archive
author:
  - Supervisor Fleet contributors (@supervisord)
version_added: 0.1.0
short_description: Install releases of a program from archives, side by side
description:
  - Used by the roles P(supervisord.fleet.jdk#role), P(supervisord.fleet.tomcat_app#role) and
    P(supervisord.fleet.monitor_web#role).
  - Unpacks an archive below a folder. The archive is verified before it is opened, unpacked beside its place and
    then renamed, so that a release is there whole or not at all.
  - Refused are devices, pipes, absolute names, and names and links that lead out of the release, also over other links
    of the archive. Bits such as setuid do not survive. A zip file must not hold links.
  - The archive's own top folder is found and gives the release its name, for example C(jdk-17.0.13+11).
  - The archive travels to the host only when the release is not there yet.
  - A release that is there is never replaced; another archive needs another name.
options:
  src:
    description:
      - A URL the host can fetch, or a file on the controller.
      - Without it the release O(name) must be there already. Ignored with O(state=absent), as are the options about it.
    type: str
    default: ""
  checksum:
    description:
      - C(algorithm:digest), with C(sha256), C(sha384) or C(sha512).
      - For a URL it may also be C(algorithm:URL) of a published checksum file. Ignored with O(state=absent).
    type: str
    default: ""
  checksum_required:
    description: Fail when there is no O(checksum). Ignored with O(state=absent).
    type: bool
    default: true
  root:
    description: Folder of the releases.
    type: path
    required: true
  name:
    description: Name of the release's folder; the archive's top folder by default. Required to remove a release.
    type: str
    default: ""
  needs:
    description: Paths that must exist in the release, for example C(bin/java). Ignored with O(state=absent).
    type: list
    elements: str
    default: []
  state:
    description:
      - V(absent) removes a release. A folder that this module did not make is left alone.
    type: str
    choices: [present, absent]
    default: present
  in_use:
    description:
      - What O(state=absent) does while a process runs from the release. V(keep) warns and leaves it for a later
        run. Ignored with O(state=present).
    type: str
    choices: [fail, keep]
    default: fail
  ending:
    description:
      - For a dry run, ids of processes that an earlier task of the same run ends, or moves to another release, in a
        real one. They, and what descends from them, are not in the way of O(state=absent).
    type: list
    elements: int
    default: []
  variable:
    description: What messages call O(src), for roles.
    type: str
    default: src
  checksum_variable:
    description: What messages call O(checksum), for roles.
    type: str
    default: checksum
  url_options:
    description: More options of M(ansible.builtin.get_url), for example C(url_username), C(headers) or C(timeout).
    type: dict
    default: {}
  _step:
    description: Which half of the work this call does. Set by the action plugin, not for use in tasks.
    type: str
    choices: [find, install]
    default: find
  _archive:
    description: Where the archive was put on the host. Set by the action plugin, not for use in tasks.
    type: path
extends_documentation_fragment:
  - supervisord.fleet.attributes
"""

EXAMPLES = r"""
- name: Unpack a JDK into /usr/local/jdk1.8.0_60
  supervisord.fleet.release_archive:
    src: jdk-8u60-linux-x64.tar.gz
    checksum: "{{ jdk_8u60_checksum }}" # sha256: and 64 hex digits
    root: /usr/local
    needs: [bin/java]
"""

RETURN = r"""
path:
  description: The release's folder.
  type: str
  returned: success
  sample: /usr/local/jdk1.8.0_60
name:
  description: The folder's name.
  type: str
  returned: success
  sample: jdk1.8.0_60
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import os
import typing as t

from ..module_utils import _errors, _module, _shown
from ..module_utils._host import careful as _careful, listeners as _listeners
from ..module_utils._release import release as _release

SPEC = {
    "src": {"type": "str", "default": ""},
    "checksum": {"type": "str", "default": ""},
    "checksum_required": {"type": "bool", "default": True},
    "root": {"type": "path", "required": True},
    "name": {"type": "str", "default": ""},
    "needs": {"type": "list", "elements": "str", "default": []},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "ending": {"type": "list", "elements": "int", "default": []},
    "in_use": {"type": "str", "choices": ["fail", "keep"], "default": "fail"},
    "variable": {"type": "str", "default": "src"},
    "checksum_variable": {"type": "str", "default": "checksum", "no_log": False},
    "url_options": {"type": "dict", "default": {}},
    "_step": {"type": "str", "choices": ["find", "install"], "default": "find"},
    "_archive": {"type": "path"},
}


def main() -> None:
    _module.run(SPEC, release, connection=False, required_if=[("state", "absent", ["name"])])


def release(module: t.Any) -> t.Dict[str, t.Any]:
    """One release, there or gone."""
    return absent(module) if module.params["state"] == "absent" else present(module)


def present(module: t.Any) -> t.Dict[str, t.Any]:
    """Find the release; unpack it when the action plugin brought the archive."""
    params = module.params
    found = _release.matching(_release.installed(params["root"]), params["name"], params["checksum"], params["src"])
    if found:
        return {"changed": False, "path": found.path, "name": found.name}
    if params["_step"] == "install":
        return install(module)
    if not params["src"]:
        raise _errors.SupervisorError(
            "%s is empty and %s is not installed below %s. Set %s to a URL or to a file on the controller."
            % (params["variable"], params["name"] or "no release", params["root"], params["variable"])
        )
    return {"changed": False, "path": "", "name": ""}


def install(module: t.Any) -> t.Dict[str, t.Any]:
    """Verify again (the file may have suffered on its way), then unpack."""
    params = module.params
    if params["checksum"] and "://" not in params["checksum"]:
        _release.verify(params["_archive"], params["checksum"])
    marker = {"checksum": params["checksum"], "source": params["src"], "named": bool(params["name"])}
    path = _release.install(params["_archive"], params["root"], params["name"], params["needs"], marker)
    name = os.path.basename(path)
    told = _shown.archive(params["src"], params["checksum"])
    difference = [_shown.line(params["root"], name, "", told)]
    return {"changed": True, "path": path, "name": name, "diff": difference}


def absent(module: t.Any) -> t.Dict[str, t.Any]:
    """Remove one release, unless something runs from it."""
    path = os.path.join(module.params["root"], module.params["name"])
    ours = [release for release in _release.installed(module.params["root"]) if release.path == path]
    if not ours:
        return {"changed": False, "path": path, "name": module.params["name"]}
    users = [pid for pid in _release.users(path) if not _listeners.descends(pid, module.params["ending"])]
    if users:
        message = "%s was not removed: process %s runs from it. Once those programs use another release, run again." % (
            path,
            ", ".join(str(pid) for pid in users),
        )
        if module.params["in_use"] == "fail":
            raise _errors.SupervisorError(message)
        _module.warn(module, message)
        return {"changed": False, "path": path, "name": module.params["name"]}
    if not module.check_mode:
        gone = os.path.join(module.params["root"], _release.STAGING + "gone-" + module.params["name"])
        _careful.remove(gone)  # of a run that was ended half way
        os.rename(path, gone)  # in one step, so that nobody starts from half a release
        _careful.remove(gone)
    told = _shown.archive(ours[0].source, ours[0].checksum)
    difference = [_shown.line(module.params["root"], module.params["name"], told, "")]
    return {"changed": True, "path": path, "name": module.params["name"], "diff": difference}


if __name__ == "__main__":
    main()
