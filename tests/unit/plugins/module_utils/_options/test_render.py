# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written is exact, readable, and refused by name where it cannot be exact."""

import random
import shlex

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._config import model as _model, tree as _tree
from ansible_collections.supervisord.fleet.plugins.module_utils._options import (
    dialect as _dialect,
    quote as _quote,
    render as _render,
)

NEW = _dialect.dialect("4.3.0")
OLD = _dialect.dialect("3.4.0")
NEXT = _dialect.dialect("4.4.0")
ALL = [OLD, _dialect.dialect("4.0.4"), _dialect.dialect("4.2.5"), NEW, _dialect.Dialect((4, 3, 0), 3, 13), NEXT]
SEED = 20261123


def section(values, kind="program", name="web", reader=NEW):
    return _render.render_section(kind, name, values, reader)


def line(option, value, reader=NEW, kind="program"):
    """Give what stands right of the key."""
    values = {"command": "x", "events": ["TICK_5"], "socket": "tcp://a:1"} if kind != "supervisord" else {}
    known = {"program": ("command",), "eventlistener": ("command", "events"), "fcgi-program": ("command", "socket")}
    values = {key: text for key, text in values.items() if key in known.get(kind, ())}
    values[option] = value
    text = section(values, kind, "" if kind == "supervisord" else "web", reader)
    return text.split("\n%s=" % option, 1)[1].rstrip("\n")


def test_a_section():
    text = section(
        {
            "command": ["/usr/bin/java", "-Xloggc:gc-%t_%p.log", "a b"],
            "environment": {"B": "it's", "A": "100%"},
            "autostart": False,
            "exitcodes": [0, 143],
            "umask": "027",
            "stopwaitsecs": 30,
            "stdout_logfile_maxbytes": "10MB",
            "user": None,
        }
    )
    assert text == (
        "[program:web]\n"
        "command=/usr/bin/java -Xloggc:gc-%%t_%%p.log 'a b'\n"
        "umask=027\n"
        "environment=A='100%%',B=\"it's\"\n"
        "autostart=false\n"
        "exitcodes=0,143\n"
        "stopwaitsecs=30\n"
        "stdout_logfile_maxbytes=10MB\n"
    )


def test_a_file():
    sections = [
        ("group", "g", {"programs": ["a", "b"], "priority": 5}),
        ("program", "a", {"command": "/bin/cat"}),
    ]
    assert _render.render(sections, "Managed by Ansible\n\nDo not edit", NEW) == (
        "; Managed by Ansible\n;\n; Do not edit\n\n"
        "[group:g]\nprograms=a,b\npriority=5\n\n[program:a]\ncommand=/bin/cat\n"
    )


def test_a_file_without_header():
    assert _render.render([("supervisord", None, {})], "", NEW) == "[supervisord]\n"


@pytest.mark.parametrize(
    ("option", "value", "written"),
    [
        ("command", "/bin/date +%s", "/bin/date +%%s"),
        ("command", "/bin/echo %(program_name)s %(process_num)02d", "/bin/echo %(program_name)s %(process_num)02d"),
        ("command", "/bin/echo %(ENV_HOME)s %(foo)s", "/bin/echo %(ENV_HOME)s %%(foo)s"),
        ("command", "/bin/echo %%", "/bin/echo %%%%"),
        ("command", "/bin/echo %%(here)s", "/bin/echo %%%(here)s"),
        ("command", "/bin/echo %(program_name)d", "/bin/echo %%(program_name)d"),
        ("command", "/bin/sh -c 'a;b'\n", "/bin/sh -c 'a;b'"),
        ("command", ["/bin/echo", ""], "/bin/echo ''"),
        ("command", ["/bin/echo", "it's"], "/bin/echo 'it'\"'\"'s'"),
        ("command", ["/bin/echo", 5], "/bin/echo 5"),
        ("command", "a #b", "a %(program_name).0s#b"),
        ("command", ["a", "x ;y"], "a 'x %(program_name).0s;y'"),
        ("directory", "/srv/a b", "/srv/a b"),
        ("directory", "/srv/ ", "%(program_name).0s/srv/ %(program_name).0s"),
        ("directory", "#x", "%(program_name).0s#x"),
        ("directory", '""', '%(program_name).0s""'),
        ("directory", "a\nb", "%(program_name).0sa%(program_name).0s\n\t%(program_name).0sb%(program_name).0s"),
        ("stdout_logfile", "/log/100%.log", "/log/100%%%%.log"),
        ("stdout_logfile", "/log/%(program_name)s.log", "/log/%(program_name)s.log"),
        ("stdout_logfile", "/log/%(ENV_X)s.log", "/log/%%(ENV_X)s.log"),
        ("environment", {}, ""),
        ("environment", {"A": ""}, "A=''"),
        ("environment", {"A": 1}, "A='1'"),
        ("environment", {"A": "%(here)s/x"}, "A='%(here)s/x'"),
        ("exitcodes", [], ""),
        ("autorestart", "Unexpected", "unexpected"),
        ("autorestart", True, "true"),
        ("autorestart", "yes", "true"),
        ("autorestart", "%(ENV_AGAIN)s", "%(ENV_AGAIN)s"),
        ("autostart", "off", "false"),
        ("autostart", 1, "true"),
        ("autostart", "%(ENV_START)s", "%(ENV_START)s"),
        ("numprocs", " 4 ", "4"),
        ("numprocs", 4.0, "4"),
        ("numprocs", "%(ENV_N)s0", "%(ENV_N)s0"),
        ("exitcodes", ["0", 143, "%(ENV_CODE)s"], "0,143,%(ENV_CODE)s"),
        ("umask", "0%(ENV_MASK)s", "0%(ENV_MASK)s"),
        ("stdout_logfile_maxbytes", "%(ENV_SIZE)sMB", "%(ENV_SIZE)sMB"),
    ],
)
def test_spelling(option, value, written):
    assert line(option, value) == written


