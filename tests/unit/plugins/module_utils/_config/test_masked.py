# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A difference shows what changed, and no secret."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._config import masked as _masked
from ansible_collections.supervisord.fleet.plugins.module_utils._program import declare as _declare


def test_secrets_are_hidden_and_a_change_of_one_still_shows():
    before = "[supervisord]\nuser=x\npassword=one\n[inet_http_server]\npassword = two\nport=1\n"
    after = "[supervisord]\nuser=y\npassword=other\n[inet_http_server]\npassword = two\nport=1\n"
    old, new = _masked.pair(before, after)
    assert old == "[supervisord]\nuser=x\npassword=********\n[inet_http_server]\npassword =********\nport=1\n"
    assert new == (
        "[supervisord]\nuser=y\npassword=******** (changed)\n[inet_http_server]\npassword =********\nport=1\n"
    )


def test_variables_are_named_and_each_tells_whether_it_changed():
    before = "[program:a]\nenvironment=JAVA_HOME='/a',\n\tTOKEN='s1',OLD=\"x\"\nuser=app\n"
    after = "[program:a]\nenvironment=JAVA_HOME='/a',TOKEN='s2',NEW='x,y=z'\nuser=app\n"
    old, new = _masked.pair(before, after)
    assert old == "[program:a]\nenvironment=JAVA_HOME=********,\n\tOLD=********,\n\tTOKEN=********\nuser=app\n"
    assert new == (
        "[program:a]\nenvironment=JAVA_HOME=********,\n\tNEW=********,\n\tTOKEN=******** (changed)\nuser=app\n"
    )


@pytest.mark.parametrize("text", ["A=1,B=2", "B='2',A='1'", 'A="1", B="2"', "A='1',\n\tB=2"])
def test_equal_variables_are_no_difference_however_they_are_written(text):
    old, new = _masked.pair("[program:a]\nenvironment = %s\n" % text, "[program:a]\nenvironment=A='1',B='2'\n")
    assert old == new
    assert "changed" not in new


@pytest.mark.parametrize("text", ["A='unclosed", "'s1'=x", "A=s1 s1=B", "A=x;s1", "s1"])
def test_variables_that_nobody_can_read_are_hidden_as_a_whole(text):
    assert _masked.pair("", "[program:a]\nenvironment=%s\n" % text)[1] == "[program:a]\nenvironment=********\n"


def test_the_options_of_a_plugin_and_of_foreign_sections_are_hidden():
    text = "[rpcinterface:x]\nsupervisor.rpcinterface_factory = a:b\ntoken = s1\n  s2\n\n[other]\nlogfile = s3\n"
    assert _masked.pair(text, text)[1] == (
        "[rpcinterface:x]\nsupervisor.rpcinterface_factory = a:b\ntoken =********\n\n[other]\nlogfile =********\n"
    )


def test_a_secret_that_is_commented_out_is_one():
    text = "[unix_http_server]\n;password=s1\n# chmod=0700\n; a remark\n"
    assert _masked.pair(text, text)[1] == "[unix_http_server]\n;password=********\n# chmod=0700\n; a remark\n"


def test_credentials_of_an_address_are_hidden():
    text = "[supervisorctl]\nserverurl=http://ops:s1@host:9001/?key=s2\n"
    assert _masked.pair(text, text)[1] == "[supervisorctl]\nserverurl=http://********@host:9001/?********\n"


def test_a_new_secret_is_no_changed_one():
    assert _masked.pair("", "[a]\nPASSWORD:x\n") == ("", "[a]\nPASSWORD:********\n")


def test_the_first_line_of_a_file_says_whose_it_is():
    for label in ("shop", "team a/web-1:x@y"):
        text = "; %s%s\n\n[program:a]\ncommand=b\n" % (_declare.MARKER, label)
        assert _masked.pair("", text)[1] == text
    other = "; Managed by hand, password=s1\n[program:a]\n"
    assert "s1" not in _masked.pair("", other)[1]
