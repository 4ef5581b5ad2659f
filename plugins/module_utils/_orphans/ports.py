# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who holds the ports that programs need: the program itself, an orphan, or somebody whom nothing is proven about."""

import typing as t

from .. import _errors
from .._host import sockets as _sockets

Result = t.Dict[str, t.Any]
HOLDERS = ("program", "orphan", "suspect", "other", "unseen", "nobody")


def check(ports: t.Mapping[str, t.Any], names: t.Iterable[str]) -> t.Dict[str, t.List[int]]:
    """The option ``ports`` as full names -> numbers.

    :raises _errors.OptionError: no such program, or no such port.
    """
    known = sorted(names)
    found = {}  # type: t.Dict[str, t.List[int]]
    for name, numbers in ports.items():
        matching = [full for full in known if name in (full, full.partition(":")[0], full.partition(":")[2])]
        if not matching:
            raise _errors.OptionError("ports: no program, group or process is named %s in the configuration" % name)
        full = matching[0] if len(matching) == 1 else name
        for number in numbers if isinstance(numbers, list) else [numbers]:
            if not str(number).isdecimal() or len(str(number)) > 5 or not 0 < int(number) < 65536:
                raise _errors.OptionError("ports: %r of %s is no TCP port (1 to 65535)" % (number, name))
            found.setdefault(full, []).append(int(number))
    return found


def of(pid: int, sockets: t.Sequence[_sockets.Socket]) -> t.List[int]:
    """The ports on which a process listens."""
    return sorted({item.port for item in sockets if pid in item.pids})


def holders(
    wanted: t.Mapping[str, t.Sequence[int]],
    sockets: t.Sequence[_sockets.Socket],
    judge: t.Callable[[str, int], t.Tuple[str, Result]],
) -> t.List[Result]:
    """An entry for each port and address that is wanted; one with holder "nobody" when it is free.

    :param judge: (name, pid) -> holder, and what is told about that process.
    """
    found = []
    for name in sorted(wanted):
        for number in sorted(set(wanted[name])):
            entries = [_entry(name, item, judge) for item in sockets if item.port == number]
            free = {"program": name, "port": number, "address": "", "pid": 0, "holder": "nobody"}
            found.extend(entries or [free])
    return found


def _entry(name: str, item: _sockets.Socket, judge: t.Callable[[str, int], t.Tuple[str, Result]]) -> Result:
    entry = {"program": name, "port": item.port, "address": item.address, "uid": item.uid}  # type: Result
    if not item.pids:
        return dict(entry, pid=0, holder="unseen")
    judged = [(pid,) + judge(name, pid) for pid in item.pids]
    pid, holder, facts = min(judged, key=lambda one: (HOLDERS.index(one[1]), one[0]))
    return dict(facts, pid=pid, holder=holder, **entry)
