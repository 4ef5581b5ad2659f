# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML-RPC as text: calls to bytes, answers to plain Python values. No I/O.

The standard library's ``xmlrpc.client`` would do, but it imports half of ``http`` and ``email``, and it gives up on
the answers Supervisor really sends: log text goes into the XML as it is, so one escape character of a coloured log
makes the whole answer malformed.
"""

import math
import re
import typing as t
from xml.etree import ElementTree as ET

from .. import _errors, _said

MAX_ELEMENTS = 1500000  # 20,000 processes have 1.2 million; each takes a hundred bytes, and half a microsecond
MAX_DEPTH = 64
MAX_FAULT = 8192  # characters of a fault's text

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ANSI = re.compile("\x1b\\[[0-9;?]*[ -/]*[@-~]")
_SURROGATE = re.compile("[\ud800-\udfff\ufffe\uffff]")
# A document type, which all attacks by way of entities need, can only stand before the first element. So what may
# stand there is listed, and it is looked for in the very text that is parsed.
_PROLOG = re.compile("\ufeff?(?:<\\?xml [^<>]{0,200}\\?>)?\\s*<methodResponse[\\s/>]")
_INT = re.compile("\\s*[-+]?[0-9]{1,19}\\s*\\Z")
_DOUBLE = re.compile("\\s*[-+]?(?:[0-9]{1,400}(?:[.][0-9]{0,400})?|[.][0-9]{1,400})(?:[eE][-+]?[0-9]{1,3})?\\s*\\Z")


def _legal(text: str) -> str:
    """Drop colour codes and replace every other character that XML cannot have by U+FFFD."""
    return _SURROGATE.sub(_said.MARK, _CONTROL.sub(_said.MARK, _ANSI.sub("", text)))


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


def _struct(element: t.Any, left: int) -> t.Dict[str, t.Any]:
    return {name.text or "": _value(value, left) for name, value in element}


def _array(element: t.Any, left: int) -> t.List[t.Any]:
    return [_value(value, left) for value in element[0]]


def _int(element: t.Any, _left: int) -> int:
    if not _INT.match(element.text):  # int() takes more than numbers of XML-RPC, and may take minutes for it
        raise ValueError("%.40r is no number" % element.text[:80])
    return int(element.text)


def _double(element: t.Any, _left: int) -> float:
    value = float(element.text) if _DOUBLE.match(element.text) else math.inf
    if math.isinf(value):
        raise ValueError("%.40r is no number" % element.text[:80])
    return value


_READERS = {
    "struct": _struct,
    "array": _array,
    "nil": lambda element, left: None,
    "boolean": lambda element, left: bool(_int(element, left)),
    "double": _double,
}  # type: t.Dict[str, t.Callable[[t.Any, int], t.Any]]
_READERS.update(dict.fromkeys(("int", "i4", "i8"), _int))
_READERS.update(dict.fromkeys(("string", "base64", "dateTime.iso8601"), lambda element, left: element.text or ""))


def _value(element: t.Any, left: int = MAX_DEPTH) -> t.Any:
    """What stands in <value>: text, if it names no type."""
    if not left:
        raise ValueError("values inside values, more than %d deep" % MAX_DEPTH)
    return _READERS[element[0].tag](element[0], left - 1) if len(element) else element.text or ""


def _read(text: str) -> t.Tuple[bool, t.Any]:
    """Is it a fault, and the value. Looks at ``text`` itself, whatever has been made of it before it came here."""
    if not _PROLOG.match(text):
        raise ValueError("it does not begin with <methodResponse>")
    if text.count("<") - text.count("</") > MAX_ELEMENTS:
        raise ValueError("it has more than %d elements" % MAX_ELEMENTS)
    root = ET.fromstring(text)  # noqa: S314  a document type, which the attacks need, has been refused
    if root[0].tag == "fault":
        return True, _value(root[0][0])
    return False, _value(root[0][0][0])


def decode_answer(data: bytes) -> t.Any:
    """Read one answer.

    Bytes that are not UTF-8 become U+FFFD. Text that is not well-formed because of control characters (log contents)
    is read again with those replaced, too. Raises Fault for a fault, ProtocolError for anything that is not XML-RPC.
    """
    text = data.decode("utf-8", "replace")
    try:
        try:
            is_fault, value = _read(text)
        except ET.ParseError:
            is_fault, value = _read(_legal(text))
    except (ET.ParseError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _errors.ProtocolError("the answer is not XML-RPC (%s): %r" % (error, data[:80])) from error
    if is_fault:
        raise fault_of(value)
    return value


def fault_of(value: t.Any) -> _errors.Fault:
    """Turn a fault structure into the exception. Raises ProtocolError if it is none."""
    code, text = (value.get("faultCode"), value.get("faultString")) if isinstance(value, dict) else (None, None)
    if not isinstance(code, int) or not isinstance(text, str):
        raise _errors.ProtocolError("the answer holds a fault without code and text: %s" % _said.brief(value))
    return _errors.Fault(int(code), text if len(text) <= MAX_FAULT else text[: MAX_FAULT - 1] + "\u2026")
