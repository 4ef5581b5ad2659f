# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a file that a user names lies on the controller, which can be a container that ends with the job."""

from __future__ import annotations

import os
import typing as t

# ansible-runner, and with it AWX, tells its callbacks the folder of a run in this variable.
ARTIFACTS = "AWX_ISOLATED_DATA_DIR"


def absolute(path: str, environment: t.Mapping[str, str], here: str) -> str:
    """The full name of a file.

    A relative name begins in the folder that the command was started in. Under ansible-runner that is its project,
    which is a copy of a repository: there the file goes to what the run hands back, the folder of its artifacts.
    """
    expanded = os.path.expanduser(path)
    return os.path.normpath(os.path.join(_base(environment, here), expanded))


def _base(environment: t.Mapping[str, str], here: str) -> str:
    artifacts = _artifacts(environment)
    project = os.path.join(os.path.dirname(os.path.dirname(artifacts)), "project")
    return artifacts if artifacts and os.path.commonpath([project, here]) == project else here


def unwritable(path: str, environment: t.Mapping[str, str], here: str) -> str:
    """Why a file cannot be made or replaced there, a sentence that begins with its name; "" if nothing is known."""
    full = absolute(path, environment, here)
    if os.path.isdir(full):
        return f"{full} is a folder; give the path of a file"
    folder = os.path.dirname(full)
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    fits = os.path.isdir(folder)
    if fits and os.access(folder, os.W_OK | os.X_OK):
        return ""
    why = "this account cannot write into it" if fits else "it is no folder"
    return f"{full} cannot be written on the controller, for {folder}: {why}; give another path"


def lost(path: str, environment: t.Mapping[str, str]) -> bool:
    """Whether a file goes with the job: AWX keeps nothing of the folders that it makes for one."""
    artifacts = _artifacts(environment)
    made = os.path.dirname(os.path.dirname(artifacts))
    in_awx = bool(artifacts and environment.get("AWX_HOST") and environment.get("JOB_ID"))
    return in_awx and os.path.commonpath([made, path]) == made


def _artifacts(environment: t.Mapping[str, str]) -> str:
    """The folder of a run of ansible-runner; "" where there is none."""
    named = environment.get(ARTIFACTS, "")
    return named if os.path.isabs(named) else ""
