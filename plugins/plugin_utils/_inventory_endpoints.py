# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which daemons an inventory is made of: the list a user wrote, ranges expanded, defaults filled in."""

from __future__ import annotations

import itertools
import os
import re
import string
import typing as t
from urllib.parse import urlsplit

from ..module_utils import _errors
from ..module_utils._rpc import endpoint as _endpoint, interface as _interface

MOST = 100_000  # endpoints of one inventory; more is a typing error in a range
LONGEST_HEAD = 1 << 20  # characters in which a file must say whose configuration it is
TEXTS = ("username", "password")
PATHS = ("ca_path", "client_cert", "client_key")
KEYS = ("server_url", "name", *TEXTS, *PATHS, "validate_certs", "timeout", "vars")
_RANGE = re.compile(r"\[([0-9]+|[A-Za-z]):([0-9]+|[A-Za-z])(?::([0-9]+))?\]")
_NAME = re.compile(r"[^\s\x00-\x1f\x7f/:,&!\[\]]+")
BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Target(t.NamedTuple):
    """One daemon to ask, and what the user wants to be known about its host."""

    endpoint: _endpoint.Endpoint
    name: str = ""
    timeout: float = 10.0
    variables: t.Mapping[str, t.Any] = {}

    @property
    def tunnelled(self) -> bool:
        """Is the daemon that of a host with a name, and its address one of the controller?"""
        return bool(self.name) and _interface.is_loopback(self.endpoint.host)

    @property
    def address(self) -> str:
        """Host and port, or the path of the socket, as a name that patterns can hold: "node01_9001"."""
        if self.endpoint.url.startswith("unix:"):
            return re.sub("[^A-Za-z0-9.-]+", "_", self.endpoint.socket_path).strip("_.")
        return re.sub("[^A-Za-z0-9.-]+", "_", f"{self.endpoint.host}_{self.endpoint.port}")


