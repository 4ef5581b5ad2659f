#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# pidproxy hides a crash from supervisord, and says "stopped" while the program still runs
#
# Package version: supervisor==4.3.0 (its own tool pidproxy)
# Python version: 3.11
# Expected: a program behind pidproxy looks to supervisord like one without: a crash is a crash, and stopped is stopped.
# Seen: a program that ends at once with exit code 3 is tried again and ends FATAL. Behind pidproxy it is RUNNING, then
#   "exit status 0; expected": state EXITED, never tried again. And a program that needs seconds to stop is STOPPED at
#   once, so that the next start runs beside the old process: for a server with a port, a clash.
# Why: pidproxy looks for its child every 5 seconds and drops its exit code; after it has passed SIGTERM, SIGINT or
#   SIGQUIT on, it ends with 0 without waiting.
set -euo pipefail

work=$(mktemp -d)
daemon=
cleanup() {
    if [[ -n $daemon ]]; then
        kill "$daemon" 2>/dev/null || true
        wait "$daemon" 2>/dev/null || true
    fi
    # what pidproxy left behind
    while read -r pid; do
        kill -KILL "$pid" 2>/dev/null || true
    done < <(cat "$work/pids" 2>/dev/null)
    rm -rf "$work"
}
trap cleanup EXIT

python=${PYTHON:-python3}
"$python" --version
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check supervisor==4.3.0

cat >"$work/crash" <<'EOF'
#!/bin/sh
echo "cannot read my settings"
exit 3
EOF
# Writes its PID file as a daemon does, and takes ten seconds to finish its work when told to stop.
cat >"$work/server.py" <<'EOF'
import os
import signal
import sys
import time

for name, mode in (("server.pid", "w"), ("pids", "a")):
    with open(os.path.join(sys.argv[1], name), mode) as out:
        out.write("%d\n" % os.getpid())


def finish(number, frame):
    time.sleep(10)
    sys.exit(0)


signal.signal(signal.SIGTERM, finish)
while True:
    time.sleep(1)
EOF
chmod +x "$work/crash"
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
[program:plain]
command=$work/crash
startretries=1
[program:proxied]
command=$work/venv/bin/pidproxy $work/crash.pid $work/crash
startretries=1
[program:server]
command=$work/venv/bin/pidproxy $work/server.pid $work/venv/bin/python $work/server.py $work
EOF
"$work/venv/bin/supervisord" -n -c "$work/supervisord.conf" >/dev/null &
daemon=$!
ctl=("$work/venv/bin/supervisorctl" -c "$work/supervisord.conf")
for _ in {1..60}; do
    grep -q 'exited: proxied' "$work/supervisord.log" 2>/dev/null && [[ -s $work/server.pid ]] && break
    sleep 0.5
done
echo "--- a program that ends at once with exit code 3"
"${ctl[@]}" status plain proxied || true
grep -E "exited: (plain|proxied)|plain|success: proxied" "$work/supervisord.log"

echo "--- a program that needs ten seconds to stop"
old=$(cat "$work/server.pid")
"${ctl[@]}" stop server
state=$("${ctl[@]}" status server || true)
echo "$state"
before=gone
kill -0 "$old" 2>/dev/null && before="still there"
"${ctl[@]}" start server
for _ in {1..60}; do
    [[ $(cat "$work/server.pid") != "$old" ]] && break
    sleep 0.1
done
new=$(cat "$work/server.pid")
together=no
[[ $new != "$old" ]] && kill -0 "$old" 2>/dev/null && kill -0 "$new" 2>/dev/null && together=yes
echo "after stop the old process is $before; after start old and new run together: $together"

same=yes
grep -q 'exited: plain (exit status 3; not expected)' "$work/supervisord.log" || same=no
grep -q 'exited: proxied (exit status 0; expected)' "$work/supervisord.log" || same=no
[[ $state == *STOPPED* && $before == "still there" && $together == yes ]] || same=no
if [[ $same != yes ]]; then
    echo "The behaviour has changed: the crash was hidden before, and old and new ran together."
    exit 1
fi
