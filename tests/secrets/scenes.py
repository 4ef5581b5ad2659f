# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hunt for secrets runs in each molecule scenario that has one."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import types
import typing as t

ROOT = pathlib.Path(__file__).resolve().parents[2]
SLEEP = "/bin/sleep 100000"
PLUGIN = b"import types\n\n\ndef make(_owner, **_options):\n    return types.SimpleNamespace()\n"
SERVED = "/srv/fleet-secrets"  # what each host serves to itself, on port 8099
SOURCES = "/opt/supervisord-monitor/sources"


class Run(t.NamedTuple):
    """One run of site.yml. Each salt makes other secrets; ``fails`` says that the run has to fail."""

    ident: str
    salt: str
    arguments: tuple[str, ...] = ()
    variables: t.Mapping[str, t.Any] = types.MappingProxyType({})
    fails: bool = False


class Scene(t.NamedTuple):
    """The roles whose variables get secrets, and what makes these runs work.

    ``beside`` is that of planted.plant(), ``variables`` hold no secret, ``files`` are put on each host before, and
    ``gone`` is removed there. ``others`` are texts that are no more to be found than the secrets, and where they are.
    """

    roles: list[str]
    beside: dict[str, t.Any]
    variables: dict[str, t.Any]
    files: dict[str, bytes]
    gone: list[str]
    others: dict[str, str]
    runs: list[Run]


def site(archives: dict[str, t.Any], war: bytes) -> Scene:
    """All that runs Tomcats, and their load balancer, on one host.

    :param archives: the facts of tests/archives.
    """
    impossible = {"tomcat_app_ready_status": ["599"], "tomcat_app_ready_timeout": 1}
    return Scene(
        roles=["supervisor", "jdk", "tomcat_app", "alerts", "load_balancer"],
        beside={
            **_daemon(),
            **_tomcats(archives["archives_jdk"]["checksum"], archives["archives_war"]["checksum"]),
            **_alerts(),
        },
        variables={
            "tomcat_app_ajp_port_base": 8209,
            "tomcat_app_jmx_port_base": 8309,
            "jdk_checksum_required": True,
            "alerts_supervisor_username": "fleet",
        },
        files={
            "/usr/lib/python3/dist-packages/fleet_plugin.py": PLUGIN,
            f"{SERVED}/fleet.war": war,
            f"{SERVED}/fleet.jar": war,
        },
        gone=[],
        others={},
        runs=[
            Run("real", "first"),
            Run("check", "second", ("--check",)),
            Run("failing", "first", ("--tags", "tomcat_app"), impossible, fails=True),
            Run("refused", "second", ("--tags", "alerts"), {"alerts_calm": {"settle": -1}}, fails=True),
        ],
    )


def _daemon() -> dict[str, t.Any]:
    return {
        "supervisor_unix_http_server": {"username": "fleet"},
        "supervisor_inet_http_server": {"port": "*:9001", "username": "fleet"},
        "supervisor_rpcinterfaces": [{"name": "fleet", "rpcinterface_factory": "fleet_plugin:make"}],
        "supervisor_ctlplugins": [{"name": "fleet", "ctl_factory": "fleet_plugin:make"}],
        "supervisor_programs": [{"name": "secretive", "command": SLEEP}],
        "supervisor_fcgi_programs": [
            {"name": "secretive_fcgi", "command": SLEEP, "socket": "unix:///run/secretive.sock"}
        ],
        "supervisor_eventlisteners": [{"name": "secretive_listener", "command": SLEEP, "events": ["TICK_3600"]}],
    }


def _tomcats(jdk: str, war: str) -> dict[str, t.Any]:
    app01 = {
        "name": "app01",
        "extra_connectors": [{"port": 8190}],
        "jmx_users": [{"name": "fleet"}],
        "remote_ip": {"proxies": ["127.0.0.1"]},
        "wars": [{"context": "/fleet", "checksum": war}],
        "libs": [{"checksum": war}],
    }
    return {
        "jdk_versions": [{"checksum": jdk}],
        "tomcat_app_versions": [{"version": "9.0.1", "state": "absent"}],
        "tomcat_app_extra_connectors": [{"port": 8191}],
        "tomcat_app_jmx_users": [{"name": "fleet"}],
        "tomcat_app_remote_ip": {"proxies": ["127.0.0.1"]},
        "tomcat_app_libs": [{"checksum": war}],
        "tomcat_app_instances": [app01, {"name": "app02", "_as_it_is": True}],
        "load_balancer_apps": [{"name": "shop", "instances": ["app01", "app02"], "port": 8000}],
    }


