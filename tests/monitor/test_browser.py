# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does, in a real browser."""

from __future__ import annotations

import functools
import http.server
import threading
import urllib.parse

import proxy
import pytest
import site_client


def button(action: str, server: str, process: str) -> str:
    address = "/".join(urllib.parse.quote(part, safe="~-_.") for part in ("", "control", action, server, process))
    return f'button[formaction$="{address}"]'


def row(server: str, process: str) -> str:
    return f'#page tr[data-server="{server}"][data-process="{process}"]'


@pytest.fixture
def shown(chromium, settings):
    """The page, with somebody logged in."""
    chromium.login(f"{settings['url']}/", settings["username"], settings["password"])
    return chromium


def boxes(site, chromium):
    """The boxes of what the browser shows, which scripts may have changed."""
    source = chromium.script("return document.documentElement.outerHTML")
    return site_client.Page(site_client.Answer(200, None, source.encode(), 0)).boxes


def test_see_all_running_stop_one_see_it_stopped_start_it_again(shown, site, daemons):
    for name in ("c701", "c702"):
        seen = {process: row.state for process, row in boxes(site, shown)[name].rows.items()}
        assert seen == daemons[name].states()
    assert set(daemons["c701"].states().values()) == {"RUNNING"}
    shown.picture("all-running")

    shown.click(button("stop", "c701", "web"))
    shown.wait(lambda: boxes(site, shown)["c701"].rows["web"].state == "STOPPED", "c701 shows web as STOPPED")
    assert daemons["c701"].states()["web"] == "STOPPED"
    shown.picture("one-stopped")

    shown.click(button("start", "c701", "web"))
    shown.wait(lambda: boxes(site, shown)["c701"].rows["web"].state == "RUNNING", "c701 shows web as RUNNING")
    assert daemons["c701"].states()["web"] == "RUNNING"
    shown.picture("running-again")


@pytest.mark.parametrize("process", ["log-script", "log-chinese"])
def test_a_log_opens_as_text(shown, process):
    address = f"/control/clear/c702/{process}"
    shown.script("window.marker = document.title")
    (link,) = shown.find(f'a.pop[href$="{address}"]')
    assert link
    shown.click(f'a.pop[href$="{address}"]')
    (popup,) = shown.find(".popover")
    assert popup
    assert shown.script("return document.querySelector('.popover pre').textContent") == shown.script(
        "return document.querySelector(arguments[0]).dataset.message", f'a.pop[href$="{address}"]'
    )
    assert shown.script("return document.querySelectorAll('.popover pre *').length") == 0
    assert shown.script("return document.title === window.marker")
    shown.picture(f"popup-{process}")
    shown.click(".popover .btn-primary")
    assert not shown.find(".popover")


def test_no_popup_of_a_hostile_daemon_runs_anything(shown):
    shown.script("window.marker = document.title")
    count = shown.script(
        "var links = Array.from(document.querySelectorAll('a.pop'));"
        "links.forEach(function (link) { link.click(); });"
        "return links.length"
    )
    assert count >= 5
    assert shown.script("return document.querySelectorAll('.popover').length") == count
    assert shown.script("return document.querySelectorAll('.popover pre *').length") == 0
    assert shown.script("return document.title === window.marker")


def test_the_page_breaks_none_of_its_own_rules(shown):
    """No message of the content security policy, and no script that failed."""
    shown.messages()
    shown.script("location.reload()")
    shown.wait(lambda: shown.script("return document.readyState") == "complete", "the page is loaded")
    ours = [line for line in shown.messages() if "favicon" not in line]
    assert [line for line in ours if "Content Security Policy" in line or "TypeError" in line or "404" in line] == []


def log_is(shown, text):
    return shown.wait(lambda: text in shown.text(".fleet-panel pre"), f"the panel shows {text!r}")


