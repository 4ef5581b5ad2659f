# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of a password file, the same from every controller."""

from __future__ import annotations

DOCUMENTATION = r"""
name: htpasswd
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Write the lines of an htpasswd file
description:
  - Turns a list of users into the text of a file for nginx's C(auth_basic_user_file).
  - A password becomes a SHA-512 crypt hash with the usual 5000 rounds. nginx accepts it on every operating system this
    collection knows, and checking it takes a few milliseconds, which matters because nginx checks it on every request.
  - The salt is derived from O(host) and the user, so the same input gives the same text on every controller, whatever
    version of Ansible or Python it runs and whether it has passlib or not.
options:
  _input:
    description: The users.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Login name, without a colon.
        type: str
        required: true
      password:
        description:
          - Password in clear text. Exactly one of O(_input[].password) and O(_input[].hash) is needed.
          - Refused when it has fewer than 12 characters, is the user name, or is one that everybody knows, as for the
            web server of supervisord itself.
        type: str
      hash:
        description:
          - A ready-made hash that begins with C($), C({SHA}) or C({SSHA}); taken as it is.
          - DES hashes are refused.
        type: str
  host:
    description: What the salts are derived from besides the user, usually C(inventory_hostname).
    type: str
    required: true
  allow_short:
    description: Keep passwords that have fewer than 12 characters, with a warning for each.
    type: bool
    default: false
positional: host, allow_short
"""

EXAMPLES = r"""
- name: Write the password file
  ansible.builtin.copy:
    content: "{{ users | supervisord.fleet.htpasswd(inventory_hostname) }}"
    dest: /etc/nginx/monitor.htpasswd
    owner: root
    group: www-data
    mode: "0640"
  vars:
    users:
      - name: admin
        password: "{{ vault_admin_password }}"
"""

RETURN = r"""
_value:
  description: One line a user, in the given order.
  type: str
"""

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ..plugin_utils import _crypt


def htpasswd(users: list[dict], host: str, allow_short: bool = False) -> str:
    try:
        found = [dict(user) for user in users]
        text = _crypt.htpasswd(found, str(host), allow_short)
        for name in _crypt.short(found) if allow_short else ():
            Display().warning(
                f"The password of the user {name} is shorter than {_crypt.SHORTEST} characters, and whoever guesses it "
                "controls every program. It is kept because short passwords are allowed; change it."
            )
        return text
    except ValueError as error:
        raise AnsibleFilterError(f"htpasswd: {error}") from None


class FilterModule:
    def filters(self) -> dict:
        return {"htpasswd": htpasswd}
