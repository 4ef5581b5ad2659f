# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules reach their files in folders below module_utils in every way in which Ansible sends a module."""

from __future__ import annotations

import ansible_programs
import pytest

# As root, for whom no password is asked; nobody's own shell would refuse to run anything.
PLAY = """
- name: {name}
  hosts: localhost
  gather_facts: false
  become: {become}
  become_method: ansible.builtin.su
  become_user: nobody
  become_flags: -s /bin/sh
  vars:
    ansible_pipelining: {pipelining}
    ansible_python_interpreter: /usr/bin/python3  # one that another user can start
    ansible_remote_tmp: /tmp/.ansible-nested
  tasks:
    - name: A module with imports in its functions
      supervisord.fleet.supervisor_program:
        name: web
        command: /bin/cat
        config_file: {folder}/none.conf
        conf_dir: {folder}
      check_mode: true
      register: program
    - name: A module that an action plugin starts
      supervisord.fleet.release_archive:
        root: {folder}
        name: tool-1
        state: absent
      check_mode: true
      register: release
    - name: What came of it
      ansible.builtin.assert:
        that: [program is changed, release is not changed]
"""
WAYS = [(pipelining, become) for pipelining in ("true", "false") for become in ("true", "false")]


CORES = {
    "4.0.4": "2.16",
    "4.2.5": "2.19",
    "4.3.0": "2.21",
}  # release of Supervisor -> what ansible_programs picks with it


@pytest.mark.parametrize("release", CORES, ids=CORES.values())
def test_every_way_to_send_a_module(release, tmp_path):
    tmp_path.chmod(0o755)
    plays = [
        PLAY.format(
            name=f"pipelining {pipelining}, become {become}", pipelining=pipelining, become=become, folder="/tmp"
        )
        for pipelining, become in WAYS
    ]
    (tmp_path / "ways.yml").write_text("".join(plays))
    ansible = ansible_programs.Ansible(release, tmp_path)
    ended = ansible.run("ansible-playbook", "-i", "localhost,", "-c", "local", "ways.yml")
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr
    assert ended.stdout.count("All assertions passed") == len(WAYS)
