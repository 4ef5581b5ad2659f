# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that are tried beside a running instance: none opens a port of its, and none writes to its logs."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import options as _options

# (option, as it is tried; None: not at all)
OPTIONS = [
    ("-Xmx64m", "-Xmx64m"),
    ("-XX:+NoSuchOption", "-XX:+NoSuchOption"),
    ("-Dcom.sun.management.jmxremote.authenticate=false", "-Dcom.sun.management.jmxremote.authenticate=false"),
    ("-Dcom.sun.management.jmxremote.port=9012", "-Dcom.sun.management.jmxremote.port=0"),
    ("-Dcom.sun.management.jmxremote.rmi.port=9012", "-Dcom.sun.management.jmxremote.rmi.port=0"),
    ("-Dcom.sun.management.jmxremote.port=9012x", "-Dcom.sun.management.jmxremote.port=9012x"),
    ("-Dcom.sun.management.config.file=/etc/jmx.properties", None),
    (
        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=8000",
        "-agentlib:jdwp=transport=dt_socket,server=y,address=0,suspend=n",
    ),
    ("-Xrunjdwp:address=127.0.0.1:8000,server=y", "-Xrunjdwp:address=127.0.0.1:0,server=y,suspend=n"),
    ("-agentlib:jdwp=transprt=dt_socket,server=y", "-agentlib:jdwp=transprt=dt_socket,server=y,suspend=n"),
    ("-agentlib:jdwp=transport=dt_socket,address=ide.example:8000", None),
    ("-agentlib:profile", None),
    ("-javaagent:/a.jar=9404:x", None),
    ("-XX:StartFlightRecording=filename=/x.jfr", None),
    ("-XX:+AlwaysPreTouch", None),
    ("@/etc/more", None),
    ("-Xloggc:/logs/gc.log", "-Xloggc:/scratch/log"),
    ("-Xlog:gc*:file=/logs/gc.log:time:filecount=5", "-Xlog:gc*:file=/scratch/log:time:filecount=5"),
    ("-Xlog:gc*:/logs/gc.log", "-Xlog:gc*:/scratch/log"),
    ('-Xlog:gc:file="/logs/a:b.log"', "-Xlog:gc:file=/scratch/log"),
    ("-Xlog:gc:stderr", "-Xlog:gc:stderr"),
    ("-Xlog:gc", "-Xlog:gc"),
    ("-Xlog:gc::uptime", "-Xlog:gc::uptime"),
]


@pytest.mark.parametrize(("option", "tried"), OPTIONS, ids=[option for option, _tried in OPTIONS])
def test_what_is_tried(option, tried):
    found = _options.harmless([option], "/scratch/log")
    assert found.words == ([] if tried is None else [tried])
    assert bool(found.left_out) == (tried is None)


def test_files_that_options_name_are_known_and_no_value_is_shown():
    words = ["-javaagent:/a.jar=token=hidden", "-Xloggc:gc.log", "@more", "-Xlog:gc:file=/logs/x.log"]
    found = _options.harmless(words, "/scratch/log")
    assert (found.reads, found.writes) == (["/a.jar", "more"], ["gc.log", "/logs/x.log"])
    assert "hidden" not in str(found.left_out)


def test_where_a_log_lies():
    assert _options.log_folder("gc-%p.log", "/opt/app01/bin") == "/opt/app01/bin"
    assert _options.log_folder("$CATALINA_BASE/logs/gc.log", "/opt/app01/bin") == "/opt/app01/bin/$CATALINA_BASE/logs"
    assert _options.log_folder("/logs/gc.log", "/x") == "/logs"
