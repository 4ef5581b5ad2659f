# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example inventory as a newcomer runs it: everything that is missing is told at once, before any host is asked."""

from __future__ import annotations

import json
import os
import re
import shutil

import ansible_programs
import collection
import pytest

pytestmark = pytest.mark.plays

EXAMPLE = os.path.join(collection.ROOT, "examples", "inventory")
FIXED = {
    "jdk_checksum": "sha256:" + "0" * 64,
    "tomcat_app_checksum": "sha512:" + "0" * 128,
    "vault_monitor_password": "a long way home 17",
}


@pytest.fixture(params=["4.0.4", "4.2.5", "4.3.0"])  # one for each ansible-core
def site(request, tmp_path):
    """Runs the playbook for a copy of the example, which it may only look at; returns exit code and words."""
    shutil.copytree(EXAMPLE, tmp_path / "my-fleet")
    ansible = ansible_programs.Ansible(request.param, tmp_path)

    def run(*arguments, tags="site_check", **variables):
        more = ["--tags", tags, "-e", json.dumps(variables), *arguments]
        # Nobody can be reached: a run that goes on to the hosts ends with exit code 4.
        ended = ansible.run(
            "ansible-playbook",
            "-i",
            "my-fleet",
            "supervisord.fleet.site",
            "--ssh-common-args=-oProxyCommand=false",
            *more,
        )
        return ended.returncode, " ".join((ended.stdout + ended.stderr).replace("\\n", " ").split())

    run.folder = tmp_path
    return run


def addresses(folder):
    """Put in addresses in the place of those of the example."""
    path = folder / "my-fleet" / "hosts.yml"
    path.write_text(re.sub(r"192\.0\.2\.", "127.1.2.", path.read_text()))


def test_everything_that_is_missing_is_told_at_once(site):
    code, said = site("--check", "--diff", tags="all")
    assert code == 2
    for missing in (
        "c701: ansible_host: 192.0.2.41 is an address for examples",
        "c702: ansible_host: 192.0.2.42 is an address for examples",
        "app_hosts: jdk_checksum: 'sha256:<64 hex digits>' is still the placeholder of an example",
        "app_hosts: jdk_archive: there is no file 'files/jdk-8u60-linux-x64.tar.gz' on the controller.",
        f"It was looked for in {site.folder}, ",
        "app_hosts: tomcat_app_checksum: 'sha512:<128 hex digits>' is still the placeholder of an example",
        "c702: monitor_web_users: 'vault_monitor_password' is undefined",
    ):
        assert missing in said
    assert "6 things are missing or wrong" in said
    assert "unreachable=1" not in said
    # No host's fault, so that a relaunch on failed hosts cannot be one on the first host alone.
    assert re.findall(r"(\w+) : ok=\d+ changed=\d+ unreachable=\d+ failed=1", said) == ["localhost"]
    assert len(said) < 6000


def test_an_archive_beside_the_inventory_is_found_and_compared(site):
    addresses(site.folder)
    (site.folder / "files").mkdir()
    (site.folder / "files" / "jdk-8u60-linux-x64.tar.gz").write_bytes(b"x")
    code, said = site(**FIXED)
    assert code == 2
    assert "1 thing is missing or wrong" in said
    assert f"jdk_checksum: {site.folder}/files/jdk-8u60-linux-x64.tar.gz has the sha256 2d711642" in said


def test_an_archive_inside_the_inventory_is_warned_of(site):
    addresses(site.folder)
    (site.folder / "my-fleet" / "files").mkdir()
    (site.folder / "my-fleet" / "files" / "shop.war").write_bytes(b"x")
    _code, said = site(jdk_install_method="package", **FIXED)
    plain = said.replace(" ", "")  # warnings are folded at a column, in the middle of names too
    assert f"Archiveslieinsidetheinventory:{site.folder}/my-fleet(files/shop.war)" in plain
    assert f"into{site.folder}/files." in plain


def test_a_site_with_everything_in_it_is_let_through_with_what_is_to_be_known(site):
    addresses(site.folder)
    code, said = site(jdk_install_method="package", **FIXED)
    assert code == 4
    assert "0 of 2 hosts of app_hosts have supervisor_inet_http_server" in said
    inet = {"port": "*:9001", "username": "admin", "password": "another long way 23"}
    code, said = site("--limit", "c701", jdk_install_method="package", supervisor_inet_http_server=inet, **FIXED)
    assert code == 4
    assert "0 of 2 hosts" not in said
    assert "--limit leaves out load_balancer on c702 and monitor_web on c702" in said
    code, said = site(jdk_install_method="package", supervisor_inet_http_server=inet, **FIXED)
    assert code == 4
    assert "WARNING" not in said


def test_only_the_roles_of_the_tags_are_looked_at(site):
    addresses(site.folder)
    code, said = site("--check", tags="monitor_web")
    assert code == 2
    assert "1 thing is missing or wrong" in said
    assert "vault_monitor_password" in said


def test_a_misspelt_name_is_told_with_the_hosts_that_have_it(site):
    addresses(site.folder)
    path = site.folder / "my-fleet" / "host_vars"
    path.mkdir()
    (path / "c702.yml").write_text("tomcat_app_instance: []\nsupervisor_purge: perhaps\n")
    code, said = site(jdk_install_method="package", **FIXED)
    assert code == 2
    assert "c702: tomcat_app_instance is no variable of the role tomcat_app; did you mean tomcat_app_instances?" in said
    assert "c702: supervisor_purge: 'perhaps' is neither true nor false" in said


def test_what_facts_will_tell_is_not_missed(site):
    addresses(site.folder)
    port = "{port: '{{ ansible_facts.default_ipv4.address }}:9001', username: u, password: another long way 23}"
    group = site.folder / "my-fleet" / "group_vars" / "app_hosts" / "page.yml"
    group.write_text(f"supervisor_inet_http_server: {port}\n")
    code, said = site(jdk_install_method="package", **FIXED)
    assert (code, "missing or wrong" in said) == (4, False)