def test_the_log_of_a_program_with_redirect_stderr_opens_searches_and_follows(shown, settings):
    shown.click(row("c702", "redirected") + " a.log")
    log_is(shown, "err")
    assert shown.text(".fleet-panel pre").split() == ["out", "err"]
    assert shown.script("return document.querySelector('.fleet-panel select').value") == "stdout"
    shown.enter(".fleet-panel input[type=search]", "ER")
    shown.wait(lambda: shown.text(".fleet-panel pre") == "err", "only the line with the text is left")
    assert shown.text(".fleet-panel mark") == "er"
    shown.picture("log-panel")
    shown.click(".fleet-panel-head button:last-child")
    assert not shown.find(".fleet-panel")


def test_a_log_follows_while_it_is_live(shown):
    shown.click(row("c702", "ticker") + " a.log")
    first = shown.wait(lambda: shown.text(".fleet-panel pre"), "there is a log").split()[-1]
    shown.click(".fleet-panel input[type=checkbox]")
    shown.wait(lambda: shown.text(".fleet-panel pre").split()[-1] != first, "a new line")
    shown.click(".fleet-panel-head button:last-child")


def test_the_standard_error_log_of_the_length_that_is_wanted(shown):
    shown.click(row("c702", "log-chinese") + " a.log")
    shown.choose(".fleet-panel-head select[aria-label=log]", "stderr")
    log_is(shown, "错误日志完了")
    shown.choose(".fleet-panel-head select[aria-label=length]", "1000")
    shown.wait(lambda: len(shown.text(".fleet-panel pre")) < 400, "the log is shorter")
    shown.click(".fleet-panel-head button:last-child")


def test_a_log_with_markup_runs_nothing_in_the_panel(shown):
    shown.script("window.marker = document.title")
    shown.click(row("c702", "log-script") + " a.log")
    shown.choose(".fleet-panel-head select[aria-label=log]", "stderr")
    log_is(shown, "<script>")
    shown.enter(".fleet-panel input[type=search]", "<b>")
    shown.wait(lambda: shown.find(".fleet-panel mark"), "the text is marked")
    assert shown.script("return document.querySelectorAll('.fleet-panel pre :not(mark)').length") == 0
    assert shown.script("return document.title === window.marker")
    shown.click(".fleet-panel-head button:last-child")


def test_a_text_that_a_long_log_holds_very_often_is_found(shown):
    shown.script("window.real = fleet.get; fleet.get = () => Promise.resolve('e e e e e e e e e e\\n'.repeat(7000))")
    shown.click(row("c702", "redirected") + " a.log")
    shown.wait(lambda: shown.script("return document.querySelector('.fleet-panel pre').textContent"), "the log")
    shown.enter(".fleet-panel input[type=search]", "E")
    marks = "return document.querySelectorAll('.fleet-panel mark').length"
    shown.wait(lambda: shown.script(marks) == 70000, "each is marked")
    shown.script("fleet.get = window.real")
    shown.click(".fleet-panel-head button:last-child")


def test_a_live_log_waits_for_a_daemon_that_is_slow(shown):
    """It would else ask again before the answer is there, and then show none."""
    shown.script(
        "window.real = fleet.get;"
        "window.asked = 0;"
        "fleet.get = () => { window.asked += 1; return new Promise(resolve => { window.answer = resolve; }); };"
        "window.ticks = [];"
        "window.interval = window.setInterval;"
        "window.setInterval = act => { window.ticks.push(act); return 0; }"
    )
    shown.click(row("c702", "redirected") + " a.log")
    shown.click(".fleet-panel input[type=checkbox]")
    shown.script("window.ticks.forEach(tick => tick()); window.ticks.forEach(tick => tick())")
    assert shown.script("return window.asked") == 1
    shown.script("window.answer('late')")
    log_is(shown, "late")
    shown.script("window.ticks.forEach(tick => tick())")
    assert shown.script("return window.asked") == 2
    shown.script("fleet.get = window.real; window.setInterval = window.interval")
    shown.click(".fleet-panel-head button:last-child")


@pytest.fixture
def tools(shown):
    """The tools above the boxes, left as they were found."""
    yield shown
    shown.script("sessionStorage.removeItem('fleet')")


