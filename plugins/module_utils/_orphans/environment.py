# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the environment of a process says about who started it. It can be copied, so it proves nothing alone."""

import typing as t

NONE, UNSEEN, COMPLETE, PARTIAL, OTHER = "none", "unseen", "complete", "partial", "other"


class Marks(t.NamedTuple):
    """``kind``: one of the words above; ``name``: "group:process", or "" where it is not told."""

    kind: str
    name: str = ""


def read(environ: t.Optional[t.Mapping[str, str]], urls: t.AbstractSet[str], nested: t.Callable[[], bool]) -> Marks:
    """Judge an environment.

    :param environ: None if it may not be seen.
    :param urls: what the daemon gives its programs as SUPERVISOR_SERVER_URL; empty if it has no server.
    :param nested: tells whether the process is in a container below this machine, where the same words mean another
        daemon; only asked if there are any.
    """
    if environ is None:
        return Marks(UNSEEN)
    url = environ.get("SUPERVISOR_SERVER_URL")
    if url is not None and (url not in urls or nested()):
        return Marks(OTHER)
    group, process = environ.get("SUPERVISOR_GROUP_NAME", ""), environ.get("SUPERVISOR_PROCESS_NAME", "")
    name = "%s:%s" % (group, process) if group and process else ""
    known = url in urls if urls else name and not nested()
    if environ.get("SUPERVISOR_ENABLED") == "1" and name and known:
        return Marks(COMPLETE, name)
    return Marks(PARTIAL if url is not None else NONE, name)
