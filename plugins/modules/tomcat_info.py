#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host that gets Tomcats already has."""

DOCUMENTATION = r"""
---
module: tomcat_info
author:
  - Supervisor Fleet contributors (@supervisord)
version_added: 0.1.0
short_description: Listening sockets with their owners, and the Tomcats that are there
description:
  - Used by the role P(supervisord.fleet.tomcat_app#role), which plans ports with it.
  - Reads which TCP ports are listened on and by whom, which Tomcat releases and which instances of the role
    P(supervisord.fleet.tomcat_app#role) are there.
  - Needs nothing on the host but Python; reads C(/proc). Root sees the owner of every socket.
options:
  bases:
    description: Folders of instances (CATALINA_BASE) to look at.
    type: list
    elements: path
    default: []
  home_root:
    description: Folder of the shared releases.
    type: path
  users:
    description: Users that instances run as.
    type: list
    elements: str
    default: []
  folders:
    description: Folders of the programs' logs.
    type: list
    elements: path
    default: []
  accounts:
    description:
      - Accounts that the role makes.
      - Their home is O(home_root).
    type: list
    elements: dict
    default: []
    suboptions:
      user:
        description: Name of the account.
        type: str
        required: true
      group:
        description: Name of its primary group.
        type: str
        required: true
  groups:
    description: Groups that instances run as.
    type: list
    elements: str
    default: []
  log_dir:
    description: Folder of the logs that the role makes.
    type: path
  log_group:
    description: Group that reads O(log_dir).
    type: str
    default: root
  names:
    description: Names of hosts to look up, such as those of load balancers. A warning tells those that nobody knows.
    type: list
    elements: str
    default: []
  java_link:
    description: Link to the JDK in use, as the role P(supervisord.fleet.jdk#role) makes it.
    type: path
    default: /usr/local/java
extends_documentation_fragment:
  - supervisord.fleet.attributes
attributes:
  diff_mode:
    support: none
"""

EXAMPLES = r"""
- name: Who listens where
  supervisord.fleet.tomcat_info:
  register: host
"""

