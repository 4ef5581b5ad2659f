# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make test` must not be green when nothing was tested, and its last line is for programs to read."""

from __future__ import annotations

import re

import pytest
from checks import count, place, report, runner, stages
from checks.model import Check, Count, Result

CHECKOUT = place.ROOT
SANITY = 'Running sanity test "pep8"\nRunning sanity test "import" on Python 3.8\n'
MOLECULE = "".join(f"INFO  [x > {a}] Executed: Successful\n" for a in ("create", "converge", "idempotence", "verify"))


def check(**changes: object) -> Check:
    settings: dict[str, object] = {"stage": "s", "name": "n", "argv": ("true",), "count": count.known(1, "files")}
    return Check(**{**settings, **changes})  # type: ignore[arg-type]


def result(status: str, counted: Count, **changes: object) -> Result:
    return Result(check(), status, 1.0, counted, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counter", "log", "expected"),
    [
        (count.pytest(), "== 3 passed, 1 skipped in 0.10s ==", Count(3, "tests", 3, 0, 1)),
        (count.pytest(), "== 1 failed, 2 passed, 1 error in 61.10s (0:01:01) ==", Count(4, "tests", 2, 2)),
        (count.pytest(), "== no tests ran in 0.01s ==", Count(0, "tests")),
        (count.pytest(), "== 3 deselected in 0.01s ==", Count(0, "tests")),
        (count.pytest(), "", Count(0, "tests")),
        (count.lines('^Running sanity test "', "tests"), SANITY, Count(2, "tests")),
        (count.said(r"in (\d+) files processed", "files"), "in 12 files processed", Count(12, "files")),
        (count.said(r"in (\d+) files processed", "files"), "nothing of the kind", Count(0, "files")),
        (count.molecule(), MOLECULE, Count(4, "actions")),
        (count.molecule(), MOLECULE.replace("[x > verify] Executed: Successful", ""), Count(0, "actions")),
    ],
)
def test_output_says_how_much_was_done(counter, log, expected):
    assert counter(log) == expected


@pytest.mark.parametrize(
    ("code", "log", "counter", "reason"),
    [
        (0, "WARNING: All targets skipped.", count.known(5, "tests"), "All targets skipped"),
        (0, 'WARNING: Required program "shellcheck" not found.', count.known(5, "tests"), "Required program"),
        (0, "", count.known(0, "files"), "nothing was executed"),
        (0, "== no tests ran in 0.01s ==", count.pytest(), "no tests ran"),
        (0, "== 1 failed in 0.01s ==", count.pytest(), "1 failed although"),
        (3, "fine", count.known(1, "files"), "exit code 3"),
        (-9, "fine", count.known(1, "files"), "signal 9"),
    ],
)
def test_a_check_that_did_nothing_or_failed_is_a_failure(code, log, counter, reason):
    status, why, _count = runner.judge(check(count=counter), code, log)
    assert (status, reason in why) == ("failed", True)


def test_a_check_that_did_something_passes():
    assert runner.judge(check(), 0, "fine") == ("passed", "", Count(1, "files"))


def run(*checks, total=2):
    return runner.run_all(checks, runner.Lanes({"one": 1}, total), lambda *_event: None)


@pytest.fixture(autouse=True)
def _logs_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(place, "LOGS", tmp_path)
    monkeypatch.setattr(place, "ROOT", tmp_path)


def test_commands_run_and_are_judged_in_the_order_they_were_given():
    results = run(
        check(name="a", argv=("echo", "a")), check(name="b", argv=("false",)), check(name="c", argv=("no-such",))
    )
    assert [(r.check.name, r.status) for r in results] == [("a", "passed"), ("b", "failed"), ("c", "failed")]
    assert "exit code 127" in results[2].reason


def test_a_command_that_takes_too_long_is_ended():
    (late,) = run(check(argv=("tail", "-f", "/dev/null"), minutes=0.002))
    assert (late.status, late.reason) == ("failed", "not done after 0.002 minutes")
    assert "tail -f /dev/null" in report.tail(late).split("at work when the time was up:")[1]


def test_what_failed_is_shown_although_much_was_tidied_up_after_it():
    script = (
        "echo 'fatal: [c701]: rescued'; seq 200; echo 'fatal: [c702]: FAILED!'; echo it is full; seq 201 400; exit 2"
    )
    (failed,) = run(check(argv=("sh", "-c", script)))
    shown = report.tail(failed)
    assert "it is full" in shown
    assert "| 400\n" in shown
    assert "rescued" not in shown
    assert len(shown.splitlines()) < 100


def test_what_cannot_run_here_is_named_and_does_not_run():
    (left_out,) = run(check(argv=("false",), missing="needs python3.6"))
    assert left_out.status == "not run"
    assert "  s: n: needs python3.6" in report.summary([left_out], 1)


def test_parts_that_a_tool_left_out_are_named():
    (done,) = run(check(argv=("echo", "absent: supervisor 3.4.0, needs Python 2.7"), absent=("^absent: (.*)",)))
    assert report.not_run([done]) == ["s: n: supervisor 3.4.0, needs Python 2.7"]


