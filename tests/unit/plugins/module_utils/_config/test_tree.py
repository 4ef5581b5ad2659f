# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Main file and includes, in order, with what was passed over."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._config import tree as _tree
from ansible_collections.supervisord.fleet.plugins.module_utils._options import dialect as _dialect

NEW = _dialect.dialect("4.3.0")
OLD = _dialect.dialect("3.4.0")
MAIN = b"[supervisord]\n[include]\nfiles=conf.d/*.conf none/*.conf %(here)s/more/%(host_node_name)s-%(ENV_X)s.ini\n"


def load(files, reader=NEW, **environ):
    return _tree.load("/etc/s.conf", _tree.Memory(files), reader, environ, "h")


@pytest.mark.parametrize("reader", [OLD, NEW], ids=str)
def test_files_are_read_in_supervisors_order(reader):
    tree = load(
        {
            "/etc/s.conf": MAIN,
            "/etc/conf.d/9.conf": b"[program:a]\ncommand=nine\n",
            "/etc/conf.d/10.conf": b"[program:a]\ncommand=ten\nstartsecs=1\n",
            "/etc/more/h-1.ini": b"[program:b]\n",
        },
        reader,
        X="1",
    )
    assert tree.files == ("/etc/s.conf", "/etc/conf.d/10.conf", "/etc/conf.d/9.conf", "/etc/more/h-1.ini")
    assert tree.patterns == ("/etc/conf.d/*.conf", "/etc/none/*.conf", "/etc/more/h-1.ini")
    assert tree.unmatched == ("/etc/none/*.conf",)
    assert tree.skipped == ()
    command = tree.sections["program:a"]["command"]
    assert (command.text, command.file) == ("nine", "/etc/conf.d/9.conf")
    assert tree.sections["program:a"]["startsecs"].file == "/etc/conf.d/10.conf"


def test_here_depends_on_the_release():
    files = {"/etc/s.conf": MAIN, "/etc/conf.d/a.conf": b"[program:a]\ndirectory=%(here)s\n"}
    assert load(files, NEW, X="1").sections["program:a"]["directory"].text == "/etc/conf.d"
    assert load(files, OLD, X="1").sections["program:a"]["directory"].text == "%(here)s"


def test_unreadable_includes_are_passed_over_but_recorded(tmp_path):
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "s.conf").write_bytes(b"[supervisord]\n[include]\nfiles=conf.d/*.conf\n")
    (tmp_path / "conf.d" / "dangling.conf").symlink_to("/no/such/file")
    (tmp_path / "conf.d" / "folder.conf").mkdir()
    (tmp_path / "conf.d" / "good.conf").write_bytes(b"[program:a]\n")
    tree = _tree.load(str(tmp_path / "s.conf"), _tree.Disk(), NEW, {}, "h")
    assert [(skipped.path.rsplit("/", 1)[1], skipped.reason) for skipped in tree.skipped] == [
        ("dangling.conf", "missing"),
        ("folder.conf", "directory"),
    ]
    assert "program:a" in tree.sections


def test_a_file_the_daemon_may_not_read_is_recorded():
    tree = load({"/etc/s.conf": MAIN, "/etc/conf.d/secret.conf": None}, X="1")
    assert tree.skipped == (("/etc/conf.d/secret.conf", "denied"),)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "could not find config file /etc/s.conf"),
        ({"/etc/s.conf": None}, "could not read config file /etc/s.conf"),
        ({"/etc/s.conf": b"[supervisord]\n[include]\n"}, "no files setting"),
        ({"/etc/s.conf": b"[supervisord]\n[include]\nfiles=%(ENV_NONE)s\n"}, "ENV_NONE"),
        ({"/etc/s.conf": MAIN, "/etc/conf.d/a.conf": b"junk\n"}, "/etc/conf.d/a.conf"),
    ],
)
def test_errors_name_the_file(files, words):
    with pytest.raises(_errors.ConfigError) as caught:
        load(files, X="1")
    assert words in caught.value.message
    assert caught.value.details["file"] in ("/etc/s.conf", "/etc/conf.d/a.conf")


def test_pending_edits_count():
    base = _tree.Memory(
        {"/etc/s.conf": MAIN, "/etc/conf.d/a.conf": b"[program:a]\n", "/etc/conf.d/b.conf": b"[program:b]\n"}
    )
    overlay = _tree.Overlay(base, {"/etc/conf.d/a.conf": None, "/etc/conf.d/c.conf": b"[program:c]\n"})
    tree = _tree.load("/etc/s.conf", overlay, NEW, {"X": "1"}, "h")
    assert sorted(tree.sections) == ["include", "program:b", "program:c", "supervisord"]
