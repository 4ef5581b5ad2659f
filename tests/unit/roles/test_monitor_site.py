# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The virtual host of the monitor as it is written: where it listens, whom it believes, whose buttons it takes."""

from __future__ import annotations

import pathlib
import re

import jinja2
import pytest
import yaml

from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.monitor_site import monitor_site

ROLE = pathlib.Path(__file__).parents[3] / "roles/monitor_web"
FILE = "etc/nginx/supervisord-monitor.conf.j2"


def written(addresses=("0.0.0.0", "[::]"), any_name=False, tls=False, **site):
    defaults = yaml.safe_load((ROLE / "defaults/main.yml").read_text())
    variables = yaml.safe_load((ROLE / "vars/main.yml").read_text())
    loader = jinja2.FileSystemLoader(ROLE / "templates")
    environment = jinja2.Environment(
        trim_blocks=True, undefined=jinja2.StrictUndefined, autoescape=False, loader=loader
    )
    environment.filters.update(comment="# {}".format, regex_escape=re.escape)
    taken = {name.partition("monitor_web_")[2]: value for name, value in defaults.items()}
    values = {
        **variables,
        "__monitor_web": {**taken, "tls": tls, "any_name": any_name, "port": 80},
        "ansible_managed": "managed",
        "__monitor_web_addresses": list(addresses),
        "__monitor_web_site": monitor_site({"names": ["ops"], **site}),
        "__monitor_web_port_suffix": "",
        "__monitor_web_form_action": "",
    }
    return environment.get_template(FILE).render(values)


def directives(text, name):
    return re.findall(rf"^\s*{name} (.*);$", text, re.MULTILINE)


def origins(text):
    """The expressions that make a request one of an own page, as nginx reads them."""
    block = text.partition("supervisord_monitor_origin {")[2].partition("}")[0]
    found = re.findall(r'^    "~(\*?)(.*)" own;$', block, re.MULTILINE)
    return [re.compile(pattern, re.IGNORECASE if star else 0) for star, pattern in found]


def is_own(text, host, origin):
    return any(pattern.search(f"{host} {origin}") for pattern in origins(text))


def test_both_kinds_of_address_are_listened_at():
    assert directives(written(), "listen") == ["80", "[::]:80"]
    assert directives(written(["10.0.0.5", "[fd00::5]"]), "listen") == ["10.0.0.5:80", "[fd00::5]:80"]


def test_the_redirect_to_tls_listens_at_the_same_addresses():
    assert directives(written(["10.0.0.5"], tls=True), "listen") == ["10.0.0.5:80", "10.0.0.5:80 ssl"]


def test_any_name_only_where_it_is_wanted():
    assert directives(written(), "server_name") == ["ops"]
    assert directives(written(any_name=True), "server_name") == ['ops "~."']


def test_nobody_is_believed_unless_somebody_is_named():
    assert "real_ip" not in written()
    text = written(proxies=["10.0.0.7", "fd00::/64"])
    assert directives(text, "set_real_ip_from") == ["10.0.0.7", "fd00::/64"]
    assert directives(text, "real_ip_recursive") == ["on"]


@pytest.mark.parametrize(
    ("host", "origin", "own"),
    [
        ("ops", "http://ops", True),
        ("inner:8080", "https://ops.example", True),
        ("inner:8080", "https://OPS.example", True),
        ("inner:8080", "http://ops.example", False),
        ("inner:8080", "https://opsXexample", False),
        ("inner:8080", "https://ops.example.evil", False),
        ("inner:8080", "https://evil https://ops.example", False),
        ("inner:8080", "", False),
    ],
)
def test_the_public_address_is_an_own_one_and_none_that_looks_like_it(host, origin, own):
    assert is_own(written(origins=["https://ops.example"]), host, origin) is own


def test_every_way_to_act_refuses_foreign_pages():
    text = written()
    acting = [block for block in re.split(r"\n    location ", text) if re.match(r"\S* ?\S*/control/", block)]
    assert len(acting) == 2
    assert all("if ($supervisord_monitor_foreign) {" in block for block in acting)


def test_the_path_goes_before_anything_is_judged():
    assert "rewrite" not in written()
    text = written(path="/a.b/")
    assert directives(text, "rewrite") == [r'"^/a\.b(?:/(.*))?$" /$1']
    assert r'"~^/a\.b(?<supervisord_monitor_rest>/.*)$" $supervisord_monitor_rest;' in text
