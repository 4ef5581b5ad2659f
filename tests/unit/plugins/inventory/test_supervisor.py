# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin inside Ansible, with daemons that are only answers."""

from __future__ import annotations

import json

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import get_cache_plugin
from ansible.plugins.loader import inventory_loader
from ansible.utils.display import Display
from ansible.utils.unsafe_proxy import AnsibleUnsafe

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.plugin_utils import _inventory_ask
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.fleet_servers import fleet_servers

SECRET = "s3cret-Passw0rd"
EVIL = "{{ lookup('ansible.builtin.env', 'HOME') }}"


def process(group, name, state="RUNNING"):
    return {"name": f"{group}:{name}", "group": group, "process": name, "state": state, "description": ""}


def answer(*processes, **changes):
    known = {"version": "4.2.5", "api_version": "3.0", "identification": "supervisor", "state": "RUNNING", "pid": 7}
    return {**known, "processes": list(processes), **changes}


class World:
    """Answers by address; whoever has none is refused. ``asked`` has the targets of each time."""

    def __init__(self, folder):
        self.folder = folder
        self.answers = {}
        self.asked = []
        self.warnings = []

    def ask(self, targets, parallel):
        self.asked.append(targets)
        self.parallel = parallel
        return [self.record(target) for target in targets]

    def record(self, target):
        known = {"url": target.endpoint.url, "checked": 1000 + len(self.asked)}
        if target.endpoint.host in self.answers:
            return {**known, "reachable": True, **self.answers[target.endpoint.host]}
        return {**known, "reachable": False, "failure": "refused", "error": f"{target.endpoint.url}: refused"}

    def inventory(self, *endpoints, refresh=False, extra="", **options):
        """The inventory of one configuration file, ``extra`` is more of its text."""
        config = {"plugin": "supervisord.fleet.supervisor", "endpoints": list(endpoints), **options}
        path = self.folder / "fleet.supervisor.yml"
        path.write_text(yaml.safe_dump({key: value for key, value in config.items() if value != []}) + extra)
        plugin = inventory_loader.get("supervisord.fleet.supervisor")
        found = InventoryData()
        plugin.parse(found, DataLoader(), str(path), cache=not refresh)
        if plugin.get_option("cache"):
            plugin.update_cache_if_changed()
        found.reconcile_inventory()
        return found


