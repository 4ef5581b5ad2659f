#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ansible-runner: a dry run makes the later runs in the same folder dry as well, and they report success
#
# Package version: ansible-runner==2.4.3 with ansible-core==2.19.14
# Python version: 3.11
# Expected: the arguments of run() hold for that call.
# Seen: after run(cmdline="--check", extravars={"release": "42"}) a plain run() changes nothing on the host and is
#   "successful" with rc 0, and still gets release 42. So do the later ones, in other processes too.
# Why: what is given to the first call is written to env/ below private_data_dir unless a file of that name is there
#   (cmdline, extravars, envvars, passwords, settings, ssh_key), is not removed after the run, and every later call
#   that gives none reads it. suppress_env_files=True keeps the folder clean.
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

cat >"$work/run/project/release.yml" <<EOF
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.copy:
        content: "{{ release | default('none') }}"
        dest: $work/released
        mode: "0644"
EOF
cat >"$work/run.py" <<'EOF'
import sys

import ansible_runner

folder, how = sys.argv[1:]
given = {"cmdline": "--check", "extravars": {"release": "42"}} if how == "dry" else {}
result = ansible_runner.run(private_data_dir=folder, playbook="release.yml", quiet=True, **given)
dry = "--check" in result.config.command
print("%s: status=%s rc=%d changed=%s check=%s" % (how, result.status, result.rc, result.stats["changed"], dry))
EOF
"$work/venv/bin/python" "$work/run.py" "$work/run" dry
"$work/venv/bin/python" "$work/run.py" "$work/run" real | tee "$work/seen"
released=no
[[ -e $work/released ]] && released=yes
echo "--- released: $released; left in env/:"
head -n 5 "$work"/run/env/*
echo
rm "$work/run/env/cmdline"
"$work/venv/bin/python" "$work/run.py" "$work/run" real
echo "--- after cmdline was removed by hand, released: $(cat "$work/released")"

same=yes
grep -q "^real: status=successful rc=0 changed={'web01': 1} check=True" "$work/seen" || same=no
[[ $released == no && $(cat "$work/released") == 42 ]] || same=no
if [[ $same != yes ]]; then
    echo "The behaviour has changed: the second run was dry before, and got the release of the first."
    exit 1
fi