def test_literal_text_keeps_even_expansions():
    assert line("directory", _quote.Literal("/x/%(program_name)s")) == "/x/%%(program_name)s"
    assert line("directory", _quote.Literal("/x/%(here)s")) == "/x/%%(here)%(program_name).0ss"
    assert line("environment", {"A": _quote.Literal("%(ENV_X)s"), "B": "%(ENV_X)s"}) == "A='%%(ENV_X)s',B='%(ENV_X)s'"
    assert line("command", ["x", _quote.Literal("%(here)d")]) == "x '%%(here)d'"


def test_environment_of_the_daemon_is_formatted_twice_until_4_4():
    assert line("environment", {"A": "5%"}, NEW, "supervisord") == "A='5%%%%'"
    assert line("environment", {"A": "5%"}, NEXT, "supervisord") == "A='5%%'"


def test_quotes_that_4_4_can_carry():
    both = "'\"" + "\\"
    assert line("environment", {"A": both}, NEXT) == r"""A="'\"\\" """.rstrip()
    with pytest.raises(_errors.UnrepresentableError):
        line("environment", {"A": both}, NEW)


def test_other_kinds():
    assert section({"programs": ["a", "b c"]}, "group", "g") == "[group:g]\nprograms=a,b c\n"
    assert "events=TICK_5,PROCESS_STATE\n" in section(
        {"command": "x", "events": ["tick_5", "PROCESS_STATE"]}, "eventlistener", "e"
    )
    assert (
        section({"files": ["a/*.conf", "%(here)s/b.ini"]}, "include", "")
        == "[include]\nfiles=a/*.conf %(here)s/b.ini\n"
    )
    assert section({"file": "/run/s.sock", "chmod": "0770"}, "unix_http_server", "") == (
        "[unix_http_server]\nfile=/run/s.sock\nchmod=0770\n"
    )
    assert section({"port": "9001"}, "inet_http_server", "second").startswith("[inet_http_server:second]\n")
    assert section({"rpcinterface_factory": "a:b", "retries": "3"}, "rpcinterface", "x") == (
        "[rpcinterface:x]\nsupervisor.rpcinterface_factory=a:b\nretries=3\n"
    )


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("command", "a\0b", "NUL"),
        ("command", ["a", "b\r"], "carriage return"),
        ("directory", "/a\rb", "carriage return"),
        ("directory", "/a\udcff", "Unicode"),
        ("command", ["a", "x" * 131072], "128 KiB"),
        ("environment", {"A": "x" * 131072}, "128 KiB"),
        ("environment", {"A": "'x"}, "begins or ends with a quote"),
        ("environment", {"A": 'x"'}, "begins or ends with a quote"),
        ("environment", {"A": "%(here).0s'x"}, "begins or ends with a quote"),
        ("environment", {"A": "x'y\"z"}, "both ' and"),
        ("environment", {"A\nB": "x"}, "not a safe name"),
        ("environment", {"A-B": "x"}, "not a safe name"),
        ("environment", {"": "x"}, "not a safe name"),
    ],
)
def test_what_cannot_be_written_is_refused_by_name(option, value, words):
    with pytest.raises(_errors.UnrepresentableError) as caught:
        line(option, value)
    assert words in caught.value.message
    assert caught.value.message.startswith("[program:web] %s" % option)
    assert caught.value.details["section"] == "program:web"
    assert caught.value.details["option"].split(".")[0] == option


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("umask", "18", "'022'"),
        ("umask", 18, "in quotes"),
        ("umask", "0999", "octal"),
        ("autostart", "perhaps", "true or false"),
        ("startsecs", "5s", "whole number"),
        ("startsecs", True, "whole number"),
        ("startsecs", 1.5, "whole number"),
        ("startsecs", "%(process_num)d", "or a text with %(group_name)s"),
        ("startsecs", "", "whole number"),
        ("autostart", "", "true or false"),
        ("autostart", [True], "true or false"),
        ("stdout_logfile_maxbytes", "10M", "such as 50MB"),
        ("stdout_logfile_maxbytes", "1.5MB", "such as 50MB"),
        ("stdout_logfile", False, "quote words"),
        ("stdout_logfile", "False", "quote words"),
        ("directory", "", "leave the option out"),
        ("user", "", "leave the option out"),
        ("exitcodes", [256], "from 0 to 255"),
        ("exitcodes", "0,2", "give a list"),
        ("autorestart", "always", "true, false, unexpected"),
        ("process_name", "a b", "without space"),
        ("command", "", "name a program"),
        ("command", [], "name a program"),
        ("command", "x 'y", "quotes do not match"),
        ("command", ["x", True], "as a text"),
        ("command", 5, "a text or a list"),
        ("environment", "A=1", "map of names"),
        ("environment", {"A": True}, "environment.A is of type bool"),
        ("environment", {"A": 1.10}, "environment.A is of type float"),
        ("environment", {"A": None}, "environment.A is of type NoneType"),
        ("comand", "x", "did you mean command?"),
        ("no_such_option_at_all", "x", "it takes autorestart"),
    ],
)
def test_wrong_values_are_refused_with_a_cure(option, value, words):
    with pytest.raises(_errors.OptionError) as caught:
        line(option, value)
    assert words in caught.value.message
    assert "[program:web]" in caught.value.message


