# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Under mitogen, which runs all tasks of a host in one process: every module answers as it does under Ansible alone."""

from __future__ import annotations

import concurrent.futures
import getpass
import glob
import grp
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import tarfile

import badservers
import collection
import daemons as _daemons
import neighbours
import pytest

pytestmark = [pytest.mark.newest, neighbours.needs("mitogen")]

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULES = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
SLEEP = {"command": "/bin/sleep 1000", "startsecs": "0"}
BROKEN = "/bin/sh -c 'echo its-tail; exit 3'"
SECRET = "s3cret-Passw0rd"
MINE = {"user": getpass.getuser(), "group": grp.getgrgid(os.getegid()).gr_name}


class World:
    """A daemon and a folder with something for each module."""

    def __init__(self, daemon, folder):
        self.daemon, self.folder = daemon, folder
        for name in ("tomcat/conf/server.xml", "tomcat/bin/catalina.sh", "source/app/index.php", "shop.war"):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("error_reporting(0);\n")
        with tarfile.open(folder / "jdk-1.tar.gz", "w:gz") as archive:
            member = tarfile.TarInfo("jdk-1/bin/java")
            member.size, member.mode = 4, 0o755
            archive.addfile(member, io.BytesIO(b"java"))

    def tasks(self):
        """Each module at least once, most of them with something to do. None of them ends the play."""
        conf, folder = self.daemon.conf, self.folder
        state = {"config_file": conf, "state_dir": str(folder / "state")}
        main = {"path": str(folder / "main.conf"), "supervisord": {"loglevel": "debug"}}
        new = {**state, "name": "new", "command": "/bin/sleep 999"}
        jdk = {"src": str(folder / "jdk-1.tar.gz"), "checksum_required": False, "root": str(folder / "jdks")}
        war = {"name": "shop.war", "src": str(folder / "shop.war"), "context": "/shop"}
        base = {
            "name": "app01",
            "base": str(folder / "app01"),
            "release": str(folder / "tomcat"),
            "wars": [war],
            **MINE,
        }
        patch = {"id": "logged", "file": "app/index.php", "why": "x", "match": r"\(0\)", "replace": "(E_ERROR)"}
        monitor = {"source": str(folder / "source"), "path": str(folder / "monitor")}
        nginx = {"server": "nginx", "service": "nginx", "start": False, "pid_file": str(folder / "nginx.pid")}
        page = {"path": str(folder / "site.conf"), "content": "server {}\n"}
        return [
            ("supervisor_config", main),
            ("supervisor_config", main),
            ("supervisor_program", new),
            ("supervisor_program", new),
            ("supervisor_program", {**state, "name": "broken", "command": BROKEN, "startretries": 0}),
            ("supervisor_process", {"config_file": conf, "names": ["web"], "state": "restarted"}),
            ("supervisor_process", {"config_file": conf, "names": ["nothing"], "state": "stopped"}),
            ("supervisor_info", {"config_file": conf, "drift": True, "log_lines": 2}),
            ("supervisor_info", {"servers": [self.daemon.inet_url, "http://127.0.0.1:1"], "fail_when": "100%"}),
            ("supervisor_rpc", {"config_file": conf, "method": "supervisor.getState"}),
            ("supervisor_orphans", {"config_file": conf}),
            ("supervisor_adopt", {"config_file": conf, "output": str(folder / "adopted")}),
            ("adopted_variables", {"hosts": ["localhost"], "output": str(folder / "adopted")}),
            ("release_archive", jdk),
            ("release_archive", jdk),
            ("tomcat_base", {"bases": [base]}),
            ("tomcat_base", {"bases": [base]}),
            ("tomcat_check", {"instances": []}),
            ("tomcat_info", {"bases": [str(folder / "app01")]}),
            ("jdk_truststore", {"java_homes": [str(folder / "jdks" / "jdk-1")]}),
            ("monitor_patch", {**monitor, "include": ["app"], "entries": [patch]}),
            ("web_server_files", {**nginx, "program": "true", "files": [page]}),
            ("load_balancer_member", {"members": ["c701/app01"], "state": "drained", "pid_file": nginx["pid_file"]}),
            ("http_ready", {"targets": [{"name": "daemon", "url": self.daemon.inet_url + "/"}]}),
            ("http_ready", {"targets": [{"name": "app01", "url": "http://127.0.0.1:1/", "timeout": 1}]}),
            ("fleet_direct", {"playbook": "status"}),
            ("fleet_report", {"title": "Programs", "rows": [{"name": "web"}], "columns": ["name"]}),
            ("fleet_tell", {"title": "Programs", "rows": [], "routes": {}, "names": []}),
            ("playbook_variables", {"playbook": "control"}),
            ("role_variables", {}),
            ("site_check", {"roles": {"app_hosts": ["supervisor"]}}),
            ("host_python", {}),
            ("firewall_ports", {"holders": [{"name": "app01", "ports": [8080]}], "register": str(folder / "open")}),
            ("selinux_labels", {"holder": "app01", "ports": [8080], "register": str(folder / "labels.json")}),
            ("ports_reached", {"ports": [{"host": "c701", "address": "127.0.0.1", "port": 1}]}),
        ]  # fmt: skip

    def answers(self, ansible):
        """What each task ended with, in order, without what differs from world to world: names, numbers, times."""
        names = [f"answer_{number}" for number in range(len(self.tasks()))]
        tasks = [
            {"supervisord.fleet." + module: args, "ignore_errors": True, "register": name}
            for (module, args), name in zip(self.tasks(), names)
        ]
        found = self.folder / "answers.json"
        keep = {"content": "{{ [%s] | to_json }}" % ", ".join(names), "dest": str(found)}
        ended = ansible.play([*tasks, {"ansible.builtin.copy": keep}])
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return [self.plain(answer) for answer in json.loads(found.read_text(encoding="utf-8"))]

    def plain(self, answer):
        answer.pop("listening", None)  # of the whole machine, in tomcat_info
        # mitogen looks at all collections, and Ansible warns of what it sees there.
        said = [text for text in answer.get("warnings", []) if "does not have a MANIFEST.json" not in text]
        text = json.dumps({**answer, "warnings": said}, sort_keys=True)
        text = text.replace(str(self.folder), "FOLDER").replace(self.daemon.dir, "DIR")
        text = re.sub(r"(---supervisor-|sha256 )\w+", r"\1NAME", text)
        return re.sub(r"[0-9]+([.:-][0-9]+)*", "N", text)