# What of a route may hold a secret, by its type; any other option is refused there.
ROUTES = {
    "webhook": ("url", "secret", "password", "headers", "title", "body"),
    "slack": ("url", "channel", "proxy"),
    "teams": ("url",),
    "dingtalk": ("url", "secret", "at_mobiles"),
    "wecom": ("url", "mentioned"),
    "feishu": ("url", "secret"),
    "alertmanager": ("url", "token", "headers", "labels"),
    "smtp": ("password", "sender", "to"),
}
SECRETIVE = {option for options in ROUTES.values() for option in options}


def _alerts() -> dict[str, t.Any]:
    """A route of each type to where nobody answers, so that the listener has to say so."""
    more = {"smtp": {"host": "127.0.0.1", "port": 9}, "webhook": {"username": "fleet"}}
    routes = [
        {"name": kind, "type": kind, **more.get(kind, {}), **dict.fromkeys(SECRETIVE.difference(options))}
        for kind, options in ROUTES.items()
    ]
    command = {"name": "own", "type": "command", "command": ["/bin/cat"], "_as_it_is": True}
    return {
        "alerts_routes": [*routes, command],
        "alerts_rules": [{"severity": "info"}],
        "alerts_watch": [{"name": "health", "program": "secretive", "grace": 0, "every": 1, "of": 3}],
    }


def monitor_web(archive: bytes, checksum: str, patches: str, certificate: str, key: str) -> Scene:
    """The dashboard, served over TLS. All daemons of the inventory refuse the password that it has for them.

    :param archive: the application, of which ``checksum`` is that of the role, and ``patches`` the path of its list.
    :param certificate: a text in the format PEM, as ``key``; what precedes their first line OpenSSL passes over.
    """
    return Scene(
        roles=["monitor_web"],
        beside={
            "supervisor_inet_http_server": {"port": "*:9001", "username": "fleet"},
            "monitor_web_archive": "http://fleet:{secret}@127.0.0.1:8099/monitor.tar.gz?token={secret}q",
            "monitor_web_servers": [{"name": "secretive", "port": 9399, "username": "fleet"}],
            "monitor_web_users": [{"name": "admin", "hash": None}, {"name": "ready", "password": None}],
            "monitor_web_tls_key_content": "{secret}\n" + key,
        },
        variables={
            "monitor_web_checksum": checksum,
            "monitor_web_patches": patches,
            "monitor_web_tls": True,
            "monitor_web_tls_certificate_content": certificate,
        },
        files={f"{SERVED}/monitor.tar.gz": archive},
        gone=[SOURCES],
        # There, too, are the ends of the programs' logs.
        others={"/control/stop/c702/": "the dashboard's page"},
        runs=[
            Run("real", "first"),
            # The other secrets take the place of the first ones. Nobody is answered who asks for that name.
            Run(
                "failing",
                "second",
                arguments=("--tags", "monitor_web_configure,monitor_web_run"),
                variables={"monitor_web_server_names": ["no+name"]},
                fails=True,
            ),
            Run(
                "unfetched",
                "second",
                arguments=("--tags", "monitor_web_install"),
                variables={"monitor_web_checksum": "sha256:" + 64 * "0"},
                fails=True,
            ),
        ],
    )


def read_site(folder: pathlib.Path) -> Scene:
    """From the folder of a run of molecule."""
    hosts = json.loads((folder / "inventory" / "archives.yml").read_text(encoding="utf-8"))["all"]["hosts"]
    known = next(iter(hosts.values()))  # all know the same
    return site(known, pathlib.Path(known["archives_war"]["archive"]).read_bytes())


def read_monitor_web(folder: pathlib.Path) -> Scene:
    """From the folder of a run of molecule; makes a key and a certificate there."""
    key, certificate = folder / "secrets.key", folder / "secrets.crt"
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=fleet"]
    command = ["openssl", "req", "-x509", *new, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    digest = (folder / "monitor.tar.gz.sha256").read_text(encoding="utf-8").split()[0]
    texts = (path.read_text(encoding="utf-8") for path in (certificate, key))
    patches = ROOT / ("roles/monitor_web/files" if os.environ.get("MONITOR_UPSTREAM") else "tests/fixtures/monitor_app")
    archive = (folder / "monitor.tar.gz").read_bytes()
    return monitor_web(archive, f"sha256:{digest}", str(patches / "patches.yml"), *texts)


# By the scenario of molecule.
SCENES: dict[str, t.Callable[[pathlib.Path], Scene]] = {"site": read_site, "monitor_web": read_monitor_web}
