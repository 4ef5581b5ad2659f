# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was read of several hosts becomes files that people can read, and that Ansible reads back as what was there."""

from __future__ import annotations

import shlex
import stat
from inspect import signature

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _adopted_files

# From ansible-core 2.19 on nothing is a template that nobody has said is one.
TRUST = (
    {"trusted_as_template": True} if "trusted_as_template" in signature(DataLoader.load_from_file).parameters else {}
)
MARK = {"_vault": "vault_web_key", "before": "", "after": ""}
WEB = {"name": "web", "command": "/bin/web {{ lookup('pipe', 'id') }}", "environment": {"KEY": MARK}}
CRON = {"name": "cron", "command": "/bin/cron", "umask": "022"}


def kept(tmp_path, **hosts):
    for name, (variables, secrets) in hosts.items():
        _adopted_files.keep(str(tmp_path), name, {"variables": variables, "secrets": secrets, "version": "4.3.0"})
    return _adopted_files.write(str(tmp_path), list(hosts), "shop")


def loaded(tmp_path, host):
    """The variables of a host, as Ansible would have them."""
    loader, found = DataLoader(), {}
    for folder in (tmp_path / "group_vars" / "shop", tmp_path / "host_vars" / host):
        for path in sorted(folder.glob("*.yml")):
            found.update(loader.load_from_file(str(path), **TRUST) or {})
    templar = Templar(loader=loader, variables=found)
    return {name: templar.template(value) for name, value in found.items()}


def test_what_all_have_alike_goes_to_the_group_and_the_rest_to_each_host(tmp_path):
    variables = {"supervisor_config_file": "/etc/s.conf", "supervisor_programs": [WEB]}
    files, changed = kept(
        tmp_path,
        a=({**variables, "supervisor_programs": [CRON, WEB]}, {"vault_web_key": "k"}),
        b=(variables, {"vault_web_key": "k"}),
    )
    assert changed
    assert [path[len(str(tmp_path)) + 1 :] for path in files] == [
        "group_vars/shop/supervisor.yml",
        "host_vars/a/supervisor.yml",
        "group_vars/shop/vault.yml",
    ]
    web = {"name": "web", "command": WEB["command"], "environment": {"KEY": "k"}}
    assert loaded(tmp_path, "a")["supervisor_programs"] == [web, CRON]
    assert loaded(tmp_path, "b")["supervisor_programs"] == [web]
    assert loaded(tmp_path, "b")["supervisor_config_file"] == "/etc/s.conf"


def test_a_secret_that_differs_stays_with_each_host(tmp_path):
    kept(
        tmp_path,
        a=({"supervisor_programs": [WEB]}, {"vault_web_key": "one"}),
        b=({"supervisor_programs": [WEB]}, {"vault_web_key": "{{ two }}"}),
    )
    for host, key in (("a", "one"), ("b", "{{ two }}")):
        assert loaded(tmp_path, host)["supervisor_programs"][0]["environment"] == {"KEY": key}
        text = (tmp_path / "host_vars" / host / "supervisor.yml").read_text()
        assert "one" not in text
        assert "two" not in text


def test_nobody_else_can_read_any_of_it_and_nothing_is_left_over(tmp_path):
    kept(tmp_path, a=({"supervisor_programs": [WEB]}, {"vault_web_key": "one"}))
    found = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(found) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}


def test_the_command_that_encrypts_names_the_vaults_of_this_run_only(tmp_path):
    old = tmp_path / "group_vars" / "other" / "vault.yml"
    old.parent.mkdir(parents=True)
    old.write_text("$ANSIBLE_VAULT;1.1;AES256\n")
    files, _changed = kept(
        tmp_path,
        **{"a b": ({"supervisor_programs": [WEB]}, {"vault_web_key": "one"})},
        c=({"supervisor_programs": [WEB]}, {"vault_web_key": "two"}),
        d=({"supervisor_programs": [CRON]}, {}),
    )
    words = shlex.split(_adopted_files.encryption(files).replace("\\\n", " "))
    assert words == ["ansible-vault", "encrypt", *(f"{tmp_path}/host_vars/{host}/vault.yml" for host in ("a b", "c"))]
    assert _adopted_files.encryption([path for path in files if path.endswith("supervisor.yml")]) == ""


def test_a_file_that_says_something_else_is_never_replaced(tmp_path):
    kept(tmp_path, a=({"supervisor_programs": [CRON]}, {}))
    path = tmp_path / "host_vars" / "a" / "supervisor.yml"
    path.write_text(path.read_text() + "more: true\n")
    with pytest.raises(ValueError, match="says something else"):
        kept(tmp_path, a=({"supervisor_programs": [CRON]}, {}))
    assert path.read_text().endswith("more: true\n")


def test_a_second_time_changes_nothing(tmp_path):
    first = kept(tmp_path, a=({"supervisor_programs": [CRON]}, {}))
    assert kept(tmp_path, a=({"supervisor_programs": [CRON]}, {})) == (first[0], False)


@pytest.mark.parametrize("name", ["..", "a/b", ""])
def test_the_name_of_a_host_leads_nowhere_else(tmp_path, name):
    with pytest.raises(OSError, match="name of a folder"):
        _adopted_files.keep(str(tmp_path), name, {})


def test_octal_numbers_and_words_stay_texts(tmp_path):
    kept(tmp_path, a=({"supervisor_programs": [{"name": "on", "umask": "022", "stopsignal": "1"}]}, {}))
    text = (tmp_path / "host_vars" / "a" / "supervisor.yml").read_text()
    assert yaml.safe_load(text)["supervisor_programs"] == [{"name": "on", "umask": "022", "stopsignal": "1"}]
