# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The truststore of a JDK: which certificates are in it, and how some of one's own get there and leave again.

A JDK from an archive has a store of its own, which its keytool changes in a copy that then takes its place. Those of
packages share one that the distribution makes of a folder with certificates, so there a file goes into that folder.
"""

import base64
import hashlib
import os
import re
import shutil
import tempfile
import typing as t

from .. import _errors
from .._host import files as _files
from . import cas as _cas

ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
PREFIX = "fleet-"  # of files in a folder of the distribution
_PEM = re.compile(r"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----\s*([A-Za-z0-9+/=\s]+?)-----END ")
_ENTRY = re.compile(
    r"^Alias name: (?P<alias>.*?)$.*?(?P<pem>-----BEGIN CERTIFICATE-----.*?-----END )", re.M | re.DOTALL
)
_SYSTEMS_NAME = re.compile(r"(?:.*:)?%s(?P<alias>.+?)(?:\.pem|\.crt)?\Z" % PREFIX)
_VARIABLE = "FLEET_STORE_WORD"
Run = t.Callable[..., t.Tuple[int, str, str]]


class Authority(t.NamedTuple):
    """A certificate of one's own: its alias in small letters, its text, and what tells it apart; none of both to go."""

    alias: str
    pem: str
    digest: str


class System(t.NamedTuple):
    """How the distribution trusts: the folder with certificates, the command that reads what is new, and all anew."""

    folder: str
    update: t.List[str]
    renew: t.List[str]


class Store(t.NamedTuple):
    """One truststore, its JDK, its password, and the aliases with digests that are in it and that were noted."""

    path: str
    tool: str
    word: str
    seen: _cas.Noted
    noted: _cas.Noted


def authority(entry: t.Dict[str, t.Any], files: t.Mapping[str, str]) -> Authority:
    """One declared entry, checked.

    :param entry: alias, src, content, state.
    :param files: text of each src.
    :raises _errors.OptionError: no alias or no certificate; in words that say what to do.
    """
    alias = str(entry["alias"])
    where = "jdk_ca_certificates %s" % alias
    if not ALIAS.match(alias):
        raise _errors.OptionError("jdk_ca_certificates: alias %r: use letters, digits and any of . _ -" % alias)
    if entry.get("state") == "absent":
        return Authority(alias.lower(), "", "")
    text = entry.get("content") or files.get(entry.get("src") or "", "")
    found = _PEM.findall(text)
    if "PRIVATE KEY-----" in text:
        raise _errors.OptionError("%s holds a private key. Give the certificate alone." % where)
    if len(found) != 1:
        raise _errors.OptionError(
            "%s holds %d certificates as PEM text, and has to hold one: give content, or src, a file on the controller "
            "that begins with -----BEGIN CERTIFICATE-----; each certificate of a chain is an entry with its own alias."
            % (where, len(found))
        )
    der = _der(found[0])
    if not der:
        raise _errors.OptionError("%s is damaged: what is between its lines is no base64." % where)
    lines = base64.b64encode(der).decode()
    body = "\n".join(lines[start : start + 64] for start in range(0, len(lines), 64))
    pem = "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n" % body
    return Authority(alias.lower(), pem, hashlib.sha256(der).hexdigest())


