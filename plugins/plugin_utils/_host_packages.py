# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a system's own package manager installs a Python 3, from a shell. No I/O."""

from __future__ import annotations

import re
import shlex
import typing as t

from ..module_utils import _shown
from . import _host_look, _host_python

_INSTALL = {
    "dnf": ("dnf", "-y", "install"),
    "yum": ("yum", "-y", "install"),
    "zypper": ("zypper", "--non-interactive", "install"),
    "apk": ("apk", "add", "--update-cache"),  # an image has no list of packages
    "apt-get": ("apt-get", "-y", "-q", "--no-install-recommends", "install"),
}
_ADDRESS = re.compile(r"https?://[^@\s]+|file:///\S*")
_REPOSITORY = "fleet-bootstrap"
_RPM = ("dnf", "yum")
# What yum and dnf say of this is a page.
_NO_KEY = (
    '[ -n "$keys" ] || { echo "there is no key in /etc/pki/rpm-gpg of this host: name the key of the repository in'
    ' bootstrap_repository_key" >&2; exit 1; }'
)


class Offer(t.NamedTuple):
    """A package, and the Python in it; () where releases of the system differ."""

    package: str
    python: _host_python.Version


class Wish(t.NamedTuple):
    """What somebody has asked for.

    :param packages: names of packages, empty for those of OFFERS.
    :param repository: address of the only repository to ask; "" for those that the host has.
    :param key: address of the key of its packages; "" for those in /etc/pki/rpm-gpg of the host.
    :param check: whether a package must be signed.
    """

    packages: tuple[str, ...] = ()
    repository: str = ""
    key: str = ""
    check: bool = True


# Major release of Enterprise Linux -> what it offers, oldest first.
OFFERS = {
    6: (),
    7: (Offer("python3", (3, 6)),),
    8: (Offer("python3", (3, 6)), Offer("python39", (3, 9))),
}
_AMAZON = {2: (Offer("python3", (3, 7)),)}
_USUAL = (Offer("python3", ()),)


def offers(look: _host_look.Look) -> tuple[Offer, ...]:
    """What the system offers."""
    if look.name == "amzn":
        return _AMAZON.get(look.enterprise, _USUAL)
    return OFFERS.get(look.enterprise, _USUAL)


def wanted(look: _host_look.Look, wish: Wish, core: _host_python.Version) -> tuple[str, ...]:
    """Packages to install, empty if nothing that the system has would help."""
    if _host_python.best(look.pythons, core) or not look.managers:
        return ()
    if wish.packages:
        return wish.packages
    newest = max((python.version for python in look.pythons), default=())
    known = offers(look)
    for offer in known:
        if offer.python >= _host_python.needed(core) or (not offer.python and newest < (3,)):
            return (offer.package,)
    # None that this ansible-core can use: one that another can is better than none.
    return (known[-1].package,) if known and known[-1].python > newest else ()


def command(look: _host_look.Look, packages: t.Sequence[str], wish: Wish) -> str:
    """The shell's line that installs packages. Raises ValueError naming what cannot be done on this system."""
    manager = look.managers[0]
    _refuse_addresses(wish)
    if wish.repository and manager not in _RPM:
        raise ValueError(
            f"bootstrap_repository is {wish.repository!r}, but it is for systems with yum or dnf and this one has "
            f"{manager}: give the host another package source itself"
        )
    install = [*_INSTALL[manager], *packages]
    if wish.repository:
        return _from_repository(install, wish)
    before = "apt-get -q update </dev/null && " if manager == "apt-get" else ""
    return f"export DEBIAN_FRONTEND=noninteractive LC_ALL=C; {before}{shlex.join(install)} </dev/null"


def _refuse_addresses(wish: Wish) -> None:
    """They stand in the host's list of processes, and each line of them in a file of yum's."""
    for name, address in (("repository", wish.repository), ("repository_key", wish.key)):
        if address and not _ADDRESS.fullmatch(address):
            shown = _shown.address(address)
            raise ValueError(
                f"{name} is {shown!r}, but it must be an address such as "
                "http://archive.example.com/centos/7.9.2009/os/x86_64/, without user and password"
            )


def _from_repository(install: t.Sequence[str], wish: Wish) -> str:
    """With a configuration of its own, of which nothing stays; no other repository is asked."""
    keys = shlex.quote(f"gpgkey={wish.key}") if wish.key else '"gpgkey=$(echo $keys)"'
    lines = ["[main]", "reposdir=/nonexistent", f"gpgcheck={int(wish.check)}", f"[{_REPOSITORY}]"]
    lines += [f"name={_REPOSITORY}", f"baseurl={wish.repository}", "enabled=1", f"gpgcheck={int(wish.check)}"]
    without = [] if wish.key or not wish.check else [_NO_KEY]
    # One line: the login shell reads it first, and csh takes no quoted text of two.
    return "; ".join(
        (
            "export LC_ALL=C; umask 077; folder=$(mktemp -d) || exit 1; trap 'rm -rf \"$folder\"' EXIT",
            'keys=$(for key in /etc/pki/rpm-gpg/RPM-GPG-KEY-*; do [ ! -r "$key" ] || echo "file://$key"; done)',
            *without,
            f"printf '%s\\n' {shlex.join(lines)} {keys} >\"$folder/conf\"",
            f'{install[0]} -c "$folder/conf" {shlex.join(install[1:])} </dev/null',
        )
    )
