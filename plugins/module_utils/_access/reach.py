# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking many ports over the network, side by side, whether somebody answers: what a host itself cannot know."""

import concurrent.futures
import errno
import os
import socket
import typing as t

AT_ONCE = 128
NAMELESS = "its name has no address"
REJECTED = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EACCES, errno.EPERM)


class Port(t.NamedTuple):
    """A port to be asked."""

    address: str
    port: int


def ask_all(wanted: t.Sequence[Port], timeout: float) -> t.List[str]:
    """Why each of them does not answer, in words; "" for one that does. In the order given.

    :param timeout: seconds for each.
    """
    if not wanted:
        return []
    with concurrent.futures.ThreadPoolExecutor(min(AT_ONCE, len(wanted))) as pool:
        return list(pool.map(lambda one: ask(one, timeout), wanted))


def ask(wanted: Port, timeout: float) -> str:
    """Why one does not answer; "" when it does."""
    try:
        socket.create_connection((wanted.address, wanted.port), timeout).close()
    except (socket.timeout, TimeoutError):  # the second one by the system itself
        return "no answer within %g s, as when a firewall drops what it does not let in" % timeout
    except ConnectionRefusedError:
        return "refused: nothing listens there at this address, or a firewall rejects it"
    except socket.gaierror as error:
        return "%s (%s)" % (NAMELESS, error.strerror)
    except UnicodeError:
        return "this is no name of a host"
    except OSError as error:
        said = os.strerror(error.errno) if error.errno else str(error)
        return said + (", as when a firewall rejects it" if error.errno in REJECTED else "")
    return ""
