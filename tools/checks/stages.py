# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which checks there are, stage by stage."""

from __future__ import annotations

import os
import typing as t

from . import count, place
from .model import Check

PACKAGE = "ansible_collections.supervisord.fleet.plugins"
TARGET_CODE = ("plugins/modules", "plugins/module_utils", "roles/alerts/files")
# The scenario that also runs on the oldest and on the newest ansible-core, each time on one host; in `make test` on the
# newest alone, for which see ON_OLDEST.
EVERY_CORE = "default"
ONE_HOST = {"2.16": "bookworm", "2.21": "trixie"}
# The scenario that users copy, on the newest ansible-core, which is what they install.
EXAMPLE = "examples/molecule"
# The scenarios that take longest start first, so that none of them is left to run alone at the end.
LONGEST = ("tomcat_app", "monitor_web", "site", "supervisor", "el", "failures", "adopt", "wishes")
# Scenarios that `make test` runs on the oldest ansible-core, all others on the one in between: so each role is applied
# by both, and a run of the oldest takes two thirds of the time. `make test-more` has them on the one in between.
ON_OLDEST = ("supervisor", "tomcat_app")
# What only `make test-more` and its own name run, because it takes long and is a variant of what other scenarios do:
# their roles with other variables, another account, on a host that looks like EL, on daemons of somebody else, and each
# way in which a change can fail.
MORE = ("wishes", "el", "adopt", "failures", "supervisor_user")
# Scenarios whose hosts are only what their tests are made on: they are converged once.
ONCE = ("failures", "adopt")
LEFT = "left to make test-more"
# Set, nothing is left out that `make test` leaves to `make test-more`.
WHOLE = "FLEET_MORE"
# `make test` runs the tests of real daemons with the oldest and the newest release of Supervisor, between which every
# change of its interface lies (most tests with one of them in turn), and ansible-test with the oldest and the newest
# ansible-core, which have all Pythons.
ENDS_OF_SUPERVISOR = "3.4.0,4.3.0"
BETWEEN = "2.19"
PURE = ("tests/unit/plugins/module_utils", "tests/unit/tools")


class Choice(t.NamedTuple):
    """What the command line narrows down."""

    scenario: str = ""
    core: str = ""
    pytest: t.Tuple[str, ...] = ()


def lint(_choice: Choice) -> t.Iterator[Check]:
    """Yield the static checks: style, types, shell, old Pythons, licences, changelog."""
    yaml = place.files("*.yml", "*.yaml", ".yamllint", ".ansible-lint")
    shell, python = place.shell_scripts(), place.python_files()
    target = place.files(*(f"{folder}/*.py" for folder in TARGET_CODE))
    yield Check("lint", "ruff check", ("ruff", "check", *python), count.known(len(python), "files"))
    yield Check("lint", "ruff format", ("ruff", "format", "--check", *python), count.known(len(python), "files"))
    yield Check("lint", "yamllint", ("yamllint", "--strict", *yaml), count.known(len(yaml), "files"))
    yield Check("lint", "shellcheck", ("shellcheck", "--external-sources", *shell), count.known(len(shell), "scripts"))
    vermin = ("vermin", "-t=3.6-", "--no-tips", "--eval-annotations", "--violations", *target)
    yield Check("lint", "vermin (Python 3.6)", vermin, count.known(len(target), "files"))
    said = count.said(r"no issues found in (\d+) source files?", "files")
    # The cache lies where no other check looks: reuse trips over files that vanish while it reads them.
    mypy = ("mypy", "--config-file", str(place.ROOT / "mypy.ini"), "--cache-dir")
    cache = str(place.ROOT / ".build" / "mypy")
    yield Check("lint", "mypy plugins", (*mypy, cache, "-p", PACKAGE), said, cwd=".build/collections")
    sources = [f"../{path}" for path in place.files("extensions/eda/plugins/*/*.py")]
    tools = ("--scripts-are-modules", "architecture.py", "platforms.py", "checks", "check", "python36", *sources)
    yield Check("lint", "mypy tools", (*mypy, cache + "-tools", *tools), said, cwd="tools")
    lint = ("ansible-lint", "--offline", "--profile", "production", "--strict")
    yield Check("lint", "ansible-lint", lint, count.said(r"in (\d+) files processed", "files"))
    drawn = ("python", "tools/architecture.py", "--check")
    yield Check("lint", "docs/architecture.md is fresh", drawn, count.known(1, "document"))
    platforms = ("python", "tools/platforms.py", "--check")
    yield Check("lint", "docs/platforms.md is fresh", platforms, count.known(1, "document"))
    licensed = count.said(r"license information: (\d+) / \d+", "files")
    yield Check("lint", "reuse", ("reuse", "lint"), licensed)
    fragments = place.files("changelogs/fragments/*", "changelogs/config.yaml", "changelogs/changelog.yaml")
    yield Check("lint", "changelog", ("antsibull-changelog", "lint"), count.known(len(fragments), "files"))


