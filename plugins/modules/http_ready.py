#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait until programs answer over HTTP."""

DOCUMENTATION = r"""
---
module: http_ready
author:
  - Supervisor Fleet contributors (@supervisord)
version_added: 0.1.0
short_description: Wait until programs answer over HTTP
description:
  - Used by the role P(supervisord.fleet.tomcat_app#role) and the playbook C(supervisord.fleet.rolling_restart).
  - Asks any number of URLs from the host, side by side, until each gives an expected status or its time is over.
  - On failure the message says who is not ready, what was seen last, and ends with that program's log.
  - Proxies are not used and redirects not followed.
options:
  targets:
    description: What to wait for.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name for messages.
        type: str
        required: true
      url:
        description: URL to ask.
        type: str
        required: true
      status:
        description: HTTP status codes that mean ready, each a number or a range such as V(200-399).
        type: list
        elements: str
        default: ["200-399"]
      timeout:
        description: Seconds to wait.
        type: float
        default: 60
      log:
        description: Log file whose end belongs into the message.
        type: path
        default: ""
      validate_certs:
        description: Whether the certificate of an C(https) URL is checked.
        type: bool
        default: true
      ca_path:
        description: File on the host with the authorities that are trusted, by default those of the system.
        type: path
        default: ""
      server_name:
        description:
          - The name that the certificate must have. It is sent as SNI and as C(Host) too.
          - By default it is the URL's host, and for an address of loopback the name is not looked at.
        type: str
        default: ""
      health:
        description:
          - URL of Tomcat's C(HealthCheckValve), asked before O(targets[].url). As long as it does not answer with 200,
            an application is still starting or has failed to, and an older version may answer in its place.
        type: str
        default: ""
      deployed:
        description:
          - WAR files in a Tomcat's C(webapps) that it deploys while it runs. It has to have begun with each of them
            before it is asked.
        type: list
        elements: path
        default: []
  log_lines:
    description: Lines of the log in the message.
    type: int
    default: 30
  hint:
    description: What to say to the user when it fails.
    type: str
    default: ""
extends_documentation_fragment:
  - supervisord.fleet.attributes
attributes:
  check_mode:
    details: Does not wait in check mode.
  diff_mode:
    support: none
"""

EXAMPLES = r"""
- name: Wait for a Tomcat
  supervisord.fleet.http_ready:
    targets:
      - name: app01
        url: http://127.0.0.1:8080/
        log: /var/log/tomcat_app/app01.log
"""

RETURN = r"""
answers:
  description: One entry for each target.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: The target.
      type: str
    ready:
      description: Whether it answered as expected.
      type: bool
    seen:
      description: The last answer.
      type: str
    seconds:
      description: How long it took.
      type: float
    log:
      description: End of the log, when it failed.
      type: list
      elements: str
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import os
import typing as t

from ..module_utils import _errors, _module, _said, _shown
from ..module_utils._tomcat import ready as _ready

TARGET = {
    "name": {"type": "str", "required": True},
    "url": {"type": "str", "required": True},
    "status": {"type": "list", "elements": "str", "default": ["200-399"]},
    "timeout": {"type": "float", "default": 60},
    "log": {"type": "path", "default": ""},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path", "default": ""},
    "server_name": {"type": "str", "default": ""},
    "health": {"type": "str", "default": ""},
    "deployed": {"type": "list", "elements": "path", "default": []},
}  # type: t.Dict[str, t.Dict[str, t.Any]]


def main() -> None:
    spec = {
        "targets": {"type": "list", "elements": "dict", "required": True, "options": TARGET},
        "log_lines": {"type": "int", "default": 30},
        "hint": {"type": "str", "default": ""},
    }
    _module.run(spec, ready, connection=False)


def ready(module: t.Any) -> t.Dict[str, t.Any]:
    """Wait for all; fail with everything a user needs to go on."""
    if module.check_mode:
        return {"changed": False, "answers": []}
    targets = [_target(item) for item in module.params["targets"]]
    answers = _ready.wait(targets, module.params["log_lines"])
    plain = [dict(answer._asdict(), seconds=round(answer.seconds, 2)) for answer in answers]
    late = [pair for pair in zip(targets, answers) if not pair[1].ready]
    if late:
        message = "\n".join(_complaint(target, answer) for target, answer in late)
        raise _errors.ProcessFailed(message + "\n" + module.params["hint"], answers=plain)
    return {"changed": False, "answers": plain}


def _target(item: t.Dict[str, t.Any]) -> _ready.Target:
    ca_path = item["ca_path"] or ""
    if ca_path and not os.path.isfile(ca_path):
        raise _errors.OptionError("ca_path: there is no file %s on this host." % ca_path)
    trust = _ready.Trust(ca_path, item["server_name"], item["validate_certs"])
    return _ready.Target(
        name=item["name"],
        url=item["url"],
        status=_statuses(item["status"]),
        timeout=item["timeout"],
        log=item["log"] or "",
        trust=trust,
        health=item["health"],
        deployed=tuple(item["deployed"]),
    )


def _statuses(words: t.List[str]) -> t.FrozenSet[int]:
    found = set()  # type: t.Set[int]
    for word in words:
        first, _dash, last = word.partition("-")
        low, high = _said.number(first, 3), _said.number(last or first, 3)
        if low is None or high is None:
            raise _errors.OptionError("status: %r is neither a number nor a range like 200-399." % word)
        found.update(range(low, high + 1))
    return frozenset(found)


def _complaint(target: _ready.Target, answer: _ready.Answer) -> str:
    text = "%s is not ready: %s did not answer as expected within %g s; last seen: %s." % (
        target.name,
        _shown.address(target.url),
        target.timeout,
        answer.seen,
    )
    if "certificate verify failed" in answer.seen or "CERTIFICATE_VERIFY_FAILED" in answer.seen:
        text += (
            " It is checked by %s: name the file of the authorities (ca_path; tomcat_app_ready_ca in the role), or "
            "switch the check off (validate_certs; tomcat_app_ready_validate_certs)."
            % (target.trust.ca_path or "the authorities of the system")
        )
    if answer.log:
        return "%s The end of %s:\n%s" % (text, target.log, "\n".join("  " + line for line in answer.log))
    return "%s %s" % (text, "Its log %s is empty or missing." % target.log if target.log else "")


if __name__ == "__main__":
    main()
