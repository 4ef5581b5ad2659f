# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking this machine something as another account would: the kernel answers, with all that it knows of rights.

Root asks in a child that gives up root for good. Another account can only ask as itself.
"""

import grp
import json
import os
import pwd
import select
import signal
import typing as t

SECONDS = 10  # a network file system, or a resolver, may never answer


class Unknown(Exception):
    """It cannot be found out from here."""


def may_act_as(uid: int) -> bool:
    """Is this account the one meant, or can it become it?"""
    return os.geteuid() in (0, uid)


def number(name: t.Any, other: int) -> int:
    """Number of an account by name or number; ``other`` for None and for one that does not exist."""
    text = "" if name is None else str(name)
    try:
        return int(text) if text.isdigit() else pwd.getpwnam(text).pw_uid
    except (KeyError, ValueError):
        return other


def name(uid: int) -> str:
    """An account for people."""
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return str(uid)


def drop(uid: int) -> None:
    """Become an account for good, with all its groups, as Supervisor does. Nothing for the account that this is.

    For a child that was forked. Raises OSError or KeyError when that cannot be.
    """
    if uid == os.geteuid():
        return
    record = pwd.getpwuid(uid)
    os.setgroups([record.pw_gid] + [row.gr_gid for row in grp.getgrall() if record.pw_name in row.gr_mem])
    os.setgid(record.pw_gid)
    os.setuid(uid)


def ask(uid: int, question: t.Callable[[], t.Any], seconds: float = SECONDS) -> t.Any:
    """The answer to a question that is put as an account.

    :param question: looks at something and changes nothing; its answer is what JSON can hold.
    :param seconds: how long it may take.
    :raises Unknown: this account cannot become that one, or no answer came.
    """
    if not may_act_as(uid):
        raise Unknown("account %d cannot act as account %d" % (os.geteuid(), uid))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(uid, question, writing)
    os.close(writing)
    try:
        told = _read(reading, child, seconds)
    finally:
        os.close(reading)
        os.waitpid(child, 0)
    if not told:
        raise Unknown("no answer within %g s" % seconds)
    return json.loads(told.decode("utf-8"))


def _read(reading: int, child: int, seconds: float) -> bytes:
    """What the child says; nothing of one that is late, which is ended."""
    ready = select.select([reading], [], [], seconds)[0]
    if not ready:
        os.kill(child, signal.SIGKILL)
        return b""
    with os.fdopen(os.dup(reading), "rb") as stream:
        return stream.read()


def _answer(uid: int, question: t.Callable[[], t.Any], writing: int) -> None:
    """The child's part. It leaves by ``_exit``, for everything else in this process belongs to the parent."""
    try:
        drop(uid)
        text = json.dumps(question())
        with os.fdopen(writing, "wb") as stream:
            stream.write(text.encode("utf-8"))
    finally:
        os._exit(0)
