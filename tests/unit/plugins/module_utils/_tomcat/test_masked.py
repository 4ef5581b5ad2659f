# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A difference of Tomcat's files shows structure and what changed, and nothing that can be a secret."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import masked as _masked

SERVER = """<?xml version="1.0"?>
<!-- s1 -->
<Server port="8005" shutdown="s2">
  <Connector port="8009" protocol="AJP/1.3" secret='%s'/>
  <Context>s4 s9="x" <![CDATA[ s5="s6" > s7 ]]></Context>
</Server>
"""


def test_an_xml_file_keeps_its_elements_and_what_is_harmless():
    old, new = _masked.pair(SERVER % "s3", SERVER % "s8")
    assert '<Connector port="8009" protocol="AJP/1.3" secret=\'********\'/>' in old
    assert '<Connector port="8009" protocol="AJP/1.3" secret=\'******** (changed)\'/>' in new
    assert '<Server port="8005" shutdown="********">' in new
    for secret in ("s1", "s2", "s3", "s4", 's5="s6', "s6", "s7", "s8", "s9"):
        assert secret not in old + new, secret


def test_other_files_keep_names():
    old, new = _masked.pair(
        "export CATALINA_OPTS='-Da=s1'\n# s2\nfoo.bar = s3\n\n", "export CATALINA_OPTS='-Da=s4'\n# s2\nfoo.bar = s3\n\n"
    )
    assert old == "export CATALINA_OPTS=********\n********\nfoo.bar =********\n\n"
    assert new == "export CATALINA_OPTS=******** (changed)\n********\nfoo.bar =********\n\n"


@pytest.mark.parametrize(
    "text", ["<a b='s1", '<a b="s1', "<!-- s1", "<a>s1", "<a s1>", "<a b=s1>", "s1", "  s1", "< s1"]
)
def test_what_is_not_well_formed_is_hidden_too(text):
    shown = _masked.pair("", text)[1]
    assert "s1" not in shown
    assert "****" in shown
