# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random values that are hard to write into a configuration file, and what a program should get for them."""

from __future__ import annotations

import re

ENVIRON = {
    "HOME": "/tmp",
    "LC_ALL": "C.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "PLAIN": "a plain 100%% word; %(x)s #1",
}
HOSTNAME = "quoting-host"

PIECES = (
    "%", ";", "#", "'", '"', ",", "=", " ", "\t", "\n", "\\", "$", "`", "!", "&", "|", "<", ">", "(", ")", "{", "}",
    "[", "]", "*", "?", "~", "^", ":", ".", "-", "_", "/", "a", "Z", "0", "9", " ;", " #", ";", "#", "; ", "# ",
    " ;#", "\n;", "\n#", "\n ", " \n", "\n\n", "\n\t;x", "\n[program:evil]", "\nuser=nobody", "%%", "%s", "%d", "%r",
    "%Y-%m", "%t_%p", "%(", "%(x)s", "%(here)", "%(here)d", "%%(here)s", "%(here).0s", "100%", "%%%%", "%(here)s",
    "%(program_name)s", "%(group_name)s", "%(host_node_name)s", "%(ENV_PLAIN)s", "%(process_num)02d", "%(ENV_NONE",
    "s", "''", '""', "'x'", '"y"', "\\'", '\\"', "\\\\", "\\n", "it's", 'say "x"', ",B='2'", '",Z="inj', "a=b",
    "A=1,B=2", "x,y", "é", "ß", "€", "日本", "🙂", "\xa0", "\u2028", "\x85", "\u200b", "\x1b[0m", "\x07", "\x0b",
    "\x0c", "\x1c", "\x7f", "\ufeff", "rem ", "REM x", "=", ":", "[x]", "<<EOF", "$(id)", "&&", "true", "none",
    "AUTO", "~root", "-rf", "--", "word", "two words",
)  # fmt: skip

_EXPANSION = re.compile(r"%\((here|program_name|group_name|host_node_name|process_num|ENV_PLAIN)\)(s|02d|\.0s)")


def value(rng):
    """Give a random text without NUL and carriage return."""
    kind = rng.random()
    if kind < 0.8:
        return "".join(rng.choice(PIECES) for _turn in range(rng.randint(1, 7)))
    if kind < 0.9:
        return "".join(chr(rng.randint(1, 126)) for _turn in range(rng.randint(1, 12))).replace("\r", "_")
    return "".join(
        chr(rng.choice((rng.randint(32, 0x7FF), rng.randint(0xE000, 0x1FFFF)))) for _turn in range(rng.randint(1, 6))
    )


def file_name(rng):
    """Give a random text that is one name of a file, also after %(here)s would have brought slashes into it."""
    name = value(rng).replace("/", "_").replace("%(here)s", "%(here)d")
    while len(name.encode()) > 180:
        name = name[: len(name) // 2]
    return "n" + name


def expanded(text, program, here, hostname, numbered=True):
    """Give what becomes of a text in which expansions are allowed, found without any code of the collection.

    ``numbered``: the option also offers %(process_num)d.
    """
    known = {
        "here": here,
        "program_name": program,
        "group_name": program,
        "host_node_name": hostname,
        "ENV_PLAIN": ENVIRON["PLAIN"],
    }

    def replace(match):
        name, form = match.groups()
        if name == "process_num" and not numbered:
            return match.group(0)
        if form == ".0s":
            return ""
        if name == "process_num":
            return "00" if form == "02d" else "0"
        return known[name] if form == "s" else match.group(0)

    return _EXPANSION.sub(replace, text)


def fits_environment(text):
    """Tell whether Supervisor up to 4.3 can carry a text in environment=, by the rules of its lexer."""
    both = "'" in text and '"' in text
    return not both and text[:1] not in ("'", '"') and text[-1:] not in ("'", '"')
