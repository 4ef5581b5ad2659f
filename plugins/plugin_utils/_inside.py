# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module is made of when it is called by the process that wants its result."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common import warnings as _warnings

from ..module_utils import _module


class Ended(SystemExit):
    """Ends a module where another would print its result and end the process."""

    def __init__(self, result: dict[str, t.Any], interrupted: bool) -> None:
        super().__init__(0)
        self.result = result
        self.interrupted = interrupted


def result_of(main: t.Callable[..., None], arguments: dict[str, t.Any]) -> dict[str, t.Any]:
    """What a module has for a result, called with these arguments.

    :param main: the module's, which takes what makes its AnsibleModule.

    Raises KeyboardInterrupt where the module was interrupted.
    """
    before = len(_warnings.get_warning_messages())
    repeated = arguments.get("_ansible_inject_invocation", True)  # since ansible-core 2.21 it is asked for

    class Inside(_module.Module):
        """An AnsibleModule whose arguments are here already, and whose result stays here."""

        def _read_params(self) -> None:
            self.params = arguments

        def _return_formatted(self, kwargs: dict[str, t.Any]) -> None:
            self.add_path_info(kwargs)
            if not repeated:
                kwargs.pop("invocation", None)
            raise Ended(kwargs, self.interrupted)

    try:
        main(Inside)
    except Ended as ended:
        if ended.interrupted:
            raise KeyboardInterrupt from None
        # Since ansible-core 2.19 they are told to Ansible's display, which brings them into the result.
        said = list(_warnings.get_warning_messages()[before:])
        return {**ended.result, **({"warnings": said} if said else {})}
    except SystemExit as ended:  # would end Ansible's process, and the task had no result at all
        raise RuntimeError(f"the module ended with {ended.code} and without a result") from ended
    raise RuntimeError("the module ended without a result")
