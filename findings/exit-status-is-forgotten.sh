#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The exit status of a program that gave up is 0 in getProcessInfo and getAllProcessInfo
#
# Package version: supervisor==4.3.0
# Python version: 3.11
# Expected: the documentation of getProcessInfo calls exitstatus "Exit status (errorlevel) of process, or 0 if the process is
#   still running". So a program that ended with 7 within startsecs, again and again, and is FATAL now, has 7.
# Seen: it has 0, as one that ended well. A program that ended with 7 after startsecs, and is EXITED, has 7. Only the log of
#   supervisord has the 7 of the first ("exit status 7; not expected").
# Why: the status is kept only where a process ends from the state RUNNING; on an end in STARTING only the text spawnerr is set.
set -euo pipefail

work=$(mktemp -d)
daemon=
cleanup() {
    if [[ -n $daemon ]]; then
        kill "$daemon" 2>/dev/null || true
        wait "$daemon" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap cleanup EXIT

python=${PYTHON:-python3}
"$python" --version
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check supervisor==4.3.0

cat >"$work/supervisord.conf" <<EOF
[supervisord]
logfile=$work/supervisord.log
pidfile=$work/supervisord.pid
[unix_http_server]
file=$work/supervisor.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[program:gives_up]
command=/bin/sh -c "exit 7"
startsecs=1
startretries=1
[program:ends]
command=/bin/sh -c "sleep 2; exit 7"
startsecs=1
autorestart=false
EOF
"$work/venv/bin/supervisord" -n -c "$work/supervisord.conf" >/dev/null &
daemon=$!

cat >"$work/ask.py" <<'EOF'
import sys
import time
import xmlrpc.client

from supervisor.xmlrpc import SupervisorTransport

proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", SupervisorTransport("", "", "unix://" + sys.argv[1]))
deadline = time.monotonic() + 60
found = {}
while time.monotonic() < deadline and sorted(found.values()) != [("EXITED", 7), ("FATAL", 0)]:
    time.sleep(0.2)
    try:
        found = {item["name"]: (item["statename"], item["exitstatus"]) for item in proxy.supervisor.getAllProcessInfo()}
    except (OSError, xmlrpc.client.Error):
        continue
    if {state for state, _status in found.values()} == {"EXITED", "FATAL"}:
        break
for name, (state, status) in sorted(found.items()):
    print("%s: %s, exitstatus %d" % (name, state, status))
EOF
"$work/venv/bin/python" "$work/ask.py" "$work/supervisor.sock" | tee "$work/seen"
echo "--- supervisord's log"
grep "exited: " "$work/supervisord.log"
if [[ $(cat "$work/seen") != $'ends: EXITED, exitstatus 7\ngives_up: FATAL, exitstatus 0' ]]; then
    echo "The behaviour has changed: exitstatus 7 of the one that is EXITED and 0 of the one that is FATAL were seen before."
    exit 1
fi
