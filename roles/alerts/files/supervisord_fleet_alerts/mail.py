# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail by SMTP: with TLS from the start, STARTTLS, or in clear to a server that takes it so."""

import email.message
import email.policy
import email.utils
import re
import smtplib
import socket
import threading
import typing as t

from . import message as _message, web as _web
from .routes import batch as _batch, verdicts as _verdicts

_ID = re.compile(r"[^A-Za-z0-9.-]+")


def letter(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> email.message.EmailMessage:
    """The mail. Its Message-ID is that of the message: a mailbox that gets it twice can tell."""
    title, _text = batch.text()
    made = email.message.EmailMessage(policy=email.policy.SMTP)
    made["Subject"] = _message.cut(" ".join(title.split()), 400)
    made["From"] = route["sender"]
    made["To"] = ", ".join(route["to"])
    made["Date"] = email.utils.formatdate(batch.now)
    domain = _ID.sub("-", batch.teller.host).strip("-.") or "localhost"
    made["Message-ID"] = "<%s@%s>" % (batch.messages[0].key, domain)
    made["References"] = " ".join("<%s@%s>" % (name, domain) for name in sorted({one.id for one in batch.messages}))
    made["Auto-Submitted"] = "auto-generated"
    if batch.worst() == "critical":
        made["Importance"] = "high"
    parts = [one.text for one in batch.messages]
    made.set_content("\n\n----\n\n".join(parts) + "\n", charset="utf-8", cte="quoted-printable")
    return made


def deliver(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> _verdicts.Verdict:
    """Send it."""
    sessions = []  # type: t.List[smtplib.SMTP]
    ended = threading.Timer(route["timeout"], _end, (sessions,))
    ended.daemon = True
    ended.start()
    try:
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
        ended.cancel()
        _end(sessions)
    return _verdicts.OK


def _send(route: t.Mapping[str, t.Any], made: email.message.EmailMessage, sessions: t.List[smtplib.SMTP]) -> None:
    trusted = _web.context(route["ca_file"], route["verify"]) if route["security"] != "none" else None
    own = str(made["Message-ID"]).strip("<>").rpartition("@")[2]
    if route["security"] == "tls":
        session = smtplib.SMTP_SSL(local_hostname=own, timeout=route["timeout"], context=trusted)  # type: smtplib.SMTP
    else:
        session = smtplib.SMTP(local_hostname=own, timeout=route["timeout"])
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
    sessions.remove(session)
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
    return "%d %s" % (code, " ".join(text[:200].split()))


def _end(sessions: t.List[smtplib.SMTP]) -> None:
    """The time is over, or all is said: whoever waits at the connection is woken."""
    for session in list(sessions):
        held = session.sock
        if held is not None:
            try:
                held.shutdown(socket.SHUT_RDWR)
                held.close()
            except OSError:
                pass
