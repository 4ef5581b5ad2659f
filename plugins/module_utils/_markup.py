# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML of Tomcat's configuration, read with care, and the ``${name}`` in it that Tomcat replaces. Text in, text out."""

import re
import typing as t
from xml.parsers import expat

NoXml = expat.ExpatError
_PLACEHOLDER = re.compile(r"\$\{([^}:]+)(?::-([^}]*))?\}")


class DocumentType(Exception):
    """The text declares a document type: it may mean something else than it says, so it is not read."""


def read(text: str, started: t.Callable[[str, t.Dict[str, str]], None]) -> None:
    """Go through the elements. No entity is expanded, no other file read.

    :param started: called with name and attributes of each element.
    :raises NoXml, DocumentType: it is none, or is not read.
    """
    parser = expat.ParserCreate("utf-8")

    def refuse(*_details: t.Any) -> None:
        raise DocumentType

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = started
    parser.Parse(text.encode("utf-8"), True)


def replaced(text: str, values: t.Mapping[str, str]) -> str:
    """The text as Tomcat reads it: with values, or the default after ``:-``; what nobody knows stays as it is."""
    return _PLACEHOLDER.sub(lambda match: values.get(match.group(1), match.group(2) or match.group(0)), text)
