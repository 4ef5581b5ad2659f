# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that take rights from services: each line has its reason, can be lifted, and takes what nobody needs."""

from __future__ import annotations

import pathlib

import jinja2
import pytest
import yaml

ROLES = pathlib.Path(__file__).parents[3] / "roles"
# Each of these ends something that is common: sudo, JVMs, logs in /home, GPUs, browsers, a host of many programs.
NEVER = {
    "DeviceAllow", "DynamicUser", "MemoryDenyWriteExecute", "NoNewPrivileges", "PrivateDevices", "PrivateNetwork",
    "PrivateTmp", "PrivateUsers", "ProtectClock", "ProtectHome", "ProtectProc", "ProtectSystem", "RootDirectory",
    "User",
}  # fmt: skip
NEEDED = {
    "CAP_SETUID", "CAP_SETGID", "CAP_SYS_RESOURCE", "CAP_NET_RAW", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
    "@privileged", "@resources", "@mount", "@debug", "@setuid", "AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK",
}  # fmt: skip


def variables(role):
    return yaml.safe_load((ROLES / role / "vars" / "main.yml").read_text())


def rendered(role, **more):
    path = ROLES / role / "templates/etc/systemd/system/hardening.conf.j2"
    environment = jinja2.Environment(trim_blocks=True, undefined=jinja2.StrictUndefined, autoescape=False)
    environment.filters["comment"] = "# {}".format
    return environment.from_string(path.read_text()).render(variables(role), ansible_managed="managed", **more)


def settings(text):
    lines = text.split("[Service]\n")[1].splitlines()
    found = [(line, lines[number - 1]) for number, line in enumerate(lines) if not line.startswith("#")]
    assert all(why.startswith("# ") and len(why) > 10 for _line, why in found), text
    return dict(line.split("=", 1) for line, _why in found)


def supervisor(**options):
    return settings(rendered("supervisor", __supervisor={"service_options": options}))


def test_every_setting_has_its_reason_and_stands_in_the_readme():
    readme = (ROLES / "supervisor" / "README.md").read_text()
    names = set(supervisor()) - {"ExecStartPre", "SystemCallErrorNumber"}
    assert len(names) >= 7
    assert {name for name in names if f"`{name}" not in readme} == set()


@pytest.mark.parametrize("value", [None, "~@swap"])
def test_a_setting_of_ones_own_takes_the_place_of_one(value):
    found = supervisor(Service={"SystemCallFilter": value, "RestrictRealtime": None})
    assert set(supervisor()) - set(found) == {"SystemCallFilter", "RestrictRealtime"}


@pytest.mark.parametrize("service", [0, 1])
def test_the_dashboards_services_have_a_reason_for_every_setting_too(service):
    item = variables("monitor_web")["__monitor_web_hardened"][service]
    assert len(settings(rendered("monitor_web", item=item))) >= 10 + len(item["more"])


def test_nothing_is_taken_that_programs_need():
    services = [variables("supervisor")["__supervisor_hardening"], variables("monitor_web")["__monitor_web_hardening"]]
    for lines in services:
        assert {line["name"] for line in lines} & NEVER == set()
        assert {word.lstrip("~") for line in lines for word in str(line["value"]).split()} & NEEDED == set()
        # What is listed is taken away; without the sign only what is listed would be left.
        lists = [
            line["value"] for line in lines if line["name"].startswith(("Capab", "SystemCallFilter", "RestrictAddr"))
        ]
        assert [text[0] for text in lists] == ["~"] * 3


def test_the_rule_of_the_package_is_replaced_where_it_has_one_and_by_none():
    assert yaml.safe_load((ROLES / "supervisor/vars/RedHat.yml").read_text())["__supervisor_logrotate_file"] == (
        "/etc/logrotate.d/supervisor"
    )
    assert variables("supervisor")["__supervisor_logrotate_file"] == ""
    lines = (ROLES / "supervisor/templates/etc/logrotate.d/supervisor.j2").read_text().splitlines()
    assert all(line.startswith(("#", "{{ ansible_managed | comment }}")) for line in lines)
