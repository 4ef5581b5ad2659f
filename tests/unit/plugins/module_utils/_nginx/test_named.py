# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files a text of nginx names that it reads only at a reload."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._nginx import named as _named


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ssl_certificate /e/a.crt;\n    ssl_certificate_key /e/a.key;", ["/e/a.crt", "/e/a.key"]),
        ("server { ssl_certificate /e/a.crt; ssl_certificate_key '/e/a b.key'; }", ["/e/a.crt", "/e/a b.key"]),
        ('ssl_trusted_certificate "/e/t.pem";\nssl_client_certificate\n  /e/c.pem ;', ["/e/t.pem", "/e/c.pem"]),
        ("ssl_crl /e/c;\nssl_dhparam /e/d;\nssl_password_file /e/p;", ["/e/c", "/e/d", "/e/p"]),
        ("ssl_session_ticket_key /e/t;\nssl_stapling_file /e/s;", ["/e/t", "/e/s"]),
        ("proxy_ssl_certificate /e/x;\ngrpc_ssl_crl /e/z;", ["/e/x", "/e/z"]),
        ("include snippets/tls.conf;\ninclude /e/*.conf;", ["/etc/nginx/snippets/tls.conf", "/e/*.conf"]),
        ("ssl_certificate a.crt;\nssl_certificate a.crt;", ["/etc/nginx/a.crt"]),
        ("# ssl_certificate /e/a.crt;\n  # include /e/b;", []),
        ("ssl_certificate data:$x;\nssl_certificate /e/$ssl_server_name.crt;\nssl_certificate_key engine:x:y;", []),
        ("auth_basic_user_file /e/users;\nssl_verify_client on;\nssl_certificate_cache off;", []),
        ("proxy_set_header X-Client-Certificate /e/a;", []),
    ],
)  # fmt: skip
def test_names(text, names):
    assert _named.named(text) == names


def test_what_is_included_may_name_more():
    assert _named.included("include /e/a.conf;\nssl_certificate /e/b;") == ["/e/a.conf"]
