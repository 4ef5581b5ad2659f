# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environments of tools/supervisor-venvs hold the same files wherever and whenever they are made."""

from __future__ import annotations

import hashlib
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Checkout:
    """What tools/supervisor-venvs needs of this checkout, with a cache of its own and requirements to change."""

    def __init__(self, folder, **environ):
        self.folder = folder / "checkout"
        self.cache = folder / "cache"
        self.venvs = self.cache / "supervisord-fleet" / "supervisor"
        self._environ = {**os.environ, "XDG_CACHE_HOME": str(self.cache), **environ}
        (self.folder / "tools").mkdir(parents=True)
        for name in ("env.sh", "supervisor-venvs"):
            shutil.copy2(ROOT / "tools" / name, self.folder / "tools")
        shutil.copytree(ROOT / "requirements", self.folder / "requirements")
        (self.folder / ".build").symlink_to(ROOT / ".build")

    def start(self):
        """Begin to make what is not there; returns the process."""
        pipe = subprocess.PIPE
        command = [self.folder / "tools" / "supervisor-venvs"]
        # Below this checkout git would find the root of another one.
        return subprocess.Popen(command, cwd=self.folder, env=self._environ, stdout=pipe, stderr=pipe, text=True)

    def make(self):
        finish(self.start())

    def releases(self):
        """Give release -> name of the folder with its environment."""
        return {path.name: os.readlink(path) for path in self.venvs.iterdir() if path.is_symlink()}

    def files(self, version):
        """Give path -> content of an environment, told apart from where it lies and when it was made."""
        top = self.venvs / version
        paths = [path for path in sorted(top.rglob("*")) if path.suffix != ".pyc" and path.name != "__pycache__"]
        return {str(path.relative_to(top)): self._content(path) for path in paths}

    def _content(self, path):
        if path.is_symlink():
            return os.readlink(path)
        if path.is_dir():
            return "folder"
        data = path.read_bytes().replace(str(self.cache).encode(), b"@")
        if path.name == "RECORD":  # in any order, with digests of the scripts, whose first lines name the folder
            data = b"\n".join(sorted(line for line in data.splitlines() if b"/bin/" not in line))
        return hashlib.sha256(data).hexdigest()


def finish(process):
    _out, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors


@pytest.fixture
def checkout(tmp_path):
    def make(name, **environ):
        return Checkout(tmp_path / name, **environ)

    return make


def test_two_empty_caches_are_filled_with_the_same_files(checkout, tmp_path):
    here = checkout("here")
    # No download of an earlier run is at hand.
    there = checkout("there", UV_CACHE_DIR=str(tmp_path / "uv"), PIP_CACHE_DIR=str(tmp_path / "pip"))

    for process in [here.start(), there.start()]:
        finish(process)

    assert here.releases() == there.releases() != {}
    for version in here.releases():
        files = here.files(version)
        assert "bin/supervisord" in files
        assert files == there.files(version), version


def recipe_changes(checkout, release):
    with (checkout.folder / "requirements" / f"supervisor-{release}.txt").open("a") as file:
        file.write("# other requirements\n")


def making_is_interrupted(checkout, release):
    """The link is what comes last."""
    (checkout.venvs / release).unlink()


def folder_has_no_recipe(checkout, release):
    """As tools/supervisor-venvs once left it."""
    made = checkout.releases()[release]
    (checkout.venvs / release).unlink()
    (checkout.venvs / made).rename(checkout.venvs / release)


def test_what_was_made_otherwise_or_not_to_the_end_is_made_anew_and_nothing_else(checkout):
    machine = checkout("machine")
    machine.make()
    release = max(machine.releases())
    for spoil in (recipe_changes, making_is_interrupted, folder_has_no_recipe):
        for folder in machine.releases().values():
            (machine.venvs / folder / "mark").touch()
        spoil(machine, release)

        machine.make()

        made = {version for version in machine.releases() if not (machine.venvs / version / "mark").exists()}
        assert made == {release}, spoil.__name__
        assert {path.name for path in machine.venvs.glob("*-*")} == set(machine.releases().values()), spoil.__name__
