#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ansible-runner: with a fixed identifier the statistics of a failed run are those of an older one that went well
#
# Package version: ansible-runner==2.4.3 with ansible-core==2.19.14
# Python version: 3.11
# Expected: run(ident="nightly") names the folder of the results; the object returned by the second such run tells of
#   the second run.
# Seen: status and rc are those of the second run (failed, 2), but its stats show no failure and the hosts of the first
#   run, and its events are those of both runs mixed. A report made from stats is green.
# Why: the folder of an identifier is used again and not emptied; events are read back from it, sorted by their counter,
#   and stats is the first closing event in that order: that of the shorter run.
set -euo pipefail
export LC_ALL=C.UTF-8

work=$(mktemp -d)
cleanup() {
    rm -rf "$work"
}
trap cleanup EXIT

python=${PYTHON:-python3}
"$python" --version
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ansible-runner==2.4.3 ansible-core==2.19.14
export PATH=$work/venv/bin:$PATH
mkdir -p "$work/run/project" "$work/run/inventory"
echo "web01 ansible_connection=local ansible_python_interpreter=$work/venv/bin/python" >"$work/run/inventory/hosts"

cat >"$work/run/project/good.yml" <<'EOF'
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: all is well
EOF
cat >"$work/run/project/bad.yml" <<'EOF'
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: about to look
    - ansible.builtin.fail:
        msg: two Tomcats are down
EOF
cat >"$work/twice.py" <<'EOF'
import sys

import ansible_runner

folder = sys.argv[1]
for playbook in ("good.yml", "bad.yml"):
    result = ansible_runner.run(private_data_dir=folder, playbook=playbook, ident="nightly", quiet=True)
    ends = [event for event in result.events if event["event"] == "playbook_on_stats"]
    print("%s: status=%s rc=%d" % (playbook, result.status, result.rc))
    print("%s: stats ok=%s failures=%s" % (playbook, result.stats["ok"], result.stats["failures"]))
    print("%s: closing events=%d" % (playbook, len(ends)))
EOF
"$work/venv/bin/python" "$work/twice.py" "$work/run" | tee "$work/seen"

same=yes
grep -q '^bad.yml: status=failed rc=2' "$work/seen" || same=no
grep -q "^bad.yml: stats ok={'web01': 1} failures={}" "$work/seen" || same=no
grep -q '^bad.yml: closing events=2' "$work/seen" || same=no
if [[ $same != yes ]]; then
    echo "The behaviour has changed: the failed run had the statistics of the good one before."
    exit 1
fi
