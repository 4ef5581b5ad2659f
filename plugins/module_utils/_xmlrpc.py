# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML-RPC as text: calls to bytes, answers to plain Python values. No I/O.

The standard library's ``xmlrpc.client`` would do, but it imports half of ``http`` and ``email``, and it gives up on
the answers Supervisor really sends: log text goes into the XML as it is, so one escape character of a coloured log
makes the whole answer malformed.
"""

import re
import typing as t
from xml.parsers import expat

from . import _errors

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ANSI = re.compile("\x1b\\[[0-9;?]*[ -/]*[@-~]")
_SURROGATE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_SCALARS = frozenset(["int", "i4", "i8", "boolean", "double", "string", "base64", "dateTime.iso8601", "nil", "name"])


def printable(text: str) -> str:
    """Drop colour codes and replace every other character that XML and terminals choke on by U+FFFD."""
    return _CONTROL.sub("\ufffd", _ANSI.sub("", text))


def _text(value: str, where: str) -> str:
    if _CONTROL.search(value) or _SURROGATE.search(value):
        raise _errors.OptionError(
            "%s holds a control character, which XML-RPC cannot carry: remove it (only tab, newline and "
            "carriage return are possible)" % where
        )
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\r", "&#13;")


def _encode(value: t.Any, where: str) -> str:
    if isinstance(value, bool):
        return "<value><boolean>%d</boolean></value>" % value
    if isinstance(value, int):
        return "<value><int>%d</int></value>" % value
    if isinstance(value, float):
        return "<value><double>%r</double></value>" % value
    if isinstance(value, str):
        return "<value><string>%s</string></value>" % _text(value, where)
    if isinstance(value, (list, tuple)):
        items = "".join(_encode(item, "%s[%d]" % (where, i)) for i, item in enumerate(value))
        return "<value><array><data>%s</data></array></value>" % items
    if isinstance(value, dict):
        members = "".join(
            "<member><name>%s</name>%s</member>" % (_text(str(key), where), _encode(item, "%s.%s" % (where, key)))
            for key, item in value.items()
        )
        return "<value><struct>%s</struct></value>" % members
    raise _errors.OptionError(
        "%s is of type %s, which XML-RPC cannot carry: use text, a number, true/false, a list or a map"
        % (where, type(value).__name__)
    )


def encode_call(method: str, params: t.Sequence[t.Any] = ()) -> bytes:
    """Write one call. Raises OptionError that names the parameter which XML-RPC cannot carry."""
    body = "".join(
        "<param>%s</param>" % _encode(p, "parameter %d of %s" % (i + 1, method)) for i, p in enumerate(params)
    )
    return (
        "<?xml version='1.0'?><methodCall><methodName>%s</methodName><params>%s</params></methodCall>"
        % (_text(method, "the method name"), body)
    ).encode("utf-8")


class _Reader:
    """Collects values from expat's callbacks on one stack, without recursion."""

    def __init__(self) -> None:
        self.root: t.Any = None
        self.complete = False
        self.fault = False
        self._stack: t.List[t.Any] = []
        self._keys: t.List[str] = []
        self._text: t.List[str] = []
        self._typed = False
        self._answer = False

    def start(self, tag: str, _attributes: t.Any) -> None:
        if tag == "methodResponse":
            self._answer = True
        elif tag == "value":
            self._typed = False
            self._text = []
        elif tag == "struct":
            self._stack.append({})
        elif tag == "array":
            self._stack.append([])
        elif tag == "fault":
            self.fault = True
        elif tag in _SCALARS:
            self._text = []

    def end(self, tag: str) -> None:
        if tag == "name":
            self._keys.append("".join(self._text))
        elif tag in ("struct", "array"):
            self._put(self._stack.pop())
        elif tag in _SCALARS:
            self._put(_scalar(tag, "".join(self._text)))
        elif tag == "value" and not self._typed:
            self._put("".join(self._text))
        elif tag == "methodResponse":
            self.complete = self.complete and self._answer

    def data(self, text: str) -> None:
        self._text.append(text)

    def _put(self, value: t.Any) -> None:
        self._typed = True
        if not self._stack:
            self.root, self.complete = value, True
        elif isinstance(self._stack[-1], dict):
            self._stack[-1][self._keys.pop()] = value
        else:
            self._stack[-1].append(value)


def _scalar(tag: str, text: str) -> t.Any:
    if tag in ("int", "i4", "i8"):
        return int(text)
    if tag == "boolean":
        return bool(int(text))
    if tag == "double":
        return float(text)
    return None if tag == "nil" else text


def _parse(data: t.Union[bytes, str]) -> _Reader:
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.Parse(data, True)
    return reader


def decode_answer(data: bytes) -> t.Any:
    """Read one answer.

    Text that is not well-formed because of control characters or bytes that are not UTF-8 (log contents) is read
    again with those replaced by U+FFFD. Raises Fault for a fault, ProtocolError for anything that is not XML-RPC.
    """
    if b"<!DOCTYPE" in data[:1024]:
        raise _errors.ProtocolError("the answer is not XML-RPC: it starts with a document type declaration")
    try:
        try:
            reader = _parse(data)
        except expat.ExpatError:
            reader = _parse(printable(data.decode("utf-8", "replace")))
        if not reader.complete:
            raise ValueError("no value in it")
    except (expat.ExpatError, ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise _errors.ProtocolError("the answer is not XML-RPC (%s): %r" % (error, data[:80])) from error
    if reader.fault:
        raise fault_of(reader.root)
    return reader.root


def fault_of(value: t.Any) -> _errors.Fault:
    """Turn a fault structure into the exception. Raises ProtocolError if it is none."""
    try:
        return _errors.Fault(int(value["faultCode"]), str(value["faultString"]))
    except (KeyError, TypeError, ValueError):
        raise _errors.ProtocolError("the answer holds a fault without code and text: %.80r" % (value,)) from None
