# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventory of hosts whose supervisord answers over the network."""

from __future__ import annotations

DOCUMENTATION = r"""
name: supervisor
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Make an inventory of what supervisord daemons say
description:
  - Asks many C(supervisord) daemons at the same time, one request each, and makes a host of each one, with its
    processes as variables, and groups by what runs there.
  - Its configuration is a YAML file with a name that ends in C(.yml) or C(.yaml), C(fleet.supervisor.yml) for one.
    Ansible hands files of other names to other plugins.
  - Each host gets the variables C(reachable), C(url), C(checked) (when it was asked, in seconds since 1970) and
    C(server) (an entry for the option C(servers) of M(supervisord.fleet.supervisor_info) and others), with
    O(vars_prefix) before their names.
  - One that answered has C(version), C(api_version), C(identification), C(state) and C(pid) of the daemon,
    C(processes) and C(groups) as M(supervisord.fleet.supervisor_info) returns them, and C(states), the number of
    processes in each state.
  - One that did not has C(error), a sentence, and C(failure), one of V(refused), V(missing), V(denied), V(unresolved),
    V(tls), V(closed), V(unreachable), V(unauthorized), V(timeout), V(protocol), V(fault) and V(unexpected). The others
    are then empty, and C(pid) is V(0).
  - C(ansible_host) becomes the host of the address, unless a source before this one has set it. For a C(unix://)
    address C(ansible_connection) becomes V(local).
  - An address such as 127.0.0.1 of an endpoint with a C(name) is where a tunnel begins. It becomes no C(ansible_host),
    for tasks of that host would then run on the controller.
  - What a daemon said is never used as a template, and what does not look like the answer of a Supervisor counts as no
    answer. Characters in it that a terminal would obey, or that nobody sees, are replaced by U+FFFD; modules know a
    process by the name that is shown as well as by its own. User names and passwords are neither in variables nor in
    the cache. The playbooks of this collection, run with this inventory, ask with the same ones.
  - The key of a C(keyed_groups) entry may be empty for a daemon that did not answer, also if O(strict) is on.
notes:
  - In AWX, use the file as an inventory source from a project, and a credential type that sets
    E(SUPERVISOR_USERNAME) and E(SUPERVISOR_PASSWORD).
  - Templates work in O(endpoints), O(username), O(password), O(ca_path), O(client_cert) and O(client_key). They can use
    lookups and extra variables. Values can be encrypted with C(ansible-vault).
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: Marks the file as a configuration of this plugin.
    type: str
    required: true
    choices: [supervisord.fleet.supervisor]
  endpoints:
    description:
      - The daemons, as a list of addresses or of maps.
      - An address is V(http://host:port), V(https://host:port), V(unix:///path/of/the/socket), V(host:port) or
        V(host). Ranges are possible everywhere in it, C(node[01:20].example.com), C([a:f]), C([1:9:2]), several too.
      - "A map has C(server_url), an address, and any of C(name) (of the host; with the same number of ranges),
        C(username), C(password), C(timeout), C(ca_path), C(client_cert), C(client_key), C(validate_certs) and C(vars)
        (a map of variables of the host)."
      - An address that is listed again overrides what was said of it before. So a range can have exceptions.
    type: raw
    required: true
  port:
    description: Port of an address that has none and does not start with C(http://) or C(https://).
    type: int
    default: 9001
  username:
    description:
      - User name for HTTP Basic authentication, for endpoints without their own. Such an endpoint with an empty
        C(username) is asked without credentials.
    type: str
    env:
      - name: SUPERVISOR_USERNAME
  password:
    description:
      - Password in clear text for O(username).
      - With V(http://) to another machine it crosses the network in clear text, which one warning says of all.
    type: str
    env:
      - name: SUPERVISOR_PASSWORD
  timeout:
    description: Seconds in which a daemon has to answer. All are asked at once, so this is about what it takes in all.
    type: float
    default: 10.0
  parallel:
    description: How many daemons are asked at the same time; V(0) is as many as possible.
    type: int
    default: 0
  ca_path:
    description: File with the certificates (PEM) to trust for C(https://), instead of those of the operating system.
    type: path
  client_cert:
    description: File with the client certificate (PEM) for C(https://). It may hold the private key as well.
    type: path
  client_key:
    description: File with the private key (PEM) of O(client_cert).
    type: path
  validate_certs:
    description: Whether the certificates of C(https://) servers are checked.
    type: bool
    default: true
  unreachable:
    description:
      - What becomes of a daemon that gives no answer, or none that makes sense.
      - With V(group) its host is part of the inventory, see O(group_by). With V(warn) it is left out, and a warning
        names it. With V(skip) it is left out. With V(fail) the source fails; whether Ansible goes on without it is a
        setting of its own, E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED).
      - If none at all answers there is a warning in any case.
    type: str
    choices: [group, warn, skip, fail]
    default: group
  hostnames:
    description:
      - What names a host, in order of preference. The first that gives a name is used.
      - V(name) is the C(name) of the endpoint. V(host) is the host of the address, but not where several endpoints are
        on it. V(address) is host and port, C(node01_9001), or the path of the socket.
      - V(identification) is what the daemon calls itself, C(identifier) in its configuration, if that can be a name, is
        not the C(supervisor) of every unnamed daemon, and no other daemon or endpoint has it. Who controls a daemon
        chooses it, and with it the variables its host gets from elsewhere.
      - Two endpoints with the same name are an error.
    type: list
    elements: str
    choices: [name, host, address, identification]
    default: [name, host, address]
  group_by:
    description:
      - Which groups are made. V(state) has the hosts on which a process is in the state, V(group) those with a process
        of the process group, V(program) those with a process of the program, V(version) those with the release of
        Supervisor, V(reachability) those that answered and those that did not.
      - Supervisor does not tell a process's program. It is taken to be the process's name without the number of its
        copy, C(web) for C(web_00).
      - Characters that a name of a group cannot have become C(_).
    type: list
    elements: str
    choices: [state, group, program, version, reachability]
    default: [state, group, program, version, reachability]
  state_prefix:
    description: Start of the names of groups by state, which goes on in small letters.
    type: str
    default: supervisor_state_
  group_prefix:
    description:
      - Start of the names of groups by process group. If it is empty, who controls a daemon can put its host into any
        group of the inventory.
    type: str
    default: supervisor_group_
  program_prefix:
    description: Start of the names of groups by program. See O(group_prefix) for what an empty one means.
    type: str
    default: supervisor_program_
  version_prefix:
    description: Start of the names of groups by Supervisor release.
    type: str
    default: supervisor_version_
  reachability_prefix:
    description: Start of the names of the groups C(reachable) and C(unreachable).
    type: str
    default: supervisor_
  variables:
    description:
      - Which variables hosts get, by their names without O(vars_prefix).
      - With all of them a host takes 0.65 kB for each of its processes in an inventory that is stored, as AWX does it,
        nearly all of it in C(processes) and C(groups); without these two it takes 0.6 kB.
      - Groups, and O(compose), O(groups) and O(keyed_groups), can use all of them whatever is chosen here.
      - The playbooks of this collection find the daemons by C(server).
    type: list
    elements: str
    choices: [reachable, url, checked, server, version, api_version, identification, state, pid, states, processes,
      groups, error, failure]
    default: [reachable, url, checked, server, version, api_version, identification, state, pid, states, processes,
      groups, error, failure]
  vars_prefix:
    description:
      - Start of the names of variables. C(supervisor_) would be that of the variables of the role
        P(supervisord.fleet.supervisor#role), some of which would then be overridden.
    type: str
    default: supervisord_
"""

