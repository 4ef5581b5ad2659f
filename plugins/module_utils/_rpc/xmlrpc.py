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
from xml.etree import ElementTree as ET

from .. import _errors

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ANSI = re.compile("\x1b\\[[0-9;?]*[ -/]*[@-~]")
_SURROGATE = re.compile("[\ud800-\udfff\ufffe\uffff]")


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


def _struct(element: t.Any) -> t.Dict[str, t.Any]:
    return {name.text or "": _value(value) for name, value in element}


def _array(element: t.Any) -> t.List[t.Any]:
    return [_value(value) for value in element[0]]


_READERS = {
    "struct": _struct,
    "array": _array,
    "nil": lambda element: None,
    "boolean": lambda element: bool(int(element.text)),
    "double": lambda element: float(element.text),
}  # type: t.Dict[str, t.Callable[[t.Any], t.Any]]
_READERS.update(dict.fromkeys(("int", "i4", "i8"), lambda element: int(element.text)))
_READERS.update(dict.fromkeys(("string", "base64", "dateTime.iso8601"), lambda element: element.text or ""))


def _value(element: t.Any) -> t.Any:
    """What stands in <value>: text, if it names no type."""
    return _READERS[element[0].tag](element[0]) if len(element) else element.text or ""


def _read(text: str) -> t.Tuple[bool, t.Any]:
    """Is it a fault, and the value."""
    root = ET.fromstring(text)  # noqa: S314  a document type, which the attacks need, has been refused
    if root.tag != "methodResponse":
        raise ValueError("it is <%.40s>" % root.tag)
    if root[0].tag == "fault":
        return True, _value(root[0][0])
    return False, _value(root[0][0][0])


def decode_answer(data: bytes) -> t.Any:
    """Read one answer.

    Bytes that are not UTF-8 become U+FFFD. Text that is not well-formed because of control characters (log contents)
    is read again with those replaced, too. Raises Fault for a fault, ProtocolError for anything that is not XML-RPC.
    """
    text = data.decode("utf-8", "replace")
    if "<!DOCTYPE" in text:
        raise _errors.ProtocolError("the answer is not XML-RPC: it has a document type declaration")
    try:
        try:
            is_fault, value = _read(text)
        except ET.ParseError:
            is_fault, value = _read(printable(text))
    except (ET.ParseError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _errors.ProtocolError("the answer is not XML-RPC (%s): %r" % (error, data[:80])) from error
    if is_fault:
        raise fault_of(value)
    return value


def fault_of(value: t.Any) -> _errors.Fault:
    """Turn a fault structure into the exception. Raises ProtocolError if it is none."""
    try:
        return _errors.Fault(int(value["faultCode"]), str(value["faultString"]))
    except (KeyError, TypeError, ValueError):
        raise _errors.ProtocolError("the answer holds a fault without code and text: %.80r" % (value,)) from None
