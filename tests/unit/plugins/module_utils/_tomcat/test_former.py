# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back of a Tomcat's folder: everything as it was, also after a kill, and without any space."""

import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import second_name as _second_name
from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import former as _former


def tree(base):
    """Every path with what it holds."""
    found = {}
    for folder, folders, files in os.walk(str(base)):
        for name in folders + files:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                found[os.path.relpath(path, str(base))] = "-> " + os.readlink(path)
            elif os.path.isfile(path):
                with open(path) as handle:
                    found[os.path.relpath(path, str(base))] = handle.read()
            else:
                found[os.path.relpath(path, str(base))] = oct(os.stat(path).st_mode)
    return found


@pytest.fixture
def base(tmp_path):
    """A folder, and the file of its program beside it."""
    base = tmp_path / "app01"
    for name in (
        "bin/setenv.sh",
        "lib/a.jar",
        "webapps/shop.war",
        "webapps/shop/META-INF/war-tracker",
        "webapps/x/page",
    ):
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text("former " + name)
    (base / "webapps" / "link").symlink_to("/nowhere")
    (tmp_path / "app01.conf").write_text("former program")
    return base


TOUCHED = ["bin/setenv.sh", "bin/new", "lib", "webapps/shop.war", "webapps/shop", "webapps/x", "webapps/link"]


def begin(base):
    _former.begin(
        str(base), [str(base / name) for name in TOUCHED], [str(base / "bin")], str(base.parent / "app01.conf")
    )


def write(path, text):
    """Replace a file as everything here does: by another one with its name."""
    fresh = path.parent / "fresh"
    fresh.write_text(text)
    os.replace(str(fresh), str(path))


def change(base, text):
    """Make, replace and remove; a step that was done is done again."""
    (base / "bin").chmod(0o700)
    write(base / "bin" / "setenv.sh", text)
    write(base / "bin" / "new", text)
    for name in ("lib", "webapps/x", "webapps/link"):
        _former.put_aside(str(base), str(base / name))
    (base / "lib").mkdir()
    (base / "lib" / "b.jar").write_text(text)
    write(base / "webapps" / "shop.war", text)
    write(base.parent / "app01.conf", text)


def back(base):
    assert _former.restore(str(base))
    assert _former.restored(str(base))
    kept = base.parent / os.path.basename(_second_name.of("app01.conf"))
    assert kept.read_text() == "former program"
    assert _former.forget(str(base))
    assert not _former.begun(str(base))
    assert not kept.exists()


def test_everything_goes_back(base):
    before = tree(base)
    begin(base)
    change(base, "new")
    back(base)
    # What Tomcat has unpacked from a WAR it unpacks again.
    gone = {name for name in before if name.startswith("webapps/shop/") or name == "webapps/shop"}
    assert tree(base) == {name: text for name, text in before.items() if name not in gone}


def test_what_is_kept_first_stays(base):
    before = tree(base)
    begin(base)
    change(base, "first try")
    begin(base)
    change(base, "second try")
    back(base)
    assert {name: text for name, text in tree(base).items() if not name.startswith("webapps/shop")} == {
        name: text for name, text in before.items() if not name.startswith("webapps/shop")
    }


def test_a_way_back_that_was_interrupted_goes_on(base, monkeypatch):
    before = tree(base)
    begin(base)
    change(base, "new")
    moves = []

    def interrupted(source, target):
        if len(moves) == 2:
            raise OSError("stopped here")
        moves.append(target)
        os.replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(_former._trees, "move", interrupted)
        with pytest.raises(OSError, match="stopped here"):
            _former.restore(str(base))
    assert _former.begun(str(base))
    assert not _former.restored(str(base))
    back(base)
    assert tree(base)["lib/a.jar"] == before["lib/a.jar"]
    assert tree(base)["bin/setenv.sh"] == before["bin/setenv.sh"]


def test_the_way_back_takes_no_room(base):
    begin(base)
    inodes = {name: os.stat(str(base / name)).st_ino for name in ("bin/setenv.sh", "webapps/shop.war", "lib/a.jar")}
    change(base, "new")
    back(base)
    assert {name: os.stat(str(base / name)).st_ino for name in inodes} == inodes


def test_nothing_is_kept_where_nothing_was_begun(base):
    _former.put_aside(str(base), str(base / "lib"))
    assert not (base / "lib").exists()
    assert not _former.begun(str(base))
    assert not _former.restore(str(base))
    assert not _former.forget(str(base))


def test_what_a_later_run_changes_in_a_folder_that_was_exchanged_is_nothing_to_go_back_to(base):
    """The run that exchanged it was killed; what is in it now is of that run, and goes with it."""
    before = tree(base)
    _former.begin(str(base), [str(base / "lib")], [])
    _former.put_aside(str(base), str(base / "lib"))
    (base / "lib").mkdir()
    (base / "lib" / "a.jar").write_text("of the run that was killed")
    _former.begin(str(base), [str(base / "lib" / "a.jar")], [str(base / "lib" / "a.jar")])
    write(base / "lib" / "a.jar", "of the next one")
    _former.restore(str(base))
    _former.forget(str(base))
    assert tree(base) == before
