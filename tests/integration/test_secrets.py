# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module tells the machine's log and its result, with a secret in each option in turn that can hold one.

The options come from the modules' own argument specs, so that a new one is tried by itself.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import pathlib
import stat

import collection
import pytest
import targets

collection.make_importable()

SECRET = "Zx9-planted"
HIDDEN = "********"
CORES = ("3.4.0", "4.2.5", "4.3.0")  # what runs these releases: ansible-core 2.16, 2.19 and 2.21
MODULES = sorted(path.stem for path in pathlib.Path(collection.ROOT, "plugins", "modules").glob("*.py"))
# These run on the controller alone, the first asks a host by its shell.
WITHOUT_TARGET = [
    "adopted_variables",
    "fleet_direct",
    "fleet_report",
    "fleet_tell",
    "host_python",
    "playbook_variables",
    "role_variables",
    "site_check",
]

# Texts that are shown, and why each is no secret. Options of other types than text, lists and mappings cannot hold one.
SHOWN = {
    "what something is called": (
        "advice alias asker context events id identifier ignore_faults managed_by members method name names "
        "process_name programs prompt checksum_variable result_handler rpcinterface_factory ctl_factory role signal "
        "stopsignal variable version what"
    ),
    "where something is": (
        "address childlogdir create directory file filename files history_file host include logfile needs path pidfile "
        "port socket restart_on_files stderr_logfile stdout_logfile webapps_from_home"
    ),
    "whose something is, and who may": (
        "chmod chown group groups log_group mode owner socket_mode socket_owner umask user username users"
    ),
    "how much, or what is good": (
        "exitcodes fail_when logfile_maxbytes loglevel status stderr_capture_maxbytes stderr_logfile_maxbytes "
        "stdout_capture_maxbytes stdout_logfile_maxbytes"
    ),
}
EXCEPTIONS = {name for names in SHOWN.values() for name in names.split()}
# Texts that a difference shows, and why. The log and the rest of a result do not.
SHOWN_IN_DIFFERENCES = {
    "command": "the process list shows it to every account, and so does the program's file unless it holds a secret",
    "content": "a file of a web server that every account may read; where it holds secrets, `secret` leaves it out",
    "header": "a comment at the head of a file that every account may read",
}
# Shown but for the credentials in them.
ADDRESSES = {"checksum", "server_url", "serverurl", "src", "url"}


class SpecSeen(BaseException):
    """Carries an argument spec out of a module's main()."""


def spec_of(module, monkeypatch):
    """The argument spec as Ansible sees it."""
    from ansible_collections.supervisord.fleet.plugins.module_utils import _module

    def stop(argument_spec, **_rest):
        raise SpecSeen(argument_spec)

    monkeypatch.setattr(_module, "Module", stop)
    with pytest.raises(SpecSeen) as seen:
        importlib.import_module("ansible_collections.supervisord.fleet.plugins.modules." + module).main()
    return seen.value.args[0]


def places(spec, above=()):
    """Paths of all options that can hold a secret."""
    for name, option in spec.items():
        kind = option.get("elements") if option.get("type") == "list" else option.get("type", "str")
        if option.get("options"):
            yield from places(option["options"], (*above, name))
        elif kind in ("str", "dict", "raw") and not option.get("choices") and name not in EXCEPTIONS:
            yield (*above, name)


def value(name, option, folder, place=()):
    """A value for an option; with a secret in it where ``place`` leads."""
    kind = option.get("type", "str")
    if kind == "list":
        return [value(name, dict(option, type=option.get("elements", "raw")), folder, place)]
    if option.get("options"):
        return arguments(option["options"], folder, place[1:])
    if option.get("choices"):
        return option["choices"][0]
    if place:
        secret = f"https://u:{SECRET}@127.0.0.1:9/x?token={SECRET}" if name in ADDRESSES else SECRET
        return {"NAME": secret} if kind == "dict" else secret
    if name == "server_url":
        return "http://127.0.0.1:9"
    plain = {"path": f"{folder}/{name}", "int": 1, "float": 1.0, "bool": True, "dict": {"K": "v"}}
    return plain.get(kind, "plain")


def arguments(spec, folder, place):
    """The arguments that are required, and the one at ``place``."""
    wanted = {name for name, option in spec.items() if option.get("required")} | set(place[:1])
    return {name: value(name, spec[name], folder, place if place[:1] == (name,) else ()) for name in sorted(wanted)}


def more(module, place, folder):
    """What has to stand beside the option at ``place`` for the module to begin."""
    found = {}
    if module == "supervisor_rpc" and place[0] not in ("calls", "method"):
        found["method"] = "system.listMethods"
    if module.startswith("supervisor_") and module != "supervisor_config" and place[0] not in ("servers", "server_url"):
        found["config_file"] = str(folder / "none.conf")
    return found


def readable_for_all(folder):
    """Texts of the files that every account may read."""
    for root, _folders, files in os.walk(folder):
        for name in files:
            path = os.path.join(root, name)
            if stat.S_IMODE(os.lstat(path).st_mode) & 0o004:
                yield path, pathlib.Path(path).read_text(encoding="utf-8", errors="replace")


def assert_told_nothing(result, logged, what):
    assert SECRET not in json.dumps(result), what
    assert SECRET not in "\n".join(logged), what


def test_what_is_shown_exists(monkeypatch):
    specs = [spec_of(module, monkeypatch) for module in MODULES if module not in WITHOUT_TARGET]

    def names(spec):
        return set(spec).union(*(names(option["options"]) for option in spec.values() if option.get("options")))

    assert EXCEPTIONS - set().union(*map(names, specs)) == set()