def _der(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return b""


def look(run: Run, java_home: str, word: str) -> t.Optional[Store]:
    """Read the truststore of a JDK; None where there is none yet.

    :param run: runs a command; returns code, output, errors.
    :param word: its password.
    :raises _errors.SupervisorError: keytool cannot read it; in its words.
    """
    path = _cas.truststore(java_home)
    tools = [os.path.join(java_home, place, "keytool") for place in ("bin", "jre/bin")]
    tool = next((tool for tool in tools if os.path.isfile(tool)), "")
    if not path or not tool:
        return None
    return Store(path, tool, word, contents(run, tool, path, word), _cas.noted(path))


def contents(run: Run, tool: str, path: str, word: str) -> _cas.Noted:
    """Alias -> sha256 of each certificate in a store. Raises SupervisorError in the words of keytool."""
    found = {}
    for match in _ENTRY.finditer(_keytool(run, tool, path, word, ["-list", "-rfc"]).replace("\r", "")):
        bodies = _PEM.findall(match.group("pem"))
        found[match.group("alias").strip().lower()] = hashlib.sha256(_der(bodies[0]) if bodies else b"").hexdigest()
    return found


def refuse_taken(store: Store, wanted: t.Iterable[Authority]) -> None:
    """See that no alias is that of a certificate which others have put there. Raises OptionError."""
    for one in wanted:
        seen = store.seen.get(one.alias)
        if one.digest and seen and seen != one.digest and one.alias not in store.noted:
            raise _errors.OptionError(
                "jdk_ca_certificates: alias %s is another certificate's in %s, which was not put there by this role. "
                "Choose another alias." % (one.alias, store.path)
            )


def to_do(store: Store, wanted: t.Iterable[Authority], system: t.Optional[System]) -> t.List[Authority]:
    """Those that are not as they should be. With a folder of the distribution its files are compared as well."""
    if system is None:
        return [one for one in wanted if store.seen.get(one.alias, "") != one.digest]
    return [
        one
        for one in wanted
        if (_files.read_own(_anchor(system, one)) or b"") != one.pem.encode()
        or (one.digest not in store.seen.values() if one.digest else one.alias in store.noted)
        or (not one.digest and left(store.seen, [one]))
    ]


def left(seen: _cas.Noted, changes: t.Iterable[Authority]) -> t.List[Authority]:
    """Entries by which a distribution has put those into a store that are to go, and that it has not taken out again.

    That of Debian adds to its store, and removes nothing that has gone from the folder.
    """
    gone = {one.alias for one in changes if not one.digest}
    names = [(alias, _SYSTEMS_NAME.match(alias)) for alias in seen]
    return [Authority(alias, "", "") for alias, match in names if match and match.group("alias") in gone]


def wrong(seen: _cas.Noted, wanted: t.Iterable[Authority]) -> t.List[str]:
    """Aliases of those that are not in a store as they should be."""
    wanted = list(wanted)
    lacking = [one.alias for one in wanted if one.digest and one.digest not in seen.values()]
    return lacking + [one.alias for one in wanted if not one.digest and (one.alias in seen or left(seen, [one]))]


def remembered(store: Store, wanted: t.Iterable[Authority]) -> _cas.Noted:
    """What the note has to say when all is as wanted."""
    wanted = list(wanted)
    kept = {alias: digest for alias, digest in store.noted.items() if alias not in {one.alias for one in wanted}}
    return dict(kept, **{one.alias: one.digest for one in wanted if one.digest})


def change(run: Run, store: Store, changes: t.Sequence[Authority]) -> None:
    """Change a store that is the JDK's own. It stays as it was until its successor is whole.

    :raises _errors.SupervisorError: keytool refuses a certificate, or the file cannot be written.
    """
    place = tempfile.mkdtemp(prefix=".fleet-store-", dir=os.path.dirname(store.path))
    try:
        fresh = os.path.join(place, "cacerts")
        shutil.copy2(store.path, fresh)
        os.chmod(fresh, os.stat(fresh).st_mode | 0o200)
        for one in changes:
            if one.alias in contents(run, store.tool, fresh, store.word):
                _keytool(run, store.tool, fresh, store.word, ["-delete", "-alias", one.alias])
            if one.pem:
                words = ["-importcert", "-noprompt", "-trustcacerts", "-alias", one.alias]
                _keytool(run, store.tool, fresh, store.word, words, one.pem)
        shutil.copymode(store.path, fresh)
        facts = os.stat(store.path)
        os.chown(fresh, facts.st_uid, facts.st_gid)
        os.replace(fresh, store.path)
    except OSError as error:
        raise _errors.SupervisorError("Could not change %s: %s. It is as it was." % (store.path, error)) from None
    finally:
        shutil.rmtree(place, ignore_errors=True)


def change_system(run: Run, system: System, changes: t.Sequence[Authority], again: bool) -> None:
    """Bring files into the folder of the distribution, and have it make its stores of them.

    :param again: make all anew, since a store lacks what is in the folder.
    :raises _errors.SupervisorError: a file cannot be written, or the command fails; in its words.
    """
    for one in changes:
        path = _anchor(system, one)
        if one.pem or os.path.lexists(path):
            _files.replace({path: one.pem.encode() or None}, _files.Attributes(0o644))
    words = system.renew if again else system.update
    code, out, error = run(words)
    if code != 0:
        raise _errors.SupervisorError("%s failed: %s" % (" ".join(words), (error or out).strip()))


def _anchor(system: System, one: Authority) -> str:
    return os.path.join(system.folder, "%s%s.crt" % (PREFIX, one.alias))


def _keytool(run: Run, tool: str, store: str, word: str, words: t.List[str], data: str = "") -> str:
    """Run keytool, with the password in its environment. Raises SupervisorError in its words."""
    command = [tool, "-J-Duser.language=en", "-J-XX:-UsePerfData", *words, "-keystore", store]
    given = {_VARIABLE: word, "LC_ALL": "C"}
    more = {"data": data} if data else {}
    code, out, error = run([*command, "-storepass:env", _VARIABLE], environ_update=given, **more)
    if code != 0:
        said = [line for line in (out + error).splitlines() if "rror: " in line] or [(error or out).strip()]
        raise _errors.SupervisorError("%s does not do it with %s: %s" % (tool, store, said[0].strip()))
    return out
