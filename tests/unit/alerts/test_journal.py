# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records survive whatever ends their writer."""

from __future__ import annotations

import os

import pytest
from supervisord_fleet_alerts import journal as _journal

RECORDS = [{"n": number, "text": "é" * number} for number in range(6)]


def written(path, records=RECORDS):
    journal = _journal.Journal(str(path))
    list(journal.read())
    for record in records:
        journal.append(record)
    journal.close()
    return path


def read(path):
    journal = _journal.Journal(str(path))
    return list(journal.read()), journal


def test_what_was_added_is_there(tmp_path):
    assert read(written(tmp_path / "j"))[0] == RECORDS


def test_it_may_end_at_any_byte(tmp_path):
    data = written(tmp_path / "j").read_bytes()
    for length in range(len(data) + 1):
        cut = tmp_path / "cut"
        cut.write_bytes(data[:length])
        whole = data[:length].count(b"\n")
        found, journal = read(cut)
        assert found == RECORDS[:whole]
        assert journal.damaged == 0
        journal.append({"after": length})
        journal.close()
        assert read(cut)[0] == [*RECORDS[:whole], {"after": length}]


def test_a_line_that_rotted_is_left_out_and_counted(tmp_path):
    path = written(tmp_path / "j")
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b'"n":2', b'"n":9')
    path.write_bytes(b"".join(lines))
    found, journal = read(path)
    assert found == [one for one in RECORDS if one["n"] != 2]
    assert journal.damaged == 1


def test_all_can_be_replaced_at_once(tmp_path):
    _found, journal = read(written(tmp_path / "j"))
    journal.replace([{"all": True}])
    journal.append({"more": True})
    journal.sync()
    assert read(tmp_path / "j")[0] == [{"all": True}, {"more": True}]
    assert os.listdir(tmp_path) == ["j"]
    assert os.stat(tmp_path / "j").st_mode & 0o777 == 0o600


def test_a_link_in_its_place_is_not_followed(tmp_path):
    (tmp_path / "j").symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match="j"):
        read(tmp_path / "j")
    assert not (tmp_path / "other").exists()
