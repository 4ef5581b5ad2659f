#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ansible-core runs every filter file of a collection, and compiles anew what they import, for each task with one filter
#
# Package version: ansible-core==2.19.4
# Python version: 3.11
# Expected: a filter with its full name, my.fleet.one, is read from the file of that name, once in a run; Python keeps
#   the compiled code beside it, as it does for what is imported.
# Seen: a collection with three filter files, a play of two tasks that both use the first of them: all three files were
#   run in each of the two tasks' processes, six times in all. Of the files compiled code was kept, of what they import
#   none. A collection of 37 filters, which import what they need at the top, costs a fifth of a second of processor time
#   for each task and each host.
# Why: a file may hold any number of filters under any names, so the loader goes through the whole folder, also after it
#   has found the name, lest another file has it too. It does so in the worker, a fork that ends with its task; and the
#   loader of collections compiles the source itself, without a look at kept code.
# What helps: one small file in plugins/filter that names all filters and imports the code of each when it is called,
#   with the documentation in NAME.yml beside it.
set -euo pipefail

work=$(mktemp -d)
cleanup() {
    rm -rf "$work"
}
trap cleanup EXIT

python=${PYTHON:-python3}
"$python" --version
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ansible-core==2.19.4

collection=$work/collections/ansible_collections/my/fleet
mkdir -p "$collection/plugins/filter" "$collection/plugins/plugin_utils"
echo 'upper = str.upper' >"$collection/plugins/plugin_utils/code.py"
for name in one two three; do
    cat >"$collection/plugins/filter/$name.py" <<EOF
import os

from ..plugin_utils import code

with open(os.environ["READ"], "a") as told:
    told.write("$name %d\n" % os.getpid())


class FilterModule:
    def filters(self):
        return {"$name": code.upper}
EOF
done
cat >"$work/play.yml" <<'EOF'
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.debug: {msg: "{{ 'first' | my.fleet.one }}"}
    - ansible.builtin.debug: {msg: "{{ 'second' | my.fleet.one }}"}
EOF

export READ=$work/read HOME=$work ANSIBLE_COLLECTIONS_PATH=$work/collections ANSIBLE_LOCALHOST_WARNING=false
unset PYTHONDONTWRITEBYTECODE
cd "$work"
"$work/venv/bin/ansible-playbook" play.yml
echo "read, with the process:"
sort "$READ"
filters=$(find "$collection/plugins/filter" -name '*.pyc' | wc -l)
imported=$(find "$collection/plugins/plugin_utils" -name '*.pyc' | wc -l)
echo "compiled code kept of $filters filter files and of $imported files that they import"

processes=$(cut -d' ' -f2 "$READ" | sort -u | wc -l)
if [[ $(wc -l <"$READ") != 6 || $processes != 2 || $filters != 3 || $imported != 0 ]]; then
    echo "The behaviour has changed: all files were run in each task's process before, and what they import was compiled."
    exit 1
fi
