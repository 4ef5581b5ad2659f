# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody gets in without a password, nothing but the application is served, no page elsewhere can press a button."""

from __future__ import annotations

import http.client
import time

import pytest
import site_client
from site_client import raw

STOP = "/control/stop/c701/web"
PATHS = [
    "/",
    "/index.php",
    "/index.php?/control/stop/c701/web",
    "/index.php?c=control&m=stop",
    "/index.php/control/stop/c701/web",
    STOP,
    "/control/stopall/c701",
    "/control/clear/c701/web",
    "/control/",
    "/?/control/stop/c701/web",
    "/?mute=1",
    "/css/custom.css",
    "/js/fleet.js",
    "/img/alert_icon.png",
    "/sounds/alert.mp3",
    "/test.php",
    "/test",
    "/jquerycache.html",
    "/jquerycache1.html",
    "/.htaccess",
    "/.git/config",
    "/welcome",
    "/x.php",
    "/index.php%00",
    "/index.php%00.css",
    "/INDEX.PHP",
    "//index.php",
    "/css/../index.php",
    "/css/..%2findex.php",
    "/css/custom.css/x.php",
    "/control/../index.php",
    "/css/%2e%2e/%2e%2e/application/config/supervisor.php",
    "/application/config/supervisor.php",
    "/ask/activity",
    "/ask/log/stdout/1000/c701/web",
    "/control/many",
    "/composer.json",
    "/status",
    "/ping",
]
LEFTOVERS = [
    path
    for path in PATHS
    if path not in ("/", "/?mute=1")
    and not path.startswith(("/css/custom", "/js/", "/img/", "/sounds/", "/control/stop", "/control/clear", "/ask/"))
]


def looks_like_the_page(answer: site_client.Answer) -> bool:
    return b"server-btns" in answer.body or b"<table" in answer.body


@pytest.fixture
def unchanged(daemons):
    """Whatever the test does, no process may notice."""
    daemons["c701"].wait("web", "RUNNING")
    before = {name: daemon.processes() for name, daemon in daemons.items()}
    yield
    for name, daemon in daemons.items():
        now = daemon.processes()
        assert {key: (item["statename"], item["pid"]) for key, item in now.items()} == {
            key: (item["statename"], item["pid"]) for key, item in before[name].items()
        }


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_gets_nothing(stranger, settings, unchanged, path, method):
    answer = stranger.send(path, method, stranger.own())
    assert answer.status in (400, 401, 403, 404, 405)
    assert not looks_like_the_page(answer)
    for secret in settings["secrets"]:
        assert secret.encode() not in answer.body


@pytest.mark.parametrize(
    "path",
    ["/", "/css/custom.css", "/js/fleet.js", "/img/alert_icon.png", "/sounds/alert.mp3", "/welcome", "/test.php"],
)
def test_a_stranger_is_asked_for_a_password(stranger, path):
    answer = stranger.send(path)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize(("username", "password"), [("admin", "wrong"), ("admin", ""), ("nobody", "x"), ("", "")])
def test_a_wrong_password_is_refused(settings, username, password):
    assert site_client.Site(settings["url"], username, password).send("/").status == 401


def test_every_declared_user_gets_in(settings):
    for username, password in settings["users"].items():
        assert site_client.Site(settings["url"], username, password).send("/css/custom.css").status == 200, username


@pytest.mark.parametrize("path", ["/css/custom.css", "/js/fleet.js", "/img/alert_icon.png", "/sounds/alert.mp3"])
def test_what_the_page_needs_is_served(site, path):
    answer = site.send(path)
    assert answer.status == 200
    assert answer.body


@pytest.mark.parametrize("path", LEFTOVERS)
def test_nothing_else_is_served(site, unchanged, path):
    answer = site.send(path)
    assert answer.status in (400, 403, 404, 405)
    assert not looks_like_the_page(answer)


@pytest.mark.parametrize(
    "query",
    ["x=1", "mute=2", "mute=1&x", "mute", "/control/stop/c701/web", "c=control&m=stop", "page=forum", "mute[]=1"],
)
def test_a_query_the_application_does_not_know_is_refused(site, unchanged, query):
    assert site.send(f"/?{query}").status == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
@pytest.mark.parametrize(
    "address", [STOP, "/control/stopall/c701", "/control/restart/c701/web", "/control/clear/c701/web"]
)
def test_only_a_post_presses_a_button(site, unchanged, address, method):
    assert site.send(address, method, site.own()).status == 405


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_the_page_is_only_read(site, unchanged, method):
    assert site.send("/", method, site.own()).status == 405


