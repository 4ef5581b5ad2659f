# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows as one HTML page that needs nothing else: everything is escaped, nothing is loaded from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import html
import typing as t

from . import _table

STYLE = """
:root { --ink: #1d2733; --dim: #66758a; --paper: #f6f7f9; --card: #fff; --line: #dfe4ea; --good: #14804a;
  --bad: #c02b1d; --fair: #9a6700; --good-bg: #e3f5ea; --bad-bg: #fde8e6; --fair-bg: #fff3d6;
  color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ef; --dim: #93a1b3; --paper: #12161c; --card: #1a2028;
  --line: #2c3540; --good: #5cd08f; --bad: #ff8a7d; --fair: #f0c050; --good-bg: #123322; --bad-bg: #3d1a17;
  --fair-bg: #3a2c0b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 90rem; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.5rem; } .when { margin: .2rem 0 1.2rem; color: var(--dim); }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin-bottom: 1.2rem; }
.tile { min-width: 7rem; padding: .7rem 1rem; border: 1px solid var(--line); border-radius: .6rem;
  background: var(--card); color: inherit; font: inherit; text-align: left; } button.tile { cursor: pointer; }
button.tile[aria-pressed=true] { outline: 2px solid currentColor; }
.tile b { display: block; font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.good b { color: var(--good); } .bad b { color: var(--bad); } .fair b { color: var(--fair); }
input { width: 100%; max-width: 28rem; margin-bottom: .8rem; padding: .5rem .8rem; border: 1px solid var(--line);
  border-radius: .5rem; background: var(--card); color: inherit; font: inherit; }
.sheet { overflow-x: auto; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .45rem .9rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { position: sticky; top: 0; background: var(--card); color: var(--dim); font-size: .8rem; letter-spacing: .04em;
  text-transform: uppercase; white-space: nowrap; cursor: pointer; user-select: none; }
th[aria-sort=ascending]::after { content: " \\2191"; } th[aria-sort=descending]::after { content: " \\2193"; }
tr:last-child td { border-bottom: 0; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
td span { padding: .1rem .55rem; border-radius: 1rem; font-size: .85rem; font-weight: 600; white-space: nowrap; }
span.good { color: var(--good); background: var(--good-bg); } span.bad { color: var(--bad); background: var(--bad-bg); }
span.fair { color: var(--fair); background: var(--fair-bg); }
.none { padding: 2rem; color: var(--dim); text-align: center; }
"""
SCRIPT = """
const body = document.querySelector("tbody"), rows = [...body.rows], search = document.querySelector("input");
const tiles = [...document.querySelectorAll("button.tile")], heads = [...document.querySelectorAll("th")];
const show = () => {
  const words = search.value.toLowerCase().split(/\\s+/), on = tiles.find(tile => tile.ariaPressed === "true");
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every(word => text.includes(word)) || (on && row.dataset.word !== on.dataset.word);
  }
};
search.addEventListener("input", show);
for (const tile of tiles) tile.addEventListener("click", () => {
  const was = tile.ariaPressed === "true";
  for (const other of tiles) other.ariaPressed = "false";
  tile.ariaPressed = String(!was);
  show();
});
heads.forEach((head, index) => head.addEventListener("click", () => {
  const down = head.ariaSort === "ascending";
  for (const other of heads) other.removeAttribute("aria-sort");
  head.ariaSort = down ? "descending" : "ascending";
  const key = row => row.cells[index].dataset.value ?? row.cells[index].textContent;
  rows.sort((a, b) => key(a).localeCompare(key(b), undefined, {numeric: true}) * (down ? -1 : 1));
  body.append(...rows);
}));
"""
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src '{style_hash}'; script-src '{script_hash}'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<p class="when">{when}</p>
<div class="tiles">{tiles}</div>
<input type="search" placeholder="Search" aria-label="Search in the table">
<div class="sheet"><table>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table></div>
<script>{script}</script>
</body>
</html>
"""


def page(rows: t.Sequence[t.Mapping], columns: t.Sequence[str], title: str, when: str, total: t.Mapping) -> str:
    """The page. total: what to show large above the table, label -> number; states come by themselves."""
    telling = next((name for name in reversed(columns) if name in ("state", "result", "after")), "")
    words: dict[str, int] = {}
    for row in rows:
        word = _table.clean(row.get(telling))
        words[word] = words.get(word, 0) + bool(word)
    tiles = [f'<div class="tile"><b>{_escaped(value)}</b>{_escaped(name)}</div>' for name, value in total.items()]
    tiles += [_button(word, count) for word, count in sorted(words.items()) if word]
    return PAGE.format(
        title=_escaped(title),
        when=_escaped(when),
        tiles="\n".join(tiles),
        head="".join(f"<th>{_escaped(column.replace('_', ' '))}</th>" for column in columns),
        rows="\n".join(_line(row, columns, telling) for row in rows) or _nothing(columns),
        style=STYLE,
        script=SCRIPT,
        style_hash=_digest(STYLE),
        script_hash=_digest(SCRIPT),
    )


def _button(word: str, count: int) -> str:
    kind = _kind(word)
    return (
        f'<button class="tile {kind}" aria-pressed="false" data-word="{_escaped(word)}">'
        f"<b>{count}</b>{_escaped(word)}</button>"
    )


def _line(row: t.Mapping, columns: t.Sequence[str], telling: str) -> str:
    word = _escaped(row.get(telling)) if telling else ""
    return f'<tr data-word="{word}">' + "".join(_cell(name, row.get(name)) for name in columns) + "</tr>"


def _cell(name: str, value: t.Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f'<td class="number">{_escaped(value)}</td>'
    if name in ("state", "result", "before", "after") and value:
        return f'<td><span class="{_kind(_table.clean(value))}">{_escaped(value)}</span></td>'
    return f"<td>{_escaped(value)}</td>"


def _nothing(columns: t.Sequence[str]) -> str:
    return f'<tr><td class="none" colspan="{len(columns)}">Nothing to show</td></tr>'


def _kind(word: str) -> str:
    return _table.mood({"state": word}, ["state"]) or "fair"


def _escaped(value: t.Any) -> str:
    return html.escape(_table.clean(value), quote=True)


def _digest(text: str) -> str:
    """What a browser compares a script or style with before it obeys it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
