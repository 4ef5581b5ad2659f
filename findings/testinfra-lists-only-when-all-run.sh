#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Testinfra lists the programs of Supervisor only while every one of them runs, and calls a running daemon dead
#
# Package version: pytest-testinfra==10.2.2 (pytest==9.2.0) with supervisor==4.3.0
# Python version: 3.11
# Expected: host.supervisor.get_services() lists the programs with their states, as the example in its documentation
#   does, in which one program is FATAL. A name that does not exist is told from a daemon that does not answer.
# Seen: as soon as one program is STOPPED, EXITED or FATAL the list is an AssertionError about exit code 3. A name that
#   does not exist gives "Cannot get supervisor status. Is supervisor running ?" while the daemon answers.
# Why: since Supervisor 4.0 `supervisorctl status` exits 3 when something stands still and 4 for an unknown name as well
#   as for no connection. A single program allows for 3, the list wants 0, and 4 always counts as "not running".
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
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    pytest-testinfra==10.2.2 pytest==9.2.0 supervisor==4.3.0

cat >"$work/supervisord.conf" <<EOF
[supervisord]
logfile=$work/supervisord.log
pidfile=$work/supervisord.pid
[unix_http_server]
file=$work/supervisor.sock
[supervisorctl]
serverurl=unix://$work/supervisor.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[program:web]
command=/bin/sleep 600
startsecs=0
[program:nightly]
command=/bin/sleep 600
startsecs=0
autostart=false
EOF
"$work/venv/bin/supervisord" -n -c "$work/supervisord.conf" >/dev/null &
daemon=$!
ctl=("$work/venv/bin/supervisorctl" -c "$work/supervisord.conf")
for _ in {1..60}; do
    "${ctl[@]}" status web 2>/dev/null | grep -q RUNNING && break
    sleep 0.5
done
"${ctl[@]}" status || echo "supervisorctl status: exit code $?"

cat >"$work/ask.py" <<'EOF'
import sys

import testinfra

host = testinfra.get_host("local://")
tools = sys.argv[1:]


def ask(title, question):
    try:
        answer = question()
    except (AssertionError, RuntimeError) as error:
        answer = "%s: %s" % (type(error).__name__, str(error)[:40].replace("CommandResult", "").rstrip())
    print("%s: %s" % (title, answer))


def services():
    return sorted(item.name for item in host.supervisor.get_services(*tools))


ask("nightly is running", lambda: host.supervisor("nightly", *tools).is_running)
ask("typo is running", lambda: host.supervisor("typo", *tools).is_running)
ask("list", services)
EOF
"$work/venv/bin/python" "$work/ask.py" "${ctl[0]}" "$work/supervisord.conf" | tee "$work/one-stopped"
"${ctl[@]}" start nightly
"$work/venv/bin/python" "$work/ask.py" "${ctl[0]}" "$work/supervisord.conf" | tee "$work/all-running"

same=yes
grep -q '^nightly is running: False' "$work/one-stopped" || same=no
grep -q '^typo is running: RuntimeError: Cannot get supervisor status' "$work/one-stopped" || same=no
grep -q '^list: AssertionError: Unexpected exit code 3' "$work/one-stopped" || same=no
grep -q "^list: \['nightly', 'web'\]" "$work/all-running" || same=no
if [[ $same != yes ]]; then
    echo "The behaviour has changed: the list failed before with one program stopped, and worked with none."
    exit 1
fi
