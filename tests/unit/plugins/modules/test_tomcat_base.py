# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An instance that is to go while it runs: refused, unless an earlier task of the same run is what ends it."""

import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._host import listeners as _listeners
from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import instance as _instance
from ansible_collections.supervisord.fleet.plugins.modules import tomcat_base as _tomcat_base


@pytest.fixture
def item(tmp_path, monkeypatch):
    """An instance that this process runs."""
    (tmp_path / "conf").mkdir()
    jvm = _listeners.Jvm(os.getpid(), os.geteuid(), str(tmp_path), True)
    monkeypatch.setattr(_listeners, "jvms", lambda: [jvm])
    return {"name": "app01", "state": "absent", "base": str(tmp_path), "purge": False, "logs": [], "ending": []}


def plan(item):
    return _tomcat_base._plan(item, _instance.Seen(True, True, False, {"state": "present"}), {})


def test_a_tomcat_that_nobody_stops_is_not_removed(item):
    with pytest.raises(_errors.SupervisorError, match="app01 still runs"):
        plan(item)


@pytest.mark.parametrize("ending", [os.getpid, os.getppid])
def test_a_dry_run_knows_what_would_have_been_stopped_by_then(item, ending):
    item["ending"] = [ending()]
    assert [step.what for step in plan(item)] == [
        "remove %s" % os.path.join(item["base"], "conf"),
        "remember that it is gone",
    ]
