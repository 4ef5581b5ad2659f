# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One page for all daemons: those that are well, those that are ill in many ways, and logs of every kind."""

from __future__ import annotations

import html
import urllib.parse

import pytest

ILL = {
    "refused": "Connection refused",
    "unresolvable": "not known",
    "wrong-password": "401",
    "no-password": "401",
    "hangs": "No complete answer",
    "half": "No complete answer",
    "drips": "No complete answer",
    "blackhole": "not accepted in time",
    "garbage": "not HTTP",
    "html": "not XML-RPC",
    "error-500": "HTTP 500",
    "error-403": "HTTP 403",
    "closes": "closed without an answer",
    "bad-xml": "not XML-RPC",
    "bomb": "not XML-RPC",
    "bomb-2": "not XML-RPC",
    "faults": "SHUTDOWN_STATE",
    "says-text": "does not fit the question",
}
ODD = 'sürvér / "1" <&>\''


def test_the_page_is_complete(page, settings):
    assert page.answer.text.rstrip().endswith("</html>")
    assert set(page.boxes) == set(settings["servers"])


def test_daemons_that_are_ill_cost_no_more_than_the_timeout_and_a_second(page, settings):
    assert page.answer.seconds < settings["timeout"] + 1


@pytest.mark.parametrize("name", ILL)
def test_an_ill_daemon_says_so_in_its_own_box(page, name):
    box = page.boxes[name]
    assert ILL[name] in box.error
    assert not box.rows
    assert not box.buttons


def test_a_daemon_without_processes_says_so(page):
    assert page.boxes["empty"].note == "no processes"


def test_a_daemon_that_hangs_at_its_logs_still_shows_its_processes(page):
    assert page.boxes["hangs-later"].rows["half-well"].state == "RUNNING"


@pytest.mark.parametrize(
    ("server", "daemon"), [("c701", "c701"), ("c702", "c702"), (ODD, "c702"), ("benchmark", "c702")]
)
def test_every_process_is_there_with_its_state(page, daemons, server, daemon):
    assert {name: row.state for name, row in page.boxes[server].rows.items()} == daemons[daemon].states()


def test_the_version_is_shown(page, daemons):
    assert daemons["c701"].proxy.getSupervisorVersion() in page.boxes["c701"].title


def test_an_uptime_of_days_keeps_its_hours(page):
    assert page.boxes["quiet"].rows["tomcat"].uptime == "3 days, 1:02:03"


def test_only_the_buttons_that_make_sense_are_there(page):
    rows = page.boxes["c702"].rows
    assert set(rows["web"].buttons) == {"stop", "restart"}
    assert set(rows["idle"].buttons) == {"start"}
    assert set(rows["fatal"].buttons) == {"start"}
    assert set(rows["starting"].buttons) == {"stop", "restart"}


def test_no_log_of_its_own_is_no_alarm(page):
    """redirect_stderr and NONE: upstream raised an alarm for both, and its button emptied the other log."""
    assert page.boxes["c702"].rows["redirected"].log is None
    assert page.boxes["c702"].rows["unlogged"].log is None
    assert page.boxes["quiet"].rows["tomcat"].log is None


def test_a_program_with_redirect_stderr_has_a_log(site, page):
    row = page.boxes["c702"].rows["redirected"]
    assert row.streams == "stdout"
    answer = site.send(row.tail)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text.splitlines()[-2:] == ["out", "err"]


def test_a_program_without_a_standard_error_log_offers_the_other(page):
    assert page.boxes["c702"].rows["unlogged"].streams == "stdout"
    assert page.boxes["c702"].rows["web"].streams == "stdout stderr"


@pytest.mark.parametrize("length", [10, 999, 1000, 1000000])
def test_a_log_has_the_length_one_wants(site, length):
    text = site.send(f"/ask/log/stderr/{length}/c702/log-chinese").text
    assert text.rstrip().endswith("完了")
    assert min(length, 2002) - 3 <= len(text.encode()) <= length


