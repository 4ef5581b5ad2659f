#!/usr/bin/env python3
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the documentation of Supervisor's options into the files that offer them, from the option table.

usage: tools/generate_docs.py [--check] [FILE...]

Without files it looks at every module and every role's argument_specs.yml. It replaces what stands between two lines

    # BEGIN generated options: program,group,eventlistener,fcgi-program without programs
    # END generated options

with YAML at the indentation of the first of them: the options of the kinds named, merged, but for those named after
"without". The lines may stand wherever a map of options is expected. In a module they are part of DOCUMENTATION,
which has to be a raw string (r\"\"\"). --check changes nothing and fails if a file is not up to date.
"""

import argparse
import pathlib
import re
import sys
import textwrap
import types

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATTERNS = ("plugins/modules/*.py", "plugins/doc_fragments/*.py", "roles/*/meta/argument_specs.yml")
BLOCK = re.compile(
    r"^(?P<indent> *)# BEGIN generated options: (?P<kinds>[a-z_,-]+)(?: without (?P<without>[a-z_,-]+))?\n"
    r"(?P<body>.*?)^(?P=indent)# END generated options\n",
    re.MULTILINE | re.DOTALL,
)
WIDTH = 118


def table():
    """Import the documentation of the table from this checkout, wherever it lies."""
    folder = ROOT / "plugins" / "module_utils"
    package = types.ModuleType("option_table")
    package.__path__ = [str(folder)]
    sys.modules["option_table"] = package
    sys.dont_write_bytecode = True
    from option_table._options import documentation  # the package exists only from here on

    return documentation


def scalar(text):
    """Write a text as a double quoted YAML scalar unless it is a plain word."""
    return text if re.match(r"^[A-Za-z][A-Za-z_-]*$", text) and text not in ("true", "false") else '"%s"' % text


def entry(name, option, indent):
    """Write one option as YAML lines."""
    lines = ["%s%s:" % (indent, name), "%s  description:" % indent]
    for text in option["description"]:
        lines.append("%s    - >-" % indent)
        margin = indent + "      "
        lines.extend(
            textwrap.wrap(
                text,
                WIDTH,
                initial_indent=margin,
                subsequent_indent=margin,
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    lines.append("%s  type: %s" % (indent, option["type"]))
    if "elements" in option:
        lines.append("%s  elements: %s" % (indent, option["elements"]))
    if "choices" in option:
        lines.append("%s  choices: [%s]" % (indent, ", ".join(scalar(choice) for choice in option["choices"])))
    return lines


def generated(kinds, without, indent):
    """Write the options of some kinds as YAML text."""
    lines = []
    for name, option in sorted(table().document(*kinds).items()):
        if name not in without:
            lines.extend(entry(name, option, indent))
    return "".join(line + "\n" for line in lines)


def updated(text):
    """Give ``text`` with every marked part made anew."""

    def replace(match):
        indent = match.group("indent")
        body = generated(match.group("kinds").split(","), (match.group("without") or "").split(","), indent)
        first, last = match.group(0).split("\n", 1)[0], "%s# END generated options\n" % indent
        return "%s\n%s%s" % (first, body, last)

    return BLOCK.sub(replace, text)


def main(arguments=None):
    """Update or check the files; returns the exit status."""
    parser = argparse.ArgumentParser(description="Write option documentation from the option table.")
    parser.add_argument("--check", action="store_true", help="change nothing, fail if a file is not up to date")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args(arguments)
    stale = []
    for path in options.files or sorted(path for pattern in PATTERNS for path in ROOT.glob(pattern)):
        before = path.read_text(encoding="utf-8")
        after = updated(before)
        if after != before:
            stale.append(path)
            if not options.check:
                path.write_text(after, encoding="utf-8")
    for path in stale:
        print("%s %s" % ("not up to date, run tools/generate_docs.py:" if options.check else "updated", path))
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
