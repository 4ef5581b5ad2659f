#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificate authorities of one's own in the truststores of JDKs."""

DOCUMENTATION = r"""
---
module: jdk_truststore
author:
  - Supervisor Fleet contributors (@supervisord)
version_added: 0.2.0
short_description: Certificate authorities of one's own in the truststores of JDKs
description:
  - Used by the role P(supervisord.fleet.jdk#role).
  - Puts certificates into C(cacerts) of JDKs, or takes them out. A store is changed in a copy, which then takes its
    place, so that a JVM that reads it meanwhile finds it whole.
  - JDKs from packages share a store that the distribution makes. With O(system_folder) the certificates go there, and
    the whole machine trusts them.
  - A note beside the store says which they are. M(supervisord.fleet.tomcat_base) reads it, so that Tomcats that run
    from that JDK are restarted for another authority of one's own, and for no other change of the store.
options:
  java_homes:
    description: The JDKs. One that is not there yet is left out in check mode.
    type: list
    elements: path
    required: true
  authorities:
    description: The certificates.
    type: list
    elements: dict
    default: []
    suboptions:
      alias:
        description: Name in the store; it is kept in small letters.
        type: str
        required: true
      content:
        description: The certificate as PEM text.
        type: str
        default: ""
      src:
        description: A name in O(files), in the place of O(authorities[].content).
        type: str
        default: ""
      state:
        description: Whether it should be in the stores.
        type: str
        choices: [present, absent]
        default: present
  files:
    description: Name to PEM text, for O(authorities[].src).
    type: dict
    default: {}
  password:
    description: Password of the stores.
    type: str
    default: changeit
  system_folder:
    description: Folder of the distribution that takes certificates. Without it the stores are changed themselves.
    type: path
    default: ""
  system_update:
    description: Command that has the distribution read what is new in that folder.
    type: list
    elements: str
    default: []
  system_renew:
    description: Command that has it make its stores anew. By default O(system_update).
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - supervisord.fleet.attributes
seealso:
  - module: supervisord.fleet.tomcat_base
"""

EXAMPLES = r"""
- name: Trust the company's authority
  supervisord.fleet.jdk_truststore:
    java_homes: [/usr/local/jdk-17.0.13+11]
    authorities:
      - alias: example-corp
        content: "{{ lookup('ansible.builtin.file', 'corp.pem') }}"
"""

RETURN = r"""
stores:
  description: The truststores, each once.
  type: list
  elements: dict
  returned: success
  contains:
    path:
      description: The file, with links followed.
      type: str
    added:
      description: Aliases that were (or would be) put into it, or replaced.
      type: list
      elements: str
    removed:
      description: Aliases that were (or would be) taken out.
      type: list
      elements: str
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import typing as t

from ..module_utils import _errors, _module
from ..module_utils._java import cas as _cas, truststore as _truststore

AUTHORITY = {
    "alias": {"type": "str", "required": True},
    "content": {"type": "str", "default": ""},
    "src": {"type": "str", "default": ""},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}  # type: t.Dict[str, t.Dict[str, t.Any]]
SPEC = {
    "java_homes": {"type": "list", "elements": "path", "required": True},
    "authorities": {"type": "list", "elements": "dict", "default": [], "options": AUTHORITY},
    "files": {"type": "dict", "default": {}},
    "password": {"type": "str", "default": "changeit", "no_log": True},
    "system_folder": {"type": "path", "default": ""},
    "system_update": {"type": "list", "elements": "str", "default": []},
    "system_renew": {"type": "list", "elements": "str", "default": []},
}  # type: t.Dict[str, t.Dict[str, t.Any]]


def main() -> None:
    _module.run(SPEC, trust, connection=False)


def trust(module: t.Any) -> t.Dict[str, t.Any]:
    """Look at all stores, then (unless it is a dry run) change them."""
    params = module.params
    wanted = [_truststore.authority(entry, params["files"]) for entry in params["authorities"]]
    _refuse_twice(wanted)
    system = None
    if params["system_folder"]:
        update = params["system_update"]
        system = _truststore.System(params["system_folder"], update, params["system_renew"] or update)
    found = {}  # type: t.Dict[str, _truststore.Store]
    dry, coming = module.check_mode, False
    for home in params["java_homes"]:
        store = _truststore.look(module.run_command, home, params["password"])
        if store is None and not dry:
            raise _errors.SupervisorError("%s has no keytool or no cacerts: it is no JDK. Correct java_homes." % home)
        coming = coming or store is None
        if store is not None:
            _truststore.refuse_taken(store, wanted)
            found.setdefault(store.path, store)
    plans = [(store, _truststore.to_do(store, wanted, system)) for store in found.values()]
    news = [store for store in found.values() if _truststore.remembered(store, wanted) != store.noted]
    if not dry:
        for store, changes in plans:
            _apply(module, store, changes, system, wanted)
    return {
        "changed": bool(news) or any(changes for _store, changes in plans) or (coming and bool(wanted)),
        "stores": [_told(store, changes) for store, changes in plans],
    }


def _apply(
    module: t.Any,
    store: _truststore.Store,
    changes: t.List[_truststore.Authority],
    system: t.Optional[_truststore.System],
    wanted: t.List[_truststore.Authority],
) -> None:
    if changes:
        left = _system(module, store, changes, system, wanted) if system else changes
        if left:
            _truststore.change(module.run_command, store, left)
        wrong = _truststore.wrong(_now(module, store), wanted)
        if wrong:
            raise _errors.SupervisorError(
                "%s is not as it should be by now for %s. Look at what %s says."
                % (store.path, ", ".join(wrong), " ".join(system.renew) if system else store.tool)
            )
    remembered = _truststore.remembered(store, wanted)
    if remembered != store.noted:
        _cas.note(store.path, remembered)


def _system(
    module: t.Any,
    store: _truststore.Store,
    changes: t.List[_truststore.Authority],
    system: _truststore.System,
    wanted: t.List[_truststore.Authority],
) -> t.List[_truststore.Authority]:
    """Change the distribution's folder; what its commands have left in the store although it is to go."""
    anew = not all(one.pem for one in changes)  # what is new alone need not read what has gone
    _truststore.change_system(module.run_command, system, changes, anew)
    if not anew and _truststore.wrong(_now(module, store), wanted):
        _truststore.change_system(module.run_command, system, changes, True)
    return _truststore.left(_now(module, store), changes)


def _now(module: t.Any, store: _truststore.Store) -> t.Dict[str, str]:
    return _truststore.contents(module.run_command, store.tool, store.path, store.word)


def _refuse_twice(wanted: t.List[_truststore.Authority]) -> None:
    names = [one.alias for one in wanted]
    for name in names:
        if names.count(name) > 1:
            raise _errors.OptionError(
                "jdk_ca_certificates: alias %s is there %d times (capital letters count as small ones). Each once."
                % (name, names.count(name))
            )


def _told(store: _truststore.Store, changes: t.List[_truststore.Authority]) -> t.Dict[str, t.Any]:
    return {
        "path": store.path,
        "added": [one.alias for one in changes if one.digest],
        "removed": [one.alias for one in changes if not one.digest],
    }


if __name__ == "__main__":
    main()
