#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# crossplane's command finds a fault in an nginx configuration, names another file, and exits 0
#
# Package version: crossplane==0.5.8
# Python version: 3.11
# Expected: a checker's exit code says whether the file is good, so it can stand in `validate:` of a task or in a
#   script's `&&`; --strict refuses only what nginx does not know.
# Seen: a misspelt directive and a missing brace: exit code 0, "status":"failed" stands only in the JSON. The text of an
#   error behind an `include`, in the same block, names the included file with the line of the including one. And
#   --strict calls every entry of a `map` an unknown directive, so a good configuration is "failed" too.
# Why: the command prints what the library returns and ends. The loop over the included files leaves the last one's name
#   where that of the including file stood. The table of directives knows no free words inside a block.
set -euo pipefail

work=$(mktemp -d)
cleanup() {
    rm -rf "$work"
}
trap cleanup EXIT

python=${PYTHON:-python3}
"$python" --version
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check crossplane==0.5.8

mkdir "$work/conf"
cat >"$work/conf/upstream.conf" <<'EOF'
upstream app01 {
    server 192.0.2.11:8080;
    server 192.0.2.12:8080;
}
EOF
cat >"$work/misspelt.conf" <<'EOF'
events {}
http {
    include conf/upstream.conf;
    keepalive_timeuot 65;
    server {
        listen 80;
    }
}
EOF
cat >"$work/brace.conf" <<'EOF'
events {}
http {
    server {
        listen 80;
    }
EOF
cat >"$work/good.conf" <<'EOF'
events {}
http {
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' close;
    }
}
EOF

cd "$work"
for name in misspelt brace good; do
    rc=0
    "$work/venv/bin/crossplane" parse --strict "$name.conf" >"$name.json" || rc=$?
    "$work/venv/bin/python" - "$name" "$rc" <<'EOF' | tee -a "$work/seen"
import json
import sys

name, rc = sys.argv[1:]
with open(name + ".json") as source:
    answer = json.load(source)
print("%s.conf: exit code %s, status %s" % (name, rc, answer["status"]))
for error in answer["errors"]:
    print("    file %s, text: %s" % (error["file"], error["error"]))
EOF
done

same=yes
for name in misspelt brace good; do
    grep -q "^$name.conf: exit code 0, status failed" "$work/seen" || same=no
done
grep -q 'file misspelt.conf, text: unknown directive "keepalive_timeuot" in conf/upstream.conf:' "$work/seen" || same=no
grep -q 'file good.conf, text: unknown directive "default"' "$work/seen" || same=no
if [[ $same != yes ]]; then
    echo "The behaviour has changed: exit code 0, the wrong name and a refused map were seen before."
    exit 1
fi
