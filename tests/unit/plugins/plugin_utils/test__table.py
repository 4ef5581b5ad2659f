# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables for terminals, spreadsheets and browsers, and what a daemon must not be able to do to any of them."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
from html.parser import HTMLParser

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _page, _table

COLUMNS = ["host", "process", "state", "pid", "message"]
ROWS = [
    {"host": "c701", "process": "app01", "state": "RUNNING", "pid": 7, "message": ""},
    {"host": "c702", "process": "应用一", "state": "FATAL", "pid": "", "message": "Exited too quickly"},
]
HOSTILE = {
    "host": "c703",
    "process": "</td><script>alert(1)</script>",
    "state": '"><img src=x onerror=alert(1)>',
    "pid": 12345,
    "message": "=cmd|' /C calc'!A0\n\x1b[31mred\x1b[0m \u202eevil",
}


def test_a_table_is_aligned_also_with_wide_letters() -> None:
    assert _table.text(ROWS, COLUMNS) == [
        "HOST  PROCESS  STATE    PID  MESSAGE",
        "c701  app01    RUNNING    7",
        "c702  应用一   FATAL         Exited too quickly",
    ]


def test_columns_that_nobody_uses_are_left_out() -> None:
    assert _table.text(ROWS[:1], COLUMNS)[0] == "HOST  PROCESS  STATE    PID"
    assert _table.text([], COLUMNS) == ["HOST  PROCESS  STATE  PID  MESSAGE"]


def test_nothing_in_a_table_moves_the_cursor() -> None:
    for line in _table.text([HOSTILE], COLUMNS):
        assert line.isprintable()


def test_news_are_good_or_bad() -> None:
    moods = [_table.mood({"state": word}, COLUMNS) for word in ("RUNNING", "FATAL", "STARTING", "")]
    assert moods == ["good", "bad", "fair", ""]
    assert _table.mood({"state": "RUNNING", "result": "failed"}, ["result", "state", "message"]) == "good"


def test_a_spreadsheet_gets_no_formula() -> None:
    rows = list(csv.DictReader(_table.as_csv([*ROWS, HOSTILE], COLUMNS).splitlines()))
    assert rows[1]["process"] == "应用一"
    assert rows[2]["message"].startswith("'=cmd")
    assert len(rows) == 3


def test_json_keeps_what_was_said() -> None:
    written = _table.as_json([HOSTILE], {"title": "x"})
    assert written.replace("\n", "").isprintable(), "a terminal may be shown the file"
    read = json.loads(written)
    assert read["rows"][0] == HOSTILE


class Page(HTMLParser):
    """Elements, attributes and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _value in attrs]

    def handle_data(self, data):
        self.texts.append(data)


def page(rows: list[dict]) -> str:
    return _page.page(rows, COLUMNS, "Processes <b>", "now & then", {"hosts": 2})


def test_a_page_shows_all_of_it_and_nothing_of_it_works() -> None:
    shown = Page(page([*ROWS, HOSTILE]))
    assert shown.tags.count("script") == 1
    assert "img" not in shown.tags
    assert not [name for name in shown.attributes if name.startswith("on")]
    assert HOSTILE["process"] in shown.texts
    assert "Processes <b>" in shown.texts


def test_a_page_loads_nothing_and_obeys_only_its_own_script() -> None:
    text = page(ROWS)
    assert not re.search(r"(src|href)\s*=|url\(|@import|https?:", text)
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert script
    assert style
    for part in (script[1], style[1]):
        digest = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in text


def test_a_page_without_rows_says_so() -> None:
    assert "Nothing to show" in page([])
