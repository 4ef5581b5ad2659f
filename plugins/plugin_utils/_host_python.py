# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ansible-core manages which Python, and what to do about a host that has none of them: one sentence. No I/O."""

from __future__ import annotations

import re
import typing as t

from . import _host_look

Version = tuple[int, ...]

# ansible-core, and the oldest Python on a host with which it and the modules of this collection run. 2.16 itself runs
# with 2.7, too. Between the rows the one above holds.
OLDEST: dict[Version, Version] = {(2, 16): (3, 6), (2, 17): (3, 7), (2, 18): (3, 8), (2, 20): (3, 9)}
NEWEST_CORE = (2, 21)  # that this collection is for
# The last one with a module for yum, and the last one that runs in the Python 3.6 to which EL 8 binds its dnf.
PACKAGES_OF_OLD_EL = (2, 16)
BOOTSTRAP = "run the playbook supervisord.fleet.bootstrap for it, which installs one where the system has a package"
_BAD = re.compile(r"Python (?:version )?[\d.]+.* Current version: ", re.DOTALL)


def numbers(version: str) -> Version:
    """The first two numbers of a release, "2.19.14" or "3.6.8"."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def text(version: Version) -> str:
    """A release as people write it."""
    return ".".join(map(str, version))


def needed(core: Version) -> Version:
    """The oldest Python that a host may have."""
    rows = [oldest for since, oldest in OLDEST.items() if since <= core]
    return rows[-1] if rows else next(iter(OLDEST.values()))


def controllers(python: Version) -> tuple[Version, Version] | None:
    """The oldest and the newest ansible-core that manage a host with this Python; None if there is none."""
    cores = [(2, minor) for minor in range(min(OLDEST)[1], NEWEST_CORE[1] + 1)]
    fitting = [core for core in cores if needed(core) <= python]
    return (fitting[0], fitting[-1]) if fitting else None


def named(found: tuple[Version, Version] | None) -> str:
    """Releases of ansible-core as people write them: "2.16", "2.16 to 2.21", "none"."""
    return "none" if found is None else " to ".join(dict.fromkeys(map(text, found)))


def best(pythons: t.Sequence[_host_look.Python], core: Version) -> _host_look.Python | None:
    """The Python of a host that this ansible-core should use; None if there is none.

    The system's own one comes first, for the package manager's library goes with it; then the newest.
    """
    fitting = [python for python in pythons if python.version >= needed(core)]
    own = {python.path: python for python in fitting}
    newest = max(fitting, key=lambda python: python.version[:2], default=None)
    return next((own[path] for path in _host_look.OF_SYSTEM if path in own), newest)


def is_about_python(failed: t.Mapping[str, t.Any]) -> bool:
    """Whether the result of a module may be the fault of its Python: it said nothing itself, or said just that."""
    mute = "module_stderr" in failed or "module_stdout" in failed
    return mute or bool(_BAD.search(str(failed.get("msg") or "")))


def sentence(look: _host_look.Look, used: str, core: str, without: str = BOOTSTRAP) -> str:
    """What keeps modules from running on a host, and what to do; "" if its Python does not.

    :param used: the interpreter that Ansible uses there, "" if it is not known.
    :param core: release of ansible-core, "2.19.14".
    :param without: what to do about a host that has no Python that any of them can use.
    """
    least = needed(numbers(core))
    fitting = best(look.pythons, numbers(core))
    its = next((python for python in look.pythons if python.path == used), None)
    if fitting and its and its.version >= least:
        return ""
    here = f"This host has {_some(look.pythons, its, fitting)}"
    gone = f" (Ansible takes {used}, which does not run)" if used and not its else ""
    cure = _cure(look, fitting, core) or without
    return f"{here}{gone}, and ansible-core {core} needs {text(least)} or newer there: {cure}."


def _some(
    pythons: t.Sequence[_host_look.Python], its: _host_look.Python | None, fitting: _host_look.Python | None
) -> str:
    """The one that is used, and the one that could be or else the newest."""
    other = fitting or max(pythons, key=lambda python: python.version, default=None)
    known = {python.version[:2]: python for python in (its, other) if python}
    told = [f"{text(python.version)} ({python.path})" for python in known.values()]
    return f"Python {' and '.join(told)}" if told else "no Python"


def _cure(look: _host_look.Look, fitting: _host_look.Python | None, core: str) -> str:
    """What to do; "" where there is nothing that any ansible-core could use."""
    if fitting:
        return f"set ansible_python_interpreter: {fitting.path} for it"
    newest = max((python.version for python in look.pythons), default=())
    range_of = controllers(newest)
    if range_of is None:
        return ""
    other = f"use ansible-core {text(range_of[1])} on the controller, the last one that manages {text(newest[:2])}"
    least = text(needed(numbers(core)))
    return f"{other}, or install Python {least} or newer there and name it in ansible_python_interpreter"


def warning(name: str, major: int, core: str) -> str:
    """What else an old Enterprise Linux needs of the controller; "" for all others.

    :param name: of the system, for people.
    :param major: major release of an Enterprise Linux (Amazon Linux 2 counts as 7), 0 for others.
    """
    if major not in (7, 8) or numbers(core) <= PACKAGES_OF_OLD_EL:
        return ""
    why = "its yum has no module any more" if major == 7 else "its dnf is bound to Python 3.6"
    return (
        f"{name}: packages cannot be installed by ansible-core {core} ({why}); with ansible-core "
        f"{text(PACKAGES_OF_OLD_EL)} on the controller they can."
    )
