# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that exist once for stdout and once for stderr of a program."""

import typing as t

from .option import PROCESS, PROGRAM, Option

_SIZE = "bytes, or with suffix KB, MB or GB"

# Ending of the name, type, default, description (%s is the stream), names it expands, and what else is special.
_Row = t.Tuple[str, str, str, str, t.FrozenSet[str], t.Dict[str, t.Any]]
_ROWS: t.Tuple[_Row, ...] = (
    (
        "logfile",
        "logfile",
        "AUTO",
        (
            "File that receives the process's %s: a path, V(NONE) for no log, or V(AUTO) for a file that Supervisor "
            "names itself and deletes when the daemon starts. The directory must exist."
        ),
        PROCESS,
        {"passes": 2},
    ),
    (
        "logfile_maxbytes",
        "bytes",
        "50MB",
        "Size at which the %s log is rotated; V(0) never rotates, which a device such as /dev/stdout needs.",
        PROCESS,
        {"unit": _SIZE},
    ),
    (
        "logfile_backups",
        "int",
        "10",
        "How many rotated %s logs are kept; V(0) keeps none.",
        PROCESS,
        {"unit": "files"},
    ),
    (
        "capture_maxbytes",
        "bytes",
        "0",
        "Size of the buffer for %s text between the PROCESS_COMMUNICATION tags; V(0) turns capturing off.",
        PROGRAM,
        {"unit": _SIZE},
    ),
    (
        "events_enabled",
        "bool",
        "false",
        "Whether each piece of %s also becomes a PROCESS_LOG event for event listeners.",
        PROGRAM,
        {"since": "3.0a7"},
    ),
    (
        "syslog",
        "bool",
        "false",
        "Whether %s also goes to syslog, marked with the process name.",
        PROCESS,
        {"since": "4.0.0"},
    ),
)


def stream(name: str) -> t.Tuple[Option, ...]:
    """Give the options of one stream, "stdout" or "stderr"."""
    return tuple(
        Option("%s_%s" % (name, ending), kind, default, text % name, "diff", expand, **special)
        for ending, kind, default, text, expand, special in _ROWS
    )
