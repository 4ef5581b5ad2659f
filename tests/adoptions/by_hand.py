# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets a host up as people do, with an editor, and forgets everything that was there before."""

from __future__ import annotations

import shlex
import typing as t

from installations import INSTALLATIONS, LINK

if t.TYPE_CHECKING:
    import host as host_

FOLDER = "/srv/hand"
PACKAGE = """; supervisor config file

[unix_http_server]
file=/var/run/supervisor.sock   ; (the path to the socket file)
chmod=0700                       ; sockef file mode (default 0700)

[inet_http_server]
port=*:9001
username=admin
password=handmade1

[supervisord]
logfile=/var/log/supervisor/supervisord.log ; (main log file;default $CWD/supervisord.log)
pidfile=/var/run/supervisord.pid ; (supervisord pidfile;default supervisord.pid)
childlogdir=/var/log/supervisor            ; ('AUTO' child log dir, default $TEMP)

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix:///var/run/supervisor.sock ; use a unix:// URL  for a unix socket
"""
VENV = """[unix_http_server]
file = /run/supervisor.sock
username = root
password = another hand's work
[supervisord]
logfile = /var/log/supervisord.log
loglevel = debug
pidfile = /run/supervisord.pid
environment = COMMON="yes",API_KEY="ab%%%%cd"
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl = unix:///run/supervisor.sock
username = root
password = another hand's work
"""


class Kind(t.NamedTuple):
    """How a host is set up: its unit, its main file and what that says, the folders of further files and commands."""

    unit: str
    main: str
    text: str
    folder: str
    commands: str


KINDS = {
    "package": Kind("supervisor", "/etc/supervisor/supervisord.conf", PACKAGE, "/etc/supervisor/conf.d", "/usr/bin"),
    "venv": Kind("supervisord", "/etc/supervisord.conf", VENV, "/etc/supervisord.d", "/opt/sv/bin"),
}
CLEAN = """
systemctl stop {unit} 2>/dev/null
pkill -9 -x supervisord; pkill -9 -x sleep
rm -rf /etc/supervisor/* /etc/supervisord.* /srv/hand /etc/{unit}.former /run/{unit}-started /var/lib/supervisord-fleet
rm -rf /etc/systemd/system/{unit}.service.d /run/supervisor* /var/log/supervisor/* /var/tmp/by-hand
[ {unit} = supervisord ] || rm -f /etc/systemd/system/{unit}.service
mkdir -p {folder} /srv/hand /var/log/supervisor /etc/systemd/system/{unit}.service.d
[ -e /root/unit ] || ! [ -e /etc/systemd/system/{unit}.service ] || cp /etc/systemd/system/{unit}.service /root/unit
[ ! -e /root/unit ] || cp /root/unit /etc/systemd/system/{unit}.service
printf '[Service]\\nEnvironment=NAP=1000 "AUTO=true"\\n' > /etc/systemd/system/{unit}.service.d/by-hand.conf
"""


def set_up(host: host_.Host, installations: t.Iterable[str]) -> Kind:
    """Leave nothing of others, and start these."""
    kind = KINDS[host.name]
    main, files = "", {}
    for name in installations:
        main += INSTALLATIONS[name][0]
        files.update(INSTALLATIONS[name][1])
    script = [CLEAN.format(unit=kind.unit, folder=kind.folder)]
    include = f"\n[include]\nfiles = {kind.folder}/*.conf\n" if files else ""
    script.append(_written(kind.main, kind.text + "\n" + main.replace("{dir}", FOLDER) + include))
    for name, text in files.items():
        path = f"{kind.folder}/{name}"
        if text.startswith(LINK):
            script.append(f"ln -s {FOLDER}/{name} {path}")
            path = f"{FOLDER}/{name}"
        script.append(_written(path, text.replace(LINK, "").replace("{dir}", FOLDER)))
    script.append(f"systemctl daemon-reload; systemctl reset-failed {kind.unit}; systemctl start {kind.unit}")
    host.sh("\n".join(script))
    return kind


def _written(path: str, text: str) -> str:
    return f"printf %s {shlex.quote(text)} > {path}"
