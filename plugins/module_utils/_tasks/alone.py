# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing a daemon of this machine while nobody else does, after what a killed run has left is settled."""

import typing as t

from .._host import lock as _lock, state_dir as _state_dir
from .._process import intent as _intent, unfinished as _unfinished

Result = t.Dict[str, t.Any]


def carry_out(
    timeout: float,
    who: str,
    warn: t.Callable[[str], None],
    config_file: t.Optional[str],
    client: t.Any,
    work: t.Callable[[], Result],
) -> Result:
    """The result of ``work``.

    :param timeout: seconds to wait for others.
    :param who: the module, for those who wait.
    :param warn: is told what was settled before.
    :param config_file: the daemon's main file; None if it is not on this machine, then nobody is kept out.
    :param client: of the daemon; None if none answers.
    :raises _errors.SupervisorError: others did not end in time, what a killed run has left could not be settled, or
        ``work`` failed.
    """
    if config_file is None:
        return work()
    with _lock.Lock(config_file, timeout, who) as lock:
        finished = _unfinished.finish(client, _intent.path_for(_state_dir.default(), config_file))
        result = lock.told(work())
    if finished is None:
        return result
    warn(finished.sentence)
    return dict(result, changed=result["changed"] or finished.changed)
