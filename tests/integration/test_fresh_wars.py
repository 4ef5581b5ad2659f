# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WARs from URLs without a checksum: what their server says of them decides, in a dry run as well."""

import getpass
import grp
import http.server
import json
import os
import threading

import pytest
from ansible_programs import Ansible

PASSWORD = "unguessable-23"
SAID = "Sun, 29 Nov 2026 10:00:00 GMT"
# name -> (what was remembered, status, headers of the server, whether it is fetched again, words of a warning)
SERVED = {
    "same": ('ETag "1"', 200, {"ETag": '"1"', "Last-Modified": SAID}, False, ""),
    "other": ('ETag "1"', 200, {"ETag": '"2"'}, True, ""),
    "older": ("Last-Modified " + SAID, 200, {"Last-Modified": SAID}, False, ""),
    "newer": ("Last-Modified " + SAID, 200, {"Last-Modified": SAID.replace("10:", "11:")}, True, ""),
    "neither": ("", 200, {}, False, "neither ETag nor Last-Modified"),
    "refused": ('ETag "1"', 405, {}, False, "did not answer a HEAD request as it should"),
    "unknown": ("", 200, {"ETag": '"1"'}, True, ""),
}


ASKED = []  # name and token; one of them needs a login, too


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        name = self.path.strip("/").partition(".")[0]
        if name == "same" and not self.headers["Authorization"]:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="shop"')
            self.end_headers()
            return
        ASKED.append((name, self.headers["X-Token"]))
        _known, status, headers, _again, _warning = SERVED[name]
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header, value)
        self.end_headers()

    def log_message(self, *_what):
        pass


@pytest.fixture
def address():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ASKED.clear()
    yield "http://shop:%s@127.0.0.1:%d/" % (PASSWORD, server.server_port)
    server.shutdown()
    server.server_close()


def base(folder, name, address):
    """An instance as a former run has left it."""
    (folder / name / "webapps").mkdir(parents=True)
    (folder / name / "webapps" / "shop.war").write_bytes(b"war")
    src = address + name + ".war"
    marker = {"src": src, "checksum": "", "validator": SERVED[name][0]}
    (folder / name / ".fleet-tomcat.json").write_text(json.dumps({"state": "present", "wars": {"shop.war": marker}}))
    return {
        "name": name,
        "base": str(folder / name),
        "release": str(folder / "tomcat"),
        "user": getpass.getuser(),
        "group": grp.getgrgid(os.getegid()).gr_name,
        "wars": [{"name": "shop.war", "src": src, "context": "/shop"}],
        # A jar changes by its checksum alone, so nobody asks for it, wherever that stands.
        "libs": [{"name": "driver.jar", "src": address + "driver.jar", "checksum": "sha256:" + address + "driver.sha"}],
    }


@pytest.mark.ends
def test_what_the_server_says_decides_whether_a_war_is_fetched_again(tmp_path, address, version):
    task = {
        "bases": [base(tmp_path, name, address) for name in SERVED],
        "war_checksum_required": False,
        "url_options": {"headers": {"X-Token": "t"}, "mode": "0644", "timeout": 20},
    }
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "tasks": [
            {"supervisord.fleet.tomcat_base": task, "register": "found"},
            {
                "ansible.builtin.copy": {"dest": str(tmp_path / "found.json"), "content": "{{ found | to_json }}"},
                "check_mode": False,
            },
        ],
    }
    (tmp_path / "play.yml").write_text(json.dumps([play]))
    ended = Ansible(version, tmp_path).run("ansible-playbook", "-i", "localhost,", "-vvv", "--check", "play.yml")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    again = {one["name"]: any("deploy" in action for action in one["actions"]) for one in found["bases"]}
    assert again == {name: one[3] for name, one in SERVED.items()}
    assert len([text for text in found["warnings"] if ".war" in text]) == 2
    for name, (_known, _status, _headers, _again, words) in SERVED.items():
        (warning,) = [text for text in found["warnings"] if name + ".war" in text] or [""]
        assert words in warning
        assert (not words) == (not warning)
    assert [(name, "t") for name in SERVED] == ASKED
    assert PASSWORD not in ended.stdout + ended.stderr
