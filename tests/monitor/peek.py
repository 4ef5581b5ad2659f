# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other users of the host can see of a monitor: nothing."""

import errno
import glob
import http.client
import os
import pathlib
import pwd
import socket
import stat
import subprocess
import sys

ROOT = "/opt/supervisord-monitor"
failures = []


def as_user(name, function):
    """The function's result in a process of that user; an OSError becomes its number."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        user = pwd.getpwnam(name)
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        try:
            function()
            text = "ok"
        except OSError as error:
            text = errno.errorcode[error.errno]
        os.write(writer, text.encode())
        os._exit(0)
    os.close(writer)
    text = os.read(reader, 100).decode()
    os.close(reader)
    os.waitpid(child, 0)
    return text


def expect(wanted, seen, what):
    print(f"{what}: {seen}")
    if seen != wanted:
        failures.append(f"{what}: {seen}, not {wanted}")


def read(path):
    return lambda: open(path, "rb").read()


def connect(path):
    return lambda: socket.socket(socket.AF_UNIX).connect(path)


def write(path):
    return lambda: open(path, "a")


def status(address, name):
    """What the web server says to somebody without a password; with TLS it sends people on to the other port."""
    connection = http.client.HTTPConnection(address, 80, timeout=20)
    connection.request("GET", "/", headers={"Host": name})
    return connection.getresponse().status


for address in ("127.0.0.1", "::1"):
    for name in ("localhost", "a.name.that.no.site.has", "[::1]", "10.1.2.3"):
        expect(True, status(address, name) in (401, 301), f"{address} asked for {name} is the dashboard")

config = ROOT + "/shared/supervisor.php"
htpasswd = "/etc/nginx/supervisord-monitor.htpasswd"
(pool,) = glob.glob("/run/php/supervisord-monitor*.sock")

for path in (config, ROOT + "/current/application/config/supervisor.php"):
    expect("EACCES", as_user("nobody", read(path)), f"nobody reads {path}")
    expect("EACCES", as_user("www-data", read(path)), f"nginx reads {path}")
    expect("ok", as_user("supervisord-monitor", read(path)), f"the application reads {path}")
    expect("EACCES", as_user("supervisord-monitor", write(path)), f"the application writes {path}")
expect("EACCES", as_user("nobody", read(htpasswd)), "nobody reads the users")
expect("EACCES", as_user("supervisord-monitor", read(htpasswd)), "the application reads the users")
expect("EACCES", as_user("nobody", connect(pool)), "nobody connects to php-fpm")
expect("EACCES", as_user("supervisord-monitor", connect(pool)), "the application connects to php-fpm")
expect(
    "EACCES",
    as_user("supervisord-monitor", write(ROOT + "/current/public_html/index.php")),
    "the application writes itself",
)
activity = "/var/log/supervisord-monitor/activity.log"
for name in ("nobody", "www-data"):
    expect("EACCES", as_user(name, read(activity)), f"{name} reads who did what")
    expect("EACCES", as_user(name, write(activity)), f"{name} writes who did what")
for key in glob.glob("/etc/nginx/supervisord-monitor.key"):
    expect("EACCES", as_user("www-data", read(key)), f"nginx's workers read {key}")

for folder, _folders, files in os.walk(ROOT):
    for name in [folder] + [os.path.join(folder, name) for name in files]:
        state = os.lstat(name)
        if state.st_uid != 0 or (not stat.S_ISLNK(state.st_mode) and state.st_mode & 0o022):
            failures.append(f"{name} does not belong to root alone")

for path in glob.glob(ROOT + "/current/public_html/*"):
    if os.path.basename(path) not in ("index.php", ".htaccess", "css", "js", "img", "sounds"):
        failures.append(f"{path} is a left-over")

for line in pathlib.Path(htpasswd).read_text().splitlines():
    name, _colon, text = line.partition(":")
    expect(True, text.startswith("$6$"), f"the hash of {name} is SHA-512")

# Profiler.php is never loaded, and newer releases of PHP refuse how it writes variables into text.
for path in glob.glob(ROOT + "/current/**/*.php", recursive=True):
    if not path.endswith("libraries/Profiler.php"):
        expect(
            0, subprocess.run(["php", "-l", path], check=False, stdout=subprocess.DEVNULL).returncode, f"php -l {path}"
        )

for failure in failures:
    print("FAILED", failure)
sys.exit(bool(failures))
