# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared items become files that can be told from everybody else's."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._options import dialect as _dialect
from ansible_collections.supervisord.fleet.plugins.module_utils._program import declare as _declare, place as _place

DIALECT = _dialect.dialect("4.3.0")


def items(*raw):
    return _declare.items(list(raw), _place.Place("/c", ("*.ini",)))


def test_each_kind_has_a_file_of_its_own_name():
    found = items({"name": "web"}, {"name": "web", "kind": "group"}, {"name": "e", "kind": "eventlistener"})
    assert [item.path for item in found] == ["/c/web.ini", "/c/group-web.ini", "/c/eventlistener-e.ini"]


def test_what_is_not_given_is_not_written():
    (item,) = items({"name": "web", "command": "/bin/cat", "user": None})
    text = _declare.content([item], "shop", DIALECT).decode()
    assert "[program:web]\ncommand=/bin/cat\n" in text
    assert "user" not in text
    assert _declare.content([item._replace(state="absent")], "shop", DIALECT) is None


def test_files_are_recognised_by_their_label():
    (item,) = items({"name": "web", "command": "/bin/cat"})
    data = _declare.content([item], "shop", DIALECT)
    assert _declare.is_managed(data)
    assert _declare.is_managed(data, "shop")
    assert not _declare.is_managed(data, "sho")
    assert not _declare.is_managed(b"[program:web]\ncommand=x\n")
    assert not _declare.is_managed(None)


@pytest.mark.parametrize("label", ["", "a b", "a\nb", "-x", "\u00e9"])
def test_a_label_that_could_not_be_found_again_is_refused(label):
    with pytest.raises(_errors.OptionError, match="managed_by"):
        _declare.check_label(label)


@pytest.mark.parametrize("name", ["", "all", "a b", "a:b", "a/b", "-a", "a%", "\u00e9"])
def test_names_that_supervisor_could_not_address_are_refused(name):
    with pytest.raises(_errors.OptionError, match="cannot be used"):
        items({"name": name})


def test_an_option_of_another_kind_is_named_with_its_item():
    with pytest.raises(_errors.OptionError, match=r"programs\[1\] \(group:g\): option command does not belong"):
        items({"name": "a"}, {"name": "g", "kind": "group", "command": "x"})


@pytest.mark.parametrize("filename", ["", ".x.conf", "a/b.conf", "../x.conf"])
def test_a_file_outside_the_directory_or_hidden_is_refused(filename):
    with pytest.raises(_errors.OptionError, match="filename"):
        items({"name": "a", "filename": filename})


def test_a_file_that_the_daemon_would_not_read_is_refused_with_what_it_reads():
    with pytest.raises(_errors.OptionError, match=r"filename 'web.conf': the daemon does not read it.*\*\.ini"):
        items({"name": "web", "filename": "web.conf"})


def test_a_name_for_the_file_that_cannot_be_made_is_asked_for():
    with pytest.raises(_errors.OptionError, match="give one in filename"):
        _declare.items([{"name": "web"}], _place.Place("/c", ("[0-9][0-9].conf",)))


@pytest.mark.parametrize("autorestart", [True, "true", "yes", "t"])
def test_a_job_that_runs_once_and_starts_again_each_time_is_refused(autorestart):
    with pytest.raises(_errors.OptionError, match="one_shot"):
        items({"name": "a", "command": "x", "one_shot": True, "autorestart": autorestart})


def test_options_of_plugins_are_written_as_they_are():
    extra = {"wait_for": "a:running %(x)s 100%", "b": True, "a": 7}
    (item,) = items({"name": "web", "command": "/bin/cat", "extra_options": extra})
    text = _declare.content([item], "shop", DIALECT).decode()
    assert text.endswith("command=/bin/cat\na=7\nb=true\nwait_for=a:running %(x)s 100%\n")


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"numprocs": 3}, "extra_options.numprocs: this is an option of Supervisor's own, for a program; give it as"),
        ({"Numprocs": 3}, "give it as numprocs"),
        ({"socket": "x"}, "for a fcgi-program; remove it"),
        ({"Wait": "x"}, "lower case"),
        ({"a=b": "x"}, "lower case"),
        ({"a": ["x"]}, "extra_options.a: write the value as a text"),
        ({"a": 1.5}, "extra_options.a: write the value as a text"),
        ({"a": "x\n[program:y]"}, "extra_options.a: it has outer spaces, a line break"),
        ("a=b", "give a map"),
    ],
)
def test_what_no_plugin_can_have_is_refused(extra, words):
    (item,) = items({"name": "web", "command": "/bin/cat", "extra_options": extra})
    with pytest.raises(_errors.SupervisorError) as caught:
        _declare.content([item], "shop", DIALECT)
    assert words in caught.value.message


def test_items_that_all_name_one_file_lie_in_it_together():
    both = items({"name": "b", "filename": "x.ini", "command": "y"}, {"name": "a", "filename": "x.ini", "command": "z"})
    assert [item.path for item in both] == ["/c/x.ini", "/c/x.ini"]
    text = _declare.content(both, "shop", DIALECT).decode()
    assert text.index("[program:b]") < text.index("[program:a]")
    rest = _declare.content([both[0]._replace(state="absent"), both[1]], "shop", DIALECT).decode()
    assert "[program:b]" not in rest
    assert "[program:a]" in rest


@pytest.mark.parametrize("first", [{"name": "a"}, {"name": "b", "filename": "a.ini"}])
def test_a_file_that_only_one_of_its_items_names_is_refused(first):
    second = {"name": "b", "filename": "a.ini"} if first == {"name": "a"} else {"name": "a"}
    with pytest.raises(_errors.OptionError, match="declared twice.*the same filename"):
        items(first, second)


def test_a_former_text_shares_its_file_with_nobody():
    with pytest.raises(_errors.OptionError, match="declared twice"):
        items({"name": "a", "filename": "x.ini"}, {"name": "b", "filename": "x.ini", "_former": True})
