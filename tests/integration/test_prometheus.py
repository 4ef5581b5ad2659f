# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics, rules, dashboard and alerts with the real Prometheus, node exporter and Alertmanager (tools/prometheus)."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.parse
import urllib.request

import alerting
import collection
import daemons as _daemons
import pytest
import receivers

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _metrics

CACHE = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
PROGRAMS = os.path.join(CACHE, "supervisord-fleet", "prometheus", "bin")
# Where Debian's Alertmanager looks for its templates, it finds those beside it.
SHARE = os.path.join(os.path.dirname(os.path.realpath(PROGRAMS)), "share")
EXAMPLES = os.path.join(collection.ROOT, "examples")

pytestmark = [
    pytest.mark.newest,
    pytest.mark.skipif(not os.path.exists(PROGRAMS), reason="Prometheus: not there, see tools/prometheus"),
]


def ask(port, path):
    """What a server of this machine answers, as JSON; None while it does not."""
    try:
        with urllib.request.urlopen("http://127.0.0.1:%d%s" % (port, path), timeout=10) as answer:
            return json.load(answer)
    except OSError as error:
        if getattr(error, "code", 503) == 503:
            return None
        raise


@pytest.fixture
def server(tmp_path):
    """Starts one of the programs, which listens at the port that is returned."""
    running = []

    def start(program, *arguments):
        port = _daemons.free_port()
        command = [os.path.join(PROGRAMS, program), *arguments, "--web.listen-address=127.0.0.1:%d" % port]
        if program == "prometheus-alertmanager":
            command = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /usr/share; exec "$@"', SHARE, *command]
        with open(tmp_path / (program + ".log"), "wb") as log:
            running.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path))
        return port

    yield start
    for process in running:
        process.kill()
        process.wait(20)


def checked(kind, text):
    """Hold a text against what promtool wants."""
    command = [os.path.join(PROGRAMS, "promtool"), "check", kind]
    done = subprocess.run(command, check=False, input=text, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), text


@pytest.fixture
def watched(version, tmp_path):
    """A daemon with programs that are well and that are not, and a listener whose metrics are in a file of its own.

    In the folder of the node exporter, where the listener may not write, is a link to it.
    """
    (tmp_path / "textfiles").mkdir()
    os.symlink(tmp_path / "listener.prom", tmp_path / "textfiles" / "listener.prom")
    programs = {
        "worker": {"command": "/bin/sleep 1000"},
        "bad": {"command": "/bin/false", "startretries": "0"},
        "loop": {"command": "/bin/sh -c 'sleep 1; exit 3'", "startsecs": "0", "autorestart": "true"},
    }
    daemon = _daemons.Daemon(version, programs)
    dead = {"name": "dead", "type": "slack", "url": "http://127.0.0.1:9/x"}
    file = str(tmp_path / "listener.prom")
    alerting.beside(daemon, routes=[dead], calm={}, metrics={"file": file})
    daemon.start()
    daemon.wait_state("bad", "FATAL")
    yield daemon
    daemon.destroy()


def fleet(daemon):
    """The text of status_report=fleet.prom: this daemon as web02, and a host that does not answer."""
    names = ("group", "start", "exitstatus")
    processes = [
        {**{name: getattr(one, name) for name in names}, "name": full, "process": one.name, "state": one.statename}
        for full, one in daemon.client().processes().items()
    ]
    return _metrics.text(
        [
            {"name": "web02", "failed": False, "processes": processes},
            {"name": "web03", "failed": True, "processes": []},
        ]
    )


def test_both_ways_of_metrics_reach_prometheus_and_its_dashboard(watched, server, tmp_path):
    file = tmp_path / "listener.prom"
    _daemons.wait_for(lambda: file.exists() and "supervisor_process_starts_total" in file.read_text(), what="metrics")
    text = fleet(watched)
    (tmp_path / "textfiles" / "fleet.prom").write_text(text)
    os.utime(tmp_path / "textfiles" / "fleet.prom", (time.time() - 4000,) * 2)
    checked("metrics", file.read_text())
    checked("metrics", text)

    textfiles = "--collector.textfile.directory=%s" % (tmp_path / "textfiles")
    exporter = server("prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile", textfiles)
    (tmp_path / "prometheus.yml").write_text(
        json.dumps(
            {
                "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                "rule_files": [os.path.join(EXAMPLES, "prometheus", "supervisor.rules.yml")],
                "scrape_configs": [{"job_name": "node", "static_configs": [{"targets": ["127.0.0.1:%d" % exporter]}]}],
            }
        )
    )
    port = server("prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data")

    def query(expression):
        answer = ask(port, "/api/v1/query?query=" + urllib.parse.quote(expression))
        return answer["data"]["result"] if answer else []

    def seen(expression):
        return _daemons.wait_for(lambda: query(expression), what=expression)

    seen('supervisor_process_state{host="",name="bad"} == 200')
    seen('supervisor_process_state{host="web02",name="bad"} == 200')
    assert query("node_textfile_scrape_error == 0")
    with open(os.path.join(EXAMPLES, "grafana", "supervisor.json"), encoding="utf-8") as stream:
        panels = json.load(stream)["panels"]
    for expression in [target["expr"] for panel in panels for target in panel["targets"]]:
        seen(expression.replace("$group", ".*"))
    for name in ("SupervisorDown", "SupervisorProcessFatal", "SupervisorReportOld", "SupervisorAlertsNotSent"):
        seen('ALERTS{alertname="%s"}' % name)
    (group,) = ask(port, "/api/v1/rules")["data"]["groups"]
    assert {rule["name"]: rule["health"] for rule in group["rules"]} == {rule["name"]: "ok" for rule in group["rules"]}


def test_alertmanager_tells_the_same_trouble_of_several_hosts_once(server, tmp_path):
    """As the role's page says how: it gathers what has the same name, program and severity."""
    web = receivers.Web()
    (tmp_path / "alertmanager.yml").write_text(
        json.dumps(
            {
                "route": {
                    "receiver": "hook",
                    "group_by": ["alertname", "program", "severity"],
                    "group_wait": "5s",
                    "group_interval": "1s",
                },
                "receivers": [{"name": "hook", "webhook_configs": [{"url": web.url, "send_resolved": True}]}],
            }
        )
    )
    manager = server("prometheus-alertmanager", "--config.file=alertmanager.yml", "--cluster.listen-address=")
    _daemons.wait_for(lambda: ask(manager, "/api/v2/status"), what="Alertmanager")
    hosts = ["web%02d" % number for number in range(1, 6)]
    pipes = []
    try:
        for host in hosts:
            route = {"name": "manager", "type": "alertmanager", "url": "http://127.0.0.1:%d" % manager}
            settings = alerting.settings(str(tmp_path / host), routes=[route], host=host)
            pipes.append(alerting.Pipe(alerting.write(settings)))
        for pipe in pipes:
            pipe.ready()
            pipe.state("app01", "FATAL")
        told = _daemons.wait_for(lambda: list(web.taken), what="a message")
        assert [sorted(alert["labels"]["host"] for alert in message["alerts"]) for message in told] == [hosts]

        for pipe in pipes:
            pipe.state("app01", "RUNNING", "pid:8", "STARTING")
        _daemons.wait_for(lambda: [one for one in web.taken if one["status"] == "resolved"], what="the end")
        over = [alert for message in web.taken for alert in message["alerts"] if alert["status"] == "resolved"]
        assert {alert["labels"]["host"] for alert in over} == set(hosts)
    finally:
        for pipe in pipes:
            pipe.end()
        web.stop()