@pytest.mark.parametrize(
    ("kind", "name", "values", "words"),
    [
        ("program", "a b", {"command": "x"}, "two names"),
        ("program", "all", {"command": "x"}, "all programs"),
        ("program", "", {"command": "x"}, "it is empty"),
        ("program", "x]\n[program:y", {"command": "x"}, "two names"),
        ("supervisord", "x", {}, "takes no name"),
        ("program", "x", {}, "command is missing"),
        ("eventlistener", "x", {"command": "x"}, "events is missing"),
        ("eventlistener", "x", {"command": "x", "events": ["TICK_7"]}, "TICK_7"),
        ("eventlistener", "x", {"command": "x", "events": ["TICK_5"], "stdout_capture_maxbytes": "1"}, "not an option"),
        ("eventlistener", "x", {"command": "x", "events": ["TICK_5"], "buffer_size": 0}, "from 1"),
        ("fcgi-program", "x", {"command": "x", "socket": "/tmp/x"}, "unix:///path"),
        ("fcgi-program", "x", {"command": "x", "socket": "tcp://a:1", "socket_backlog": 70000}, "to 65535"),
        ("group", "g", {"programs": ["a,b"]}, "without comma"),
        ("include", "", {"files": ["a b"]}, "no spaces"),
        ("include", "", {"files": []}, "at least one"),
        ("unix_http_server", "", {"file": "/" + "x" * 99}, "99 bytes"),
        ("unix_http_server", "", {"file": "/x", "username": "a:b"}, "no ':'"),
        ("unix_http_server", "", {"file": "/x", "username": ""}, "not empty"),
        ("inet_http_server", "", {"port": "9001", "password": "{SHA}ABC"}, "40 lower-case hex"),
        ("supervisorctl", "", {"password": "{SHA}" + "a" * 40}, "clear text"),
        ("rpcinterface", "x", {"rpcinterface_factory": "a:b", "Retries": "3"}, "lower case"),
        ("supervisord", "", {"loglevel": "verbose"}, "blather"),
        ("nonsense", "x", {}, "is not known"),
    ],
)
def test_wrong_sections_are_refused(kind, name, values, words):
    with pytest.raises(_errors.SupervisorError) as caught:
        section(values, kind, name)
    assert words in caught.value.message


def test_options_the_daemon_is_too_old_for_are_refused():
    with pytest.raises(_errors.OptionError) as caught:
        line("stdout_syslog", True, OLD)
    assert "needs Supervisor 4.0.0 or newer, this is 3.4.0" in caught.value.message
    with pytest.raises(_errors.OptionError) as caught:
        line("command", "x %(numprocs)d", OLD)
    assert "4.2.0" in caught.value.message
    assert line("command", _quote.Literal("x %(numprocs)d"), OLD) == "x %%(numprocs)d"


def test_a_name_that_exists_but_not_for_the_option_is_text():
    assert line("serverurl", "http://%(process_num)d/") == "http://%%(process_num)d/"
    assert line("identifier", "%(program_name)s", NEW, "supervisord") == "%%(program_name)s"


