# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is opened is noted with whom it is for; what somebody else has opened is never in the register."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._access import register as _register

NOTHING = {"now": (), "permanent": ()}
BOTH = ("now", "permanent")


def entry(*holders, places=BOTH):
    return _register.Entry(tuple(places), holders)


def test_what_is_not_there_is_missing_in_each_place_and_noted():
    plan = _register.plan({}, {"lb": ["80"]}, {"now": ("80",), "permanent": ()})
    assert plan.missing == {"now": [], "permanent": ["80"]}
    assert plan.after == {"80": entry("lb", places=["permanent"])}


def test_what_is_there_already_is_somebody_elses_and_stays():
    seen = {"now": ("80",), "permanent": ("80",)}
    plan = _register.plan({}, {"lb": ["80"]}, seen)
    assert plan == ({"now": [], "permanent": []}, {"now": [], "permanent": []}, {})
    assert _register.plan(plan.after, {"lb": []}, seen).superfluous == {"now": [], "permanent": []}


def test_a_second_run_has_nothing_to_do():
    first = _register.plan({}, {"lb": ["80", "81"]}, NOTHING)
    seen = {"now": ("80", "81"), "permanent": ("80", "81")}
    second = _register.plan(first.after, {"lb": ["81", "80"]}, seen)
    assert second == ({"now": [], "permanent": []}, {"now": [], "permanent": []}, first.after)


def test_what_two_want_goes_with_the_last_of_them():
    seen = {"now": ("80",), "permanent": ("80",)}
    known = _register.plan({"80": entry("lb")}, {"web": ["80"]}, seen).after
    assert known == {"80": entry("lb", "web")}
    one = _register.plan(known, {"lb": []}, seen)
    assert one.superfluous == {"now": [], "permanent": []}
    assert one.after == {"80": entry("web")}
    none = _register.plan(one.after, {"web": []}, seen)
    assert none.superfluous == {"now": ["80"], "permanent": ["80"]}
    assert none.after == {}


def test_holders_that_are_not_named_keep_theirs():
    known = {"80": entry("lb"), "8080": entry("tomcat_app/a")}
    plan = _register.plan(known, {"tomcat_app/b": []}, {"now": ("80", "8080"), "permanent": ("80", "8080")})
    assert plan.after == known


def test_what_somebody_has_closed_by_hand_is_opened_again_and_not_closed_twice():
    known = {"80": entry("lb")}
    assert _register.plan(known, {"lb": ["80"]}, NOTHING).missing == {"now": ["80"], "permanent": ["80"]}
    assert _register.plan(known, {"lb": []}, NOTHING).superfluous == {"now": [], "permanent": []}


def test_what_is_noted_before_anything_is_done_holds_what_was_and_what_will_be():
    both = _register.united({"80": entry("lb")}, {"81": entry("lb"), "80": entry("web", places=["now"])})
    assert both == {"80": entry("lb", "web"), "81": entry("lb")}


def test_a_register_that_is_written_is_read(tmp_path):
    path = str(tmp_path / "state" / "firewall.json")
    assert _register.read(path) == {}
    _register.write(path, {"public 80/tcp": entry("lb")})
    assert _register.read(path) == {"public 80/tcp": entry("lb")}
    assert (tmp_path / "state" / "firewall.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "[]", '{"public 80/tcp": []}', "{"])
def test_a_register_that_somebody_has_broken_is_told(tmp_path, text):
    path = tmp_path / "firewall.json"
    path.write_text(text)
    with pytest.raises(_errors.SupervisorError, match=r"firewall\.json.*Put back what was in it, or remove it"):
        _register.read(str(path))
