# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a Tomcat could start with the certificates that its connectors name, found out before it is stopped.

A Tomcat whose connector cannot have its certificate only logs that and runs on without it. All is read as the
instance's user, by programs of their own that have an end: what lies there is somebody else's.
"""

import os
import sys
import typing as t

from .. import _said
from . import outside as _outside, trial as _trial

_VARIABLE = "FLEET_SECRET"
# Prints what is wrong in a word. Weak keys and unknown ciphers are for Java to judge.
_PAIR = r"""
import os, ssl, sys
text = [open(path, "rb").read(1 << 20) for path in sys.argv[1:3]]
if b"-----BEGIN" not in text[0] or b"CERTIFICATE-----" not in text[0]:
    sys.exit(print("certificate"))
if b"-----BEGIN" not in text[1] or b"PRIVATE KEY-----" not in text[1]:
    sys.exit(print("key"))
try:
    secret = os.environ.get("FLEET_SECRET", "")
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(sys.argv[1], sys.argv[2], lambda: secret)
except ssl.SSLError as error:
    reason = error.reason or ""
    plain = not secret and b"ENCRYPTED" not in text[1]
    print("pair" if reason == "KEY_VALUES_MISMATCH" else "damaged" if "PEM" in reason + str(error) and plain else "")
"""
_WORDS = {
    "certificate": "%(certificate)s holds no certificate as PEM",
    "key": "%(key)s holds no private key as PEM",
    "pair": "the key in %(key)s is not that of the certificate in %(certificate)s",
    "damaged": "%(certificate)s or %(key)s is damaged",
}
_CURE = " The Tomcat that runs was left alone. Correct the file, or the name in its connector."
_PEM = (
    ("certificateFile", "certificateKeyFile", "certificateKeyPassword"),
    ("SSLCertificateFile", "SSLCertificateKeyFile", "SSLPassword"),
)
# File, password, alias, type; and what makes it a thing of Java's alone, which nobody else can open
_STORE = (
    ("certificateKeystoreFile", "certificateKeystorePassword", "certificateKeyAlias", "certificateKeystoreType"),
    ("keystoreFile", "keystorePass", "keyAlias", "keystoreType"),
)
_OTHERWISE = ("certificateKeystoreProvider", "keystoreProvider", "certificateKeystorePasswordFile")
# All that decides what comes of a trial: a Connector has its port beside that, which must not make each one another.
_ASKED = frozenset(name for names in (*_PEM, *_STORE, _OTHERWISE) for name in names)


def problems(
    item: t.Dict[str, t.Any], known: t.Optional[t.Dict[t.Any, t.List[str]]] = None
) -> t.Tuple[t.List[str], t.List[str]]:
    """What is wrong, each a sentence: for good, and for want of files, which an earlier task may still have to bring.

    :param item: one entry of the module's ``bases``.
    :param known: what was found so far, for many that name the same files.
    """
    account = _trial.known(item["user"])
    own = {os.path.join(item["base"], entry["path"]) for entry in item["files"]}
    wrong, missing = [], _missing_authorities(item)  # type: t.List[str], t.List[str]
    for one in _outside.certificates(item):
        named = {key: path for key, path in _outside.files(one).items() if path not in own}
        absent = {key: path for key, path in named.items() if not os.path.lexists(path)}
        missing += ["%s names %s, which is not there.%s" % (key, path, _CURE) for key, path in sorted(absent.items())]
        if absent or account is None or len(named) < len(_outside.files(one)):
            continue
        found = {} if known is None else known
        asked = {name: value for name, value in one.attributes.items() if name in named or name in _ASKED}
        key = account.pw_uid, item.get("java_home"), tuple(sorted(asked.items()))
        if key not in found:
            found[key] = _tried(one, named, item, account)
        wrong += found[key]
    return list(dict.fromkeys(wrong)), list(dict.fromkeys(missing))


def _missing_authorities(item: t.Dict[str, t.Any]) -> t.List[str]:
    """Without that file nobody could see the instance ready, and it would be stopped and put back for nothing."""
    path = str((item.get("ready") or {}).get("ca_path") or "")
    if not path or os.path.isfile(path):
        return []
    return ["ready_ca names %s, which is no file. The Tomcat that runs was left alone. Correct the name." % path]


def _tried(one: _outside.Certificate, named: t.Dict[str, str], item: t.Dict[str, t.Any], account: t.Any) -> t.List[str]:
    """What is wrong with the files of one element that are all there."""
    unreadable = [
        "%s names %s, which user %s cannot read.%s" % (key, path, account.pw_name, _CURE)
        for key, path in sorted(named.items())
        if not _trial.may(path, "-r", account)
    ]
    found = "" if unreadable else _pem(one.attributes, account) or _keystore(one.attributes, item, account)
    return unreadable + ([found + "." + _CURE] if found else [])


def _pem(attributes: t.Dict[str, str], account: t.Any) -> str:
    """What is wrong with a certificate and its key in text files; "" if nothing is, or nobody can tell."""
    for names in _PEM:
        certificate, key, secret = (attributes.get(name) or "" for name in names)
        if certificate:
            key = key or certificate
            words = [sys.executable, "-c", _PAIR, certificate, key]
            _code, out, _error = _trial.start(words, {_VARIABLE: secret}, account, "/")
            text = _WORDS.get(out.decode("ascii", "replace").strip(), "")
            return text % {"certificate": certificate, "key": key}
    return ""


def _keystore(attributes: t.Dict[str, str], item: t.Dict[str, t.Any], account: t.Any) -> str:
    """What the JDK's own tool says against a keystore; "" if nothing, or nobody can tell."""
    tool = os.path.join(item.get("java_home") or "", "bin", "keytool")
    if any(attributes.get(name) for name in _OTHERWISE) or not os.path.isfile(tool):
        return ""
    for names in _STORE:
        store, secret, alias, kind = (attributes.get(name) or "" for name in names)
        if store:
            words = [tool, "-J-Duser.language=en", "-list", "-keystore", store, "-storepass:env", _VARIABLE]
            words += (["-alias", alias] if alias else []) + (["-storetype", kind] if kind else [])
            code, out, error = _trial.start(words, {_VARIABLE: secret or "changeit"}, account, "/")
            said = _said.text((out + error).decode("utf-8", "replace")).strip().splitlines()
            said = [line for line in said if "rror: " in line] or said[:1]
            return "keytool cannot use %s: %s" % (store, said[0].strip().rstrip(".")) if code == 1 and said else ""
    return ""