def docs(_choice: Choice) -> t.Iterator[Check]:
    """Yield the checks of the documentation: each page must render and each reference lead somewhere."""
    plugins = place.files(
        "plugins/modules/*.py",
        "plugins/inventory/*.py",
        "plugins/filter/*.yml",
        "plugins/lookup/*",
        "roles/*/meta/argument_specs.yml",
    )
    antsibull = ("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs=all", ".")
    yield Check("docs", "antsibull-docs", antsibull, count.known(len(plugins), "pages"))
    generated = ("python", "tools/generate_docs.py", "--check")
    yield Check("docs", "generated options are fresh", generated, count.known(len(plugins), "pages"))
    yield Check("docs", "ansible-doc", ("tools/ansible-doc",), count.lines(r"^rendered ", "pages"))
    yield Check("docs", "web site", ("tools/docs", ".build/site"), count.lines(r"^page ", "pages"))
    yield Check("docs", "CI files of the examples", ("tools/ci-files",), count.lines(r"^valid: ", "files"))


def sanity(choice: Choice) -> t.Iterator[Check]:
    """Yield ansible-test sanity on each ansible-core, every Python of the machine."""
    for core in [choice.core] if choice.core else place.CORES:
        yield Check(
            "sanity",
            f"ansible-core {core}",
            ("tools/sanity",),
            count.lines(r'^Running sanity test "', "tests"),
            core=core,
            lane="sanity",
            env=((WHOLE, "true"),) if choice.core else (),
            minutes=30,
            absent=(r"on (Python \S+ because it could not be found)", rf"^({LEFT}: .*)"),
            missing=LEFT if core == BETWEEN and not (choice.core or _whole()) else place.core_missing(core),
        )


def _whole() -> bool:
    """Is nothing to be left out?"""
    return bool(os.environ.get(WHOLE))


def unit(choice: Choice) -> t.Iterator[Check]:
    """Yield the unit tests: on each ansible-core, and those of the pure files on Python 3.6 without Ansible."""
    coverage = ("--cov=plugins", "--cov-branch", "--cov-report=term", "--cov-report=html:.build/coverage")
    for core in [choice.core] if choice.core else ("2.19", "2.16", "2.21"):
        narrowed = choice.core or choice.pytest or _whole()
        # To trace each line doubles the time. What imports nothing of Ansible is the same on each ansible-core.
        traced = coverage if core == "2.19" and _whole() and not choice.pytest else ()
        again = () if core == "2.19" or narrowed else tuple(f"--ignore={folder}" for folder in PURE)
        argv = ("pytest", "tests/unit", *traced, *again, *choice.pytest)
        env = (("COVERAGE_FILE", ".build/coverage.data"),)
        yield Check(
            "unit", f"ansible-core {core}", argv, count.pytest(), core=core, env=env, missing=place.core_missing(core)
        )
    if not choice.core and not choice.pytest:
        missing = place.python_missing("3.6")
        yield Check(
            "unit", "Python 3.6", ("tools/python36",), count.pytest(), missing=missing, absent=(r"^left out: (.*)",)
        )


