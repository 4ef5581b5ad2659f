# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A play that sets the connection once for all modules of the action group, as people write it."""

from __future__ import annotations

import json
import os

import ansible_programs
import pytest

SLEEP = "/bin/sleep 1000"


@pytest.mark.ends
def test_one_setting_for_all_modules(daemons, version, tmp_path):
    daemon = daemons({"web": {"command": SLEEP}}, auth=("ops", "correct-horse-battery"), inet=True)
    main = str(tmp_path / "main.conf")
    modules = {
        "supervisor_config": {"path": main, "supervisord": {"loglevel": "debug"}},
        "supervisor_program": {"name": "new", "command": SLEEP, "state_dir": os.path.join(daemon.dir, "state")},
        "supervisor_process": {"names": ["web"], "state": "restarted"},
        "supervisor_info": {"drift": True},
        "supervisor_orphans": {},
        "supervisor_rpc": {"method": "supervisor.getState"},
    }
    tasks = [{"name": name, "supervisord.fleet." + name: args} for name, args in modules.items()]
    fleet = {"servers": [daemon.inet_url]}
    tasks += [{"name": name, "supervisord.fleet." + name: dict(modules[name], **fleet)} for name in ("supervisor_rpc",)]
    common = {"config_file": daemon.conf, "username": "ops", "password": "correct-horse-battery", "timeout": 30}
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "module_defaults": {"group/supervisord.fleet.fleet": common},
        "tasks": tasks,
    }
    path = tmp_path / "play.yml"
    path.write_text(json.dumps([play]), encoding="utf-8")
    done = ansible_programs.Ansible(version, tmp_path).run("ansible-playbook", path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok=%d " % len(tasks) in done.stdout
    assert os.path.exists(main)
    assert sorted(daemon.pids()) == ["new:new", "web:web"]