def visible(shown, what):
    """What the rows that a person sees are about: process, server or state."""
    return shown.script(
        "return Array.from(document.querySelectorAll('#page tr[data-process]'))"
        ".filter(row => row.offsetParent).map(row => row.dataset[arguments[0]])",
        what,
    )


def test_a_search_stays_while_the_page_refreshes_and_after_it_was_loaded_again(tools, settings):
    tools.enter("#fleet-search", "worker")
    assert visible(tools, "process") == ["worker:0", "worker:1"]
    tools.picture("search")
    tools.script("window.marker = 1; document.querySelector('#page tr[data-process]').id = 'before'")
    tools.click("#page-refresh")
    tools.wait(lambda: not tools.find("#before"), "the page is replaced")
    assert tools.script("return window.marker") == 1
    assert tools.script("return document.title") == "!!! WARNING !!!"
    assert visible(tools, "process") == ["worker:0", "worker:1"]
    tools.open(f"{settings['url']}/")
    assert visible(tools, "process") == ["worker:0", "worker:1"]
    assert tools.text("#fleet-count").startswith("2 of ")


FOCUSED = "var one = document.activeElement; return [one.isConnected, one.getAttribute(arguments[0])]"


def test_who_works_with_the_keyboard_stays_where_he_is_while_the_page_refreshes(tools):
    address = "/control/stop/c702/slow"
    tools.script("document.querySelector(arguments[0]).focus()", button("stop", "c702", "slow"))
    tools.script("document.querySelector('#page tr[data-process]').id = 'before'")
    tools.script("fleet.refresh()")
    tools.wait(lambda: not tools.find("#before"), "the page is replaced")
    connected, action = tools.script(FOCUSED, "formaction")
    assert connected
    assert action.endswith(address)
    tools.click("#fleet-programs")
    tools.click('#fleet-lines tr[data-program="slow"] .fleet-check')
    assert tools.script(FOCUSED, "aria-label") == [True, "select slow"]
    tools.click("#fleet-bar .fleet-none")


def test_a_panel_takes_the_keyboard_and_gives_it_back(shown):
    link = row("c702", "redirected") + " a.log"
    shown.click(link)
    assert shown.script("return document.activeElement.getAttribute('aria-label')") == "redirected on c702"
    shown.script("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}))")
    assert not shown.find(".fleet-panel")
    assert shown.script("return document.activeElement === document.querySelector(arguments[0])", link)


def test_what_became_of_an_action_stays_when_the_page_cannot_be_refreshed(shown):
    shown.script(
        "fleet.send('stop', [['c701', 'nobody']]);"
        "window.real = window.fetch;"
        "window.fetch = () => Promise.reject(Error('gone'))"
    )
    shown.wait(lambda: "gone" in shown.text("#fleet-notice"), "the page is not refreshed")
    assert "BAD_NAME" in shown.text("#fleet-notice")
    shown.script("window.fetch = window.real")


def test_only_the_processes_in_trouble(tools):
    tools.choose("#fleet-state", "problems")
    assert "FATAL" in visible(tools, "state")
    assert not {"RUNNING", "STOPPED"} & set(visible(tools, "state"))
    tools.picture("problems")


def test_one_program_on_all_its_hosts_restarts_from_one_line(tools, daemons):
    before = {name: daemon.wait("web", "RUNNING")["pid"] for name, daemon in daemons.items()}
    tools.enter("#fleet-search", "c70")
    tools.click("#fleet-programs")
    line = '#fleet-lines tr[data-program="web"]'
    tools.picture("by-program")
    assert "RUNNING" in tools.text(line)
    tools.click(f"{line} .fleet-restart")
    assert tools.accept() == "restart 2 processes on 2 hosts?"
    tools.wait(lambda: "2 done" in tools.text("#fleet-notice"), "the result")
    for name, daemon in daemons.items():
        assert daemon.wait("web", "RUNNING")["pid"] != before[name]
    assert tools.find(line)


