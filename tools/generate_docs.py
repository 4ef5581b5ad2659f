#!/usr/bin/env python3
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the documentation that several files share into them: of Supervisor's options, and of return values.

usage: tools/generate_docs.py [--check] [FILE...]

Without files it looks at every module and every role's argument_specs.yml. It replaces what stands between two lines

    # BEGIN generated options: program,group,eventlistener,fcgi-program without programs
    # END generated options

with YAML at the indentation of the first of them: the options of the kinds named, merged, but for those named after
"without", from the option table. The lines may stand wherever a map of options is expected. In a module they are part
of DOCUMENTATION, which has to be a raw string (r\"\"\"). What one such part of a file says of an option, a later one
does not say again: it refers to it by a YAML alias. So all parts of a file have to be in the same YAML document.

    # BEGIN generated returns: servers
    # END generated returns

takes the text of RETURN in the documentation fragment of that name. Fragments for return values are known to
ansible-core from 2.21 on; until that is the oldest release the collection runs on, each module needs them in full.

    <!-- BEGIN generated: playbooks -->
    <!-- END generated -->

in docs/playbooks.md takes the variables of the playbooks from meta/playbooks.yml.

--check changes nothing and fails if a file is not up to date.
"""

import argparse
import collections
import json
import pathlib
import re
import runpy
import sys
import textwrap
import types

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATTERNS = (
    "plugins/modules/*.py",
    "plugins/doc_fragments/*.py",
    "roles/*/meta/argument_specs.yml",
    "docs/playbooks.md",
)
BLOCK = re.compile(
    r"^(?P<indent> *)# BEGIN generated (?P<what>options|returns): "
    r"(?P<names>[a-z_,-]+)(?: without (?P<without>[a-z_,-]+))?\n"
    r"(?P<body>.*?)^(?P=indent)# END generated (?P=what)\n",
    re.MULTILINE | re.DOTALL,
)
PLAYBOOKS = re.compile(r"(<!-- BEGIN generated: playbooks -->\n).*?(<!-- END generated -->\n)", re.DOTALL)
WIDTH = 118


def package(name, folder):
    """Make the files of a folder of plugins importable below a name, from this checkout, wherever it lies."""
    made = types.ModuleType(name)
    made.__path__ = [str(ROOT / "plugins" / folder)]
    sys.modules[name] = made
    sys.dont_write_bytecode = True


def table():
    """Import the documentation of the table of options."""
    package("option_table", "module_utils")
    from option_table._options import documentation  # the package exists only from here on

    return documentation


def playbooks(match):
    """Write the variables of the playbooks as Markdown."""
    package("playbook_table", "plugin_utils")
    from playbook_table import _playbook_help, _playbook_table  # the package exists only from here on

    return match.group(1) + "\n" + _playbook_help.page(_playbook_table.playbooks().values()) + "\n" + match.group(2)


def scalar(text):
    """Write a text as a double quoted YAML scalar unless it is a plain word."""
    return text if re.match(r"^[A-Za-z][A-Za-z_-]*$", text) and text not in ("true", "false") else '"%s"' % text


def described(option, indent):
    """Write what there is to say of one option as YAML lines."""
    lines = ["%sdescription:" % indent]
    for text in option["description"]:
        lines.append("%s  - >-" % indent)
        margin = indent + "    "
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
    lines.append("%stype: %s" % (indent, option["type"]))
    if "elements" in option:
        lines.append("%selements: %s" % (indent, option["elements"]))
    if "choices" in option:
        lines.append("%schoices: [%s]" % (indent, ", ".join(scalar(choice) for choice in option["choices"])))
    return lines


def chosen(match):
    """Give the options of one marked part as (name, option, what makes them the same)."""
    without = (match.group("without") or "").split(",")
    options = table().document(*match.group("names").split(","))
    return [
        (name, option, json.dumps([name, option])) for name, option in sorted(options.items()) if name not in without
    ]


class Options:
    """The options of one file: each is written once, and named where it comes again."""

    def __init__(self, text):
        parts = [match for match in BLOCK.finditer(text) if match.group("what") == "options"]
        self._times = collections.Counter(same for match in parts for _name, _option, same in chosen(match))
        self._anchors = {}

    def lines(self, match):
        """Write one marked part as YAML lines. The parts must be asked for in the order of the file."""
        indent, kind = match.group("indent"), match.group("names").split(",")[0]
        lines = []
        for name, option, same in chosen(match):
            if same in self._anchors:
                lines.append("%s%s: *%s" % (indent, name, self._anchors[same]))
                continue
            anchor = ""
            if self._times[same] > 1:
                self._anchors[same] = "%s-%s" % (kind, name)
                anchor = " &" + self._anchors[same]
            lines.append("%s%s:%s" % (indent, name, anchor))
            lines.extend(described(option, indent + "  "))
        return lines


def returns(match):
    """Write the return values of documentation fragments as YAML lines."""
    lines = []
    for name in match.group("names").split(","):
        fragment = runpy.run_path(str(ROOT / "plugins" / "doc_fragments" / (name + ".py")))["ModuleDocFragment"]
        lines.extend(textwrap.indent(fragment.RETURN.strip("\n"), match.group("indent")).split("\n"))
    return lines


def updated(text):
    """Give ``text`` with every marked part made anew."""
    options = Options(text)

    def replace(match):
        lines = options.lines(match) if match.group("what") == "options" else returns(match)
        first = match.group(0).split("\n", 1)[0]
        last = "%s# END generated %s" % (match.group("indent"), match.group("what"))
        return "".join(line + "\n" for line in (first, *lines, last))

    return PLAYBOOKS.sub(playbooks, BLOCK.sub(replace, text))


def main(arguments=None):
    """Update or check the files; returns the exit status."""
    parser = argparse.ArgumentParser(description="Write the documentation that several files share into them.")
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
