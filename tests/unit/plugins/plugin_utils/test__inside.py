# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that is called: its result is handed over, and nothing that it does ends the process that calls it."""

from __future__ import annotations

import sys
import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors, _module
from ansible_collections.supervisord.fleet.plugins.plugin_utils import _inside

SPEC = {"name": {"type": "str", "required": True}, "secret": {"type": "str", "no_log": True}}
ARGUMENTS = {"name": "web", "secret": "correct-horse-battery", "_ansible_no_log": True}


def result_of(function: t.Callable[[t.Any], dict[str, t.Any]], **arguments: t.Any) -> dict[str, t.Any]:
    """What a module that does this comes to."""

    def main(make: t.Any) -> None:
        _module.run(SPEC, function, connection=False, make=make)

    return _inside.result_of(main, {**ARGUMENTS, **arguments})


def test_a_result_is_handed_over_with_the_arguments_that_may_be_shown() -> None:
    found = result_of(lambda module: {"changed": True, "name": module.params["name"]})
    shown = {"name": "web", "secret": "********"}
    assert found == {"changed": True, "name": "web", "invocation": {"module_args": shown}}


def test_what_fails_is_a_result_too() -> None:
    def fail(_module: t.Any) -> dict[str, t.Any]:
        raise _errors.OptionError("no correct-horse-battery", changed=True)

    found = result_of(fail)
    assert (found["failed"], found["changed"], found["msg"]) == (True, True, "no ********")
    assert "nmae" in result_of(fail, nmae="web")["msg"]


def test_an_interrupt_goes_on_to_the_process_that_calls() -> None:
    def interrupted(_module: t.Any) -> dict[str, t.Any]:
        raise _errors.Interrupted("interrupted")

    with pytest.raises(KeyboardInterrupt):
        result_of(interrupted)


def test_the_end_of_a_module_is_not_that_of_the_process() -> None:
    with pytest.raises(RuntimeError, match="ended with 3"):
        result_of(lambda _module: sys.exit(3))
    with pytest.raises(RuntimeError, match="without a result"):
        _inside.result_of(lambda _make: None, {})