def test_only_hosts_that_are_made_for_tests_need_no_second_run(scenario):
    once = MOLECULE.replace("idempotence", "prepare")
    assert scenario("failures").count(once).executed
    assert not scenario("site").count(once).executed


@pytest.fixture
def scenario(monkeypatch):
    """One scenario's check, as this checkout has it."""

    def find(name, asked=""):
        with monkeypatch.context() as here:
            here.setattr(place, "ROOT", CHECKOUT)
            return next(one for one in stages.molecule(stages.Choice(scenario=asked)) if one.name == name)

    return find


def test_a_scenario_left_to_make_test_more_is_named_and_runs_when_asked_for(scenario):
    assert report.not_run(run(scenario("wishes"))) == ["molecule: wishes: left to make test-more"]
    assert "left" not in scenario("wishes", asked="wishes").missing


@pytest.fixture
def stage(monkeypatch):
    """The checks of a stage, as this checkout has them."""

    def find(name, asked=(), whole=""):
        with monkeypatch.context() as here:
            here.setattr(place, "ROOT", CHECKOUT)
            here.setenv(stages.WHOLE, whole)
            return list(stages.STAGES[name](stages.Choice(**dict(asked))))

    return find


def test_every_scenario_runs_once_and_some_of_them_on_the_oldest_ansible_core(stage):
    names = {path.parent.name for path in CHECKOUT.glob("molecule/*/molecule.yml")}
    found = [(one.argv[-1], one.core) for one in stage("molecule") if one.name != stages.EXAMPLE]
    once = [(name, core) for name, core in found if name != stages.EVERY_CORE]
    assert sorted(name for name, _core in once) == sorted(names - {stages.EVERY_CORE})
    assert {name for name, core in once if core == "2.16"} == set(stages.ON_OLDEST) < names
    assert {core for name, core in found if name == stages.EVERY_CORE} == {"2.19", "2.21"}
    whole = stage("molecule", whole="true")
    assert {one.core for one in whole if one.argv[-1] in stages.ON_OLDEST} == {"2.19"}
    assert {one.core for one in whole if one.argv[-1] == stages.EVERY_CORE} == set(place.CORES)


def test_sanity_on_the_release_in_between_is_left_to_make_test_more_and_runs_when_asked_for(stage):
    assert [one.missing for one in stage("sanity") if "2.19" in one.name] == ["left to make test-more"]
    for there in (stage("sanity", {"core": "2.19"}), stage("sanity", whole="true")):
        assert not any("left" in one.missing for one in there)


def test_what_imports_nothing_of_ansible_is_tested_once_unless_asked_for(stage):
    left = {one.core: [word for word in one.argv if word.startswith("--ignore")] for one in stage("unit")}
    assert (left["2.19"], len(left["2.16"]), len(left["2.21"])) == ([], 2, 2)
    for there in (stage("unit", {"core": "2.16"}), stage("unit", whole="true")):
        assert not any(word.startswith("--ignore") for one in there for word in one.argv)
    folders = [CHECKOUT / word.partition("=")[2] for word in left["2.16"]]
    files = [path for folder in folders for path in folder.rglob("*.py")]
    assert files
    assert not any(re.search(r"^(import|from) ansible\b", path.read_text("utf-8"), re.MULTILINE) for path in files)


def test_daemons_of_the_releases_in_between_are_left_to_make_test_more_and_named(stage):
    (ends,) = stage("integration")
    assert ends.argv[1:] == ("--versions", "3.4.0,4.3.0", "--turns")
    (done,) = run(check(argv=("echo", "left to make test-more: supervisord 4.0.4, 4.2.5"), absent=ends.absent))
    assert report.not_run([done]) == ["s: n: left to make test-more: supervisord 4.0.4, 4.2.5"]
    (whole,) = stage("integration", whole="true")
    (asked,) = stage("integration", {"pytest": ("-k", "states")})
    assert (whole.argv[1:], asked.argv[1:]) == ((), ("-k", "states"))


def test_cases_left_to_make_test_more_are_named(scenario):
    failures = scenario("failures")
    (done,) = run(check(argv=("echo", "- 'left to make test-more: 2 of 4 cases'"), absent=failures.absent))
    assert report.not_run([done]) == ["s: n: left to make test-more: 2 of 4 cases"]


def test_a_lane_holds_one_check_at_a_time(tmp_path):
    script = 'mkdir busy && rmdir busy && mkdir -p "done-$0"'
    results = run(*(check(name=str(i), argv=("sh", "-c", script, str(i)), lane="one") for i in range(6)), total=6)
    assert {r.status for r in results} == {"passed"}


def test_the_last_line_holds_the_totals_and_nothing_else():
    results = [
        result("passed", Count(7, "tests", 7, 0, 2)),
        result("failed", Count(3, "tests", 1, 2), log="x.log"),
        result("passed", Count(40, "files"), absent=("Python 3.14",)),
        result("not run", Count(0, "")),
    ]
    assert report.summary(results, 60).splitlines()[-1] == "9 passed, 2 failed, 4 skipped"
