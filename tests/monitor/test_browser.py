# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does, in a real browser."""

from __future__ import annotations

import functools
import http.server
import threading
import urllib.parse

import pytest
import site_client


def button(action: str, server: str, process: str) -> str:
    address = "/".join(urllib.parse.quote(part, safe="~-_.") for part in ("", "control", action, server, process))
    return f'button[formaction="{address}"]'


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
    (link,) = shown.find(f'a.pop[href="{address}"]')
    assert link
    shown.click(f'a.pop[href="{address}"]')
    (popup,) = shown.find(".popover")
    assert popup
    assert shown.script("return document.querySelector('.popover pre').textContent") == shown.script(
        "return document.querySelector(arguments[0]).dataset.message", f'a.pop[href="{address}"]'
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
