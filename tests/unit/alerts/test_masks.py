# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves the host is harmless and holds no secrets."""

from __future__ import annotations

import re

import pytest
from supervisord_fleet_alerts import masks as _masks

PLANTED = "hunter2-Z9x"


@pytest.mark.parametrize(
    "line",
    [
        "password=%s",
        "db.password = %s",
        "spring.datasource.password: %s",
        '{"password": "%s", "user": "me"}',
        "'api_key': '%s'",
        "API-KEY=%s",
        "SECRET_TOKEN=%s next=1",
        "mysql --password %s -h db",
        "java -Djavax.net.ssl.keyStorePassword=%s -jar x",
        "jdbc:mysql://root:%s@db:3306/x",
        "GET /x?access_token=%s&y=1",
        "Authorization: Bearer %s",
        "authorization=Basic %s",
        "sent bearer %s12345 to",
        "Set-Cookie: JSESSIONID=%s; Path=/",
        "<password>%s</password>",
        "-----BEGIN RSA PRIVATE KEY-----\n%s\nabc\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nabc\n%s",
        "passphrase => %s",
        "token eyJhbGciOi.%s.abcdef",
    ],
)
def test_secrets_are_hidden(line):
    shown = _masks.masked(line % PLANTED)
    assert PLANTED not in shown
    assert _masks.HIDDEN in shown


@pytest.mark.parametrize(
    "line",
    [
        "java.lang.OutOfMemoryError: Java heap space",
        "Failed to bind to 0.0.0.0:8080: Address already in use",
        "INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [3521] milliseconds",
        "    at com.example.PasswordService.check(PasswordService.java:12)",
        "see https://example.com/help?page=3",
        "wrong password for user bob",
    ],
)
def test_what_people_need_stays(line):
    assert _masks.masked(line) == line


def test_known_secrets_are_hidden_wherever_they_stand():
    assert _masks.masked("x hook-9 y hook-9z", ["hook-9", "hook-9z", "", "a"]) == "x ******** y ********"


def test_own_patterns_hide_their_groups_or_all():
    patterns = [re.compile(r"card (\d+) (\d+)"), re.compile(r"IBAN\w+")]
    assert _masks.masked("card 12 34, IBAN77", (), patterns) == "card ******** ********, ********"


def test_terminals_are_told_nothing():
    assert _masks.clean("\x1b[31mred\x1b[0m\r\nnext\x07\u202e\tok") == "red\nnext\ufffd\ufffd\tok"


def test_the_tail_begins_with_a_whole_line():
    log = "".join("line %d\n" % number for number in range(100))
    assert _masks.tail(log, 2, 1000) == "line 98\nline 99"
    assert _masks.tail(log, 50, 20) == "line 98\nline 99"
    assert _masks.tail("x" * 100, 5, 10) == "x" * 10
    assert _masks.tail(log, 0, 10) == ""
