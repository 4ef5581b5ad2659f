# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits that programs are to get: refused where the machine does not give them, or the daemon raises them."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._host import account as _account, limits as _limits
from ansible_collections.supervisord.fleet.plugins.module_utils._start import wishes as _wishes


def refusal(wanted, **supervisord):
    with pytest.raises(_errors.OptionError) as caught:
        _wishes.refuse(wanted, supervisord)
    assert caught.value.message.endswith("Nothing was written.")
    return caught.value.message


@pytest.fixture(params=[True, False], ids=["root could not raise it", "nobody could try it"])
def machine(request, monkeypatch):
    """A machine that gives 20000 of each."""

    def may(_kind, wanted):
        if not request.param:
            raise _account.Unknown("this account is not root")
        return 0 <= wanted <= 20000

    monkeypatch.setattr(_limits, "of", lambda pid, kind: _limits.Limit(1024, 20000) if pid == 1 else None)
    monkeypatch.setattr(_limits, "root_may_have", may)
    return request.param


def test_what_the_machine_gives_is_taken_without_a_word(machine):
    _wishes.refuse({"nofile": 20000, "nproc": 20000, "core": None}, {})
    _wishes.refuse({}, {})


def test_more_than_the_machine_gives_is_refused_with_both_numbers(machine):
    if machine:
        message = refusal({"nofile": 20001, "core": "unlimited"})
        assert "supervisor_limits): nofile: 20001 is more than the 20000 open files" in message
        assert "core: unlimited is more than the 20000 bytes of a core file" in message
    else:
        _wishes.refuse({"nofile": 20001}, {})


@pytest.mark.parametrize(
    ("wanted", "supervisord", "word"),
    [
        ({"nofile": 512}, {}, "set minfds to 512"),
        ({"nofile": 4096}, {"minfds": 8192}, "set minfds to 4096"),
        ({"nproc": 100}, {}, "set minprocs to 100"),
        ({"nproc": 100}, {"minprocs": "150"}, "less than 150"),
    ],
)
def test_less_than_the_daemon_raises_it_to(machine, wanted, supervisord, word):
    assert word in refusal(wanted, **supervisord)


def test_what_only_the_daemon_knows_is_not_judged(machine):
    _wishes.refuse({"nofile": 512, "stack": 10}, {"minfds": "%(ENV_FILES)s"})
    _wishes.refuse({"nofile": 512}, {"minfds": 512})


@pytest.mark.parametrize("value", ["many", "-1", "1.5", "10:20", True])
def test_what_is_no_limit(value):
    assert "nofile: %r is no limit" % (value,) in refusal({"nofile": value})


def test_what_nobody_can_set():
    assert "files is no limit that can be set. There are core, memlock, nofile, nproc, stack" in refusal({"files": 1})
