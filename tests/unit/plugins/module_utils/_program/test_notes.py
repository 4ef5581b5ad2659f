# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes go where only their owner reads them, and a run can do without."""

import stat

from ansible_collections.supervisord.fleet.plugins.module_utils._host import state_dir as _state_dir
from ansible_collections.supervisord.fleet.plugins.module_utils._program import notes as _notes


def test_each_main_configuration_has_notes_of_its_own():
    paths = {_state_dir.path_for("/s", p) for p in ("/etc/supervisord.conf", "/etc/supervisor/supervisord.conf")}
    assert paths == {"/s/etc-supervisord.conf.json", "/s/etc-supervisor-supervisord.conf.json"}


def test_notes_are_for_their_owner_alone(tmp_path):
    path = tmp_path / "state" / "a.json"
    assert _notes.write(str(path), b"1") == ""
    assert path.read_bytes() == b"1"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_told_and_no_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert "file" in _notes.write(str(tmp_path / "file" / "a.json"), b"1")
