# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where files of the controller are written."""

from __future__ import annotations

import os
import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _places

OTHER = "give another path"
RUN = {"AWX_ISOLATED_DATA_DIR": "/runner/artifacts/7"}
AWX = {**RUN, "AWX_HOST": "https://awx.example.com", "JOB_ID": "7"}


@pytest.mark.parametrize(
    ("path", "environment", "here", "full"),
    [
        ("a.html", {}, "/home/me/play", "/home/me/play/a.html"),
        ("/srv/a.html", RUN, "/runner/project", "/srv/a.html"),
        ("a.html", RUN, "/runner/project", "/runner/artifacts/7/a.html"),
        ("out/a.html", RUN, "/runner/project/sub", "/runner/artifacts/7/out/a.html"),
        # ansible-navigator starts in the user's own folder.
        ("a.html", RUN, "/home/me/play", "/home/me/play/a.html"),
        ("../a.html", {}, "/home/me/play", "/home/me/a.html"),
    ],
)
def test_where_a_file_goes(path: str, environment: dict, here: str, full: str) -> None:
    assert _places.absolute(path, environment, here) == full


if t.TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("a.csv", ""),
        ("new/folder/a.csv", ""),
        ("file/a.csv", " cannot be written on the controller, for {here}/file: it is no folder; give another path"),
        ("link/b/a.csv", " cannot be written on the controller, for {here}/link: it is no folder; give another path"),
        ("sub", " is a folder; give the path of a file"),
    ],
)
def test_what_cannot_be_written_is_known_before(path: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    said = why and f"{tmp_path}/{path}{why.format(here=tmp_path)}"
    assert _places.unwritable(path, {}, str(tmp_path)) == said
    assert sorted(os.listdir(tmp_path)) == ["file", "link", "sub"]


@pytest.mark.parametrize(
    ("path", "environment", "gone"),
    [
        ("/runner/artifacts/7/a.html", AWX, True),
        ("/runner/project/a.html", AWX, True),
        ("/srv/reports/a.html", AWX, False),
        ("/runner/artifacts/7/a.html", RUN, False),
        ("/home/me/a.html", {}, False),
    ],
)
def test_what_awx_removes(path: str, environment: dict, gone: bool) -> None:
    assert _places.lost(path, environment) is gone
