# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing a daemon of this machine while nobody else does, after what a killed run has left is settled."""

import typing as t

from .._host import lock as _lock, state_dir as _state_dir
from .._process import intent as _intent, unfinished as _unfinished

Result = t.Dict[str, t.Any]


def carry_out(
    config_file: t.Optional[str],
    timeout: float,
    who: str,
    client: t.Callable[[], t.Any],
    work: t.Callable[[], Result],
) -> t.Tuple[Result, t.List[str]]:
    """The result of ``work``, and what is to be said beside it.

    :param config_file: the daemon's main file; None if it is not on this machine, then nobody is kept out.
    :param timeout: seconds to wait for others.
    :param who: the module, for those who wait.
    :param client: gives a client for the daemon, or None if none answers.
    :raises _errors.SupervisorError: others did not end in time, what a killed run has left could not be settled, or
        ``work`` failed.
    """
    if config_file is None:
        return work(), []
    with _lock.Lock(config_file, timeout, who) as lock:
        path = _intent.path_for(_state_dir.default(), config_file)
        finished = _unfinished.finish(client(), path) if _intent.load(path) else None
        result = lock.told(work())
    if finished is None:
        return result, []
    return dict(result, changed=result["changed"] or finished.changed), [finished.sentence]
