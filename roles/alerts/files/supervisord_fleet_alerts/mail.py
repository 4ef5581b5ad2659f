# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail by SMTP: with TLS from the start, STARTTLS, or in clear to a server that takes it so."""

import email.message
import email.policy
import email.utils
import hashlib
import re
import smtplib
import typing as t

from . import deadline as _deadline, message as _message, web as _web
from .routes import batch as _batch, verdicts as _verdicts

_ID = re.compile(r"[^A-Za-z0-9.-]+")
MOST = 1 << 16  # bytes that a server may say in one session


class _Heard:
    """What a server says, and no more of it than is good: an answer may have any number of lines."""

    def __init__(self, stream: t.Any) -> None:
        self._stream, self._left = stream, MOST

    def readline(self, most: int) -> bytes:
        """One line."""
        line = self._stream.readline(most)  # type: bytes
        self._left -= len(line)
        if self._left < 0:
            raise OSError("the server says more than %d bytes" % MOST)
        return line

    def close(self) -> None:
        """End with it."""
        self._stream.close()


def _bound(session: t.Any) -> None:
    """Of this session, which has just been connected or encrypted, no more is heard than is good."""
    if session.file is None and session.sock is not None:
        session.file = _Heard(session.sock.makefile("rb"))


class _Plain(smtplib.SMTP):
    """A session that begins in clear."""

    def getreply(self) -> t.Tuple[int, bytes]:
        """One answer."""
        _bound(self)
        return super().getreply()


class _Tls(smtplib.SMTP_SSL):
    """A session that is encrypted from the start."""

    def getreply(self) -> t.Tuple[int, bytes]:
        """One answer."""
        _bound(self)
        return super().getreply()


def letter(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> email.message.EmailMessage:
    """The mail. Its Message-ID is that of all its messages: a mailbox that gets just these twice keeps one of them."""
    title, _text = batch.text()
    made = email.message.EmailMessage(policy=email.policy.SMTP)
    made["Subject"] = _message.cut(" ".join(title.split()), 400)
    made["From"] = route["sender"]
    made["To"] = ", ".join(route["to"])
    made["Date"] = email.utils.formatdate(batch.now)
    domain = _ID.sub("-", batch.teller.host).strip("-.") or "localhost"
    made["Message-ID"] = "<%s@%s>" % (_named([one.key for one in batch.messages]), domain)
    made["References"] = " ".join("<%s@%s>" % (name, domain) for name in sorted({one.id for one in batch.messages}))
    made["Auto-Submitted"] = "auto-generated"
    if batch.worst() == "critical":
        made["Importance"] = "high"
    parts = [one.text for one in batch.messages]
    made.set_content("\n\n----\n\n".join(parts) + "\n", charset="utf-8", cte="quoted-printable")
    return made


def _named(keys: t.Sequence[str]) -> str:
    """A name for just these messages: with others beside it the first one is another mail."""
    if len(keys) == 1:
        return keys[0]
    return "%s-%s" % (keys[0], hashlib.sha256(" ".join(keys).encode("utf-8")).hexdigest()[:16])


def deliver(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> _verdicts.Verdict:
    """Send it."""
    sessions = []  # type: t.List[smtplib.SMTP]
    try:
        with _deadline.within(route["timeout"], lambda: [session.sock for session in list(sessions)]):
            _send(route, letter(route, batch), sessions)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        word = "later" if any(400 <= code < 500 for code in codes) else "wrong"
        return _verdicts.Verdict(word, "no recipient is taken: " + _said(next(iter(error.recipients.values()))))
    except smtplib.SMTPResponseException as error:
        return _judged(error)
    except (OSError, smtplib.SMTPException, ValueError, AttributeError) as error:
        wrong = isinstance(error, (smtplib.SMTPNotSupportedError, UnicodeError))
        return _verdicts.Verdict("wrong" if wrong else "later", "%s: %s" % (route["host"], str(error) or "no answer"))
    finally:
        for session in sessions:
            session.close()
    return _verdicts.OK


def _send(route: t.Mapping[str, t.Any], made: email.message.EmailMessage, sessions: t.List[smtplib.SMTP]) -> None:
    trusted = _web.context(route["ca_file"], route["verify"]) if route["security"] != "none" else None
    own = str(made["Message-ID"]).strip("<>").rpartition("@")[2]
    if route["security"] == "tls":
        session = _Tls(local_hostname=own, timeout=route["timeout"], context=trusted)  # type: smtplib.SMTP
    else:
        session = _Plain(local_hostname=own, timeout=route["timeout"])
    sessions.append(session)
    session._host = route["host"]  # type: ignore[attr-defined]  # what STARTTLS compares the certificate with
    code, said = session.connect(route["host"], route["port"])
    if code != 220:
        raise smtplib.SMTPConnectError(code, said)
    if route["security"] == "starttls":
        session.starttls(context=trusted)
    if route["username"]:
        session.login(route["username"], route["password"])
    session.send_message(made)  # who of several is not taken is the server's to tell
    try:
        session.quit()
    except (OSError, smtplib.SMTPException):
        pass  # it has taken the mail


def _judged(error: smtplib.SMTPResponseException) -> _verdicts.Verdict:
    said = _said((error.smtp_code, error.smtp_error))
    if 400 <= error.smtp_code < 500:
        return _verdicts.Verdict("later", said)
    if isinstance(error, smtplib.SMTPDataError):
        return _verdicts.Verdict("refused", said)
    return _verdicts.Verdict("wrong", said)


def _said(answer: t.Tuple[int, t.Any]) -> str:
    code, text = answer
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return "%d %s" % (code, _message.short(text))