EXAMPLES = r"""
# fleet.supervisor.yml. The first two lines under endpoints are all that is needed where SUPERVISOR_USERNAME and
# SUPERVISOR_PASSWORD are in the environment.
plugin: supervisord.fleet.supervisor
endpoints:
  - node[01:20].example.com
  - app[01:40].example.com:9001
  # Behind a TLS proxy, with names and variables for the hosts
  - server_url: https://edge[1:3].example.com/supervisor/RPC2
    name: edge[1:3]
    ca_path: /etc/fleet/ca.pem
    vars:
      zone: edge
  # One of the second range again, with another password
  - server_url: app07.example.com
    password: "{{ lookup('ansible.builtin.env', 'APP07_PASSWORD') }}"
username: admin
password: "{{ lookup('ansible.builtin.unvault', '/etc/fleet/password') | trim }}"
timeout: 3
unreachable: warn

# Groups and variables of one's own
compose:
  failed: supervisord_processes | selectattr('state', 'eq', 'FATAL') | map(attribute='name') | list
groups:
  needs_attention: not supervisord_reachable or failed | length > 0
keyed_groups:
  - key: supervisord_identification
    prefix: site
  - key: supervisord_failure
    prefix: failure

# Ask again after five minutes
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/fleet
cache_timeout: 300

# A play can then look at all of them in one task, by the option servers of the modules:
#   servers: "{{ groups.supervisor_reachable | map('extract', hostvars, 'supervisord_server') | list }}"
"""

