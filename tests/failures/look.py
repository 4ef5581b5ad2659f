# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sent to a host: prints, as JSON, what runs there and what stands in the files that the collection may write."""

import glob
import hashlib
import http.client
import json
import os
import socket
import stat
import subprocess
import xmlrpc.client

WATCHED = (
    "/etc/supervisor",
    "/etc/supervisord*",
    "/etc/systemd/system/supervisor*",
    "/etc/nginx",
    "/etc/php",
    "/etc/logrotate.d",
    "/etc/profile.d",
    "/opt/app*/bin",
    "/opt/app*/conf",
    "/opt/app*/lib",
    "/opt/app*/webapps",
    "/opt/app*/.fleet*",
    "/opt/supervisor/bin",
)
SERVICES = ("supervisor", "supervisord", "nginx")


class _Socket(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(self.host)


class _Transport(xmlrpc.client.Transport):
    def __init__(self, path):
        super().__init__()
        self.path = path

    def make_connection(self, host):
        connection = _Socket("localhost")
        connection.host = self.path
        return connection


def processes():
    for path in ("/run/supervisor/supervisor.sock", "/run/supervisor.sock", "/var/run/supervisor.sock"):
        try:
            server = xmlrpc.client.ServerProxy("http://localhost", transport=_Transport(path))
            return server.supervisor.getAllProcessInfo()
        except (OSError, http.client.HTTPException):
            continue
    return []


def digest(path):
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        return "-> " + os.readlink(path)
    with open(path, "rb") as stream:
        text = hashlib.sha256(stream.read()).hexdigest()[:16] if stat.S_ISREG(status.st_mode) else "no file"
    return "%s %o %d:%d" % (text, status.st_mode, status.st_uid, status.st_gid)


def files():
    found = {}
    for pattern in WATCHED:
        for top in glob.glob(pattern):
            if not os.path.isdir(top):
                found[top] = digest(top)
            for folder, _folders, names in os.walk(top):
                for name in names:
                    path = os.path.join(folder, name)
                    if "__pycache__" not in path:
                        found[path] = digest(path)
    return found


def services():
    told = {}
    for name in SERVICES:
        command = ["systemctl", "show", "-p", "MainPID,ActiveState", name]
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        values = dict(line.split("=", 1) for line in run.stdout.decode().splitlines() if "=" in line)
        if values.get("ActiveState") == "active":
            told[name] = int(values["MainPID"])
    return told


ALL = [("%s:%s" % (one["group"], one["name"]), one) for one in processes()]
print(
    json.dumps(
        {
            "pids": {name: one["pid"] for name, one in ALL if one["pid"]},
            "states": {name: one["statename"] for name, one in ALL},
            "files": files(),
            "services": services(),
        }
    )
)