FOREIGN = {
    "nothing said": {},
    "another site": {"Origin": "http://evil.example", "Referer": "http://evil.example/"},
    "another site in Origin": {"Origin": "http://evil.example"},
    "an opaque origin": {"Origin": "null"},
    "an opaque origin, own referer": {"Origin": "null", "Referer": "{url}/"},
    "a host that begins alike": {"Origin": "{url}.evil.example", "Referer": "{url}.evil.example/"},
    "a host that ends alike": {"Origin": "http://evil{authority}"},
    "own address in the path": {"Referer": "http://evil.example/{url}/"},
    "own address as user name": {"Referer": "{url}@evil.example/"},
    "another port": {"Origin": "{url}1"},
    "another scheme": {"Origin": "ftp://{authority}"},
    "own referer without a path": {"Referer": "{url}"},
    "cross-site": {"Origin": "{url}", "Referer": "{url}/", "Sec-Fetch-Site": "cross-site"},
    "same-site": {"Origin": "{url}", "Referer": "{url}/", "Sec-Fetch-Site": "same-site"},
    "typed in": {"Sec-Fetch-Site": "none"},
    "two origins": {"Origin": "http://evil.example {url}"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
@pytest.mark.parametrize("address", [STOP, "/control/stopall/c701", "/control/clear/c701/web"])
def test_a_page_elsewhere_presses_no_button(site, unchanged, address, headers):
    filled = {name: value.format(url=site.url, authority=site.authority) for name, value in headers.items()}
    assert site.send(address, "POST", filled).status == 403


MANY = b'{"action": "stop", "targets": [["c701", "web"]]}'


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_page_elsewhere_acts_on_many_no_more_than_on_one(site, unchanged, headers):
    filled = {name: value.format(url=site.url, authority=site.authority) for name, value in headers.items()}
    assert site.send("/control/many", "POST", filled, MANY).status == 403


def test_a_refusal_says_why_and_what_to_do(site, unchanged):
    answer = site.send(STOP, "POST", {"Host": "inner", "Origin": "https://people.example"})
    assert answer.status == 403
    assert answer.headers["Content-Type"].startswith("text/plain")
    for word in ("'https://people.example'", "'inner'", "nothing was done", "monitor_web_public_origins"):
        assert word in answer.text


@pytest.mark.parametrize("end", ["", ".html", ".xml", ".svg", "/x.htm"])
def test_a_refusal_shows_no_markup_as_such(site, end):
    """Whatever the address ends in, by which nginx would know what an answer is."""
    answer = site.send(STOP + end, "POST", {"Origin": "<script>alert(1)</script>"})
    assert answer.status == 403
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://ops.example"}, 302),
        ({"Referer": "https://ops.example/monitor/"}, 302),
        ({"Origin": "https://ops.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://ops.example"}, 403),
        ({"Origin": "https://ops.example.evil"}, 403),
        ({"Origin": "https://opsXexample"}, 403),
        ({"Referer": "https://ops.example"}, 403),
        ({"Referer": "https://evil.example/https://ops.example/"}, 403),
    ],
)
def test_behind_a_proxy_buttons_work_on_pages_of_the_public_address(site, headers, status):
    answer = site.send("/control/clear/c701/web", "POST", {"Host": "inner.example:8080", **headers})
    assert answer.status == status


def test_any_name_of_the_host_reaches_the_dashboard(site, settings):
    for name in settings["names"]:
        assert b"</html>" in site.send("/", headers={"Host": name}).body, name


def test_the_path_may_be_passed_on_or_cut_off(site, page, settings):
    prefix = settings["path"].rstrip("/")
    assert page.script["src"] == f"{prefix}/js/fleet.js"
    assert all(address.startswith(f"{prefix}/control/") for address in page.boxes["c701"].buttons.values())
    for begin in ("", prefix):
        assert site.send(f"{begin}/js/fleet.js").status == 200
        assert site.send(f"{begin}/css/fleet.css").status == 200
        assert b"</html>" in site.send(f"{begin}/").body
        answer = site.press(f"{begin}/control/clear/c701/web")
        assert (answer.status, answer.headers["Location"]) == (302, settings["path"])


