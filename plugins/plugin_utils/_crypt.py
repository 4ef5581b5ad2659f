# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SHA-512 crypt and password files with nothing but hashlib.

Ansible's own password_hash needs passlib in some releases, the C library in others, and writes different text in each.
"""

from __future__ import annotations

import hashlib
import re

from ..module_utils._options import password as _password

ROUNDS = 5000
_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_HASH = re.compile(r"\$[0-9a-z]+\$[^\s:]+|\{(?:SHA|SSHA)\}[A-Za-z0-9+/=]+")


def salt(*seeds: str) -> str:
    """Sixteen characters that depend on nothing but the seeds."""
    digest = hashlib.sha256("\0".join(seeds).encode()).digest()
    return "".join(_ALPHABET[byte & 63] for byte in digest[:16])


def sha512_crypt(password: str, salt_text: str) -> str:
    """The hash ``$6$salt$...`` of Ulrich Drepper's scheme with its default of 5000 rounds."""
    key, salt_bytes = password.encode(), salt_text.encode()
    digest = _initial(key, salt_bytes)
    key_mix = _stretch(hashlib.sha512(key * len(key)).digest(), len(key))
    salt_mix = _stretch(hashlib.sha512(salt_bytes * (16 + digest[0])).digest(), len(salt_bytes))
    for number in range(ROUNDS):
        parts = [key_mix if number & 1 else digest]
        if number % 3:
            parts.append(salt_mix)
        if number % 7:
            parts.append(key_mix)
        parts.append(digest if number & 1 else key_mix)
        digest = hashlib.sha512(b"".join(parts)).digest()
    return f"$6${salt_text}${_encode(digest)}"


def _initial(key: bytes, salt_bytes: bytes) -> bytes:
    alternate = hashlib.sha512(key + salt_bytes + key).digest()
    text = key + salt_bytes + _stretch(alternate, len(key))
    length = len(key)
    while length:
        text += alternate if length & 1 else key
        length >>= 1
    return hashlib.sha512(text).digest()


def _stretch(block: bytes, length: int) -> bytes:
    return (block * (length // len(block) + 1))[:length]


def _encode(digest: bytes) -> str:
    # The scheme writes the bytes in groups of three, whose order rotates from group to group.
    text = ""
    for index in range(21):
        first = [index, index + 21, index + 42]
        turn = index % 3
        high, middle, low = first[turn:] + first[:turn]
        text += _characters(digest[high] << 16 | digest[middle] << 8 | digest[low], 4)
    return text + _characters(digest[63], 2)


def _characters(value: int, count: int) -> str:
    return "".join(_ALPHABET[value >> 6 * place & 63] for place in range(count))


SHORTEST = _password.SHORTEST


def htpasswd(users: list[dict], host: str, allow_short: bool = False) -> str:
    """The text of a password file.

    :param allow_short: do not refuse a password for its length.
    Raises ValueError naming the user and what to do; never a password.
    """
    names: set[str] = set()
    lines = []
    for user in users:
        name = str(user.get("name") or "")
        _check_name(name, names)
        names.add(name)
        lines.append(f"{name}:{_hash(user, name, host, allow_short)}\n")
    return "".join(lines)


def _check_name(name: str, names: set[str]) -> None:
    if not name or re.search(r"[:\s#\x00-\x1f\x7f]", name):
        raise ValueError(
            f"the user name {name!r} must not be empty nor hold a colon, a number sign, a space or control characters"
        )
    if name in names:
        raise ValueError(f"the user {name} is listed twice; keep one of the entries")


def _hash(user: dict, name: str, host: str, allow_short: bool) -> str:
    password, ready = user.get("password"), user.get("hash")
    if (password is None) == (ready is None):
        raise ValueError(f"the user {name} needs either a password or a hash")
    if ready is not None:
        return _ready(str(ready), name)
    password = str(password)
    if not password:
        raise ValueError(f"the password of the user {name} is empty")
    if re.search(r"[\x00\r\n]", password):
        raise ValueError(f"the password of the user {name} holds a line break or a NUL, which no browser can send")
    _check_strength(password, name, allow_short)
    return sha512_crypt(password, salt(host, name))


def short(users: list[dict]) -> list[str]:
    """Names of the users whose password is too weak for its length alone."""
    pairs = [(str(user.get("name") or ""), str(user.get("password") or "")) for user in users]
    return [name for name, password in pairs if password and _password.is_short(password, name)]


def _check_strength(password: str, name: str, allow_short: bool = False) -> None:
    """Refuse what the daemon's own web server is refused: whoever logs in there controls every program as well."""
    weak = _password.weakness(password, name)
    if weak and not (allow_short and _password.is_short(password, name)):
        raise ValueError(
            f"the password of the user {name} {weak}. Give a random one of at least {_password.SHORTEST} characters, "
            "best from a vault"
        )


def _ready(ready: str, name: str) -> str:
    if _HASH.fullmatch(ready):
        if ready.startswith(_password.SHA):
            _check_strength(ready, name)
        return ready
    raise ValueError(
        f"the hash of the user {name} is not one that can be used: it must begin with $, {{SHA}} or {{SSHA}}. DES "
        "hashes (13 characters) compare only 8 characters of a password; make a new one with 'openssl passwd -6'"
    )
