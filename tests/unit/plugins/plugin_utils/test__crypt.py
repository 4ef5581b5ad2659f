# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SHA-512 crypt is what every other implementation computes, and password files hold only what is safe."""

from __future__ import annotations

import random
import string
import subprocess

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _crypt
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.htpasswd import htpasswd

# From the specification of the scheme (https://www.akkadia.org/drepper/SHA-crypt.txt), those with 5000 rounds.
VECTORS = [
    (
        "Hello world!",
        "saltstring",
        "svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
    ),
    (
        "This is just a test",
        "toolongsaltstrin",
        "lQ8jolhgVRVhY4b5pZKaysCLi0QBxGoNeKQzQ3glMhwllF7oGDZxUhx1yxdYcz/e1JSbq3y6JMxxl8audkUEm0",
    ),
]


@pytest.mark.parametrize(("password", "salt", "digest"), VECTORS)
def test_the_vectors_of_the_specification(password, salt, digest):
    assert _crypt.sha512_crypt(password, salt) == f"$6${salt}${digest}"


def test_openssl_computes_the_same():
    chance = random.Random(6)
    letters = string.digits + string.ascii_letters + string.punctuation + " äß密码€"
    for length in [1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 90]:
        password = "".join(chance.choice(letters) for _number in range(length))
        salt = _crypt.salt("host", password)
        command = ["openssl", "passwd", "-6", "-salt", salt, "-stdin"]
        seen = subprocess.run(command, input=password.encode() + b"\n", capture_output=True, check=True).stdout
        assert seen.decode().strip() == _crypt.sha512_crypt(password, salt)


def test_the_text_never_changes():
    """What another controller, another Ansible or another Python writes is this."""
    text = htpasswd([{"name": "admin", "password": "密码 & a long secret"}], "monitor.example")
    assert text == (
        "admin:$6$VNm1bNPjBAMXxjpj$"
        "FfCQftQlEmSlULPNO1329r1YT0HImTCCm4R/iMgVx/.JXPnelSzrzUlRg9J0w/z1rN831VZqKvxsUIEBNDCFI1\n"
    )


def test_salts_differ_between_hosts_and_users():
    salts = {_crypt.salt(host, user) for host in ("a", "b") for user in ("x", "y")}
    assert len(salts) == 4
    assert all(len(salt) == 16 for salt in salts)


READY = [
    "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
    "$2y$05$bvIG6Nmid91Mu9RcmmWZfO5HJIMCT8riNW0hEp8f6/FuA2/mHZFpe",
    "$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/",
    "$y$j9T$salt$hash",
    "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9h=",
    "{SSHA}5TbcZ+1h9AKSq5RnTmzTH1NQmHcxMjM0NQ==",
]


@pytest.mark.parametrize("ready", READY)
def test_a_ready_hash_is_taken_as_it_is(ready):
    assert htpasswd([{"name": "u", "hash": ready}], "h") == f"u:{ready}\n"


@pytest.mark.parametrize(
    ("users", "words"),
    [
        ([{"name": "a:b", "password": "secret"}], "colon"),
        ([{"name": "", "password": "secret"}], "must not be empty"),
        ([{"name": "a\nb", "password": "secret"}], "control characters"),
        ([{"name": "#a", "password": "secret"}], "number sign"),
        ([{"name": "a", "password": ""}], "is empty"),
        ([{"name": "a", "password": "sec\nret"}], "line break"),
        ([{"name": "a"}], "either a password or a hash"),
        ([{"name": "a", "password": "secret", "hash": READY[0]}], "either a password or a hash"),
        ([{"name": "a", "hash": "SWs7bjYdd66xQ"}], "DES"),
        ([{"name": "a", "hash": "secret"}], "must begin with"),
        ([{"name": "a", "hash": "{PLAIN}secret"}], "must begin with"),
        ([{"name": "a", "hash": READY[0] + "\nb:x"}], "must begin with"),
        ([{"name": "a", "password": "a long secret"}, {"name": "a", "password": "another secret"}], "listed twice"),
        ([{"name": "admin", "password": "admin"}], "the password of the user admin is one that everybody knows"),
        ([{"name": "Operations-Team", "password": "operations-team"}], "one that everybody knows"),
        ([{"name": "a", "password": "secret"}], "one that everybody knows"),
        ([{"name": "a", "password": "s3cret-ones"}], "has only 11 characters. Give a random one of at least 12"),
        ([{"name": "a", "password": "abababababab"}], "repeats the same few characters"),
        ([{"name": "a", "hash": "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="}], "hash of a password that everybody knows"),
    ],
)
def test_what_is_unsafe_is_refused_without_telling_it(users, words):
    with pytest.raises(AnsibleFilterError, match=words) as caught:
        htpasswd(users, "h")
    assert "secret" not in str(caught.value)
    assert "SWs7" not in str(caught.value)
