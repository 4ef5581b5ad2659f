# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Tomcat reads when it starts and others write: certificates, keys, keystores, and what a person names.

The connectors of the server.xml that the instance gets say where the first are, whoever wrote it; options of the JVM
do the same. A Tomcat that is to have a renewed one has to be started anew.
"""

import os
import re
import typing as t

from .. import _markup
from .._host import outside as _outside
from .._java import cas as _cas
from . import instance as _instance

# Attributes of Connector, SSLHostConfig and Certificate that name what is read once. Tomcat reads the files of
# passwords with them, so they count too.
_ATTRIBUTE = re.compile(
    r"(?:certificate|certificateKey|certificateChain|certificateKeystore|certificateRevocationList|caCertificate"
    r"|truststore|keystore|crl|certificateKeyPassword|certificateKeystorePassword|truststorePassword)(?:File|Path)\Z"
    r"|SSL(?:Certificate|CertificateKey|CertificateChain|CACertificate|CARevocation)(?:File|Path)\Z"
)
_ELEMENTS = ("Connector", "SSLHostConfig", "Certificate")
_OPTION = re.compile(r"-Djavax\.net\.ssl\.(?:trustStore|keyStore)=(/.+)\Z", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


class Certificate(t.NamedTuple):
    """One Certificate element, or a Connector in the older way: files and passwords by the names of the attributes."""

    attributes: t.Dict[str, str]


def digests(item: t.Dict[str, t.Any]) -> t.Dict[str, str]:
    """Path -> digest of all that this instance reads and others write.

    :param item: one entry of the module's ``bases``; what it writes itself is left out.
    """
    if item["state"] != "present":
        return {}
    own = {os.path.join(item["base"], entry["path"]) for entry in item["files"]}
    found = _outside.digests(path for path in names(item) if path not in own)
    return dict(found, **_cas.digest(item.get("java_home") or ""))


def steps(item: t.Dict[str, t.Any], seen: _instance.Seen) -> t.List[_instance.Step]:
    """What others have changed since the instance was started. Nothing is to be done in its folder for that."""
    paths = _outside.changed(seen.data.get("outside") or {}, item.get("outside") or {})
    shown = {path: (_instance.Shown(path, "as it was read at the start", "renewed since"),) for path in paths}
    return [_instance.Step("take up %s" % path, lambda: None, shown=shown[path]) for path in paths]


def names(item: t.Dict[str, t.Any]) -> t.List[str]:
    """The paths, folders and patterns, as the Tomcat understands them."""
    wanted = [os.path.join(item["base"], name) for name in item.get("restart_on_files") or []]
    options = [match.group(1) for match in map(_OPTION.match, item.get("options") or []) if match]
    return wanted + options + [path for one in certificates(item) for path in files(one).values()]


def certificates(item: t.Dict[str, t.Any]) -> t.List[Certificate]:
    """All elements of the instance's server.xml that name files for TLS, with ``${...}`` replaced."""
    text = next((entry["content"] for entry in item["files"] if entry["path"] == "conf/server.xml"), "")
    values = _values(item)
    found = []  # type: t.List[Certificate]

    def started(name: str, attributes: t.Dict[str, str]) -> None:
        if name in _ELEMENTS and any(_ATTRIBUTE.match(key) for key in attributes):
            read = {key: _placed(key, value, values, item["base"]) for key, value in attributes.items()}
            found.append(Certificate({key: value for key, value in read.items() if value is not None}))

    try:
        _markup.read(text, started)
    except (_markup.NoXml, _markup.DocumentType):
        return []  # the plan has refused what is no XML; Tomcat has the last word on the rest
    return found


def files(one: Certificate) -> t.Dict[str, str]:
    """Attribute -> path of the files and folders of an element."""
    return {key: value for key, value in one.attributes.items() if _ATTRIBUTE.match(key)}


def _values(item: t.Dict[str, t.Any]) -> t.Dict[str, str]:
    home = item["base"] if item["full_copy"] else item["release"]
    options = [word[2:].partition("=") for word in item.get("options") or [] if word.startswith("-D")]
    return dict(
        {name: value for name, _equals, value in options}, **{"catalina.base": item["base"], "catalina.home": home}
    )


def _placed(key: str, text: str, values: t.Dict[str, str], base: str) -> t.Optional[str]:
    """The value; of a file its path. None for one that nobody can know here, or that is no file."""
    value = _markup.replaced(text, values)
    if not _ATTRIBUTE.match(key):
        return value
    if value.startswith("file:"):
        value = re.sub("^file:(?://(?=/))?", "", value)
    if not value or "${" in value or _SCHEME.match(value) or value.upper() == "NONE":
        return None
    return os.path.normpath(os.path.join(base, value))