import time
import typing as t

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ..module_utils import _errors
from ..module_utils._rpc import clear_text as _clear_text
from ..plugin_utils import _inventory_ask, _inventory_endpoints, _inventory_hosts, _logins, _unsafe

SUFFIXES = (".yml", ".yaml")
# Nobody else would ask this plugin for a file of such a name.
OWN_SUFFIXES = (".supervisor.yml", ".supervisor.yaml")
TEMPLATED = ("username", "password", "ca_path", "client_cert", "client_key")
DEFAULTS = (*TEMPLATED, "validate_certs", "timeout")
FORMAT = 1  # of what is cached
NAMED = 10  # unreachable endpoints that a message lists


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "supervisord.fleet.supervisor"

    def verify_file(self, path: str) -> bool:
        if not super().verify_file(path) or not path.endswith(SUFFIXES):
            return False
        return path.endswith(OWN_SUFFIXES) or _inventory_endpoints.names_plugin(path, self.NAME)

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        try:
            targets = self._targets(config)
            preferences = self.get_option("hostnames")
            if "identification" not in preferences:  # two of one name: that need not wait for an answer
                _inventory_hosts.names(targets, [{}] * len(targets), preferences)
            records = self._records(targets, path, cache)
            names = _inventory_hosts.names(targets, records, preferences)
        except _errors.SupervisorError as error:
            raise AnsibleParserError(f"{path}: {error.message}") from None
        self._judge(names, records, path)
        warning = _clear_text.of_all([(name, target.endpoint) for name, target in zip(names, targets)])
        if warning:
            self.display.warning(f"{path}: {warning}")
        self._marker = _unsafe.Marker()
        prefixes = {kind: self.get_option(f"{kind}_prefix") for kind in self.get_option("group_by")}
        groups = [_inventory_hosts.groups(record, prefixes) for record in records]
        self._add_groups(groups, prefixes)
        for target, record, name, kinds in zip(targets, records, names, groups):
            if record["reachable"] or self.get_option("unreachable") == "group":
                self._add(target, record, name, kinds)

    def _targets(self, config: t.Mapping) -> list[_inventory_endpoints.Target]:
        if self.get_option("parallel") < 0:
            raise _errors.OptionError("parallel is less than 0; give a number of daemons, 0 for as many as possible")
        self.templar.available_variables = self._vars or {}
        defaults = {key: self.get_option(key) for key in DEFAULTS}
        for key in TEMPLATED:
            if key in config:  # what comes from the environment is no template
                defaults[key] = self._template(config[key])
        endpoints = self._template(self.get_option("endpoints"))
        if isinstance(endpoints, list):
            endpoints = [self._entry(entry) for entry in endpoints]
        return _inventory_endpoints.targets(endpoints, defaults, self.get_option("port"))

    def _entry(self, entry: t.Any) -> t.Any:
        if isinstance(entry, dict):  # its vars are templates for later, when there is a host
            return {key: value if key == "vars" else self._template(value) for key, value in entry.items()}
        return self._template(entry)

    def _template(self, value: t.Any) -> t.Any:
        return self.templar.template(value) if isinstance(value, str) else value

    def _records(self, targets: list, path: str, cache: bool) -> list[dict]:
        key = self.get_cache_key(path)
        records = self._cached(key, targets) if cache and self.get_option("cache") else None
        if records is None:
            begin = time.monotonic()
            records = _inventory_ask.ask(targets, self.get_option("parallel"))
            answered = sum(record["reachable"] for record in records)
            seconds = time.monotonic() - begin
            self.display.v(f"{path}: {answered} of {len(records)} daemons answered; asking took {seconds:.1f} s")
            if self.get_option("cache"):
                self._cache[key] = {"format": FORMAT, "records": records}
        return records

    def _cached(self, key: str, targets: list) -> list[dict] | None:
        """What the cache has, if it is about these very endpoints."""
        try:
            found = self._cache[key]
        except KeyError:
            return None
        records = found.get("records") if isinstance(found, dict) and found.get("format") == FORMAT else None
        if not isinstance(records, list):
            return None
        return records if [record["url"] for record in records] == [target.endpoint.url for target in targets] else None

    def _judge(self, names: list[str], records: list[dict], path: str) -> None:
        """Fail or warn because of those that did not answer."""
        lost = [f"{name} ({record['error']})" for name, record in zip(names, records) if not record["reachable"]]
        if not lost:
            return
        shown = "; ".join(lost[:NAMED]) + (f"; and {len(lost) - NAMED} more" if len(lost) > NAMED else "")
        message = f"{path}: {len(lost)} of {len(records)} supervisord did not answer: {shown}"
        policy = self.get_option("unreachable")
        if policy == "fail":
            raise AnsibleParserError(message)
        if policy == "warn" or len(lost) == len(records):
            self.display.warning(message)

    def _add_groups(self, groups: list[dict[str, list[str]]], prefixes: dict[str, str]) -> None:
        """All groups of one kind after the other, whichever host comes first. Plays can always name the last two."""
        for kind, prefix in prefixes.items():
            names = {name for kinds in groups for name in kinds[kind]}
            if kind == "reachability":
                names |= {prefix + "reachable", prefix + "unreachable"}
            for name in sorted(names):
                self._group(name)

    def _add(self, target: _inventory_endpoints.Target, record: dict, name: str, groups: dict[str, list[str]]) -> None:
        self.inventory.add_host(name)
        endpoint = target.endpoint
        _logins.remember(name, endpoint.url, endpoint.username, endpoint.password)
        found = self._variables(target, record, name)
        chosen = {self.get_option("vars_prefix") + key for key in self.get_option("variables")}
        for key, value in found.items():
            if key in chosen or key in target.variables or key.startswith("ansible_"):
                self.inventory.set_variable(name, key, value)
        for group in (group for kind in groups.values() for group in kind):
            self.inventory.add_host(name, group=self._group(group))
        self._construct(name, found, bool(record["reachable"]))

    def _construct(self, name: str, found: dict[str, t.Any], reachable: bool) -> None:
        """What a user makes of the variables, also of those that the host does not get."""
        strict = self.get_option("strict")
        known = {**found, **self.inventory.get_host(name).get_vars()}
        self._set_composite_vars(self.get_option("compose"), known, name, strict=strict)
        known = {**found, **self.inventory.get_host(name).get_vars()}
        self._add_host_to_composed_groups(self.get_option("groups"), known, name, strict=strict, fetch_hostvars=False)
        self._add_host_to_keyed_groups(
            self.get_option("keyed_groups"), known, name, strict=strict and reachable, fetch_hostvars=False
        )

    def _group(self, name: str) -> str:
        return self.inventory.add_group(self._sanitize_group_name(name))

    def _variables(self, target: _inventory_endpoints.Target, record: dict, name: str) -> dict[str, t.Any]:
        prefix = self.get_option("vars_prefix")
        known = {**_inventory_hosts.variables(record), "server": _inventory_hosts.server(target, name)}
        found: dict[str, t.Any] = {prefix + key: self._marker.mark(value) for key, value in known.items()}
        if not target.endpoint.host:
            found["ansible_connection"] = "local"
        elif "ansible_host" not in self.inventory.get_host(name).vars and not target.tunnelled:
            found["ansible_host"] = target.endpoint.host
        return {**found, **target.variables}
