#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: web_server_files
short_description: Files of nginx or php-fpm that are in force, or not there
version_added: 0.1.0
description:
  - Used by the roles P(supervisord.fleet.load_balancer#role) and P(supervisord.fleet.monitor_web#role).
  - Writes files of a server's configuration, has the server take them up, and looks whether it did. A reload is a
    signal, and what comes of it nginx only tells its error log. So the proof are its workers, which must all be new,
    and its ports.
  - Before anything is written, the ports are compared with the listeners of the host. C(nginx -t) forgives a port in
    use. Before php-fpm reads a pool, the sockets of all pools are looked at, since one that it cannot have ends it.
  - If the server does not take the files, the former files and links are put back, the server runs with them, and the
    module fails with the server's own words.
  - A server that runs without having taken up what lies there, since a former run was killed or somebody edited a
    file, is reloaded, which is a change. The same holds for what nginx reads with the files and others write, such as
    renewed certificates and keys (C(ssl_certificate) and its kind, C(include)). When a file became what it is, its
    change time and those of all links to it say, which nobody can set; C(chmod) changes it too, and then nginx is
    reloaded once more.
author: Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.attributes
attributes:
  check_mode:
    details:
      - Ports are checked; whether the server takes the files is only known when they are there.
options:
  server:
    description: Which server.
    type: str
    choices: [nginx, php-fpm]
    required: true
  files:
    description: The files.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: Where it lies.
        type: path
        required: true
      content:
        description: Its text. It may hold secrets; it is shown in a difference only.
        type: str
        required: true
      mode:
        description: Its mode, as octal digits in quotes. It belongs to root.
        type: str
        default: "0644"
      secret:
        description: Whether its text is left out of differences.
        type: bool
        default: false
  absent:
    description: Files and links that are not to be there.
    type: list
    elements: path
    default: []
  default_site_in:
    description:
      - A file of nginx's own package that holds a site of the distribution, as C(nginx.conf) does on EL. That site
        becomes a comment there.
      - It stays where somebody has changed it, or has put a file into C(/etc/nginx/default.d), from which it includes.
    type: path
    version_added: 0.2.0
  reload:
    description: Whether something else has changed that the server only reads when it is reloaded.
    type: bool
    default: false
  start:
    description: Whether to start the server when it does not run.
    type: bool
    default: true
  program:
    description: The server's program.
    type: path
    required: true
  service:
    description: Its service.
    type: str
    required: true
  pid_file:
    description: File with its process ID.
    type: path
    required: true
  timeout:
    description: Seconds it has to take a change up.
    type: float
    default: 30
seealso:
  - module: supervisord.fleet.load_balancer_member
"""

EXAMPLES = r"""
- name: A site of nginx in the place of the one that Debian brings
  supervisord.fleet.web_server_files:
    server: nginx
    program: nginx
    service: nginx
    pid_file: /run/nginx.pid
    files:
      - path: /etc/nginx/conf.d/shop.conf
        content: "{{ lookup('ansible.builtin.template', 'shop.conf.j2') }}"
    absent: [/etc/nginx/sites-enabled/default]
"""

RETURN = r"""
action:
  description: What the server had to do, one of V(none), V(reload), V(start).
  type: str
  returned: success
  sample: reload
rolled_back:
  description: Whether all is as it was, files and server.
  type: bool
  returned: failure after files were written
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import contextlib
import fcntl
import os
import typing as t

from ..module_utils import _module
from ..module_utils._host import files as _files, ownership as _ownership
from ..module_utils._nginx import change as _change, default_site as _default_site, servers as _servers


def main() -> None:
    """Read, decide, change."""
    file = {
        "path": {"type": "path", "required": True},
        "content": {"type": "str", "required": True, "no_log": True},
        "mode": {"type": "str", "default": "0644"},
        "secret": {"type": "bool", "default": False, "no_log": False},
    }  # type: t.Dict[str, t.Dict[str, t.Any]]
    spec = {
        "server": {"type": "str", "choices": sorted(_servers.KINDS), "required": True},
        "files": {"type": "list", "elements": "dict", "default": [], "options": file},
        "absent": {"type": "list", "elements": "path", "default": []},
        "default_site_in": {"type": "path"},
        "reload": {"type": "bool", "default": False},
        "start": {"type": "bool", "default": True},
        "program": {"type": "path", "required": True},
        "service": {"type": "str", "required": True},
        "pid_file": {"type": "path", "required": True},
        "timeout": {"type": "float", "default": 30},
    }  # type: t.Dict[str, t.Dict[str, t.Any]]
    _module.run(spec, bring, connection=False)


def bring(module: t.Any) -> t.Dict[str, t.Any]:
    """Bring the files into force."""
    params = module.params
    root = os.geteuid(), os.getegid()
    wanted = [
        _change.Wanted(
            item["path"], item["content"].encode("utf-8"), _files.Attributes(_ownership.octal(item["mode"]), *root)
        )
        for item in params["files"]
    ]
    wanted += [_change.Wanted(path, None, _files.Attributes(0o644)) for path in params["absent"]]
    wanted += _without_default_site(params["default_site_in"])
    place = _servers.Place(params["program"], params["service"], params["pid_file"], params["timeout"])
    texts = {item["path"]: item["content"] for item in params["files"]}
    server = _servers.KINDS[params["server"]](module.run_command, place, texts, params["absent"])
    with _alone(params["pid_file"]):
        decided = _change.plan(server, wanted, params["reload"], params["start"])
        differences = [_difference(item, params["files"]) for item in decided.changes]
        if not module.check_mode:
            _change.apply(server, decided)
    return {
        "changed": bool(decided.changes) or decided.action != "none",
        "action": decided.action,
        "diff": differences,
    }


def _without_default_site(path: t.Optional[str]) -> t.List[_change.Wanted]:
    """The file without the distribution's site; nothing where it has none, or where it is somebody's link."""
    text, seen = (_files.read_own(path), _files.attributes_of(path)) if path else (None, None)
    if not path or text is None or seen is None:
        return []
    names = os.listdir(_default_site.INCLUDED) if os.path.isdir(_default_site.INCLUDED) else []
    content = _default_site.switched_off(text.decode("utf-8", "surrogateescape"), names)
    return [_change.Wanted(path, content.encode("utf-8", "surrogateescape"), seen)]


@contextlib.contextmanager
def _alone(pid_file: str) -> t.Iterator[None]:
    """Two that change a server at once wait for each other; as load_balancer_member does."""
    with contextlib.ExitStack() as stack:
        if os.path.exists(pid_file):  # stays the same file, unlike those that are replaced
            lock = stack.enter_context(open(pid_file, "rb"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _difference(item: _change.Wanted, given: t.List[t.Dict[str, t.Any]]) -> t.Dict[str, t.Any]:
    """What changes in one file; of a secret one, or one that was closed to others, only that it does."""
    before = _files.link_of(item.path)
    text = "link to %s\n" % before if before else (_files.read_own(item.path) or b"").decode("utf-8", "replace")
    seen = _files.attributes_of(item.path)
    secret = any(one["secret"] for one in given if one["path"] == item.path)
    if secret or (not before and seen is not None and not seen.mode & 0o004):
        hidden = "(not shown)\n"
        return {"before_header": item.path, "after_header": item.path, "before": "", "after": hidden}
    after = (item.content or b"").decode("utf-8", "replace")
    return {"before_header": item.path, "after_header": item.path, "before": text, "after": after}


if __name__ == "__main__":
    main()
