# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that Java 17 and 25 were seen to refuse, and some that they were seen to take."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._java import bygone as _bygone

# Each was tried with java OPTION -version.
REFUSED_BY_17 = [
    "-XX:+UseConcMarkSweepGC",
    "-XX:+UseParNewGC",
    "-XX:+CMSClassUnloadingEnabled",
    "-XX:CMSInitiatingOccupancyFraction=70",
    "-XX:+UseCMSInitiatingOccupancyOnly",
    "-XX:+CMSParallelRemarkEnabled",
    "-XX:PermSize=64m",
    "-XX:MaxPermSize=256m",
    "-XX:+PrintGCDateStamps",
    "-XX:+PrintGCTimeStamps",
    "-XX:+PrintTenuringDistribution",
    "-XX:+PrintGCApplicationStoppedTime",
    "-XX:+PrintHeapAtGC",
    "-XX:+UseGCLogFileRotation",
    "-XX:NumberOfGCLogFiles=5",
    "-XX:GCLogFileSize=10M",
    "-XX:+AggressiveOpts",
    "-XX:+UseFastAccessorMethods",
    "-d64",
    "-Xincgc",
    "-Xbootclasspath/p:/x.jar",
    "-Djava.endorsed.dirs=/x",
    "-Djava.ext.dirs=/x",
    "-XX:+UseParallelOldGC",
    "-XX:+UnlockCommercialFeatures",
    "-XX:+TraceClassLoading",
    "-XX:+UseSplitVerifier",
    "-XX:+UseCompressedStrings",
    "-XX:+UseStringCache",
    "-XX:+UseCGroupMemoryLimitForHeap",
    "-XX:ParallelCMSThreads=2",
    "-XX:+CMSScavengeBeforeRemark",
    "-XX:G1LogLevel=fine",
]
REFUSED_BY_25 = [
    "-XX:+UseBiasedLocking",
    "-XX:-UseBiasedLocking",
    "-XX:InitialRAMFraction=2",
    "-XX:MaxRAMFraction=2",
    "-Djava.security.manager",
    "-Djava.security.manager=allow",
    "-XX:+ScavengeBeforeFullGC",
]
TAKEN = [
    "-XX:+PrintGCDetails",
    "-Xloggc:/tmp/x.log",
    "-XX:+FlightRecorder",
    "-XX:+OptimizeStringConcat",
    "-XX:MaxGCPauseMillis=50",
    "-Xrs",
    "-Xverify:none",
    "-XX:+CrashOnOutOfMemoryError",
    "-XX:+PrintClassHistogram",
    "-XX:+ExplicitGCInvokesConcurrent",
    "-XX:+DisableExplicitGC",
    "-XX:+UseG1GC",
    "-Djava.security.manager=disallow",
    "-Dshop.dir=-d64",
    "-Xmx1g",
]


@pytest.mark.parametrize("word", REFUSED_BY_17 + REFUSED_BY_25)
def test_what_is_refused_is_told_with_the_cure(word):
    since = 17 if word in REFUSED_BY_17 else 25
    (line,) = _bygone.told([word], since)
    assert line.startswith("%s: Java %d refuses it; " % (word.partition("=")[0], since))
    assert line.rstrip(".").partition("; ")[2]
    assert _bygone.told([word], 8) == []


@pytest.mark.parametrize("word", REFUSED_BY_25)
def test_what_17_takes_is_not_told_of_it(word):
    assert _bygone.told([word], 17) == []


@pytest.mark.parametrize("java", [8, 17, 25, 0])
def test_nothing_is_said_of_the_others(java):
    assert _bygone.told(TAKEN, java) == []


def test_of_an_unknown_java_nothing_is_told():
    assert _bygone.told(REFUSED_BY_17, 0) == []


@pytest.mark.parametrize(
    ("text", "java"),
    [('JAVA_VERSION="17.0.13"', 17), ('A="1"\nJAVA_VERSION="1.8.0_402"\n', 8), ('JAVA_VERSION="25"', 25), ("", 0)],
)
def test_the_release_is_that_of_the_jdk(text, java):
    assert _bygone.release(text) == java
