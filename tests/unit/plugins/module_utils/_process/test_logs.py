# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Of a log only what belongs to the matter is told: what is new, once, with what to do when there is no log at all."""

import typing

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._process import logs as _logs
from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import faults as _faults, states as _states


class Process(typing.NamedTuple):
    full_name: str
    stdout_logfile: str = ""
    stderr_logfile: str = ""
    spawnerr: str = ""


def tail(process, since, lines=20):
    script = _logs.tail(process, lines, True, since=since)
    with pytest.raises(StopIteration) as end:
        next(script)
    return end.value.value


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "web.log"
    path.write_text("former life\n")
    return path


def test_what_was_there_before_is_left_out(log):
    process = Process("web:web", str(log))
    since = _logs.marks_of([process])
    assert tail(process, since) == ([], "", False)
    with log.open("a") as stream:
        stream.write("this life\n")
    assert tail(process, since) == (["this life"], "", False)
    assert tail(process, None) == (["former life", "this life"], "", True)


@pytest.mark.parametrize("again", ["emptied", "replaced"])
def test_a_log_that_was_begun_anew_is_all_new(log, again):
    process = Process("web:web", str(log))
    since = _logs.marks_of([process])
    if again == "replaced":
        log.rename(str(log) + ".1")
    log.write_text("anew\n")
    assert tail(process, since).lines == ["anew"]


def test_a_log_that_comes_later_is_all_new(log):
    process = Process("web:web", str(log) + "2")
    since = _logs.marks_of([process])
    (log.parent / "web.log2").write_text("a\nb\nc\n")
    assert tail(process, since, 2).lines == ["b", "c"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["a"], ["a"]),
        (["a", "a"], ["a"]),
        (["a", "b"] * 4, ["a", "b"]),
        (["a", "b", "a"], ["a", "b", "a"]),
        ([], []),
    ],
)
def test_what_is_said_again_and_again_is_told_once(lines, told):
    assert _logs.folded(lines) == told


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            "unknown error making dispatchers for 'web': ENXIO",
            "/dev/stdout: /dev/stdout and /dev/stderr are supervisord's",
        ),
        ("unknown error making dispatchers for 'web': ESPIPE", "Set its logfile_maxbytes to 0"),
        ("unknown error making dispatchers for 'web': EACCES", "may not write there"),
        ("unknown error making dispatchers for 'web': EIO", ""),
        ("Exited too quickly (process log may have details)", ""),
        ("", ""),
    ],
)
def test_a_log_that_cannot_be_opened_comes_with_what_to_do(error, words):
    advice = _states.log_advice(Process("web:web", "/dev/stdout", "", error))
    assert words in advice
    assert bool(words) == bool(advice)


SPAWNED = "2026-11-29 05:00:00,000 INFO spawned: 'ears' with pid %d\n"
DEAF = (
    "2026-11-29 05:00:01,000 WARN ears: has entered the UNKNOWN state and will no longer receive events, this usually\n"
)


@pytest.mark.parametrize(
    ("journal", "deaf"),
    [
        (SPAWNED % 12 + DEAF, True),
        (SPAWNED % 11 + DEAF + SPAWNED % 12, False),
        (SPAWNED % 12 + DEAF.replace("ears", "other"), False),
        (DEAF, False),
        ((SPAWNED % 12 + DEAF).replace(" INFO ", ";INFO;").replace(" WARN ", ";WARN;"), True),
    ],
    ids=["this one", "its life before", "another", "not known", "in the form of a plugin"],
)
def test_a_listener_is_deaf_when_the_log_says_so_of_this_very_process(journal, deaf):
    assert _logs.is_deaf(journal, "g:ears", 12) is deaf


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("getState", "[rpcinterface:supervisor]"),
        ("supervisor.getState", "[rpcinterface:supervisor]"),
        ("twiddler.addProgram", "[rpcinterface:twiddler]"),
    ],
)
def test_a_missing_method_names_the_section_that_brings_it(method, words):
    assert words in _faults._missing_interface(method)
    assert _faults._missing_interface("system.none") == ""


def test_a_sentence_ends_with_the_last_three_lines():
    assert _logs.last_words([]) == ""
    assert _logs.last_words(["a", "b", "c", "d"]) == "; its last lines: b | c | d"
