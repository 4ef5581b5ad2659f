# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that nobody knows, each with the one that was probably meant, and texts in place of mappings. No I/O."""

import re
import typing as t

from . import _near

Spec = t.Mapping[str, t.Mapping[str, t.Any]]

EXTRA = "extra_options"  # where options belong that only a plugin of Supervisor's knows


def found(spec: Spec, params: t.Mapping[str, t.Any], where: str = "") -> t.List[str]:
    """A sentence for each unknown option, at any depth. Values are not told.

    :param spec: argument spec of a module, or the ``options`` of one of its options.
    :param where: what stands before the names in messages, ``programs[0] (web).`` for example.
    """
    known = set(spec).union(*(row.get("aliases") or () for row in spec.values()))
    sentences = []
    for name in sorted(params, key=str):
        if name in known:
            sentences += _inner(spec.get(name, {}).get("options"), params[name], "%s%s" % (where, name))
        elif not str(name).startswith("_ansible_"):
            sentences.append(_sentence("%s%s" % (where, name), known))
    return sentences


def texts(spec: Spec, params: t.Mapping[str, t.Any]) -> t.List[str]:
    """A sentence for each option in which a text stands where a mapping belongs. The text is not told."""
    sentences = []
    for name in sorted(set(spec) & set(params)):
        value, row = params[name], spec[name]
        if row.get("elements" if isinstance(value, list) else "type") != "dict" and row.get("elements") != "dict":
            continue
        for number, item in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(item, str) and not re.match(r"\s*{|[^=]+=", item):
                place = "%s[%d]" % (name, number) if isinstance(value, list) else name
                what = "an address that begins with unix://, http:// or https://" if name == "servers" else "a mapping"
                sentences.append("%s is a text; give %s" % (place, what))
    return sentences


def _inner(spec: t.Optional[Spec], value: t.Any, where: str) -> t.List[str]:
    """The same for the suboptions of an option."""
    if not spec:
        return []
    sentences = []
    for number, item in enumerate(value if isinstance(value, list) else [value]):
        place = where
        if isinstance(value, list):
            called = item.get("name") if isinstance(item, dict) else None
            place = "%s[%d]%s" % (where, number, " (%s)" % called if isinstance(called, str) else "")
        if isinstance(item, dict):
            sentences += found(spec, item, place + ".")
    return sentences


def _sentence(name: str, known: t.AbstractSet[str]) -> str:
    near = _near.hint(name.rpartition(".")[2], known)
    if near:
        return "%s is not known; %s" % (name, near)
    if EXTRA in known:
        return "%s is not known. An option that a plugin of Supervisor's reads belongs in %s." % (name, EXTRA)
    return "%s is not known; there are %s." % (name, ", ".join(sorted(known)))
