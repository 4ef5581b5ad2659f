#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# supervisord does not send SUPERVISOR_STATE_CHANGE_STOPPING to a listener that has other events waiting
#
# Package version: supervisor==4.3.0
# Python version: 3.11
# Expected: a listener that subscribes to SUPERVISOR_STATE_CHANGE hears that the daemon stops: it is asked to stop last
#   of all, its buffer holds the event, and it answers each one.
# Seen: with nothing waiting the event comes. With a few events of starting programs before it in the buffer, and a
#   listener that takes a moment for each, it never comes, although the listener goes on answering. That the programs
#   stop, it hears in neither case.
# Why: an event leaves the buffer when the listener's answer to the one before is read. As soon as the listener itself
#   is told to stop, nothing more is sent to it, and what waits is dropped with the daemon.
set -euo pipefail

work=$(mktemp -d)
daemon=
cleanup() {
    [[ -z $daemon ]] || kill "$daemon" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

python=${PYTHON:-python3}
"$python" --version
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check supervisor==4.3.0 setuptools==80.9.0
cd "$work"

# Notes the name of each event, takes a moment for it, and answers. It does not end at TERM: it has time to hear all.
cat >listener.py <<'EOF'
import signal
import sys
import time

signal.signal(signal.SIGTERM, signal.SIG_IGN)
sys.stdout.write("READY\n")
sys.stdout.flush()
for line in sys.stdin:
    head = dict(word.split(":", 1) for word in line.split())
    sys.stdin.read(int(head["len"]))
    with open("events", "a") as notes:
        notes.write(head["eventname"] + "\n")
    time.sleep(float(sys.argv[1]))
    sys.stdout.write("RESULT 2\nOKREADY\n")
    sys.stdout.flush()
EOF
cat >supervisord.conf <<EOF
[supervisord]
nodaemon = true
directory = $work
[eventlistener:notes]
command = $work/venv/bin/python listener.py %(ENV_PAUSE)s
events = SUPERVISOR_STATE_CHANGE,PROCESS_STATE
buffer_size = 100
stopwaitsecs = 3
[program:worker]
command = sleep 1000
numprocs = 5
process_name = %(program_name)s%(process_num)s
startsecs = 0
EOF

heard() { # name, seconds for each event, how many events before the daemon is stopped
    rm -f events
    PAUSE=$2 venv/bin/supervisord -c supervisord.conf >/dev/null &
    daemon=$!
    while [[ $(cat events 2>/dev/null | wc -l) -lt $3 ]]; do sleep 0.05; done
    kill -TERM "$daemon"
    wait "$daemon" || true
    daemon=
    echo "$1: $(sort events | uniq -c | tr -s ' \n' ' ')"
    grep -c '^SUPERVISOR_STATE_CHANGE_STOPPING$' events || true
}

venv/bin/supervisord --version
# Of the daemon one, of five programs and the listener itself two each
heard "nothing waits" 0.01 13 | tee quiet
heard "events wait" 0.3 2 | tee busy

if [[ $(tail -n 1 quiet) != 1 || $(tail -n 1 busy) != 0 ]]; then
    echo "The behaviour has changed: the event came with nothing waiting (1), and did not come with events waiting (0)."
    exit 1
fi
