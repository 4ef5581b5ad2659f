# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections are taken out of a file, and what is left means what it meant."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._adopt import cut as _cut
from ansible_collections.supervisord.fleet.plugins.module_utils._options import dialect as _dialect

READERS = [_dialect.dialect("3.4.0"), _dialect.dialect("4.3.0", 3, 11), _dialect.dialect("4.3.0", 3, 13)]
FILE = b"""; mine

# about a
[program:a]
command = x
  [program:b]
environment = A="1",
\tB="2"

; about c
[program:c]
command=z ; twice
; the end
"""


@pytest.fixture(params=READERS, ids=["python 2", "python 3.11", "python 3.13"])
def reader(request):
    return request.param


def test_a_section_goes_with_its_comment_and_the_rest_stays_byte_for_byte(reader):
    assert _cut.without(FILE, {"program:c"}, "f", reader) == FILE[: FILE.index(b"\n; about c")]
    rest = _cut.without(FILE, {"program:a"}, "f", reader)
    assert rest == b"; mine\n\n" + FILE[FILE.index(b"; about c") :]


def test_a_file_without_any_section_left_is_none(reader):
    assert _cut.without(FILE, {"program:a", "program:c", "program:b"}, "f", reader) is None


def test_only_some_sections_come_with_an_empty_line_before_each(reader):
    assert _cut.only(FILE, ["program:c"], "f", reader) == b"\n; about c\n[program:c]\ncommand=z ; twice\n; the end\n"
    assert _cut.only(FILE, ["program:x"], "f", reader) == b""


def test_taking_out_what_was_appended_gives_the_same_file_again(reader):
    bare = b"[supervisord]\nuser=root\n\n[include]\nfiles=x\n"
    assert _cut.without(bare + _cut.only(FILE, ["program:c"], "f", reader), {"program:c"}, "f", reader) == bare


def test_a_section_that_cannot_be_told_from_its_neighbours_is_refused():
    indented = b"[program:a]\ncommand=x\n\n[program:b]\ncommand=y\n\n   [program:c]\n   command=z\n"
    reader = READERS[1]
    assert "program:b" in _cut.sections(indented, "f", reader)
    if "program:c" in _cut.sections(indented, "f", reader):
        with pytest.raises(_errors.ConfigError, match="cannot be taken apart"):
            _cut.without(indented, {"program:c"}, "f", reader)