def test_ascii_daemons_get_ascii_only():
    ascii_only = _dialect.dialect("4.2.5", 3, 6, "ascii")
    with pytest.raises(_errors.UnrepresentableError) as caught:
        line("directory", "/srv/é", ascii_only)
    assert "UTF-8 locale" in caught.value.message
    with pytest.raises(_errors.UnrepresentableError):
        _render.render([("supervisord", "", {})], "Grüße", ascii_only)


@pytest.mark.parametrize("password", [" x", "x ", "a ;b", "a #b", "a\nb", '""'])
def test_passwords_without_a_spelling_are_refused_and_not_shown(password):
    with pytest.raises(_errors.UnrepresentableError) as caught:
        section({"port": "9001", "username": "u", "password": password}, "inet_http_server", "")
    assert repr(password) not in caught.value.message


def test_secrets_never_reach_a_message():
    for values in (
        {"environment": {"A": "s3cret'\""}},
        {"environment": "A=s3cret"},
        {"environment": {"A": "s3cret\r"}},
    ):
        with pytest.raises(_errors.SupervisorError) as caught:
            section(dict(values, command="x"))
        assert "s3cret" not in caught.value.message
        assert "s3cret" not in str(caught.value.details)
    with pytest.raises(_errors.SupervisorError) as caught:
        section({"password": "{SHA}s3cret"}, "inet_http_server", "")
    assert "s3cret" not in caught.value.message


def test_a_section_twice_is_refused():
    twice = [("program", "a", {"command": "x"}), ("program", "a", {"command": "y"})]
    with pytest.raises(_errors.OptionError) as caught:
        _render.render(twice, "", NEW)
    assert "[program:a] is declared twice" in caught.value.message


def test_no_value_can_open_a_section_or_add_an_option():
    evil = "x\n[program:evil]\ncommand=/bin/evil\nuser=nobody"
    text = _render.render([("program", "web", {"command": ["/bin/echo", evil], "directory": evil})], evil, NEW)
    for reader in ALL:
        tree = _tree.load("/c", _tree.Memory({"/c": text.encode()}), reader, {}, "h")
        assert list(tree.sections) == ["program:web"]
        assert sorted(tree.sections["program:web"]) == ["command", "directory"]


PIECES = (
    "%", "%%", "%s", "%(here)s", "%(program_name)s", "%(x)s", "%(here)", "%(here).0s", ";", " ;", "#", " #", "\n", "\t",
    " ", "'", '"', "\\", ",", "=", ":", "a", "B c", "é", "\u00a0", "\u2028", "\x0b", "\x1c", "[x]", "rem ", "$x", "~",
    "\n[program:e]",
)  # fmt: skip


def random_text(rng):
    return "".join(rng.choice(PIECES) for _turn in range(rng.randint(0, 8)))


def refusal_of(name, values, reader):
    """Give the error with which a program is refused, None when it can be written."""
    try:
        _render.render_section("program", name, values, reader)
    except _errors.UnrepresentableError as error:
        return error
    return None


@pytest.mark.parametrize("reader", ALL, ids=str)
def test_thousands_of_random_values_are_read_back_unchanged(reader):
    rng = random.Random(SEED)
    sections, wanted = [], []
    while len(wanted) < 700:
        name = "p%d" % len(wanted)
        values = {
            "command": ["/bin/echo"] + [_quote.Literal(random_text(rng)) for _turn in range(2)],
            "directory": _quote.Literal("/" + random_text(rng)),
            "stdout_logfile": _quote.Literal("/tmp/" + random_text(rng).replace("/", "_")),
            "environment": {"A": _quote.Literal(random_text(rng)), "B": _quote.Literal(random_text(rng))},
        }
        refusal = refusal_of(name, values, reader)
        if refusal is not None:
            assert refusal.details["option"].startswith("environment.")
            assert not reader.at_least("4.4.0")
            continue
        sections.append(("program", name, values))
        wanted.append(values)
    text = _render.render([("supervisord", "", {}), *sections, ("include", "", {"files": ["*.none"]})], "", reader)

    model = _model.resolve(_tree.load("/c", _tree.Memory({"/c": text.encode()}), reader, {}, "h"), reader, {}, "h")

    for number, values in enumerate(wanted):
        (process,) = model.groups["p%d" % number].processes
        assert shlex.split(process.options["command"]) == values["command"]
        assert process.options["directory"] == values["directory"]
        assert process.options["stdout_logfile"] == values["stdout_logfile"]
        assert process.options["environment"] == values["environment"]


def test_rendering_twice_gives_the_same_text():
    values = {"command": "x", "environment": {"B": "1", "A": "2"}, "exitcodes": [2, 0]}
    assert section(values) == section(dict(reversed(list(values.items()))))
