#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# serialrestart, which restarts one process after the other, goes on after one that does not come up, until none is left
#
# Package version: supervisor-serialrestart==0.1.1 with supervisor==4.3.0
# Python version: 3.11
# Expected: the plugin of supervisorctl is there so that a group stays up while it is restarted: "does restart one process
#   after another, instead of restart, which stops all process and then starts them" (its own help). So it should end at
#   the first that fails, and take the processes in the order of their names.
# Seen: with a release that cannot start, all six processes are stopped one after the other and all six end as FATAL; only
#   the exit code, 7, tells. The order is another one in each call. A name that matches nothing ends with exit code 0.
# Why: each process is handed to supervisorctl's own `restart`, whose outcome is not looked at; the names are kept in a set.
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
"$work/venv/bin/pip" install --quiet --disable-pip-version-check supervisor-serialrestart==0.1.1 supervisor==4.3.0 setuptools==80.9.0

# Runs until there is a "new release", which ends at once.
cat >"$work/web.py" <<'EOF'
import os
import sys
import time

if os.path.exists("new-release"):
    sys.exit(3)
time.sleep(600)
EOF
cat >"$work/supervisord.conf" <<EOF
[supervisord]
logfile=$work/supervisord.log
pidfile=$work/supervisord.pid
[unix_http_server]
file=$work/supervisor.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://$work/supervisor.sock
[ctlplugin:serialrestart]
supervisor.ctl_factory=supervisorserialrestart.controllerplugin:make_serialrestart_controllerplugin
[program:web]
command=$work/venv/bin/python $work/web.py
directory=$work
process_name=web_%(process_num)d
numprocs=6
startretries=0
EOF
"$work/venv/bin/supervisord" -n -c "$work/supervisord.conf" >/dev/null &
daemon=$!

ctl() {
    "$work/venv/bin/supervisorctl" -c "$work/supervisord.conf" "$@"
}
in_state() { # state: how many processes
    ctl status 2>/dev/null | grep -c " $1 " || true
}
for _ in {1..60}; do
    [[ $(in_state RUNNING) = 6 ]] && break
    sleep 0.5
done

echo "--- six healthy processes, restarted three times: the order"
for _ in 1 2 3; do
    ctl serialrestart 'web:*' | sed -n 's/^web:web_\([0-9]\): started$/\1/p' | paste -s -d ' '
done | tee "$work/orders"
orders=$(sort -u "$work/orders" | grep -vc '^0 1 2 3 4 5$' || true)

echo "--- a release that cannot start"
touch "$work/new-release"
status=0
ctl serialrestart 'web:*' || status=$?
fatal=$(in_state FATAL)
nothing=0
ctl serialrestart 'wbe:*' || nothing=$?
echo "--- $fatal of 6 processes FATAL, exit code $status; exit code $nothing when nothing matches"
if [[ $fatal != 6 || $status != 7 || $nothing != 0 || $orders = 0 ]]; then
    echo "The behaviour has changed: 6 FATAL, exit codes 7 and 0, and an order other than that of the names were seen before."
    exit 1
fi
