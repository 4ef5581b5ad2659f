# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No configuration value that may be secret passes in the text of a fault; where it is stands there."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import faults as _faults

PLACE = " in section 'program:x' (file: '/etc/supervisor/conf.d/x.conf')"


@pytest.mark.parametrize(
    "text",
    [
        'CANT_REREAD: Unexpected end of key/value pairs in value \'A="hunter2" B="x"\'' + PLACE,
        "CANT_REREAD: Unexpected end of key/value pairs in value \"A='hunter2' B='does not specify'\"" + PLACE,
        "CANT_REREAD: Unexpected end of key/value pairs in value 'A=\"it\\'s hunter2 in section \\'x\\'\" B'" + PLACE,
        "CANT_REREAD: Format string 'A=\"hunter2 %' for 'program:x.environment' is badly formatted: incomplete format"
        + PLACE,
        "CANT_REREAD: Format string 'A=\"%(ENV_NO)s hunter2\"' for 'program:x.environment' contains names ('ENV_NO') "
        "which cannot be expanded. Available names: ENV_HOME, ENV_hunter2" + PLACE,
        "CANT_REREAD: something new with 'hunter2' in it" + PLACE,
        'CANT_REREAD: not a good value: "hunter2"' + PLACE,
    ],
)
def test_secrets_are_masked_and_the_place_stays(text):
    masked = _faults.mask(text)
    assert "hunter2" not in masked
    assert masked.startswith("CANT_REREAD: ")
    assert masked.endswith(PLACE)


@pytest.mark.parametrize(
    "text",
    [
        "CANT_REREAD: Source contains parsing errors: '/etc/x.conf'\n\t[line 14]: 'hunter2'",
        "CANT_REREAD: File contains no section headers.\nfile: '/etc/x.conf', line: 1\n'password=hunter2\\n'",
        "CANT_REREAD: File contains parsing errors: /etc/x.conf\n\t[line  3]: 'hunter2\\n'",
    ],
)
def test_lines_of_files_are_masked_and_their_numbers_stay(text):
    masked = _faults.mask(text)
    assert "hunter2" not in masked
    assert "/etc/x.conf" in masked or "line" in masked


@pytest.mark.parametrize(
    "text",
    [
        "CANT_REREAD: not a valid boolean value: 'maybe'" + PLACE,
        "CANT_REREAD: invalid literal for int() with base 10: '1.5'" + PLACE,
        "CANT_REREAD: program section program:x does not specify a command" + PLACE,
        "CANT_REREAD: [group:g] names unknown program or fcgi-program zzz",
        "CANT_REREAD: could not find config file /etc/supervisord.conf",
        "CANT_REREAD: Invalid user name nosuch" + PLACE,
    ],
)
def test_what_is_harmless_stays_readable(text):
    assert _faults.mask(text) == text


def test_only_cant_reread_is_masked_and_advice_is_added():
    explained = _faults.explain(
        _errors.Fault(92, "CANT_REREAD: in value 'hunter2'"), "unix:///s", "supervisor.reloadConfig"
    )
    assert "hunter2" not in explained.text + explained.message
    assert _faults.explain(_errors.Fault(20, "NO_FILE: can't find 'x'"), "u", "m").text == "NO_FILE: can't find 'x'"
    assert "restarting" in _faults.explain(_errors.Fault(6, "SHUTDOWN_STATE"), "u", "m").message
    assert "no method a.b" in _faults.explain(_errors.Fault(1, "UNKNOWN_METHOD"), "u", "a.b").message
