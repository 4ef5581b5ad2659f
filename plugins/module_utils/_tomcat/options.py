# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a JVM that can be tried beside a running instance: what would open a port or a file does so elsewhere.

Text in, text out.
"""

import re
import typing as t

# What takes effect before anything of the program runs, and may open ports or files, or take memory.
_NEVER = (
    ("-javaagent:", "it may open a port or a file"),
    ("-agentpath:", "it may open a port or a file"),
    ("-agentlib:", "it may open a port or a file"),
    ("-Xrun", "it may open a port or a file"),
    ("-Dcom.sun.management.jmxremote.port=", "it opens a port"),
    ("-Dcom.sun.management.jmxremote.rmi.port=", "it opens a port"),
    ("-XX:StartFlightRecording", "it writes a recording"),
    ("-XX:ArchiveClassesAtExit", "it writes an archive"),
    ("-XX:+AlwaysPreTouch", "it takes all memory at once"),
    ("-XX:Flags=", "it is a file with more options"),
    ("-XX:VMOptionsFile=", "it is a file with more options"),
    ("-XX:+LogVMOutput", "it writes a log"),
    ("-XX:LogFile=", "it writes a log"),
    ("@", "it is a file with more options"),
)
_AGENT_FILE = re.compile(r"-(?:javaagent|agentpath):([^=]+)")
_OPTIONS_FILE = re.compile(r"(?:-XX:Flags=|-XX:VMOptionsFile=|@)(.+)")
# -Xlog:what:file=name:decorations:options, where "file=" may be left out and the name may be in quotes
_XLOG = re.compile(r"(-Xlog:[^:]*:)((?:file=)?)(\"[^\"]*\"|[^:]*)(.*)", re.DOTALL)
_STREAMS = ("", "stdout", "stderr")


class Tried(t.NamedTuple):
    """What of some options can be tried.

    words: the options, without what would disturb. left_out: option -> why. reads, writes: files that they name.
    """

    words: t.List[str]
    left_out: t.Dict[str, str]
    reads: t.List[str]
    writes: t.List[str]


def harmless(words: t.Iterable[str], log: str) -> Tried:
    """The options as they can be tried while the same ones are in force elsewhere.

    :param log: file that takes what would go to a log.
    """
    tried = Tried([], {}, [], [])
    for word in words:
        reason = next((why for start, why in _NEVER if word.startswith(start)), "")
        named = _AGENT_FILE.match(word) or _OPTIONS_FILE.match(word)
        if named:
            tried.reads.append(named.group(1))
        if reason:
            tried.left_out[_name(word)] = reason
        else:
            tried.words.append(_elsewhere(word, log, tried.writes))
    return tried


def _name(word: str) -> str:
    """An option as it may be shown: what it is set to can be a secret."""
    return re.split("[=]", word, maxsplit=1)[0]


def _elsewhere(word: str, log: str, writes: t.List[str]) -> str:
    """The option with another log file, whose own is noted."""
    if word.startswith("-Xloggc:"):
        writes.append(word[len("-Xloggc:") :])
        return "-Xloggc:" + log
    match = _XLOG.match(word)
    if not match or match.group(3) in _STREAMS:
        return word
    writes.append(match.group(3).strip('"'))
    return "%s%s%s%s" % (match.group(1), match.group(2), log, match.group(4))


def log_folder(path: str, directory: str) -> str:
    """The folder that a log of the JVM is written to. Only in the name behind it does the JVM replace something."""
    full = path if path.startswith("/") else "%s/%s" % (directory, path)
    return full.rpartition("/")[0] or "/"