@pytest.mark.parametrize("module", sorted(set(MODULES) - set(WITHOUT_TARGET)))
def test_no_mapping_and_no_list_is_hidden_by_its_values(module, monkeypatch):
    """Ansible would cut each of the values, "17" too, out of all that the module answers."""

    def walk(spec):
        for name, option in spec.items():
            assert not option.get("no_log") or option.get("type", "str") == "str", name
            walk(option.get("options") or {})

    walk(spec_of(module, monkeypatch))


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("module", sorted(set(MODULES) - set(WITHOUT_TARGET)))
def test_no_option_ends_in_a_log_or_a_result(module, core, monkeypatch, tmp_path):
    spec, target = spec_of(module, monkeypatch), targets.of(core)
    found = list(places(spec))
    for place in found or [()]:
        args, logged = dict(arguments(spec, tmp_path, place), **more(module, place, tmp_path)), []
        result = target.run(module, args, check=True, diff=True, logged=logged)
        difference = result.pop("diff", "")
        assert_told_nothing(result, logged, place)
        assert SECRET not in json.dumps(difference) or place[-1] in SHOWN_IN_DIFFERENCES, place
        assert [line for line in logged if line.startswith("Invoked with")], (place, result)
        assert result["invocation"]["module_args"].keys() >= args.keys(), place


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("module", sorted(set(MODULES) - set(WITHOUT_TARGET)))
def test_refused_arguments_are_not_repeated(module, core, monkeypatch, tmp_path):
    spec, target = spec_of(module, monkeypatch), targets.of(core)
    for place in places(spec):
        args, logged = dict(arguments(spec, tmp_path, place), **more(module, place, tmp_path)), []
        args["no_such_option"] = {"KEY": SECRET, "list": [SECRET]}
        result = target.run(module, args, logged=logged)
        assert "no_such_option" in result["msg"]
        assert_told_nothing(result, logged, place)
    mappings = [name for name, option in spec.items() if "dict" in (option.get("type"), option.get("elements"))]
    for name in mappings:
        args, logged = dict(arguments(spec, tmp_path, ()), **{name: SECRET}), []
        result = target.run(module, args, logged=logged)
        assert result["failed"]
        assert_told_nothing(result, logged, name)


MAIN = {
    "path": "supervisord.conf",
    "inet_http_server": {"port": "127.0.0.1:9", "username": "ops", "password": SECRET},
    "supervisord": {"environment": {"TOKEN": SECRET}, "logfile": "/dev/null", "user": "root"},
    "rpcinterfaces": [{"name": "x", "rpcinterface_factory": "os:getcwd", "options": {"token": SECRET}}],
}


@pytest.mark.parametrize("core", CORES)
def test_a_written_configuration_names_what_is_secret(core, tmp_path):
    target, path = targets.of(core), tmp_path / "supervisord.conf"
    args = dict(MAIN, path=str(path), hash_passwords=False, backup=True)
    for token, check in (("1", True), ("1", False), ("2", False)):
        args["supervisord"] = dict(MAIN["supervisord"], environment={"TOKEN": SECRET + token, "JAVA_HOME": SECRET})
        logged = []
        result = target.run("supervisor_config", args, check=check, diff=True, logged=logged)
        assert not result["failed"], result
        assert_told_nothing(result, logged, check)
    shown = result["diff"]["after"].splitlines()
    assert "token=********" in shown
    first = next(index for index, line in enumerate(shown) if line.startswith("environment="))
    assert shown[first : first + 2] == ["environment=JAVA_HOME=********,", "\tTOKEN=******** (changed)"]
    assert SECRET in path.read_text(encoding="utf-8")
    assert os.path.exists(result["backup_file"])
    assert [name for name, text in readable_for_all(tmp_path) if SECRET in text] == []


BASE = {
    "name": "tomcat",
    "user": "root",
    "group": "root",
    "version": "10.1.1",
    "files": [{"path": "conf/server.xml", "content": '<Server port="8005" shutdown="%s"/>' % SECRET}],
    "wars": [{"name": "shop.war", "src": f"https://u:{SECRET}@127.0.0.1:9/shop.war?token={SECRET}"}],
}


@pytest.mark.parametrize("core", CORES)
def test_a_tomcat_keeps_its_secrets_and_its_names(core, tmp_path):
    """Where a password is an ordinary word, results are whole all the same: later tasks write what they say."""
    release, war = tmp_path / "tomcat-10.1.1", tmp_path / "war"
    (release / "conf").mkdir(parents=True)
    war.write_text("a web application", encoding="utf-8")
    item = dict(BASE, base=str(tmp_path / "tomcat"), release=str(release))
    args = {
        "bases": [item],
        "url_options": {"timeout": 10, "url_username": "tomcat", "url_password": "tomcat", "headers": {"X": SECRET}},
        "_step": "apply",
        "_delivered": {hashlib.sha256(("%s " % item["wars"][0]["src"]).encode()).hexdigest(): str(war)},
    }
    for check in (True, False):
        logged = []
        result = targets.of(core).run("tomcat_base", args, check=check, diff=True, logged=logged)
        assert not result["failed"], result
        assert_told_nothing(result, logged, check)
        assert HIDDEN not in json.dumps(result["bases"])
        assert result["bases"][0]["name"] == "tomcat"
        assert '<Server port="8005" shutdown="********"/>' in json.dumps(result["diff"]).replace('\\"', '"')
    assert (tmp_path / "tomcat" / "webapps" / "shop.war").read_text(encoding="utf-8") == "a web application"
    assert [name for name, text in readable_for_all(tmp_path) if SECRET in text] == []