def test_select_two_and_stop_them_then_start_them_one_host_after_the_other(tools, daemons):
    for server in ("c701", "c702"):
        tools.click(row(server, "web") + " .fleet-check")
    assert "2 selected" in tools.text("#fleet-bar")
    tools.click("#fleet-bar .fleet-stop")
    assert tools.accept() == "stop 2 processes on 2 hosts?"
    tools.wait(lambda: "2 done" in tools.text("#fleet-notice"), "the result")
    assert {daemon.states()["web"] for daemon in daemons.values()} == {"STOPPED"}
    tools.wait(lambda: "STOPPED" in tools.text(row("c702", "web")), "the page shows it")
    tools.picture("selected")
    tools.click("#fleet-slowly")
    tools.click("#fleet-bar .fleet-start")
    assert "one host after the other" in tools.accept()
    tools.wait(lambda: "RUNNING" in tools.text(row("c702", "web")), "the last one is shown as running")
    assert "2 done" in tools.text("#fleet-notice")
    assert {daemon.states()["web"] for daemon in daemons.values()} == {"RUNNING"}
    tools.click("#fleet-bar .fleet-none")


def test_one_host_after_the_other_stops_at_the_first_failure(tools, daemons):
    daemons["c702"].wait("web", "RUNNING")
    before = daemons["c702"].processes()["web"]["pid"]
    tools.script("document.getElementById('fleet-search').focus()")
    tools.click(row("c702", "fatal") + " .fleet-check")
    tools.click(row("benchmark", "web") + " .fleet-check")
    tools.click("#fleet-slowly")
    tools.click("#fleet-bar .fleet-restart")
    tools.accept()
    tools.wait(lambda: "Stopped here; not touched: 1 more" in tools.text("#fleet-notice"), "the failure")
    assert "fatal on c702" in tools.text("#fleet-notice")
    assert daemons["c702"].processes()["web"]["pid"] == before
    tools.picture("stopped-at-a-failure")
    tools.click("#fleet-bar .fleet-none")


def test_through_a_proxy_that_knows_nothing_of_it_buttons_work(chromium, settings, site, daemons):
    """Its Host names the inner address, and the path is cut off where the dashboard has one."""
    before = daemons["c701"].wait("web", "RUNNING")["pid"]
    with proxy.running(settings["url"], settings["path"]) as address:
        chromium.login(address, settings["username"], settings["password"])
        chromium.click(button("restart", "c701", "web"))
        chromium.wait(lambda: "1 done" in chromium.text("#fleet-notice"), "the result")
        chromium.picture("behind-a-proxy")
        assert chromium.script("return document.styleSheets.length") >= 2
    assert daemons["c701"].wait("web", "RUNNING")["pid"] != before
    assert (site.activity()[-1]["address"] == "203.0.113.9") == settings["trusted"]


@pytest.fixture
def phone(tools):
    """The screen of a phone, as wide as most are."""
    tools.size(390, 844, phone=True)
    yield tools
    tools.size(1400, 1500)


def sticks_out(shown):
    """What a person would have to scroll sideways for, or could never reach."""
    return shown.script(
        "return Array.from(document.querySelectorAll("
        "  'button, input, select, summary, td, th, #fleet-bar, #fleet-notice, .fleet-panel, .popover'))"
        ".filter(one => one.offsetParent || getComputedStyle(one).position === 'fixed')"
        ".filter(one => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1)"
        ".map(one => one.outerHTML.slice(0, 200))"
    )


