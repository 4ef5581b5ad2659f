# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What included files change of the sections that a main file declares for the daemon itself.

Supervisor merges sections of one name, and what it reads later wins: a [supervisord] in an included file is stronger
than the one of the main file, without a word.
"""

import typing as t

from . import daemon as _daemon, reader as _reader, source as _source, tree as _tree

_CLIENT = ("supervisorctl", "ctlplugin", "include")  # not read by the daemon, or from the main file only


class Overridden(t.NamedTuple):
    """An option of a declared section that another file has the last word about."""

    section: str
    option: str
    file: str
    line: int

    @property
    def sentence(self) -> str:
        """What a user must know; without values, which may be secrets."""
        return (
            "%s of [%s] is not in force as declared: %s, line %d, is included and sets it to something else, which "
            "wins. Remove it there, or declare the same" % (self.option, self.section, self.file, self.line)
        )


def find(path: str, text: bytes, reader: _reader.Reader) -> t.List[Overridden]:
    """All of them, in the order of the sections.

    :param path: of the main file; text: what it is to hold.
    Raises ConfigError if the files cannot be read.
    """
    source = _source.Overlay(_source.Disk(), {path: text})
    main = _tree.load_main(path, source, reader.dialect).sections
    whole = _tree.load(path, source, reader.dialect, reader.environ, reader.hostname).sections
    return [
        Overridden(section, option, value.file, value.line)
        for section in main
        if _daemon.kind_of(section) is not None and section.partition(":")[0] not in _CLIENT
        for option, declared in main[section].items()
        for value in [whole[section][option]]
        if value.file != path and value.text != declared.text
    ]