@pytest.fixture
def world(tmp_path, monkeypatch):
    found = World(tmp_path)
    monkeypatch.setattr(_inventory_ask, "ask", found.ask)
    monkeypatch.setattr(Display, "warning", lambda _self, text, *_args, **_kwargs: found.warnings.append(str(text)))
    for name in ("SUPERVISOR_USERNAME", "SUPERVISOR_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return found


def variables(manager, name):
    return manager.get_host(name).vars


def members(manager, group):
    return [host.name for host in manager.groups[group].get_hosts()] if group in manager.groups else None


def own_warnings(world):
    return [text for text in world.warnings if "supervisord did not answer" in text]


def test_hosts_groups_and_variables(world):
    world.answers = {"a": answer(process("web", "web_00"), process("cron", "cron", "FATAL"))}
    found = world.inventory("a", "b:9002")
    assert sorted(found.hosts) == ["a", "b"]
    known = variables(found, "a")
    assert known["supervisord_version"] == "4.2.5"
    assert known["supervisord_url"] == "http://a:9001"
    assert known["ansible_host"] == "a"
    assert known["supervisord_states"] == {"FATAL": 1, "RUNNING": 1}
    groups = {name: members(found, name) for name in found.groups if name.startswith("supervisor_")}
    assert groups == {
        "supervisor_state_running": ["a"],
        "supervisor_state_fatal": ["a"],
        "supervisor_group_web": ["a"],
        "supervisor_group_cron": ["a"],
        "supervisor_program_web": ["a"],
        "supervisor_program_cron": ["a"],
        "supervisor_version_4_2_5": ["a"],
        "supervisor_reachable": ["a"],
        "supervisor_unreachable": ["b"],
    }
    assert variables(found, "b")["supervisord_failure"] == "refused"


def test_both_groups_of_reachability_exist(world):
    world.answers = {"a": answer()}
    assert members(world.inventory("a"), "supervisor_unreachable") == []


OWN = "plugin: supervisord.fleet.supervisor\n"
VAULTED = "$ANSIBLE_VAULT;1.1;AES256\n61626364\n"


@pytest.mark.parametrize("name", ["fleet.yml", "supervisor.yml", "fleet.yaml"])
@pytest.mark.parametrize(
    "text",
    [OWN, f"---\n# about\n{OWN}", "plugin: 'supervisord.fleet.supervisor' # x\n", VAULTED]
    + [
        json.dumps({"endpoints": ["a"], "plugin": "supervisord.fleet.supervisor"}, indent=indent)
        for indent in (None, 1)
    ],
)
def test_any_name_will_do_for_a_file_that_names_the_plugin(world, tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert inventory_loader.get("supervisord.fleet.supervisor").verify_file(str(tmp_path / name)) is True


def test_ansible_hands_such_a_file_to_the_plugin(world, tmp_path):
    world.answers = {"a": answer()}
    (tmp_path / "fleet.yml").write_text(OWN + "endpoints: [a]\n")
    found = InventoryManager(loader=DataLoader(), sources=[str(tmp_path / "fleet.yml")])
    assert members(found, "supervisor_reachable") == ["a"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fleet.yml", "---\n"),
        ("fleet.yml", "plugin: amazon.aws.aws_ec2\n"),
        ("fleet.yml", "all: {hosts: {a: {about: the plugin supervisord.fleet.supervisor}}}\n"),
        ("fleet.yml", "plugin: supervisord.fleet.supervisors\n"),
        ("fleet.supervisor.json", OWN),
        ("hosts", OWN),
    ],
)
def test_files_of_others_are_left_alone(world, tmp_path, name, text):
    plugin = inventory_loader.get("supervisord.fleet.supervisor")
    (tmp_path / name).write_text(text)
    assert plugin.verify_file(str(tmp_path / name)) is False
    (tmp_path / "x.supervisor.yaml").write_text("---\n")
    assert plugin.verify_file(str(tmp_path / "x.supervisor.yaml")) is True
    assert plugin.verify_file(str(tmp_path / "absent.supervisor.yml")) is False


@pytest.mark.parametrize(
    ("policy", "hosts", "warned"),
    [("group", ["a", "b"], False), ("warn", ["a"], True), ("skip", ["a"], False)],
)
def test_policies_for_who_does_not_answer(world, policy, hosts, warned):
    world.answers = {"a": answer()}
    assert sorted(world.inventory("a", "b", unreachable=policy).hosts) == hosts
    assert bool(own_warnings(world)) is warned
    if warned:
        assert "1 of 2 supervisord did not answer: b (http://b:9001: refused)" in own_warnings(world)[0]


def test_a_failure_can_fail_the_source(world):
    world.answers = {"a": answer()}
    with pytest.raises(AnsibleError, match="1 of 2 supervisord did not answer: b"):
        world.inventory("a", "b", unreachable="fail")


def test_when_nobody_answers_there_is_a_warning(world):
    world.inventory("n[01:30]", unreachable="skip")
    (text,) = own_warnings(world)
    assert "30 of 30 supervisord did not answer: n01 (" in text
    assert "; n10 (" in text
    assert "n11 (" not in text
    assert "; and 20 more" in text


def test_duplicate_names_fail(world):
    with pytest.raises(AnsibleError, match="http://a:9001 and http://b:9001 would both be the host 'x'"):
        world.inventory({"server_url": "a", "name": "x"}, {"server_url": "b", "name": "x"})
    assert world.asked == []


@pytest.mark.parametrize(
    ("endpoints", "options"),
    [
        ([], {}),
        (["n[2:1]"], {}),
        ([{"port": 1}], {}),
        (["a"], {"parallel": -1}),
        (["a"], {"timeout": 0}),
        (["a"], {"timeout": "soon"}),
        (["a"], {"unreachable": "maybe"}),
        (["a"], {"hostnames": ["best"]}),
        (["a"], {"group_by": ["colour"]}),
        (["a"], {"password": "x"}),
    ],
)
def test_bad_configurations_fail(world, endpoints, options):
    with pytest.raises(AnsibleError):
        world.inventory(*endpoints, **options)
    assert world.asked == []


def test_credentials_of_the_environment_are_no_templates(world, monkeypatch):
    monkeypatch.setenv("SUPERVISOR_USERNAME", "admin")
    monkeypatch.setenv("SUPERVISOR_PASSWORD", "{{ 1 + 1 }}{%")
    world.inventory("a", {"server_url": "b", "password": "own"})
    first, second = world.asked[0]
    assert (first.endpoint.username, first.endpoint.password) == ("admin", "{{ 1 + 1 }}{%")
    assert (second.endpoint.username, second.endpoint.password) == ("admin", "own")


def test_credentials_of_the_file_may_be_templates(world, monkeypatch):
    monkeypatch.setenv("SUPERVISOR_PASSWORD", "of the environment")
    monkeypatch.setenv("FLEET_TEST", SECRET)
    template = "{{ lookup('ansible.builtin.env', 'FLEET_TEST') }}"
    world.inventory("a", {"server_url": "b", "password": f"x{template}"}, username="u", password=template)
    assert [target.endpoint.password for target in world.asked[0]] == [SECRET, "x" + SECRET]


def test_endpoints_may_be_a_template(world, monkeypatch):
    monkeypatch.setenv("FLEET_TEST", "a b")
    found = world.inventory(extra="endpoints: \"{{ lookup('ansible.builtin.env', 'FLEET_TEST') | split }}\"\n")
    assert sorted(found.hosts) == ["a", "b"]


def test_variables_of_an_endpoint(world):
    world.answers = {"a": answer()}
    entry = {"server_url": "a", "vars": {"zone": "z", "later": "{{ inventory_hostname }}", "ansible_host": "10.0.0.1"}}
    known = variables(world.inventory(entry), "a")
    assert (known["zone"], known["later"], known["ansible_host"]) == ("z", "{{ inventory_hostname }}", "10.0.0.1")


def test_an_earlier_source_keeps_its_address(world, tmp_path):
    world.answers = {"a": answer()}
    (tmp_path / "hosts.yml").write_text("all: {hosts: {a: {ansible_host: 10.0.0.9}}}")
    (tmp_path / "x.supervisor.yml").write_text("{plugin: supervisord.fleet.supervisor, endpoints: [a]}")
    sources = [str(tmp_path / "hosts.yml"), str(tmp_path / "x.supervisor.yml")]
    found = InventoryManager(loader=DataLoader(), sources=sources)
    assert variables(found, "a")["ansible_host"] == "10.0.0.9"
    assert variables(found, "a")["supervisord_reachable"] is True


def test_tasks_of_a_host_behind_a_tunnel_do_not_run_on_the_controller(world):
    """The address is where the tunnel begins; Ansible reaches the host by its name."""
    found = world.inventory({"server_url": "127.0.0.1:19001", "name": "c701"}, "127.0.0.1:9001", port=9001)
    assert "ansible_host" not in variables(found, "c701")
    assert variables(found, "c701")["supervisord_server"]["server_url"] == "http://127.0.0.1:19001"
    assert variables(found, "127.0.0.1_9001")["ansible_host"] == "127.0.0.1"


def test_a_unix_socket_is_on_this_machine(world):
    known = variables(world.inventory("unix:///run/supervisor.sock"), "run_supervisor.sock")
    assert known["ansible_connection"] == "local"
    assert "ansible_host" not in known


def test_prefixes(world):
    world.answers = {"a": answer(process("web", "web_00"))}
    found = world.inventory(
        "a",
        group_by=["group", "state", "reachability"],
        group_prefix="g_",
        state_prefix="is_",
        reachability_prefix="sv_",
        vars_prefix="sv_",
    )
    assert set(found.groups) == {"all", "ungrouped", "g_web", "is_running", "sv_reachable", "sv_unreachable"}
    assert variables(found, "a")["sv_version"] == "4.2.5"


def test_constructed(world):
    world.answers = {"a": answer(process("web", "web_00"), process("cron", "cron", "FATAL"))}
    found = world.inventory(
        "a",
        "b",
        compose={"failed": "supervisord_states.FATAL | default(0)", "twice": "failed_is_not_known_yet"},
        groups={"bad": "failed | int > 0", "odd name": "not supervisord_reachable"},
        keyed_groups=[
            {"key": "supervisord_failure", "prefix": "failure"},
            {
                "key": "supervisord_processes | map(attribute='process') | list",
                "prefix": "proc",
                "parent_group": "procs",
            },
            {"key": "supervisord_version", "prefix": "v", "separator": ""},
        ],
    )
    assert str(variables(found, "a")["failed"]) == "1"
    assert "twice" not in variables(found, "a")
    assert members(found, "bad") == ["a"]
    assert members(found, "odd_name") == ["b"]
    assert members(found, "failure_refused") == ["b"]
    assert members(found, "proc_web_00") == members(found, "procs") == ["a"]
    assert members(found, "v4_2_5") == ["a"]


@pytest.mark.parametrize(
    "options",
    [
        {"compose": {"x": "no_such_thing"}},
        {"groups": {"x": "no_such_thing"}},
        {"keyed_groups": [{"key": "no_such_thing"}]},
    ],
)
def test_strict(world, options):
    world.answers = {"a": answer()}
    world.inventory("a", **options)
    with pytest.raises(AnsibleError, match="no_such_thing"):
        world.inventory("a", strict=True, **options)


def texts(value):
    """Every text in some data."""
    if isinstance(value, dict):
        return [text for pair in value.items() for item in pair for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def harmless(text):
    """Will Ansible leave this text alone?"""
    try:
        from ansible.template import is_trusted_as_template
    except ImportError:  # before 2.19 everything is a template unless it is marked
        return isinstance(text, AnsibleUnsafe)
    return not is_trusted_as_template(text)


@pytest.mark.parametrize("cached", [False, True])
def test_what_daemons_say_is_no_template(world, tmp_path, cached):
    evil = answer(process(EVIL, "{%raw%}", "{#x"), identification=EVIL, version="{{ 7 * 7 }}")
    world.answers = {"a": evil}
    options = {
        "compose": {"copy": "supervisord_identification", "all_of_it": "supervisord_processes"},
        "keyed_groups": [{"key": "supervisord_identification", "prefix": "id"}],
        "hostnames": ["identification"],
    }
    if cached:
        options.update(cache=True, cache_plugin="ansible.builtin.jsonfile", cache_connection=str(tmp_path / "cache"))
        world.inventory("a", "b", **options)
    found = world.inventory("a", "b", **options)
    assert len(world.asked) == 1
    known = variables(found, "a")
    said = [text for key, value in known.items() if key.startswith("supervisord_") for text in texts(value)]
    assert len(said) > 6
    assert [text for text in said if not harmless(text)] == []
    assert known["copy"] == known["supervisord_identification"] == EVIL
    assert "supervisor_version____7___7___" in found.groups
    assert not [name for name in found.groups if "{" in name]


def cache_options(tmp_path, **options):
    return {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(tmp_path / "cache"),
        "cache_prefix": "fleet_",
        **options,
    }


def test_the_cache_answers_the_second_time(world, tmp_path):
    world.answers = {"a": answer(process("web", "web"))}
    first = world.inventory("a", "b", **cache_options(tmp_path))
    world.answers = {}
    second = world.inventory("a", "b", **cache_options(tmp_path))
    assert len(world.asked) == 1
    for name in ("a", "b"):
        assert json.loads(json.dumps(variables(first, name))) == json.loads(json.dumps(variables(second, name)))
    assert set(first.groups) == set(second.groups)


def test_the_cache_is_passed_over_on_a_refresh(world, tmp_path):
    world.inventory("a", **cache_options(tmp_path))
    world.answers = {"a": answer()}
    assert variables(world.inventory("a", refresh=True, **cache_options(tmp_path)), "a")["supervisord_reachable"]
    assert len(world.asked) == 2
    assert variables(world.inventory("a", **cache_options(tmp_path)), "a")["supervisord_reachable"]
    assert len(world.asked) == 2


def test_the_cache_is_of_these_endpoints(world, tmp_path):
    world.inventory("a", **cache_options(tmp_path))
    world.inventory("a", "b", **cache_options(tmp_path))
    assert len(world.asked) == 2


@pytest.mark.parametrize(
    "content", [[], {}, "x", {"format": 0, "records": []}, {"format": 1}, {"format": 1, "records": {"a": 1}}]
)
def test_a_cache_of_something_else_is_asked_anew(world, tmp_path, content):
    world.inventory("a", **cache_options(tmp_path))
    (path,) = (tmp_path / "cache").iterdir()
    cache = get_cache_plugin("ansible.builtin.jsonfile", _uri=str(path.parent), _prefix="fleet_", _timeout=60)
    cache[path.name[path.name.index("supervisord.fleet") :]] = content
    cache.set_cache()
    assert sorted(world.inventory("a", **cache_options(tmp_path)).hosts) == ["a"]
    assert len(world.asked) == 2


def test_no_secret_stays_anywhere(world, tmp_path, monkeypatch):
    monkeypatch.setenv("SUPERVISOR_PASSWORD", SECRET)
    world.answers = {"a": answer()}
    entry = {"server_url": "b", "username": "other", "password": SECRET}
    found = world.inventory("a", entry, username="admin", **cache_options(tmp_path))
    for name in ("a", "b"):
        assert SECRET not in str(variables(found, name))
        assert "admin" not in str(variables(found, name))
    (path,) = (tmp_path / "cache").iterdir()
    assert SECRET not in path.read_text()
    assert "admin" not in path.read_text()


def test_an_entry_for_the_modules(world):
    options = {"validate_certs": False, "client_cert": "/c", "client_key": "/k", "username": "u", "password": SECRET}
    found = world.inventory("a", {"server_url": "https://b", "name": "x", **options})
    assert variables(found, "a")["supervisord_server"] == {"name": "a", "server_url": "http://a:9001"}
    assert variables(found, "x")["supervisord_server"] == {
        "name": "x",
        "server_url": "https://b",
        "client_cert": "/c",
        "client_key": "/k",
        "validate_certs": False,
    }


def test_options_reach_the_question(world):
    world.inventory("https://a", timeout=2.5, parallel=7, validate_certs=False, ca_path="/ca", username="u")
    (target,) = world.asked[0]
    assert world.parallel == 7
    assert target.timeout == 2.5
    assert target.endpoint.ca_path == "/ca"
    assert target.endpoint.validate_certs is False


def test_errors_of_the_question_are_told(world, monkeypatch):
    def fail(_targets, _parallel):
        raise _errors.OptionError("parallel -1: give 0 or more")

    monkeypatch.setattr(_inventory_ask, "ask", fail)
    with pytest.raises(AnsibleError, match="parallel -1: give 0 or more"):
        world.inventory("a")


def test_a_user_chooses_the_variables_and_groups_use_all_of_them(world):
    world.answers = {"a": answer(process("web", "web_00", "FATAL"))}
    entry = {"server_url": "a", "vars": {"zone": "z"}}
    found = world.inventory(
        entry,
        variables=["server", "states"],
        compose={"bad": "supervisord_processes | map(attribute='name') | list"},
        keyed_groups=[{"key": "supervisord_version", "prefix": "v"}],
    )
    known = variables(found, "a")
    own = {key for key in known if key.startswith("supervisord_")}
    assert own == {"supervisord_server", "supervisord_states"}
    assert (known["zone"], known["ansible_host"], known["bad"]) == ("z", "a", ["web:web_00"])
    assert members(found, "v_4_2_5") == ["a"]


def test_an_unknown_variable_is_refused_by_name(world):
    with pytest.raises(AnsibleError, match="prozesses.*variables"):
        world.inventory("a", variables=["prozesses"])
    assert world.asked == []


def test_strict_is_no_obstacle_for_one_that_is_down(world):
    world.answers = {"a": answer()}
    found = world.inventory("a", "b", strict=True, keyed_groups=[{"key": "supervisord_version", "prefix": "v"}])
    assert members(found, "v_4_2_5") == ["a"]
    assert variables(found, "b")["supervisord_version"] == ""


def test_strict_is_strict_for_one_that_answers(world):
    world.answers = {"a": answer(version="")}
    with pytest.raises(AnsibleError, match="supervisord_version"):
        world.inventory("a", strict=True, keyed_groups=[{"key": "supervisord_version", "prefix": "v"}])


def test_the_playbooks_ask_with_the_login_of_the_plugin(world):
    """Variables of hosts hold none of it."""
    world.answers = {"a": answer()}
    own = {"server_url": "https://b:1/RPC2", "username": "", "ca_path": "/etc/ca.pem"}
    found = world.inventory("a", own, username="u", password=SECRET)
    hosts = [{**variables(found, name), "inventory_hostname": name} for name in ("a", "b")]
    assert SECRET not in str(hosts)
    assert fleet_servers(hosts) == [
        {"name": "a", "server_url": "http://a:9001", "username": "u", "password": SECRET},
        {"name": "b", "server_url": "https://b:1/RPC2", "ca_path": "/etc/ca.pem"},
    ]


def test_a_login_goes_to_no_other_address(world):
    """Another source may say where a host's daemon is."""
    world.inventory("a", username="u", password=SECRET)
    host = {"inventory_hostname": "a", "supervisord_server": {"server_url": "http://elsewhere:9001"}}
    assert fleet_servers([host]) == [{"name": "a", "server_url": "http://elsewhere:9001"}]
