#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# memmon of superlance restarts a program twice, the second time although it is well again
#
# Package version: superlance==2.0.0 with supervisor==4.3.0
# Python version: 3.11
# Expected: memmon may be given several limits at once (-p for a program, -g for a group, -a for all, as the sample call
#   in its own help does). Whoever is above one of them is restarted, once.
# Seen: a program above its own limit and above that of its group is restarted twice within one round of checks. The
#   second restart hits the new process, which has been up for a second and needs little memory.
# Why: the figure is measured once a round, before the first restart. After a restart because of -p the loop over the
#   two spellings of the name goes on, not the loop over the processes, so -g (or, without -g, -a) looks at the old
#   figure. superguard==0.0.3, made from superlance, has the same lines; it is not run here.
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
"$work/venv/bin/pip" install --quiet --disable-pip-version-check superlance==2.0.0 supervisor==4.3.0

# The program leaks in its first life only: each later process is small.
cat >"$work/web.py" <<'EOF'
import os
import sys
import time

if not os.path.exists(sys.argv[1]):
    open(sys.argv[1], "w").close()
    leak = b"x" * (80 << 20)
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
[program:web]
command=$work/venv/bin/python $work/web.py $work/leaked
[eventlistener:memmon]
command=$work/venv/bin/memmon -p web=50MB -g web=60MB
events=TICK_5
buffer_size=100
stderr_logfile=$work/memmon.log
EOF
"$work/venv/bin/supervisord" -n -c "$work/supervisord.conf" >/dev/null &
daemon=$!

# Three rounds of checks: the start, the round that restarts, and one in which all is well.
for _ in {1..120}; do
    rounds=$(grep -c '^Checking programs' "$work/memmon.log" 2>/dev/null || true)
    [[ ${rounds:-0} -ge 3 ]] && break
    sleep 0.5
done

echo "--- what memmon says"
cat "$work/memmon.log"
echo "--- what supervisord says of the program"
grep -E "'web'|: web|for web" "$work/supervisord.log"
restarts=$(grep -c '^Restarting web:web' "$work/memmon.log" || true)
starts=$(grep -c "spawned: 'web'" "$work/supervisord.log" || true)
echo "--- one leak, $restarts restarts, $starts processes"
if [[ $restarts != 2 || $starts != 3 ]]; then
    echo "The behaviour has changed: 2 restarts and 3 processes were seen before."
    exit 1
fi
