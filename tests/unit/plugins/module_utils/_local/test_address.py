# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses in the files of this machine."""

import hashlib

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._local import address as _address


def write(tmp_path, text):
    path = tmp_path / "supervisord.conf"
    path.write_text("[supervisord]\n" + text)
    return _address.read(str(path), None)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("[unix_http_server]\nfile=/run/s.sock ; comment\n", "unix:///run/s.sock"),
        ("[inet_http_server]\nport=*:9001\n[unix_http_server]\nfile=%(here)s/s\n", "unix://{}/s"),
        ("[unix_http_server]\nfile=%(ENV_RUN)s/s\n", "unix:///run/x/s"),
        ("[inet_http_server]\nport=9001\n", "http://127.0.0.1:9001"),
        ("[inet_http_server:b]\nport=10.0.0.1:9001\n", "http://10.0.0.1:9001"),
    ],
)
def test_the_address_in_a_configuration(text, url, tmp_path, monkeypatch):
    monkeypatch.setenv("RUN", "/run/x")
    assert write(tmp_path, text).url == url.format(tmp_path)


def test_credentials_in_a_configuration(tmp_path):
    server = "[unix_http_server]\nfile=/run/s\nusername=u\npassword=%s\n"
    client = "[supervisorctl]\nusername=u\npassword=clear\n"
    sha = "{SHA}" + hashlib.sha1(b"clear").hexdigest()
    assert write(tmp_path, server % "clear")[1:3] == ("u", "clear")
    assert write(tmp_path, server % sha)[1:3] == ("u", None)
    assert write(tmp_path, server % sha + client)[1:3] == ("u", "clear")
    assert write(tmp_path, "[unix_http_server]\nfile=/run/s\n" + client)[1:3] == (None, None)


def test_no_server_at_all(tmp_path):
    with pytest.raises(_errors.ConfigError, match="unix_http_server"):
        write(tmp_path, "")


def test_included_files_count_and_spoilt_ones_do_not_matter(tmp_path):
    """A daemon that runs goes on whatever becomes of its files."""
    (tmp_path / "a.conf").write_text("[unix_http_server]\nfile=%(here)s/b\nusername=u\npassword=p\n")
    (tmp_path / "b.conf").write_text("no section\n")
    include = "[include]\nfiles=*.conf\n"
    main = tmp_path / "main"
    main.write_text("[supervisord]\n[unix_http_server]\nfile=/run/s\n" + include)
    assert _address.read(str(main), None)[:3] == ("unix://%s/b" % tmp_path, "u", "p")


def test_an_include_with_a_variable_of_the_daemon_alone_is_passed_over(tmp_path):
    main = tmp_path / "main"
    main.write_text("[supervisord]\n[unix_http_server]\nfile=/run/s\n[include]\nfiles=%(ENV_SF_NOT_HERE)s/*\n")
    assert _address.read(str(main), None).url == "unix:///run/s"


def test_a_variable_of_the_daemon_alone_in_its_address_is_named(tmp_path):
    with pytest.raises(_errors.ConfigError, match="ENV_SF_NOT_HERE.*become.*server_url"):
        write(tmp_path, "[unix_http_server]\nfile=%(ENV_SF_NOT_HERE)s/s\n")
