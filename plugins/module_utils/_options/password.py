# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which passwords are too weak for what other hosts can reach: the daemon's web server, and the dashboard."""

import base64
import hashlib
import re
import typing as t

SHA = "{SHA}"
SHA_FORM = re.compile(r"^\{SHA\}[0-9a-f]{40}$")
SHORTEST = 12
# What manuals, sample files and dashboards ship, longer than SHORTEST or only known by its hash.
KNOWN = frozenset(
    [
        "123",
        "123456",
        "12345678",
        "123456789",
        "1234567890",
        "123456789012",
        "admin",
        "admin123",
        "administrator",
        "changeme",
        "changemechangeme",
        "mypassword",
        "password",
        "password123",
        "password1234",
        "passwordpassword",
        "qwerty",
        "qwertyuiop12",
        "root",
        "secret",
        "supervisor",
        "supervisord",
        "supervisorsupervisor",
        "test",
        "thepassword",
        "user",
    ]
)


def weakness(password: str, username: str) -> str:
    """Why a password is too weak, as the end of a sentence that begins with "The password"; "" when it is not.

    :param password: clear text, or ``{SHA}`` with the SHA-1 in hex (Supervisor's form) or in base64 (that of htpasswd).
    """
    known = KNOWN | {username, username.lower()}
    if not password:
        return "is missing"
    if password.startswith(SHA):
        hashes = {form for word in known for form in _hashes(word)}
        return "is the hash of a password that everybody knows" if password in hashes else ""
    if password.lower() in known:
        return "is one that everybody knows"
    if len(password) < SHORTEST:
        return "has only %d characters" % len(password)
    return "repeats the same few characters" if len(set(password)) < 5 else ""


def is_short(password: str, username: str) -> bool:
    """Whether a password is too weak for its length alone."""
    longer = password + "".join(chr(ord("a") + number) for number in range(SHORTEST))
    return weakness(password, username).startswith("has only") and not weakness(longer, username)


def hashed(password: str) -> str:
    """The form in which Supervisor compares a password without the file telling it."""
    return SHA + _sha1(password).hexdigest()


def _hashes(password: str) -> t.Tuple[str, str]:
    return hashed(password), SHA + base64.b64encode(_sha1(password).digest()).decode("ascii")


def _sha1(password: str) -> t.Any:
    return hashlib.sha1(password.encode("utf-8"))  # noqa: S324 -- the only hash Supervisor knows
