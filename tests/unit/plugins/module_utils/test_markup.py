# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML is read element by element or not at all, and names in it are replaced as Tomcat does."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _markup


def test_elements_come_in_their_order():
    found = []
    _markup.read('<Server port="1"><Connector port="2"/></Server>', lambda *one: found.append(one))
    assert found == [("Server", {"port": "1"}), ("Connector", {"port": "2"})]


@pytest.mark.parametrize(
    ("text", "error"),
    [("", _markup.NoXml), ("<Server>", _markup.NoXml), ("<!DOCTYPE Server><Server/>", _markup.DocumentType)],
)
def test_what_is_not_read_is_told(text, error):
    with pytest.raises(error):
        _markup.read(text, lambda *_one: None)


def test_what_nobody_knows_stays_as_it_is():
    values = {"catalina.base": "/opt/app01"}
    assert _markup.replaced("${catalina.base}/a ${b:-c} ${d} $e", values) == "/opt/app01/a c ${d} $e"