def test_on_a_phone_all_of_it_is_within_reach(phone, settings):
    phone.open(f"{settings['url']}/")
    assert phone.script("return innerWidth") == 390
    assert sticks_out(phone) == []
    phone.picture("phone")
    phone.script("document.querySelector('a.pop').click()")
    assert sticks_out(phone) == []
    phone.script("document.querySelector('a.pop').click()")
    phone.click(row("c701", "web") + " .fleet-check")
    assert sticks_out(phone) == []
    phone.picture("phone-selected")
    phone.click("#fleet-bar .fleet-none")
    phone.click("#fleet-programs")
    phone.script("document.querySelectorAll('#fleet-lines details').forEach(one => { one.open = true; })")
    phone.wait(lambda: phone.find("#fleet-lines li"), "the hosts of a program")
    assert sticks_out(phone) == []
    phone.picture("phone-by-program")
    phone.script("document.querySelector('a.activity').click()")
    phone.wait(lambda: phone.find(".fleet-activity tbody tr"), "who did what")
    assert sticks_out(phone) == []
    phone.picture("phone-activity")
    phone.click(".fleet-panel-head button:last-child")
    phone.script("fleet.send('start', [['c702', 'fatal']])")
    phone.wait(lambda: "failed" in phone.text("#fleet-notice"), "the failure")
    assert sticks_out(phone) == []
    phone.picture("phone-notice")


def test_all_processes_of_a_host_stop_only_after_a_question(shown, daemons):
    before = daemons["c701"].processes()
    shown.click('button[formaction$="/control/stopall/c701"]')
    assert shown.dismiss() == "stop all processes on c701?"
    assert {name: item["pid"] for name, item in daemons["c701"].processes().items()} == {
        name: item["pid"] for name, item in before.items()
    }


def test_an_answer_that_comes_late_is_not_shown_for_another_log(shown):
    """Two logs are asked for at once, and the first answer comes last."""
    shown.script(
        "window.real = fleet.get;"
        "window.held = [];"
        "fleet.get = address => new Promise(resolve => window.held.push([address, resolve]))"
    )
    shown.click(row("c702", "log-chinese") + " a.log")
    shown.choose(".fleet-panel-head select[aria-label=log]", "stderr")
    shown.script("window.held.reverse().forEach(([address, answer]) => answer(address.split('/')[2]))")
    log_is(shown, "stderr")
    shown.script("fleet.get = window.real")
    shown.click(".fleet-panel-head button:last-child")


def test_who_did_what_is_shown(shown, settings, site):
    site.many("stop", [["c701", "nowhere-to-be-found"]])
    shown.click("a.activity")
    shown.wait(lambda: "nowhere-to-be-found" in shown.text(".fleet-panel"), "the failed action")
    first = shown.text(".fleet-panel tbody tr:first-child")
    assert settings["username"] in first
    assert "BAD_NAME" in first
    shown.picture("activity")
    shown.click(".fleet-panel-head button:last-child")


def test_the_countdown_runs(shown, settings):
    shown.wait(lambda: shown.text("#refresh") not in (f"({settings['refresh']})", ""), "the countdown goes on")


@pytest.fixture
def foreign_site(tmp_path):
    """A page on another origin, which tries what pages elsewhere try."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


ATTACKS = {
    "image": '<img src="{address}">',
    "form": '<form method="post" action="{address}"></form><script>document.forms[0].submit()</script>',
    "fetch": "<script>fetch('{address}', {{method: 'POST', mode: 'no-cors', credentials: 'include'}})</script>",
    "no referrer": '<meta name="referrer" content="no-referrer"><form method="post" action="{address}"></form>'
    "<script>document.forms[0].submit()</script>",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_page_elsewhere_stops_nothing(shown, settings, daemons, foreign_site, attack):
    folder, origin = foreign_site
    before = daemons["c701"].wait("web", "RUNNING")["pid"]
    (folder / "index.html").write_text(ATTACKS[attack].format(address=f"{settings['url']}/control/stop/c701/web"))
    shown.open(f"{origin}/index.html")
    # Its own request comes back before the attack's answer would: ask the monitor for a page in the same browser.
    shown.open(f"{settings['url']}/")
    assert daemons["c701"].processes()["web"]["pid"] == before


def test_no_page_elsewhere_shows_it_in_a_frame(shown, settings, foreign_site):
    folder, origin = foreign_site
    (folder / "index.html").write_text(f'<iframe src="{settings["url"]}/"></iframe>')
    shown.messages()
    shown.open(f"{origin}/index.html")
    shown.wait(lambda: any("frame" in line.lower() for line in shown.messages()), "the browser refuses the frame")
