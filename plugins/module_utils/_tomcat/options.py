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
    ("-Dcom.sun.management.config.file=", "it is a file that may name a port"),
    ("-Dcom.sun.management.snmp.port=", "it opens a port"),
    ("-XX:StartFlightRecording", "it writes a recording"),
    ("-XX:ArchiveClassesAtExit", "it writes an archive"),
    ("-XX:+AutoCreateSharedArchive", "it writes an archive"),
    ("-XX:AOTCacheOutput=", "it writes an archive"),
    ("-XX:AOTMode=", "it may write an archive"),
    ("-XX:CRaC", "it writes a checkpoint, or goes on with one"),
    ("-XX:+AlwaysPreTouch", "it takes all memory at once"),
    ("-XX:Flags=", "it is a file with more options"),
    ("-XX:VMOptionsFile=", "it is a file with more options"),
    ("-XX:+LogVMOutput", "it writes a log"),
    ("-XX:LogFile=", "it writes a log"),
    ("@", "it is a file with more options"),
)
_AGENT_FILE = re.compile(r"-(?:javaagent|agentpath):([^=]+)")
_OPTIONS_FILE = re.compile(r"(?:-XX:Flags=|-XX:VMOptionsFile=|-Dcom\.sun\.management\.config\.file=|@)(.+)")
# Port 0 is any that is free: so all else that JMX and a debugger want, such as a file of passwords, is tried.
_JMX_PORT = re.compile(r"(-Dcom\.sun\.management\.jmxremote\.(?:rmi\.|local\.)?port=)[0-9]+$")
_DEBUGGER = re.compile(r"(-agentlib:jdwp=|-Xrunjdwp:)(.*)", re.DOTALL)
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
    for word in (_at_any_port(given) for given in words):
        debugger = _waits_for_a_debugger(word)
        reason = next((why for start, why in _NEVER if word.startswith(start) and not debugger), "")
        named = _AGENT_FILE.match(word) or _OPTIONS_FILE.match(word)
        if named:
            tried.reads.append(named.group(1))
        if reason:
            tried.left_out[_name(word)] = reason
        else:
            tried.words.append(_elsewhere(word, log, tried.writes))
    return tried


def _waits_for_a_debugger(word: str) -> bool:
    """Does it listen for one? Otherwise the JVM would go to a debugger itself."""
    match = _DEBUGGER.match(word)
    return match is not None and "server=y" in match.group(2).split(",")


def _at_any_port(word: str) -> str:
    """JMX or a debugger at a port that is free, for which nothing waits; any other option as it is."""
    match = _DEBUGGER.match(word)
    if not match or not _waits_for_a_debugger(word):
        return _JMX_PORT.sub(r"\g<1>0", word)
    parts = [part for part in match.group(2).split(",") if not part.startswith("suspend=")]
    parts = [re.sub(r"^(address=(?:.*:)?)[0-9]+$", r"\g<1>0", part) for part in parts]
    return match.group(1) + ",".join([*parts, "suspend=n"])


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
