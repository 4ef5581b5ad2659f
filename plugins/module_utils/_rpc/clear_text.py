# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One word about all passwords that cross a network in clear text, with the cure."""

import typing as t

from .. import _said
from . import endpoint as _endpoint

NAMED = 10  # so many servers are named
_CURE = (
    "%s in clear text: http:// is not encrypted, and who reads along controls all programs. Let the daemon listen on "
    "127.0.0.1 and use https:// to a proxy in front of it, an SSH tunnel, or the unix socket on the host itself; or "
    "keep that network to yourself or encrypted."
)


def of_one(endpoint: _endpoint.Endpoint) -> str:
    """The warning for the one daemon of a task; "" when none is due.

    It names no address, so that Ansible, which repeats no warning, gives it once for all hosts of a play.
    """
    return _CURE % "The password for server_url crosses the network" if endpoint.in_clear else ""


def of_all(endpoints: t.Sequence[t.Tuple[str, _endpoint.Endpoint]]) -> str:
    """The one warning for many daemons, which names up to 10 of those that it is about; "" when none is due.

    :param endpoints: name and endpoint of each.
    """
    names = [name for name, endpoint in endpoints if endpoint.in_clear]
    if not names:
        return ""
    about = "The passwords of %d of %d servers (%s)" % (len(names), len(endpoints), _said.some(names, NAMED))
    return _CURE % (about + " cross the network")
