# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of good settings cannot work on a host."""

from supervisord_fleet_alerts import config as _config, host as _host

HOOK = {"name": "hook", "type": "webhook", "url": "https://example.com/hook"}
RUN = {"name": "run", "type": "command", "command": ["/bin/cat"]}


def faults(folder, **more):
    return _host.faults(_config.checked(dict({"host": "a", "folder": str(folder)}, **more)))


def test_what_is_there_is_no_fault(tmp_path):
    trusted = tmp_path / "ca.pem"
    trusted.write_text("")
    file = str(tmp_path / "fleet.prom")
    assert faults(tmp_path, metrics={"file": file}, routes=[dict(HOOK, ca_file=str(trusted)), RUN]) == []


def test_the_folder_of_the_metrics_must_be_there(tmp_path):
    (fault,) = faults(tmp_path, metrics={"file": str(tmp_path / "none" / "fleet.prom")})
    assert (
        fault
        == "metrics.file: there is no folder %s/none that the listener's account may see; make it, for that account"
        % tmp_path
    )
    (fault,) = faults(tmp_path, metrics={"file": str(tmp_path)})
    assert fault == "metrics.file: %s is a folder; give a file" % tmp_path


def test_files_and_programs_of_routes_and_checks_must_be_there(tmp_path):
    nothing = str(tmp_path / "nothing")
    watch = {"name": "a", "program": "a", "url": "https://127.0.0.1/", "ca_file": nothing}
    routes = [dict(HOOK, ca_file=nothing), dict(RUN, command=[nothing])]
    assert faults(tmp_path, routes=routes, watch=[watch]) == [
        "routes[0].ca_file: there is no file %s that the listener's account may read" % nothing,
        "watch[0].ca_file: there is no file %s that the listener's account may read" % nothing,
        "routes[1].command: there is no program %s that the listener's account may run" % nothing,
    ]
