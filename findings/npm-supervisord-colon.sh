#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The npm client `supervisord` cannot log in with a password that holds a colon, and says "Unknown XML-RPC tag 'TITLE'"
#
# Package version: supervisord==0.1.0 and xmlrpc==1.3.2 (npm), against supervisor==4.3.0 (PyPI)
# Node version: 20; Python version: 3.11
# Expected: a password of the daemon's inet server may hold a colon, properly written %3A in the URL, and a refused login
#   says that the login was refused.
# Seen: the same URL works with Python's xmlrpc.client; with npm's supervisord only the part before the colon is sent.
#   The refusal is an error of the XML reader whose text speaks neither of a login nor of 401.
# Why: the client splits the decoded user:password at every colon and takes the second piece. xmlrpc looks at no HTTP
#   status but 404 and hands the daemon's HTML page of the refusal to its XML-RPC reader.
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
node --version
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check supervisor==4.3.0
npm install --prefix "$work/node" --silent --no-audit --no-fund supervisord@0.1.0 xmlrpc@1.3.2

read -r plain colon < <("$work/venv/bin/python" - <<'EOF'
import socket

sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*[item.getsockname()[1] for item in sockets])
EOF
)
cat >"$work/supervisord.conf" <<EOF
[supervisord]
logfile=$work/supervisord.log
pidfile=$work/supervisord.pid
[inet_http_server:plain]
port=127.0.0.1:$plain
username=ops
password=spring2026
[inet_http_server:colon]
port=127.0.0.1:$colon
username=ops
password=spring:2026
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
EOF
"$work/venv/bin/supervisord" -n -c "$work/supervisord.conf" >/dev/null &
daemon=$!

cat >"$work/ask.py" <<'EOF'
import sys
import time
import xmlrpc.client

deadline = time.monotonic() + 30
while True:
    try:
        print(xmlrpc.client.ServerProxy(sys.argv[1]).supervisor.getState()["statename"])
        break
    except ConnectionRefusedError:
        if time.monotonic() > deadline:
            raise
        time.sleep(0.2)
EOF
cat >"$work/node/ask.js" <<'EOF'
const client = require('supervisord').connect(process.argv[2]);
client.getState((error, state) => console.log(error ? `error: ${error.message}` : state.statename));
EOF
for url in "http://ops:spring2026@127.0.0.1:$plain" "http://ops:spring%3A2026@127.0.0.1:$colon"; do
    kind="plain"
    [[ $url == *%3A* ]] && kind="colon"
    echo "$kind, Python: $("$work/venv/bin/python" "$work/ask.py" "$url")"
    echo "$kind, Node: $(node "$work/node/ask.js" "$url")"
done | tee "$work/seen"

cat >"$work/expected" <<'EOF'
plain, Python: RUNNING
plain, Node: RUNNING
colon, Python: RUNNING
colon, Node: error: Unknown XML-RPC tag 'TITLE'
EOF
if ! diff "$work/expected" "$work/seen"; then
    echo "The behaviour has changed: only the login with a colon from Node failed before."
    exit 1
fi
