# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The name of a packaged JDK, as distributions lay them out: one that the next update of the package leaves alone."""

from __future__ import annotations

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.jdk_home import jdk_home

EL = "/usr/lib/jvm/java-17-openjdk-17.0.13.0.11-4.el9.x86_64"
EL_LINKS = [
    f"{EL} {EL}",
    f"/usr/lib/jvm/java {EL}",
    f"/usr/lib/jvm/java-17 {EL}",
    f"/usr/lib/jvm/java-17-openjdk {EL}",
    f"/usr/lib/jvm/jre {EL}",
    f"/usr/lib/jvm/jre-17 {EL}",
    f"/usr/lib/jvm/jre-17-openjdk {EL}",
]
EL_JRE = [
    line for line in EL_LINKS if "/java " not in line and "/java-17 " not in line and "/java-17-openjdk " not in line
]
EIGHT = "/usr/lib/jvm/java-1.8.0-openjdk-1.8.0.412.b08-2.el8.x86_64"
DEBIAN = "/usr/lib/jvm/java-17-openjdk-amd64"
TEN = "/usr/lib/jvm/java-21-openjdk"
SUSE = "/usr/lib64/jvm/java-17-openjdk-17"


@pytest.mark.parametrize(
    ("packages", "files", "names", "home"),
    [
        (["java-17-openjdk-devel"], [f"{EL}/bin/javac"], EL_LINKS, "/usr/lib/jvm/java-17-openjdk"),
        (["java-17-openjdk-headless"], [f"{EL}/bin/java"], EL_JRE, "/usr/lib/jvm/jre-17-openjdk"),
        (["java-17-openjdk"], [f"{EL}/bin/java"], EL_JRE, "/usr/lib/jvm/jre-17-openjdk"),
        (
            ["java-1.8.0-openjdk-headless"],
            [f"{EIGHT}/jre/bin/java"],
            [f"/usr/lib/jvm/jre-1.8.0-openjdk {EIGHT}/jre"],
            "/usr/lib/jvm/jre-1.8.0-openjdk",
        ),
        # The names lead to another JDK of the host.
        (["java-17-openjdk-devel"], [f"{EL}/bin/javac"], [f"{EL} {EL}", "/usr/lib/jvm/java-17-openjdk /opt/jdk"], EL),
        (["openjdk-17-jdk-headless"], [f"{DEBIAN}/bin/javac"], [f"{DEBIAN} {DEBIAN}"], DEBIAN),
        (
            ["java-17-openjdk-devel"],
            ["/usr/lib64/jvm/java-17-openjdk-17/bin/javac"],
            [f"{SUSE} {SUSE}", f"/usr/lib64/jvm/java-17-openjdk {SUSE}"],
            "/usr/lib64/jvm/java-17-openjdk",
        ),
        (["java-21-openjdk-devel"], ["/usr/bin/javac", f"{TEN}/bin/javac"], [f"{TEN} {TEN}"], TEN),
    ],
)  # fmt: skip
def test_names(packages: list[str], files: list[str], names: list[str], home: str) -> None:
    assert jdk_home([*files, "/usr/share/doc/x"], packages, names) == home


def test_a_package_that_only_depends_on_others_is_followed() -> None:
    names = [f"{DEBIAN} {DEBIAN}"]
    assert jdk_home(["/usr/share/doc/default-jdk"], ["default-jdk"], names, f"{DEBIAN}/bin/java") == DEBIAN
    assert jdk_home([], ["java-1.8.0-openjdk"], [], f"{EIGHT}/jre/bin/java") == EIGHT


def test_nothing_is_known_of_what_is_not_installed() -> None:
    assert jdk_home([], ["openjdk-17-jdk-headless"], [], "") == ""
