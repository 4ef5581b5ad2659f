# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is fetched from a package index is named in a lock, in one release and with the hashes of its files."""

from __future__ import annotations

import os
import re
from pathlib import Path

import ansible_test
import pytest
from checks import place

REQUIREMENTS = place.ROOT / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.txt"))
NAME = re.compile(r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==([^\s;]+)", re.MULTILINE)
# A call of pip, in one line of shell or in a list over many lines.
PIP = re.compile(r"\bpip\b\W{1,24}(install|download|sync)\b")


def packages(text: str) -> set[tuple[str, str]]:
    """Return names, spelled as indexes do, and releases."""
    return {(re.sub(r"[._-]+", "-", name).lower(), release) for name, release in NAME.findall(text)}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_every_requirement_has_a_release_and_hashes(path: Path) -> None:
    entries = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").replace("\\\n", ""))
    assert entries != [""]
    for entry in entries:
        assert NAME.match(entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


def test_every_list_has_a_lock_that_follows_from_it() -> None:
    lists = {path.stem: path.read_text(encoding="utf-8") for path in REQUIREMENTS.glob("*.in")}
    assert lists.keys() - {"test"} == {path.stem for path in LOCKS}  # the others include test.in
    for path in LOCKS:
        assert packages(lists[path.stem]) <= packages(path.read_text(encoding="utf-8")), path.name


def test_the_lock_for_ansible_test_holds_all_that_it_asks_for() -> None:
    folder = Path(ansible_test.__file__).parent
    asked = "\n".join(path.read_text() for path in folder.glob("_data/requirements/sanity.[!m]*.txt"))
    source = (folder / "_internal" / "python_requirements.py").read_text()
    asked += "".join(f"\n{name}=={release}" for name, release in re.findall(r"^ {8}(\w+)='([\d.]+)',$", source, re.M))
    lock = REQUIREMENTS / f"sanity-{os.environ['FLEET_CORE']}.txt"
    assert "pip" in dict(packages(asked))
    assert packages(asked) == packages(lock.read_text(encoding="utf-8"))


def test_nothing_asks_an_index_without_a_lock() -> None:
    found = {}
    for name in place.files("tools", "tests/hosts", "tests/archives", "tests/integration", "molecule", "benchmarks"):
        text = (place.ROOT / name).read_bytes().decode("utf-8", "replace")
        calls = [text[max(0, call.start() - 400) : call.end() + 400] for call in PIP.finditer(text)]
        found[name] = [re.search("require-hashes|no-index", call) is not None for call in calls]
        assert "--seed" not in text, f"{name}: seeds are those of the day"
    assert len([name for name in found if found[name]]) >= 4
    assert [name for name in found if not all(found[name])] == []