def integration(choice: Choice) -> t.Iterator[Check]:
    """Yield the tests against real daemons of several Supervisor releases."""
    absent = (r"^absent: (.*)", r"^SKIPPED \[\d+\] (.*)", rf"^({LEFT}: .*)")
    ends = () if choice.pytest or _whole() else ("--versions", ENDS_OF_SUPERVISOR, "--turns")
    argv = ("tools/integration", *ends, *choice.pytest)
    yield Check("integration", "real daemons", argv, count.pytest(), absent=absent, minutes=60)


def molecule(choice: Choice) -> t.Iterator[Check]:
    """Yield every scenario, and one of them on the other ansible-core releases too."""
    scenarios = [name.split("/")[1] for name in place.files("molecule/*/molecule.yml")]
    scenarios.sort(key=lambda name: LONGEST.index(name) if name in LONGEST else len(LONGEST))
    oldest = () if choice.scenario or _whole() else ON_OLDEST
    usual = {name: next(iter(place.CORES)) if name in oldest else BETWEEN for name in scenarios}
    wanted = [(name, choice.core or usual[name]) for name in scenarios if choice.scenario in ("", name)]
    if not choice.core and choice.scenario in ("", EVERY_CORE) and EVERY_CORE in scenarios:
        done = {BETWEEN, *(usual[name] for name in oldest)}
        wanted += [(EVERY_CORE, core) for core in place.CORES if core not in done]
    for name, core in wanted:
        missing = LEFT if name in MORE and not choice.scenario else place.core_missing(core)
        extra = name == EVERY_CORE and core in ONE_HOST and not choice.core
        yield Check(
            "molecule",
            name if core == "2.19" else f"{name} (ansible-core {core})",
            ("tools/molecule", name),
            count.molecule(repeated=name not in ONCE),
            core=core,
            env=(("MOLECULE_PLATFORM_NAME", ONE_HOST[core]),) if extra else (),
            lane="molecule",
            absent=(rf"({LEFT}: [^'\n]*)",),  # without the quotes of the log
            missing=missing,
            # Asked for by name it may be every case; in `make test` what hangs is named long before CI gives up.
            minutes=150 if name == "failures" and choice.scenario else 75,
        )
    yield from _example(choice)


def _example(choice: Choice) -> t.Iterator[Check]:
    """Yield the scenario that users copy, run as they would."""
    if choice.scenario in ("", EXAMPLE) and choice.core in ("", "2.21"):
        yield Check(
            "molecule",
            EXAMPLE,
            ("tools/molecule-example",),
            count.molecule(),
            core="2.21",
            lane="molecule",
            missing=place.core_missing("2.21"),
        )


def build(_choice: Choice) -> t.Iterator[Check]:
    """Yield the round through the tarball: build, install elsewhere, use what was installed."""
    for core in place.CORES:
        listed = count.lines(r"^installed: ", "plugins, roles and playbooks")
        missing = place.core_missing(core)
        yield Check("build", f"tarball, ansible-core {core}", ("tools/build",), listed, core=core, missing=missing)
    # Galaxy's importer gives ansible-lint three minutes, beside others too few; here that is a check of its own.
    linted = (("GALAXY_IMPORTER_RUN_ANSIBLE_LINT", "false"),)
    yield Check("build", "release", ("tools/release-check",), count.lines(r"^seen: ", "things"), env=linted)


# In the order of starting: what is quick and often wrong comes first, and ansible-test, which does one thing at a time,
# gets its turn beside the hosts, not after them.
STAGES: t.Mapping[str, t.Callable[[Choice], t.Iterator[Check]]] = {
    "lint": lint,
    "unit": unit,
    "docs": docs,
    "build": build,
    "sanity": sanity,
    "integration": integration,
    "molecule": molecule,
}