def names_plugin(path: str, plugin: str) -> bool:
    """Does a file say that it is a configuration of a plugin? One that is encrypted as a whole might."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            text = stream.read(LONGEST_HEAD)
    except OSError:
        return False
    found = re.findall(r"""(?:^|[{,])[ \t]*["']?plugin["']?[ \t]*:[ \t]*["']?([A-Za-z0-9_.]+)""", text, re.MULTILINE)
    return text.startswith("$ANSIBLE_VAULT;") or plugin in found


def targets(entries: t.Any, defaults: t.Mapping[str, t.Any], port: int) -> list[Target]:
    """Read option ``endpoints``.

    :param defaults: username, password, timeout, TLS options: for entries that do not say otherwise.
    :param port: for addresses without one.
    An address that comes again only overrides what was said before. Raises OptionError with the number of the entry.
    """
    found: dict[str, dict[str, t.Any]] = {}
    listed = [entries] if isinstance(entries, (str, dict)) else entries
    if not isinstance(listed, list) or not listed:
        raise _errors.OptionError("endpoints: give a list of addresses, such as node[01:20].example.com:9001")
    for number, entry in enumerate(listed, start=1):
        try:
            for url, options in _entry(entry, port):
                found.setdefault(url, {}).update(options)
        except _errors.OptionError as error:
            raise _errors.OptionError(f"endpoints, entry {number}: {error.message}") from None
        if len(found) > MOST:
            raise _errors.OptionError(f"endpoints: more than {MOST} addresses; is there an error in a range?")
    return [_target(url, {**defaults, **options}) for url, options in found.items()]


def expand(text: str) -> list[str]:
    """Give every text that one with ranges stands for: ``a[01:03]``, ``a[1:9:2]``, ``a[c:f]``, several in one.

    Raises OptionError for a range that is none.
    """
    parts = _RANGE.split(text)
    fixed, ranges = parts[::4], [_values(*parts[i : i + 3]) for i in range(1, len(parts), 4)]
    size = 1
    for values in ranges:
        size *= len(values)
    if size > MOST:
        raise _errors.OptionError(f"{text!r} stands for {size} addresses; {MOST} are possible")
    return ["".join(itertools.chain.from_iterable(zip(fixed, [*chosen, ""]))) for chosen in itertools.product(*ranges)]


def _values(first: str, last: str, step: str | None) -> t.Sequence[str]:
    shown = f"[{first}:{last}]"
    stride = int(step or 1)
    if stride < 1:
        raise _errors.OptionError(f"the range {shown} has the step 0")
    if first.isdigit() != last.isdigit():
        raise _errors.OptionError(f"the range {shown} mixes letters and digits")
    letters = string.ascii_letters
    low, high = (int(first), int(last)) if first.isdigit() else (letters.index(first), letters.index(last))
    if low > high:
        raise _errors.OptionError(f"the range {shown} ends before it starts")
    if not first.isdigit():
        return letters[low : high + 1 : stride]
    if first.startswith("0") and len(first) > 1 and len(first) != len(last):
        raise _errors.OptionError(f"the range {shown} has ends of different lengths: write both with leading zeros")
    if (high - low) // stride > MOST:
        raise _errors.OptionError(f"the range {shown} is longer than {MOST}")
    width = len(first) if first.startswith("0") else 0
    return [str(value).zfill(width) for value in range(low, high + 1, stride)]


def _entry(entry: t.Any, port: int) -> list[tuple[str, dict[str, t.Any]]]:
    """Address and own options of everything that one entry stands for."""
    if not isinstance(entry, (str, dict)):
        raise _errors.OptionError(f"it is {type(entry).__name__}: write an address, or a map with server_url")
    options = dict(entry) if isinstance(entry, dict) else {"server_url": entry}
    unknown = sorted(str(key) for key in options if key not in KEYS)
    if unknown:
        raise _errors.OptionError(f"unknown key {unknown[0]!r}; known are {', '.join(KEYS)}")
    pattern = str(options.pop("server_url", None) or "").strip()
    if not pattern:
        raise _errors.OptionError("server_url is missing")
    urls = [_url(text, port) for text in expand(pattern)]
    names = _names(options.pop("name", None), urls)
    known = {key: value for key, value in options.items() if value is not None}
    return [(url, {**known, **({"name": name} if name else {})}) for url, name in zip(urls, names)]


def _names(pattern: t.Any, urls: list[str]) -> list[str]:
    if pattern is None:
        return [""] * len(urls)
    names = expand(str(pattern))
    if len(names) != len(urls):
        raise _errors.OptionError(
            f"name {pattern!r} stands for {len(names)} names, server_url for {len(urls)} addresses"
        )
    for name in names:
        if not _NAME.fullmatch(name) or name in (".", ".."):
            raise _errors.OptionError(f"name {name!r} cannot be one of a host: use letters, digits, '.', '-' and '_'")
    return names


def _url(text: str, port: int) -> str:
    """Complete an address: ``node:9001`` and ``node`` mean http."""
    if "://" in text:
        return text
    host, slash, path = text.partition("/")
    bare = host[host.rindex("]") + 1 :] if host.startswith("[") and "]" in host else host
    if "@" in host:
        raise _errors.OptionError("server_url holds credentials: give them in username and password instead")
    if bare.count(":") > 1:
        raise _errors.OptionError(f"server_url {text!r}: write an IPv6 address in brackets, [::1]:9001")
    return f"http://{host}{'' if ':' in bare else f':{port}'}{slash}{path}"


def _target(url: str, options: dict[str, t.Any]) -> Target:
    given: dict[str, t.Any] = {key: str(options[key]) for key in TEXTS if options.get(key) not in (None, "")}
    if "username" not in given and options.get("username") is not None:
        given.pop("password", None)  # username: "" turns the default credentials off
    given.update({key: os.path.expanduser(str(options[key])) for key in PATHS if options.get(key)})
    given["validate_certs"] = _boolean("validate_certs", options.get("validate_certs", True))
    variables = options.get("vars") or {}
    if not isinstance(variables, dict) or not all(str(key).isidentifier() for key in variables):
        raise _errors.OptionError(f"vars of {url}: give a map from names of variables to values")
    try:
        urlsplit(url)
        bracket = "[" in url and not url.startswith("unix:") and not urlsplit(url).netloc.startswith("[")
    except ValueError:
        bracket = "[" in url
    if bracket:
        raise _errors.OptionError(f"server_url {url!r}: what stands in brackets is no range; write [01:20] or [a:f]")
    endpoint = _endpoint.make(url, **given)
    return Target(endpoint, str(options.get("name") or ""), _timeout(url, options.get("timeout")), variables)


def _boolean(key: str, value: t.Any) -> bool:
    found = value if isinstance(value, bool) else BOOLEANS.get(str(value).lower())
    if found is None:
        raise _errors.OptionError(f"{key} {value!r}: give true or false")
    return found


def _timeout(url: str, value: t.Any) -> float:
    try:
        seconds = float(value if value is not None else 10.0)
    except (TypeError, ValueError):
        seconds = 0.0
    if not 0 < seconds < 86400:
        raise _errors.OptionError(f"timeout {value!r} of {url}: give a number of seconds greater than 0")
    return seconds