@pytest.fixture
def world(daemons, tmp_path):
    """Factory of worlds that differ in nothing but their names."""

    def make(name):
        daemon = daemons({"web": SLEEP}, inet=True)
        (tmp_path / name).mkdir()
        return World(daemon, tmp_path / name)

    return make


def test_every_module_answers_as_under_ansible_alone(world):
    alone, under = world("alone"), world("under")
    assert {module for module, _args in alone.tasks()} == MODULES
    ansibles = (neighbours.Ansible("mitogen", alone.folder), neighbours.Mitogen(under.folder))
    with concurrent.futures.ThreadPoolExecutor() as threads:
        expected, found = threads.map(World.answers, (alone, under), ansibles)
    for (module, _args), one, other in zip(under.tasks(), found, expected):
        assert one == other, module
        assert "Traceback" not in one, module
    assert sorted(under.daemon.pids()) == sorted(alone.daemon.pids()) == ["new:new", "web:web"]


def test_a_renewed_certificate_counts_from_the_next_task_on(tmp_path):
    """The process of the first task is the process of the last, and what it knows is not what it knew."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    first, second = (badservers.Certificates(tmp_path / name) for name in ("first", "second"))
    shutil.copy(first.ca, tmp_path / "ca.pem")
    behave = badservers.says(badservers.http(badservers.ANSWER))
    server = badservers.Server(behave, tcp=True, context=first.context())
    ask = {"server_url": server.url, "method": "getSupervisorVersion", "ca_path": str(tmp_path / "ca.pem")}
    copy = {"src": second.ca, "dest": str(tmp_path / "ca.pem"), "remote_src": True}
    try:
        ended = neighbours.Mitogen(tmp_path).play(
            [
                {"supervisord.fleet.supervisor_rpc": ask},
                {"ansible.builtin.copy": copy},
                {"supervisord.fleet.supervisor_rpc": ask},
            ]
        )
    finally:
        server.close()
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert "ok=2 " in ended.stdout
    assert "the TLS handshake failed" in ended.stdout + ended.stderr


class Fleet:
    """Two daemons that stand for hosts: c701 is asked from the controller, c702 over its own connection."""

    def __init__(self, ansible, daemons, auth):
        self.ansible = ansible
        self.near = daemons({"web": SLEEP}, inet=True, auth=auth)
        self.far = daemons({"web": SLEEP, "cron": dict(SLEEP, autostart="false")}, auth=auth)
        books = ("status", "control", "rolling_restart", "recover")
        hosts = {
            "c701": {"supervisor_server_url": self.near.inet_url, **self.files(self.near, books[2:])},
            "c702": self.files(self.far, books),
        }
        own = {"ansible_connection": "local", "ansible_python_interpreter": ansible.python, "ansible_become": False}
        inventory = {"app_hosts": {"hosts": hosts, "vars": own}}
        (ansible.folder / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")

    @staticmethod
    def files(daemon, books):
        return {f"{name}_config_file": daemon.conf for name in books}

    def play(self, name, *arguments, **given):
        """Run a playbook; all that it said on one line."""
        extra = ("-e", json.dumps(given)) if given else ()
        hosts = ("-i", self.ansible.folder / "hosts.json")
        ended = self.ansible.run("ansible-playbook", *hosts, f"supervisord.fleet.{name}", *extra, *arguments)
        said = ended.stdout + ended.stderr
        assert ended.returncode == 0, said
        return " ".join(said.split())

    def pids(self):
        """Host and program -> process id."""
        both = {"c701": self.near, "c702": self.far}
        return {(host, name.partition(":")[0]): pid for host, it in both.items() for name, pid in it.pids().items()}


@pytest.mark.more
def test_the_playbooks(daemons, tmp_path):
    """With a login that comes from the environment, and is nowhere in what a run says with -vvvv."""
    login = {"SUPERVISOR_USERNAME": "ops", "SUPERVISOR_PASSWORD": SECRET}
    fleet = Fleet(neighbours.Mitogen(tmp_path, **login), daemons, ("ops", SECRET))
    begin = fleet.pids()
    said = fleet.play("status", "-vvvv")
    assert "c701 web RUNNING" in said
    assert "c702 cron STOPPED" in said
    assert SECRET not in said

    fleet.play("control", "--check", control_action="restart", control_programs="web")
    assert fleet.pids() == begin
    fleet.play("control", control_action="start", control_programs="cron", control_missing="ignore")
    assert fleet.far.state("cron") == "RUNNING"
    assert {name: pid for name, pid in fleet.pids().items() if name in begin} == begin

    said = fleet.play("rolling_restart", rolling_restart_programs="web", rolling_restart_settle=0)
    assert re.search(r"c701 web ok RUNNING .* c702 web ok RUNNING", said), said
    after = fleet.pids()
    assert all(after[name] != pid for name, pid in begin.items())

    fleet.play("recover")
    assert fleet.pids() == after


def test_the_progress_of_a_long_task_is_shown(daemons, tmp_path):
    daemon = daemons({"web": SLEEP}, inet=True)
    shown = {"ANSIBLE_CALLBACKS_ENABLED": "supervisord.fleet.progress", "SUPERVISOR_PROGRESS_INTERVAL": "0"}
    servers = {"servers": [daemon.inet_url, "http://127.0.0.1:1"], "fail_when": "100%"}
    ended = neighbours.Mitogen(tmp_path, **shown).play([{"supervisord.fleet.supervisor_info": servers}], "-v")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "2 of 2 servers done, 1 failed" in ended.stdout


@pytest.fixture
def sshd(tmp_path):
    """Variables of a host that is this machine, reached over SSH, with a Python that knows nothing of Ansible."""
    root = os.path.join(collection.ROOT, ".build", "sshd")
    program = os.path.join(root, "usr", "sbin", "sshd")
    port, host, user = _daemons.free_port(), tmp_path / "host", tmp_path / "user"
    for key in (host, user):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    accounts = pathlib.Path("/etc/passwd").read_text(encoding="utf-8")
    if "\nsshd:" not in accounts:  # the account that its package would make
        accounts += "sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n"
    (tmp_path / "passwd").write_text(accounts, encoding="utf-8")
    settings = [f"HostKey={host}", f"AuthorizedKeysFile={user}.pub", "StrictModes=no", "PidFile=none"]
    words = [word for setting in [*settings, f"ListenAddress=127.0.0.1:{port}"] for word in ("-o", setting)]
    own = 'mount --bind "$1" /etc/passwd; mount -t tmpfs none /run; mkdir -m 755 /run/sshd; shift; exec "$@"'
    command = [
        "unshare",
        "--mount",
        "sh",
        "-ec",
        own,
        "sh",
        tmp_path / "passwd",
        program,
        "-D",
        "-e",
        "-f",
        "/dev/null",
    ]
    library = ":".join(glob.glob(root + "/**/lib/*-linux-gnu", recursive=True))
    with open(tmp_path / "sshd.log", "wb") as log:
        running = subprocess.Popen([*command, *words], stderr=log, env=dict(os.environ, LD_LIBRARY_PATH=library))
    _daemons.wait_for(lambda: b"listening" in (tmp_path / "sshd.log").read_bytes(), what="sshd")
    yield {
        "ansible_connection": "ssh",
        "ansible_host": "127.0.0.1",
        "ansible_port": port,
        "ansible_ssh_private_key_file": str(user),
        "ansible_python_interpreter": "/usr/bin/python3",
    }
    running.terminate()
    running.wait()


@pytest.mark.skipif(
    not os.path.exists(os.path.join(collection.ROOT, ".build", "sshd")), reason="sshd: see tools/neighbours"
)
def test_over_ssh(daemons, sshd, tmp_path):
    daemon = daemons({"web": SLEEP})
    where = {"config_file": daemon.conf, "state_dir": str(tmp_path / "state"), "startretries": 0}
    broken = {**where, "name": "broken", "command": BROKEN}
    tasks = [
        {"supervisord.fleet.supervisor_program": {**where, "name": "new", "command": "/bin/sleep 999", "startsecs": 0}},
        {"supervisord.fleet.supervisor_process": {"config_file": daemon.conf, "names": ["web"], "state": "restarted"}},
        {"supervisord.fleet.supervisor_info": {"config_file": daemon.conf, "drift": True}},
        {"supervisord.fleet.supervisor_program": broken},
    ]
    before = daemon.pids()["web:web"]
    # mitogen has settings of its own for host keys.
    ended = neighbours.Mitogen(tmp_path, ANSIBLE_HOST_KEY_CHECKING="false").play(tasks, vars=sshd, connection="ssh")
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert "ok=3    changed=2 " in ended.stdout
    assert "its-tail" in ended.stdout
    after = daemon.pids()
    assert sorted(after) == ["new:new", "web:web"]
    assert after["web:web"] != before