RETURN = r"""
privileged:
  description: Whether the task ran as root.
  type: bool
  returned: success
unprivileged_port_start:
  description: The lowest port that other users than root may listen on.
  type: int
  returned: success
listening:
  description: Listening TCP sockets.
  type: list
  elements: dict
  returned: success
  contains:
    address:
      description: Address; C(::) takes IPv4 as well.
      type: str
    port:
      description: Port.
      type: int
    uid:
      description: The user who opened it.
      type: int
    pid:
      description: The process, when it may be seen.
      type: int
    process:
      description: Its name.
      type: str
    catalina_base:
      description: For a Tomcat, its CATALINA_BASE.
      type: str
    supervised:
      description: Whether it was started by a supervisord that is still there.
      type: bool
bases:
  description: For each folder asked for, what is known of it.
  type: dict
  returned: success
lacking:
  description: Those of O(users) and O(folders) that are not there.
  type: list
  elements: str
  returned: success
groups_lacking:
  description: Those of O(groups) that are not there.
  type: list
  elements: str
  returned: success
users_differing:
  description: Users of O(accounts) that are not there, or have another primary group, home, shell or comment.
  type: list
  elements: str
  returned: success
logs:
  description: How O(log_dir) is.
  type: dict
  returned: success
  contains:
    uid:
      description: Owner of the path itself, not of what a link leads to; V(0) where nothing is there.
      type: int
    settled:
      description: Whether owner, group and mode are those that the role gives it, behind a link of root's as well.
      type: bool
java_home:
  description: Where O(java_link) leads, if a Java is there.
  type: str
  returned: success
resolved:
  description: Name -> its addresses, for each of O(names) that could be looked up.
  type: dict
  returned: success
firewalld:
  description: Whether firewalld is installed.
  type: bool
  returned: success
selinux:
  description: Whether SELinux is in use.
  type: bool
  returned: success
homes:
  description: Names of the shared releases.
  type: list
  elements: str
  returned: success
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import os
import socket
import typing as t

from ..module_utils import _module
from ..module_utils._access import firewalld as _firewalld, selinux as _selinux
from ..module_utils._host import listeners as _listeners, settled as _settled
from ..module_utils._release import release as _release
from ..module_utils._tomcat import former as _former, instance as _instance, steps as _steps, versions as _versions

UNKNOWN = (
    "The name %s of a load balancer is not known on this host, so what it says of clients (X-Forwarded-For) is not "
    "believed here. Give it an ansible_host that is an address, or list that in tomcat_app_remote_ip (proxies)."
)
# As roles/tomcat_app/tasks/install.yml makes accounts and the folder of the logs.
SHELL = "/usr/sbin/nologin"
COMMENT = "Tomcat"
LOGS_MODE = 0o750
ACCOUNT = {"user": {"type": "str", "required": True}, "group": {"type": "str", "required": True}}
UNPRIVILEGED = "/proc/sys/net/ipv4/ip_unprivileged_port_start"


def main() -> None:
    spec = {
        "bases": {"type": "list", "elements": "path", "default": []},
        "home_root": {"type": "path"},
        "users": {"type": "list", "elements": "str", "default": []},
        "folders": {"type": "list", "elements": "path", "default": []},
        "accounts": {"type": "list", "elements": "dict", "default": [], "options": ACCOUNT},
        "groups": {"type": "list", "elements": "str", "default": []},
        "log_dir": {"type": "path"},
        "log_group": {"type": "str", "default": "root"},
        "names": {"type": "list", "elements": "str", "default": []},
        "java_link": {"type": "path", "default": "/usr/local/java"},
    }
    _module.run(spec, info, connection=False)


def info(module: t.Any) -> t.Dict[str, t.Any]:
    """Everything at once: one round trip to the host."""
    root = module.params["home_root"]
    bases = {base: _base(base) for base in module.params["bases"]}
    running = _listeners.jvms()
    ports = {jvm.catalina_base: _base(jvm.catalina_base)["ports"] for jvm in running}
    return {
        "changed": False,
        "privileged": os.geteuid() == 0,
        "unprivileged_port_start": _lowest_port(),
        "listening": [dict(_listeners.attribute(one, running, ports)._asdict()) for one in _listeners.listeners()],
        "bases": bases,
        "lacking": [user for user in module.params["users"] if _steps.owner(user, "root").uid is None]
        + [folder for folder in module.params["folders"] if not os.path.isdir(folder)],
        "groups_lacking": _settled.groups_lacking(module.params["groups"]),
        "users_differing": _settled.users_differing(
            module.params["accounts"], _settled.Wanted(home=root or "", shell=SHELL, comment=COMMENT)
        ),
        "logs": _settled.folder(module.params["log_dir"] or "", module.params["log_group"], LOGS_MODE),
        "resolved": _resolved(module),
        "java_home": _java_home(module.params["java_link"]),
        "firewalld": bool(module.get_bin_path(_firewalld.COMMAND)),
        "selinux": _selinux.is_on(),
        "homes": [release.name for release in _release.installed(root)] if root else [],
    }


def _base(base: str) -> t.Dict[str, t.Any]:
    seen = _instance.look(base)
    known = {"version": "", "full_copy": False, "state": "", "ports": [], "ready": {}}  # type: t.Dict[str, t.Any]
    known.update({key: seen.data[key] for key in known if key in seen.data})
    return dict(
        known,
        exists=seen.exists,
        ours=seen.ours,
        foreign=seen.foreign,
        unsettled=seen.ours and (not seen.settled or _former.begun(base)),
        versions=_versions.there(base),
        deployed=sorted(seen.data.get("wars", {})),
    )


def _resolved(module: t.Any) -> t.Dict[str, t.List[str]]:
    found = {}  # type: t.Dict[str, t.List[str]]
    for name in module.params["names"]:
        try:
            found[name] = sorted({str(one[4][0]) for one in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)})
        except (OSError, UnicodeError):
            _module.warn(module, UNKNOWN % name)
    return found


def _java_home(link: str) -> str:
    """One step only: behind it may be a name that the package keeps stable over its updates."""
    there = os.path.islink(link) and os.path.exists(os.path.join(link, "bin", "java"))
    return os.path.join(os.path.dirname(link), os.readlink(link)) if there else ""


def _lowest_port() -> int:
    try:
        with open(UNPRIVILEGED) as handle:
            return int(handle.read())
    except (OSError, ValueError):
        return 1024


if __name__ == "__main__":
    main()