@pytest.mark.parametrize(
    "address",
    [
        "/ask/log/stdout/9/c702/web",
        "/ask/log/stdout/1000001/c702/web",
        "/ask/log/stdout/-5/c702/web",
        "/ask/log/stdout/1e3/c702/web",
        "/ask/log/both/1000/c702/web",
        "/ask/log/stdout/1000/nowhere/web",
        "/ask/log/stdout/1000/c702",
        "/ask/log/stdout/1000/c702/web/x",
        "/ask/activity/x",
        "/ask/_remap",
        "/ask/",
        "/ask/activity?x=1",
    ],
)
def test_nothing_else_can_be_asked_for(site, address):
    assert site.send(address).status == 404


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("/ask/log/stdout/1000/c702/nobody", "no process of this name"),
        ("/ask/log/stderr/1000/c702/redirected", "no such log"),
        ("/ask/log/stdout/1000/refused/web", "Connection refused"),
        ("/ask/log/stdout/1000/hangs/web", "No complete answer"),
        ("/ask/log/stdout/1000/bomb/web", "not XML-RPC"),
    ],
)
def test_a_log_that_cannot_be_had_says_why(site, address, word):
    answer = site.send(address)
    assert answer.status == 502
    assert word in answer.text


def test_the_page_names_nobody_who_does_not_run_it(page, settings):
    assert "lazarov.bg" not in page.answer.text
    assert "Support Center" not in page.answer.text
    assert settings["title"] in html.unescape(page.answer.text)
    for link in settings["links"]:
        assert f'href="{html.escape(link)}"' in page.answer.text


def test_a_log_of_chinese_that_begins_inside_a_character(page):
    log = page.boxes["c702"].rows["log-chinese"].log
    assert log.rstrip().endswith("错误日志完了")
    assert len(log.encode()) > 990


def test_a_log_that_is_not_utf_8_says_so(page):
    assert "not valid UTF-8" in page.boxes["c702"].rows["log-gbk"].log


def test_a_log_with_colours_and_control_characters(page):
    assert page.boxes["c702"].rows["log-control"].log.strip() == "red and  bell"


def test_a_log_with_markup_stays_text(page):
    log = page.boxes["c702"].rows["log-script"].log
    assert "<script>document.title = 'owned'</script><b>bold</b> &amp; \"" in log


def test_nothing_that_a_daemon_says_becomes_an_element(page):
    assert "oncontentvisibilityautostatechange" not in page.attributes
    assert "onerror" not in page.attributes
    assert "u" not in page.tags
    hostile = page.boxes["hostile"]
    assert "<u>4</u>" in hostile.title
    assert '"><img src=x onerror=alert(1)><b>t' in hostile.rows


def test_no_log_turns_a_page_around(page):
    log = next(iter(page.boxes["hostile"].rows.values())).log
    assert "back" in log
    assert not {"\u202e", "\u009b"} & set(log)


def test_no_secret_is_in_any_answer(site, settings, page):
    for answer in (
        page.answer,
        site.send("/nowhere"),
        site.press("/control/stop/nowhere/x"),
        site.send("/js/fleet.js"),
    ):
        head = str(answer.headers)
        for secret in settings["secrets"]:
            for spelled in (secret, urllib.parse.quote(secret), urllib.parse.quote(secret, safe="")):
                assert spelled.encode() not in answer.body
                assert spelled not in head
    assert "fleet:" not in page.answer.text


def test_mute_and_unmute(site, page):
    answer = site.send("/?mute=1")
    assert answer.status == 302
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    assert cookie.startswith("mute=")
    muted = site.send("/", headers={"Cookie": cookie})
    assert "Sound muted for" in muted.text
    assert "<audio" not in muted.text
    assert "<audio" in page.answer.text
    answer = site.send("/?mute=-1", headers={"Cookie": cookie})
    assert answer.status == 302
    assert "01 Jan 1970" in answer.headers["Set-Cookie"] or "Max-Age=0" in answer.headers["Set-Cookie"]


def test_the_refresh_is_the_configured_one(page, settings):
    assert page.script["data-refresh"] == str(settings["refresh"])


def test_tickets_go_where_they_are_configured_to_go(page, settings):
    assert page.script["data-redmine-url"] == settings["redmine"]


def test_the_columns_are_the_configured_ones(page, settings):
    assert page.answer.text.count(f'class="span{12 // settings["columns"]}"') == len(settings["servers"])


def test_what_is_wrong_is_in_the_title(page):
    assert page.titles[-1] == "!!! WARNING !!!"
