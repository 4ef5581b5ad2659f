#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what a supervisord that somebody else has set up has, as variables of the role supervisor."""

DOCUMENTATION = r"""
module: supervisor_adopt
short_description: Read what a supervisord has, as variables for the role supervisor
version_added: 0.2.0
description:
  - Reads the main file of a supervisord, all files that it includes, its unit of systemd, and how it was installed, and
    says the same as variables of the role P(supervisord.fleet.supervisor#role). A run of the role with these
    variables and C(supervisor_adopt=true) then restarts nothing.
  - Programs, groups, event listeners and FastCGI programs carry only options that are not the default anyway. Each is
    proven before it is told. Written anew and read as this release of Supervisor reads it, it is the same; what cannot
    be declared so is named in RV(left_out), and stays where it is.
  - Values never are in the result, since they may be secrets. They go into a file below O(output), on the controller,
    that only its owner can read. P(supervisord.fleet.adopted_variables#module) makes host_vars and group_vars of it;
    the playbook C(supervisord.fleet.adopt) does both for one host or for a group.
  - Never changes anything on the host. The daemon is asked what runs, and not told to read anything.
requirements:
  - Python 3.6 or newer on the managed host.
  - The module must run on the host of the daemon, as an account that may read its files, which is root most often.
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.connection
  - supervisord.fleet.attributes.info
  - supervisord.fleet.attributes.action_group
attributes:
  check_mode:
    details:
      - Reads everything, and writes no file on the controller either.
options:
  files:
    description:
      - V(split) gives each section a file of its own, named after it.
      - V(keep) leaves sections in the files that they are in, as far as these lie in the folder that new files go to.
        Sections in the main file get files of their own in any case.
    type: str
    choices: [split, keep]
    default: split
  output:
    description:
      - Folder on the controller. What was read goes into C(.adopted) there, for
        P(supervisord.fleet.adopted_variables#module).
      - Without it nothing is written, and the result says what there is and what could not be told.
    type: path
  _values:
    description: Return the values, encoded. For the action plugin of this module, which takes them out of the result.
    type: bool
    default: false
seealso:
  - module: supervisord.fleet.adopted_variables
  - module: supervisord.fleet.supervisor_info
"""

EXAMPLES = r"""
- name: See what could be taken over
  supervisord.fleet.supervisor_adopt:
  register: found

- name: Keep it for host_vars
  supervisord.fleet.supervisor_adopt:
    output: adopted
"""

RETURN = r"""
config_file:
  description: The main file.
  type: str
  returned: success
  sample: /etc/supervisor/supervisord.conf
version:
  description: Release of the daemon; empty if none answers.
  type: str
  returned: success
  sample: 4.2.5
variables:
  description: Names of the variables that something is known for.
  type: list
  elements: str
  returned: success
  sample: [supervisor_config_file, supervisor_programs]
programs:
  description: How many sections were read that a daemon runs, by kind.
  type: dict
  returned: success
  sample: {program: 3, group: 1}
secrets:
  description: Names of the variables that hold what looks like a secret, meant for Ansible Vault.
  type: list
  elements: str
  returned: success
  sample: [vault_supervisor_password, vault_web_db_password]
left_out:
  description: What none of the variables says, or not in the same way.
  type: list
  elements: dict
  returned: success
  contains:
    what:
      description: The option and its section, or the section.
      type: str
    file:
      description: Where it stands.
      type: str
    line:
      description: The line there.
      type: int
    why:
      description: Why it was left out, and what becomes of it.
      type: str
  sample:
    - what: "[inet_http_server:second]"
      file: /etc/supervisor/supervisord.conf
      line: 12
      why: the role writes one server of each kind
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import base64
import functools
import json
import typing as t

from ..module_utils import _errors, _module
from ..module_utils._local import connection as _connection
from ..module_utils._tasks import adopt as _adopt

SPEC = {
    "files": {"type": "str", "choices": ["split", "keep"], "default": "split"},
    "output": {"type": "path"},
    "_values": {"type": "bool", "default": False},
}  # type: t.Dict[str, t.Dict[str, t.Any]]


def adopt(module: t.Any) -> t.Dict[str, t.Any]:
    """Read, and tell names; values only to the action plugin of this module, which keeps them out of the result."""
    params = module.params
    path = _connection.config_path(params)
    if path is None:
        raise _errors.OptionError(
            "config_file: no supervisord was found on this host, neither a running one nor its main file in a usual "
            "place; name the main file in config_file."
        )
    client = _connection.client_or_none(params, functools.partial(_module.warn, module))
    found = _adopt.read(
        path, client, params["files"] == "keep", lambda command: module.run_command(command, handle_exceptions=False)
    )
    if not found.version:
        _module.warn(module, "No supervisord answers here: what runs, and how it was started, is not known.")
    result: t.Dict[str, t.Any] = {
        "changed": False,
        "config_file": path,
        "version": found.version,
        "variables": list(found.variables),
        "programs": {
            kind: len(found.variables[name]) for kind, name in _adopt.LISTS.items() if name in found.variables
        },
        "secrets": sorted(found.secrets),
        "left_out": [entry._asdict() for entry in found.left],
    }
    if params["_values"]:
        told = {"variables": found.variables, "secrets": found.secrets, "version": found.version}
        # Encoded: results are made harmless for terminals, and these must arrive as they are.
        result["_values"] = base64.b64encode(json.dumps(told).encode("utf-8")).decode("ascii")
    return result


def main() -> None:
    _module.run(SPEC, adopt)


if __name__ == "__main__":
    main()
