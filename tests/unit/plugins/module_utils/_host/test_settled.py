# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left alone is only what is exactly as the role makes it."""

import grp
import os
import pwd
import types

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import settled as _settled

HOME = "/opt/tomcat"
WANTED = _settled.Wanted(home=HOME, shell="/usr/sbin/nologin", comment="Tomcat")
AS_MADE = {"pw_gid": 71, "pw_dir": HOME, "pw_shell": "/usr/sbin/nologin", "pw_gecos": "Tomcat"}


@pytest.fixture
def host(monkeypatch):
    """A host with the group tomcat (71), and the users that the test puts there: name -> what pwd says of it."""
    users = {}

    def user(name):
        fields = users[name]
        return pwd.struct_passwd(
            (name, "x", 71, fields["pw_gid"], fields["pw_gecos"], fields["pw_dir"], fields["pw_shell"])
        )

    groups = {"tomcat": grp.struct_group(("tomcat", "x", 71, [])), "root": grp.struct_group(("root", "x", 0, []))}
    monkeypatch.setattr(_settled, "pwd", types.SimpleNamespace(getpwnam=user))
    monkeypatch.setattr(_settled, "grp", types.SimpleNamespace(getgrnam=groups.__getitem__))
    return users


def differing():
    return _settled.users_differing([{"user": "tomcat", "group": "tomcat"}], WANTED)


def test_a_user_as_the_role_makes_it_is_left_alone(host):
    host["tomcat"] = AS_MADE
    assert differing() == []


def test_a_user_that_is_not_there_is_to_be_made(host):
    assert differing() == ["tomcat"]


@pytest.mark.parametrize(
    ("field", "value"), [("pw_gid", 0), ("pw_dir", "/"), ("pw_shell", "/bin/sh"), ("pw_gecos", "Someone else")]
)
def test_a_user_that_differs_in_one_thing_is_to_be_mended(host, field, value):
    host["tomcat"] = dict(AS_MADE, **{field: value})
    assert differing() == ["tomcat"]


def test_groups_that_are_not_there(host):
    assert _settled.groups_lacking(["tomcat", "reports", "root"]) == ["reports"]


class Folder:
    """A folder of logs as the role makes it, owned by whom the test says."""

    def __init__(self, path, monkeypatch):
        self.path = path
        self.owners = {}
        asked = types.SimpleNamespace(
            stat=lambda one: self.seen(os.stat(one)), lstat=lambda one: self.seen(os.lstat(one))
        )
        monkeypatch.setattr(_settled, "os", asked)

    def seen(self, real):
        fields = list(real)
        fields[4], fields[5] = self.owners.get(real.st_ino, (0, 71))
        return os.stat_result(fields)


@pytest.fixture
def folder(tmp_path, monkeypatch, host):
    made = tmp_path / "logs"
    made.mkdir()
    made.chmod(0o750)
    return Folder(made, monkeypatch)


def test_a_folder_as_the_role_makes_it_is_settled(folder):
    assert _settled.folder(str(folder.path), "tomcat", 0o750) == {"uid": 0, "settled": True}


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o2750])
def test_a_folder_with_another_mode_is_not(folder, mode):
    folder.path.chmod(mode)
    assert _settled.folder(str(folder.path), "tomcat", 0o750) == {"uid": 0, "settled": False}


@pytest.mark.parametrize("owner", [(71, 71), (0, 0)])
def test_a_folder_of_somebody_else_is_not(folder, owner):
    folder.owners[folder.path.stat().st_ino] = owner
    assert not _settled.folder(str(folder.path), "tomcat", 0o750)["settled"]


def test_a_link_of_roots_is_followed(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder.path)
    assert _settled.folder(str(link), "tomcat", 0o750) == {"uid": 0, "settled": True}


def test_a_link_of_another_account_is_not(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder.path)
    folder.owners[os.lstat(str(link)).st_ino] = (71, 71)
    assert _settled.folder(str(link), "tomcat", 0o750) == {"uid": 71, "settled": False}


def test_nothing_there_and_a_link_to_nothing(folder, tmp_path):
    assert _settled.folder(str(tmp_path / "none"), "tomcat", 0o750) == {"uid": 0, "settled": False}
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "none")
    folder.owners[os.lstat(str(link)).st_ino] = (71, 71)
    assert _settled.folder(str(link), "tomcat", 0o750) == {"uid": 71, "settled": False}
