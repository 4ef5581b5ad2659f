# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site inside EL's nginx.conf becomes a comment, and nothing else does."""

import pathlib

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._nginx import default_site

BEFORE = """user nginx;
http {
    include /etc/nginx/conf.d/*.conf;

"""
AFTER = """
# Settings for a TLS enabled server.
#
#    server {
#        listen       443 ssl http2;
#    }

}
"""
EL9 = """    server {
        listen       80;
        listen       [::]:80;
        server_name  _;
        root         /usr/share/nginx/html;

        # Load configuration files for the default server block.
        include /etc/nginx/default.d/*.conf;

        error_page 404 /404.html;
        location = /404.html {
        }

        error_page 500 502 503 504 /50x.html;
        location = /50x.html {
        }
    }
"""
EL7 = (
    EL9.replace(" 80;", " 80 default_server;")
    .replace(":80;", ":80 default_server;")
    .replace("        error_page 404", "        location / {\n        }\n\n        error_page 404")
)


@pytest.mark.parametrize("site", [EL9, EL7, "  server{listen 80;server_name _;root /usr/share/nginx/html;}\n"])
def test_it_becomes_a_comment(site):
    found = default_site.switched_off(BEFORE + site + AFTER, ["php.conf"])
    assert found.startswith(BEFORE)
    assert found.endswith(AFTER)
    middle = found[len(BEFORE) : -len(AFTER)].rstrip("\n")
    assert all(line.startswith("#") for line in middle.split("\n"))
    assert [line[1:] for line in middle.split("\n")] == site.rstrip("\n").split("\n")
    assert default_site.switched_off(found) == found


def test_the_file_of_the_test_hosts_has_one():
    root = pathlib.Path(__file__.partition("/tests/unit/")[0])
    text = (root / "tests/hosts/el9/files/nginx/etc/nginx/nginx.conf").read_text(encoding="utf-8")
    found = default_site.switched_off(text, ["php.conf"])
    assert text.count("\n    server {") == 1
    assert found.count("\n    server {") == 0
    assert [line.lstrip("#") for line in found.split("\n")] == [line.lstrip("#") for line in text.split("\n")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/usr/share/nginx/html", "/srv/www"),
        ("server_name  _", "server_name  shop.example.com"),
        ("        listen       80;", "        listen       8080;"),
        ("location = /404.html {", "location = /404.html { return 410;"),
        (
            "        error_page 404",
            "        location /shop { proxy_pass http://127.0.0.1:8080; }\n        error_page 404",
        ),
        ("        include", "        access_log off;\n        include"),
    ],
)
def test_what_somebody_made_of_it_stays(old, new):
    text = BEFORE + EL9.replace(old, new) + AFTER
    assert text != BEFORE + EL9 + AFTER
    assert default_site.switched_off(text) == text


def test_a_site_that_others_have_put_something_into_stays():
    text = BEFORE + EL9 + AFTER
    assert default_site.switched_off(text, ["php.conf", "phpmyadmin.conf"]) == text
    assert default_site.switched_off(text, ["php.conf", "README"]) != text


@pytest.mark.parametrize("text", ["", BEFORE + AFTER, BEFORE + EL9.rstrip("}\n ")])
def test_a_file_without_it_stays(text):
    assert default_site.switched_off(text) == text


def test_other_sites_beside_it_stay():
    own = "    server {\n        listen 8000;\n        location / { return 200; }\n    }\n"
    found = default_site.switched_off(BEFORE + own + EL9 + AFTER)
    assert found.startswith(BEFORE + own + "#    server {")