def test_only_a_trusted_proxy_says_for_whom_it_asks(stranger, settings):
    """Many clients behind one proxy share no limit; a stranger who says that he is many is still one."""
    head = f"GET /css/custom.css HTTP/1.1\r\nHost: {stranger.authority}\r\n"
    requests = b"".join(f"{head}X-Forwarded-For: 203.0.113.{number}\r\n\r\n".encode() for number in range(200))
    statuses = set(raw(stranger, requests, 1, 200))
    assert statuses == ({401} if settings["trusted"] else {401, 429})


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "{url}"},
        {"Referer": "{url}/"},
        {"Origin": "{url}", "Referer": "{url}/", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_an_own_page_presses_buttons(site, headers):
    filled = {name: value.format(url=site.url) for name, value in headers.items()}
    assert site.send("/control/clear/c701/web", "POST", filled).status == 302


TRICKS = [
    "/control/stop/c701",
    "/control/stop/c701/web/x",
    "/control/stop/nowhere/web",
    "/control/signal/c701/web",
    "/control/_request/c701/web",
    "/control/_remap/stop",
    "/control/get_instance",
    "/control/",
    "/control",
    "/control/stop/c701/web?x=1",
    "/control/stopall/c701?c=welcome",
    "/x/../control/stop/c701/web",
    "//control/stop/c701/web",
    "/control/stopall",
    "/control/constructor/c701",
    "/control/many/c701",
    "/control/many?x=1",
    "/control/run/c701",
]


@pytest.mark.parametrize("address", TRICKS)
def test_only_the_known_actions_exist(site, unchanged, address):
    answer = site.press(address)
    assert answer.status in (400, 404, 405)


def test_headers_protect_the_page(site, stranger, page):
    for answer in (page.answer, stranger.send("/"), site.send("/nowhere"), site.send("/css/custom.css")):
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "X-Powered-By" not in answer.headers
        assert answer.headers["Server"] == "nginx"
    assert page.answer.headers["Cache-Control"] == "no-store"


def test_cookies_of_other_applications_do_no_harm(site):
    names = ["a[b]", "x.y", "ci_session", "weird%20name", "__Host-a", "<script>", "mute[]"]
    answer = site.send("/", headers={"Cookie": "; ".join(f"{name}=1" for name in [*names, "mute"])})
    assert answer.status == 200
    assert b"</html>" in answer.body


@pytest.mark.parametrize("host", ['x"><script>', "a/b", "a b", "<x>"])
def test_a_host_name_that_is_none_is_refused(site, host):
    try:
        answer = site.send("/", headers={"Host": host})
    except (ValueError, http.client.HTTPException):
        return
    assert answer.status == 400


@pytest.mark.parametrize(
    "query",
    [
        "q=1%27%20or%20%271%27=%271",
        "q=1+union+all+select+2",
        "x=insert+into+t",
        "x=drop%20table%20t",
        "x=update+t+set+a=1",
        "x=<script>",
        "x=%3Cscript%3E",
    ],
)
def test_the_query_filter_refuses_attacks_where_it_is_on(site, settings, query):
    request = f"GET /?{query} HTTP/1.1\r\nHost: {site.authority}\r\nConnection: close\r\n\r\n"
    (status,) = raw(site, request.encode())
    assert status == (403 if settings["query_filter"] else 404)


def test_passwords_cannot_be_tried_as_fast_as_one_likes(stranger):
    request = f"GET /css/custom.css HTTP/1.1\r\nHost: {stranger.authority}\r\n\r\n"
    statuses = raw(stranger, request.encode(), 200)
    assert set(statuses) == {401, 429}
    deadline = time.monotonic() + 30
    answer = None
    while answer is None or answer.status != 429:
        raw(stranger, request.encode(), 100)
        answer = stranger._send("/css/custom.css", "GET", {}, b"")
        assert time.monotonic() < deadline
    assert "monitor_web_trusted_proxies" in answer.text


@pytest.mark.parametrize(
    "query", ["page=forum", "q=brand", "q=middle+class", "q=order+and+selection", "from=x", "id=count", "q=it%27s"]
)
def test_the_query_filter_lets_ordinary_words_pass_to_be_judged_like_any_other(site, query):
    assert site.send(f"/?{query}").status == 404


def test_the_redirect_to_https_tells_nothing(settings):
    """Where TLS is on, the other port knows one sentence."""
    if settings["redirect"]:
        plain = site_client.Site(settings["redirect"])
        for path in ("/", STOP, "/index.php"):
            answer = plain.send(path, "POST", plain.own())
            assert answer.status == 301
            assert answer.headers["Location"].startswith("https://")
