# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""% formatting: Python's rules, no secret in a message."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._config import expand as _expand, ini as _ini
from ansible_collections.supervisord.fleet.plugins.module_utils._options import dialect as _dialect

PY2 = _dialect.dialect("3.4.0")
PY3 = _dialect.dialect("4.3.0")
NAMES = {"here": "/etc", "process_num": 3, "ENV_TOKEN": "hunter2"}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("plain", "plain"),
        ("%(here)s/x", "/etc/x"),
        ("%%(here)s", "%(here)s"),
        ("%(process_num)02d", "03"),
        ("%(process_num)s%(here).0s", "3"),
        ("100%%", "100%"),
    ],
)
def test_expansion(text, result):
    assert _expand.expand(text, NAMES, "s.o", PY3) == result


@pytest.mark.parametrize(
    "text", ["%", "%d hunter2", "hunter2 %(nothing)s", "%(here)d hunter2", "%(here", "%Y", "%(here)"]
)
def test_what_cannot_be_formatted_is_refused_without_quoting_it(text):
    with pytest.raises(ValueError, match="Format string for 's.o'") as caught:
        _expand.expand(text, NAMES, "s.o", PY3)
    assert "hunter2" not in str(caught.value)
    assert "TOKEN" not in str(caught.value)


def test_an_unknown_name_is_told_with_those_on_offer():
    with pytest.raises(ValueError, match="ENV_NONE") as caught:
        _expand.expand("%(ENV_NONE)s", NAMES, "s.o", PY3)
    assert str(caught.value).endswith("Available names: here, process_num, ENV_<variable>")


def test_python_2_has_no_ascii_conversion():
    assert _expand.expand("%(here)a", NAMES, "s.o", PY3) == "'/etc'"
    assert _expand.expand("%%a", NAMES, "s.o", PY2) == "%a"
    with pytest.raises(ValueError, match="unsupported format character 'a'"):
        _expand.expand("%(here)a", NAMES, "s.o", PY2)


@pytest.mark.parametrize(
    ("text", "spills"),
    [("%s", True), ("x%rx", True), ("%5.2s", True), ("%%s", False), ("%(here)s", False), ("%%%s", True), ("%d", False)],
)
def test_a_bare_conversion_would_print_every_name(text, spills):
    assert _expand.dumps_names(text) is spills


def test_here_is_replaced_in_what_a_file_brought_and_in_inherited_options():
    store = _ini.Store()
    _ini.read(b"[DEFAULT]\nd=%(here)s\n[a]\nx=%(here)s/%%(here)s\n", "/one/f", store, PY3)
    _expand.replace_here(store, "/one/f", "/one")
    _ini.read(b"[b]\nx=%(here)s\n", "/two/f", store, PY3)
    _expand.replace_here(store, "/two/f", "/two")
    assert store.sections["a"]["x"].text == "/one/%/one"
    assert store.sections["a"]["d"].text == "/one"
    assert store.sections["b"]["x"].text == "/two"
    assert store.sections["b"]["d"].text == "/two"
    assert store.sections["b"]["x"].line == 2


@pytest.mark.parametrize(
    ("text", "python2", "python36"),
    [
        ("50% 10%", "50         %", "50%"),
        ("%5%", "    %", "%"),
        ("%-5%|", "%    |", "%|"),
        ("% %", "%", "%"),
        ("%05%", "    %", "%"),
        ("%.3%", "%", "%"),
        ("%(here)5%", "    %", "%"),
    ],
)
def test_a_percent_sign_with_a_width(text, python2, python36):
    assert _expand.expand(text, NAMES, "s.o", PY2) == python2
    assert _expand.expand(text, NAMES, "s.o", _dialect.dialect("4.2.5", 3, 6)) == python36
    for reader in (PY3, _dialect.dialect("4.0.4", 3, 7)):
        with pytest.raises(ValueError, match="unsupported format character '%'"):
            _expand.expand(text, NAMES, "s.o", reader)
