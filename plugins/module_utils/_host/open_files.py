# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many files may be open at once."""

import contextlib
import os
import typing as t

_SPARE = 32  # descriptors left to others


@contextlib.contextmanager
def files(wanted: int) -> t.Iterator[int]:
    """How many of the ``wanted`` connections there is room for, with the limit raised meanwhile if that helps."""
    import resource  # not on every platform that can import this

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _open_now() + _SPARE
    unlimited = resource.RLIM_INFINITY
    if soft == unlimited or needed <= soft:
        yield wanted
        return
    raised = needed if hard == unlimited else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
    try:
        yield max(1, wanted - (needed - raised))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _open_now() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        return 64
