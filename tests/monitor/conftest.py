# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of a monitor that runs somewhere, from the outside: over HTTP, with a browser, and by asking the daemons.

FLEET_MONITOR names a JSON file that says where it is; molecule/monitor_web/verify.yml writes it.
"""

from __future__ import annotations

import json
import os
import pathlib

import browser
import pytest
import site_client


@pytest.fixture(scope="session")
def settings():
    """See the template in molecule/monitor_web/verify.yml."""
    return json.loads(pathlib.Path(os.environ["FLEET_MONITOR"]).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def site(settings):
    """The monitor, as a user with a password."""
    return site_client.Site(settings["url"], settings["username"], settings["password"])


@pytest.fixture(scope="session")
def stranger(settings):
    """The monitor, as somebody without a password."""
    return site_client.Site(settings["url"])


@pytest.fixture(scope="session")
def page(site):
    """The page as it is while nobody changes anything."""
    return site.page()


@pytest.fixture(scope="session")
def daemons(settings):
    """The daemons that really run, asked directly: name -> Daemon."""
    return {name: site_client.Daemon(**where) for name, where in settings["daemons"].items()}


@pytest.fixture(scope="session")
def chromium(settings):
    with browser.Browser(pathlib.Path(settings["pictures"])) as started:
        yield started
