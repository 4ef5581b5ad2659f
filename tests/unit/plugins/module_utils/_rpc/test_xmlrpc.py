# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML-RPC there and back, compared with the standard library's."""

import random
import xmlrpc.client

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import xmlrpc as _xmlrpc

VALUES = [
    0,
    -5,
    2**31 - 1,
    True,
    False,
    1.5,
    "",
    "text",
    "<&>\"' ]]>",
    "a\tb\r\nc\n",
    "ünï \U0001f600",
    [],
    {},
    [[1], {"a": [{}]}],
]


def random_value(dice, depth=0):
    kind = dice.randrange(6 if depth < 3 else 4)
    if kind == 4:
        return [random_value(dice, depth + 1) for _item in range(dice.randrange(4))]
    if kind == 5:
        return {"k%d" % item: random_value(dice, depth + 1) for item in range(dice.randrange(4))}
    text = "".join(
        chr(dice.choice([9, 10, 13, 38, 60, 62, dice.randrange(32, 0xD7FF)])) for _c in range(dice.randrange(9))
    )
    return [dice.randrange(-(2**31), 2**31), bool(dice.randrange(2)), text, dice.randrange(1000) / 8.0][kind]


@pytest.mark.parametrize("value", VALUES)
def test_calls_are_read_by_others_as_they_were_meant(value):
    assert xmlrpc.client.loads(_xmlrpc.encode_call("a.b", (value, 1))) == ((value, 1), "a.b")


def test_1000_random_values_go_there_and_back():
    dice = random.Random(7)
    for _round in range(1000):
        value = random_value(dice)
        assert xmlrpc.client.loads(_xmlrpc.encode_call("m", (value,)))[0][0] == value
        plain = xmlrpc.client.dumps((value,), methodresponse=True).replace("\r", "&#13;")
        assert _xmlrpc.decode_answer(plain.encode("utf-8")) == value


@pytest.mark.parametrize("value", ["a\0b", "\x1b[0m", "\ud800", None, {1, 2}, b"bytes"])
def test_what_cannot_be_sent_is_named(value):
    with pytest.raises(_errors.OptionError, match="parameter 2 of x.y"):
        _xmlrpc.encode_call("x.y", (1, value))


def answer(inner):
    head = b"<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n"
    return head + inner + b"\n</param>\n</params>\n</methodResponse>\n"


@pytest.mark.parametrize(
    ("inner", "value"),
    [
        (b"<value>untyped</value>", "untyped"),
        (b"<value></value>", ""),
        (b"<value><string></string></value>", ""),
        (b"<value><nil/></value>", None),
        (b"<value><i8>5000000000</i8></value>", 5000000000),
        (b"<value><string>\x1b[1;31mred\x1b[0m\x00\xff</string></value>", "red\ufffd\ufffd"),
        (
            (
                b"<value><struct><member><name>a</name><value><array><data><value>x</value></data></array></value></member>"
                b"<member><name>b</name><value><int>1</int></value></member></struct></value>"
            ),
            {"a": ["x"], "b": 1},
        ),
    ],
)
def test_answers(inner, value):
    assert _xmlrpc.decode_answer(answer(inner)) == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>x</body></html>",
        b"<methodResponse></methodResponse>",
        b"<methodCall><params><param><value>x</value></param></params></methodCall>x",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><methodResponse/>",
        b"<!DOC\x00TYPE methodResponse [<!ENTITY b 'c'>]>" + answer(b"<value>&b;</value>")[22:],
        b"<!\x1b[1mDOCTYPE methodResponse [<!ENTITY b 'c'>]>" + answer(b"<value>&b;</value>")[22:],
        b"<?xml version='1.0'?><!-- x --><!\x0eDOCTYPE methodResponse><methodResponse/>",
        answer(b"<value><int>x</int></value>"),
        answer(b"<value><int>%s</int></value>" % (b"9" * 5000)),
        answer("<value><int>\u0663</int></value>".encode()),
        answer(b"<value><int>1_0</int></value>"),
        answer(b"<value><double>nan</double></value>"),
        answer(b"<value><double>1e999</double></value>"),
        answer(b"<value><double>%s</double></value>" % (b"9" * 5000)),
        answer(b"<value><array><data>" * 65 + b"<value/>" + b"</data></array></value>" * 65),
        b"<methodResponse>" + b"<a/>" * 1500001 + b"</methodResponse>",
        xmlrpc.client.dumps(({"faultCode": 1e300, "faultString": "x"},), methodresponse=True)
        .replace("params>", "fault>")
        .replace("<param>", "")
        .replace("</param>", "")
        .encode(),
        answer(b"<value><string>unfinished"),
        answer(b"<value><boolean></boolean></value>"),
        xmlrpc.client.dumps(({"faultCode": 1},), methodresponse=True).replace("params>", "fault>").encode(),
    ],
)
def test_what_is_no_answer_is_a_protocol_error(data):
    with pytest.raises(_errors.ProtocolError):
        _xmlrpc.decode_answer(data)


def test_faults_are_raised_with_their_number():
    data = xmlrpc.client.dumps(xmlrpc.client.Fault(10, "BAD_NAME: web"), methodresponse=True).encode()
    with pytest.raises(_errors.Fault) as raised:
        _xmlrpc.decode_answer(data)
    assert (raised.value.code, raised.value.name, raised.value.text) == (10, "BAD_NAME", "BAD_NAME: web")
