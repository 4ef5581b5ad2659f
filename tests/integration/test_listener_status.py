# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook status and the listener of the role alerts: who is silent is told, however the daemon was asked."""

from __future__ import annotations

import json
import sys
import time

import ansible_programs
import pytest
import receivers

pytestmark = pytest.mark.plays

SLEEP = {"command": "/bin/sleep 1000", "startsecs": "0"}


def stamp(ago):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - ago))


class Host:
    """A daemon that stands for a host, with a folder where a listener would leave its sign of life."""

    def __init__(self, folder, daemon, near):
        self.folder, self.daemon, self.near = folder / "fleet-alerts", daemon, near
        self.folder.mkdir(parents=True)
        self.more = {}

    def says(self, written=-600, heard=-600, **more):
        """Leave a sign of life of so many seconds ago. One of a clock that is ahead stays fresh in a slow run."""
        value = {"version": 1, "written": stamp(written), "heard": stamp(heard), "started": stamp(9000), "routes": {}}
        (self.folder / "heartbeat.json").write_text(json.dumps({**value, **more}))

    def variables(self):
        """Of the inventory. The secret of the route is in a vault that nobody has opened."""
        local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "status_become": False}
        routes = [{"name": "ops", "type": "webhook", "url": "{{ vault_that_is_not_there }}"}]
        known = {**local, "alerts_routes": routes, "alerts_data_dir": str(self.folder.parent)}
        address = {"supervisor_server_url": self.daemon.inet_url} if self.near else {}
        return {**known, **address, "status_config_file": self.daemon.conf, **self.more}


@pytest.fixture
def hosts(daemons, tmp_path):
    near, far = daemons({"web": SLEEP}, inet=True), daemons({"web": SLEEP})
    for daemon in (near, far):
        daemon.wait_state("web", "RUNNING")
    return {"c701": Host(tmp_path / "near", near, True), "c702": Host(tmp_path / "far", far, False)}


@pytest.fixture
def status(version, tmp_path):
    """Runs the playbook; returns its exit code and the rows of its report."""
    ansible = ansible_programs.Ansible(version, tmp_path)
    report = tmp_path / "report.json"

    def run(hosts, **given):
        known = {name: host.variables() for name, host in hosts.items()}
        inventory = ansible.write(json.dumps({"app_hosts": {"hosts": known}}), "hosts.json")
        extra = json.dumps({"status_report": str(report), "status_fail_on": "problem", **given})
        ended = ansible.run("ansible-playbook", "-i", inventory, "supervisord.fleet.status", "-e", extra)
        run.said = ended.stdout + ended.stderr
        assert report.exists(), run.said
        return ended.returncode, json.loads(report.read_text())["rows"]

    return run


@pytest.mark.ends
def test_who_is_silent_is_told(hosts, status, tmp_path):
    for host in hosts.values():
        host.says()
    code, rows = status(hosts, status_report=f"{tmp_path}/report.json,{tmp_path}/fleet.prom")
    assert code == 0
    metrics = (tmp_path / "fleet.prom").read_text().splitlines()
    assert 'supervisor_process_state{host="c702",group="web",name="web"} 20' in metrics
    assert [line for line in metrics if line.startswith("supervisor_up")] == [
        'supervisor_up{host="c701"} 1',
        'supervisor_up{host="c702"} 1',
    ]
    assert [(row["host"], row["state"]) for row in rows] == [("c701", "RUNNING"), ("c702", "RUNNING")]

    hosts["c701"].says(written=100)
    hosts["c702"].says(heard=400)
    code, rows = status(hosts)
    assert code == 2
    ill = {row["host"]: (row["state"], row["message"]) for row in rows if not row["process"]}
    assert {host: state for host, (state, _message) in ill.items()} == {"c701": "stale", "c702": "deaf"}
    assert "no sign of life for 0:0" in ill["c701"][1]

    assert status(hosts, status_alerts=False)[0] == 0


def test_a_listener_that_is_missing_or_cannot_send_is_told(hosts, status):
    waits = {"ops": {"type": "webhook", "waiting": 3, "last_sent": None, "last_error": "the answer has status 500"}}
    hosts["c702"].says(routes=waits)
    code, rows = status(hosts)
    assert code == 2
    ill = {row["host"]: (row["state"], row["message"]) for row in rows if not row["process"]}
    assert ill["c701"][0] == "stale"
    assert "there is no " in ill["c701"][1]
    assert ill["c702"][0] == "undelivered"
    assert "3 messages wait for the route ops: the answer has status 500" in ill["c702"][1]


def test_the_same_trouble_of_several_hosts_is_told_as_one_message(hosts, status):
    web = receivers.Web()
    try:
        for host in hosts.values():
            host.says(written=100)
            host.more = {"alerts_routes": [{"name": "ops", "type": "webhook", "url": web.url + "/s3cret"}]}
        code, _rows = status(hosts, status_tell="ops")
        assert code == 2
        (alert,) = receivers.alerts(web)
        assert alert["title"] == "[critical] supervisord is stale on 2 hosts: c701, c702"
        assert alert["text"].count("no sign of life") == 2

        web.answer = (500, {}, b"")
        code, _rows = status(hosts, status_tell="ops", status_fail_on="nothing")
        assert code == 2
        assert "status_tell: This was not told: ops: status 500: nothing more is said" in " ".join(status.said.split())
        assert "s3cret" not in status.said

        code, _rows = status(hosts, status_tell="opps", status_fail_on="nothing")
        assert code == 2
        assert "opps: no host has a route of this name; there are: ops" in " ".join(status.said.split())
    finally:
        web.stop()


def test_routes_are_told_through_as_the_role_takes_them(hosts, status):
    """In the host's language, written in any way that the role understands, and not where the role is taken away."""
    web = receivers.Web()
    try:
        for host in hosts.values():
            host.says(written=100)
        route = {"name": "ops", "type": "webhook", "url": web.url, "timeout": "5", "proxy": ""}
        hosts["c701"].more = {"alerts_routes": json.dumps([route]), "alerts_language": "zh"}
        hosts["c702"].more = {"alerts_routes": [route], "alerts_state": "Absent"}
        code, rows = status(hosts, status_tell="ops")
        assert code == 2
        assert [row["host"] for row in rows if row["state"] == "stale"] == ["c701"]
        (alert,) = receivers.alerts(web)
        assert alert["title"] == "[critical] c701 上 supervisord 为 stale"
    finally:
        web.stop()


def test_routes_that_cannot_be_used_are_told_by_name(hosts, status):
    for host in hosts.values():
        host.says(written=100)
    hosts["c702"].more = {"alerts_routes": "ops"}
    code, _rows = status(hosts, status_tell="ops", status_fail_on="nothing")
    assert code == 2
    said = " ".join(status.said.split())
    assert "status_tell: alerts_routes: 'vault_that_is_not_there' is undefined (on c701)" in said
    assert "alerts_routes: is a text; write a list of mappings (on c702)" in said
