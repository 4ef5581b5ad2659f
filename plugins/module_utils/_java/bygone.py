# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of former Javas that a newer one refuses, and what to write instead. Text in, text out.

A JVM refuses options one at a time. Whoever brings those of Java 8 to Java 17 wants to know of all of them.
"""

import re
import typing as t

_CMS = "leave it out; the collector CMS is gone since Java 14, and G1 needs no such option"
_LOG = "write -Xlog:gc*:file=/path/gc.log:time,uptime,level,tags:filecount=5,filesize=10m, once for all of this kind"
_PRINT = (
    r"-XX:[+-]Print(?:GC(?:DateStamps|TimeStamps|Application\w+|Cause|ID)|Tenuring\w*|HeapAtGC\w*"
    r"|AdaptiveSizePolicy|ReferenceGC|Promotion\w*)\b"
)
_METASPACE = "write -XX:MaxMetaspaceSize=..., or leave it out; there is no permanent generation since Java 8"
_LEAVE = "leave it out"
_PERCENT = "write -XX:MaxRAMPercentage=..., or leave it out"
# (what the option begins with, the first release that is known to refuse it, what to do)
_TABLE = (
    (r"-XX:[+-]UseConcMarkSweepGC\b", 14, "write -XX:+UseG1GC, or leave it out; the collector CMS is gone"),
    (r"-XX:[+-]?(?:CMS|UseCMS|ConcGCYield|ParallelCMS|UseParNew|ParNew)\w*", 14, _CMS),
    (r"-Xincgc\b", 9, _CMS),
    (r"-XX:(?:Max)?PermSize=", 17, _METASPACE),
    (r"-XX:[+-]UseParallelOldGC\b", 15, "write -XX:+UseParallelGC"),
    (_PRINT, 9, _LOG),
    (r"-XX:(?:[+-]UseGCLogFileRotation|NumberOfGCLogFiles=|GCLogFileSize=|G1LogLevel=)", 9, _LOG),
    (r"-XX:[+-]Trace(?:ClassLoading|ClassUnloading|LoaderConstraints)\b", 17, "write -Xlog:class+load"),
    (r"-XX:[+-](?:AggressiveOpts|UseFast\w+|UseSplitVerifier|UseCompressedStrings|UseStringCache)\b", 12, _LEAVE),
    (r"-XX:[+-]UseBiasedLocking\b|-XX:BiasedLocking\w*=", 21, "leave it out"),
    (r"-XX:[+-]UnlockCommercialFeatures\b", 11, "leave it out; Flight Recorder needs it no more"),
    (r"-XX:[+-]UseCGroupMemoryLimitForHeap\b", 11, _PERCENT + "; a JVM knows the limits of its container by itself"),
    (r"-XX:(?:Initial|Max|Min)RAMFraction=", 25, _PERCENT),
    (r"-XX:[+-]ScavengeBeforeFullGC\b", 25, "leave it out"),
    (r"-d(?:32|64)\Z", 14, "leave it out"),
    (r"-Xbootclasspath/p:|-Xbootclasspath:", 9, "write --patch-module, or update the library that needs it"),
    (r"-Djava\.(?:endorsed|ext)\.dirs=", 9, "put the libraries into lib of the instance"),
    (r"-Djava\.security\.manager(?:=(?!disallow)|\Z)", 24, "leave it out; there is no Security Manager any more"),
)  # fmt: skip
_VERSION = re.compile(r"JAVA_VERSION=\"?(?:1\.)?(\d+)")


def release(text: str) -> int:
    """The feature release in the text of a JDK's file ``release``: 8, 17, ...; 0 when it does not say."""
    match = _VERSION.search(text)
    return int(match.group(1)) if match else 0


def told(words: t.Iterable[str], java: int) -> t.List[str]:
    """A line for each option that this release refuses, with what to do; options that it takes are not told.

    :param java: the release; 0 for one that is not known, for which nothing is told.
    """
    lines = []
    for word in words:
        for pattern, since, cure in _TABLE:
            if java >= since and re.match(pattern, word):
                lines.append("%s: Java %d refuses it; %s." % (word.partition("=")[0], java, cure))
                break
    return list(dict.fromkeys(lines))
