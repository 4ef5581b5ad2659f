# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A difference between two texts of a Tomcat's configuration, without what can be a secret. Text in, text out.

What lies on a host may be anything, so nothing is looked for that must be hidden: what is known to be harmless is
shown, which is elements, names of attributes and properties, and the values of attributes such as ``port``.
"""

import re
import typing as t

from .. import _shown

# Attributes of server.xml and context.xml that say where and how, not who may.
_HARMLESS_NAMES = """
    acceptCount address appBase auth autoDeploy className connectionTimeout defaultHost directory docBase factory
    certificateChainFile certificateFile certificateKeyFile internalProxies jvmRoute maxDays requestAttributesEnabled
    logArgs maxConnections maxPostSize maxThreads minSpareThreads path pathname port prefix protocol redirectPort
    reloadable resourceName scheme secretRequired secure SSLEnabled suffix type undeployOldVersions unpackWARs version
    encoding
"""
_HARMLESS = frozenset(_HARMLESS_NAMES.split())
_XML = re.compile(
    r"(?P<comment><!--.*?-->)"
    r"|(?P<tag><\??/?[\w:.-]+)"
    r"|(?P<name>[\w:.-]+)(?P<equals>\s*=\s*)(?P<value>\"[^\"]*\"|'[^']*')"
    r"|(?P<end>[/?]?>|\s+)"
    r"|(?P<other>[^\s<>]+|.)",
    re.DOTALL,
)
# A property or a variable of a shell; every other line that is not empty is hidden.
_LINE = re.compile(r"^(?P<name>[ \t]*(?:export[ \t]+)?[\w.-]+[ \t]*=)(?P<value>.*)$|^(?P<other>.*\S.*)$", re.MULTILINE)

# element, attribute or property, and how many of that name there were before -> value
Hidden = t.Dict[t.Tuple[str, str, int], str]


def pair(before: str, after: str) -> t.Tuple[str, str]:
    """Hide what can be a secret in both texts, in a way that still shows which of it changed."""
    old = _Masker({})
    return old.text(before), _Masker(old.found).text(after)


class _Masker:
    """One text on its way; ``found`` are the values that were hidden in it."""

    def __init__(self, old: Hidden) -> None:
        self.found = {}  # type: Hidden
        self._old = old
        self._element = ""
        self._inside = False  # between < and >

    def text(self, text: str) -> str:
        if text.lstrip().startswith("<"):
            return _XML.sub(self._xml, text)
        return _LINE.sub(self._line, text)

    def _xml(self, match: t.Any) -> str:
        if match.group("comment"):
            return "<!-- %s -->" % self._mask("", match.group())
        if match.group("tag"):
            self._element, self._inside = match.group(), True
            return self._element
        if match.group("end"):
            self._inside = self._inside and not match.group().endswith(">")
            return str(match.group())
        if match.group("other") or not self._inside:
            return self._mask("", match.group())
        name, value = match.group("name", "value")
        shown = value if name in _HARMLESS else value[0] + self._mask(name, value) + value[0]
        return "%s%s%s" % (name, match.group("equals"), shown)

    def _line(self, match: t.Any) -> str:
        name = match.group("name")
        return name + self._mask(name.strip(), match.group("value")) if name else self._mask("", match.group())

    def _mask(self, name: str, value: str) -> str:
        count = 0
        while (self._element, name, count) in self.found:
            count += 1
        place = self._element, name, count
        self.found[place] = value
        return _shown.HIDDEN + (" (changed)" if self._old.get(place, value) != value else "")
