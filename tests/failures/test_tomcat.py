# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of Tomcats that fail: refused before an instance is touched, or taken back with the others as they were."""

from __future__ import annotations

import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import typing as t

import host as host_
import pytest

SMALL = ["-Xms32m", "-Xmx64m", "-XX:TieredStopAtLevel=1"]  # as in the inventory
APPS: t.List[t.Dict[str, t.Any]] = [{"name": "app01"}, {"name": "app02"}]
APP01 = "app01:app01"
# The first goes back: it runs again with another process id, and all its files are as they were.
BACK = "Put back: app01"
# And the second, which would have changed as well, was not touched.
FIRST_ONLY = "(?=.*Put back: app01)(?=.*as they were: app02)"


def tomcats(host: host_.Host, first: t.Optional[t.Mapping[str, t.Any]] = None, **variables: t.Any) -> host_.Outcome:
    """Run the role with more for the first instance, and more variables for all."""
    return host.role("tomcat_app", tomcat_app_instances=[{**APPS[0], **(first or {})}, APPS[1]], **variables)


def test_java_home_that_is_not_there(host, failure):
    with failure("3", "a java_home that is not there", r"/usr/lib/jvm/none/bin/java.*java_home") as case:
        case.outcome = tomcats(host, tomcat_app_java_home="/usr/lib/jvm/none")


def test_java_home_without_a_java(host, failure):
    with failure("3", "a java_home without bin/java", r"there is no /usr/share/bin/java") as case:
        case.outcome = tomcats(host, tomcat_app_java_home="/usr/share")


def test_java_that_the_user_may_not_run(host, failure):
    host.sh("install -d -m 0700 /opt/closed-java && ln -s /usr/local/java/bin /opt/closed-java/bin")
    try:
        with failure("3", "a Java that the user of the instance may not run", r"/opt/closed-java.*tomcat") as case:
            case.outcome = tomcats(host, tomcat_app_java_home="/opt/closed-java")
    finally:
        host.sh("rm -r /opt/closed-java")


# title, options of the first instance, what the message has to hold
OPTIONS = [
    ("an option that does not exist", ["-XX:+NoSuchOption"], "Unrecognized VM option"),
    ("an option without its dash", ["Xmx64m"], "Xmx64m"),
    ("two options in one string", ["-Xms32m -Xmx64m"], "-Xms32m -Xmx64m"),
    ("less memory than to begin with", ["-Xms64m", "-Xmx32m"], "heap size"),
    ("a log in a folder named by a variable", ["-Xlog:gc:file=$CATALINA_BASE/gc.log"], r"\$CATALINA_BASE.*\{base\}"),
    ("a log in a folder that is root's", ["-Xlog:gc:file=/etc/gc.log"], "/etc, which is no folder that user tomcat"),
    ("an agent that is not there", ["-javaagent:/opt/none.jar=9404:x"], "/opt/none.jar"),
    ("JMX with passwords that are not there", ["-Dcom.sun.management.jmxremote.port=9012"], "Password file not found"),
    ("a debugger that Java does not know", ["-agentlib:jdwp=transprt=dt_socket,server=y"], "JDWP option syntax error"),
    ("a JMX port that sshd has", ["-Dcom.sun.management.jmxremote.port=22"], "JMX port.*22.*sshd"),
    (
        "a debugger at the port of another instance",
        ["-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:8081"],
        "8081.*app02|app02.*8081",
    ),
]


@pytest.mark.parametrize(("title", "options", "says"), OPTIONS, ids=[one[0].replace(" ", "_") for one in OPTIONS])
def test_options(host, failure, title, options, says):
    with failure("3", title, says) as case:
        case.outcome = tomcats(host, {"jvm_options": options})


def test_variable_that_the_shell_cannot_take_apart(host, failure):
    with failure("3", "JAVA_OPTS with a quote that does not end", "JAVA_OPTS") as case:
        case.outcome = tomcats(host, {"environment": {"JAVA_OPTS": "-Dtitle='my shop"}})


def test_one_jmx_port_for_all(host, failure):
    with failure("3", "one JMX port for two instances", "port 9012 is wanted twice") as case:
        case.outcome = tomcats(host, tomcat_app_jvm_options=[*SMALL, "-Dcom.sun.management.jmxremote.port=9012"])


def test_server_xml_that_is_none(host, failure):
    with failure("3", "an own server.xml that is no XML", "server.xml.*is no XML") as case:
        case.outcome = tomcats(host, {"conf_files": {"server.xml": "<Server port='-1'><Service>"}})


SERVER = """<Server port="-1"><Service name="Catalina"><Connector port="{port}" address="127.0.0.1"/>
<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps">{more}</Host></Engine>
</Service></Server>
"""


def test_server_xml_with_a_port_of_its_own(host, failure):
    with failure("3", "an own server.xml with another port than http_port", "http_port 8080.*7000") as case:
        case.outcome = tomcats(host, {"conf_files": {"server.xml": SERVER.format(port=7000, more="")}})


def test_server_xml_with_a_port_of_another(host, failure):
    with failure("3", "an own server.xml with the port of another instance", "8081") as case:
        case.outcome = tomcats(host, {"conf_files": {"server.xml": SERVER.format(port=8081, more="")}})


def test_server_xml_with_a_class_that_is_not_there(host, failure):
    text = SERVER.format(port=8080, more='<Valve className="no.such.Valve"/>')
    with failure("6", "an own server.xml with a class that is not there", BACK, APP01) as case:
        case.outcome = tomcats(host, {"conf_files": {"server.xml": text}})
    assert "no.such.Valve" in case.outcome.message


def test_valve_of_all(host, failure):
    with failure("6", "a valve that is not there, in all instances", FIRST_ONLY, APP01) as case:
        case.outcome = tomcats(host, tomcat_app_valves=[{"className": "no.such.Valve"}])
    assert "FATAL" in case.outcome.message
    assert "ran, but did not answer" not in case.outcome.message


def test_context_file_with_a_class_that_is_not_there(host, failure):
    """Tomcat runs, but answers 404: the application is not there."""
    text = '<Context><Valve className="no.such.Valve"/></Context>'
    with failure("6", "a context.xml with which no application starts", BACK, APP01) as case:
        case.outcome = tomcats(host, {"conf_files": {"context.xml": text}}, tomcat_app_ready_timeout=15)
    assert "ran, but did not answer" in case.outcome.message


def test_program_that_cannot_run(host, failure):
    """Nothing of its folder changes."""
    with failure("6", "a command of the program that ends at once", BACK, APP01) as case:
        case.outcome = tomcats(host, {"program_options": {"command": "/bin/false", "startretries": 0}})


def test_application_that_cannot_be_fetched(host, failure):
    wars = [{"src": "http://127.0.0.1:9/shop.war", "context": "/shop"}]
    with failure("6", "an application that cannot be fetched", "As before this run, with all files: app01") as case:
        case.outcome = tomcats(host, {"wars": wars}, tomcat_app_war_checksum_required=False)


def test_answer_that_never_comes(host, failure):
    with failure("6", "an option with which it never answers as asked", BACK, APP01) as case:
        case.outcome = tomcats(
            host, {"jvm_options": ["-Dchanged=1"], "ready_status": ["299"]}, tomcat_app_ready_timeout=3
        )


@pytest.fixture
def broken_war(tmp_path: pathlib.Path) -> str:
    """Half of an application, as an interrupted copy leaves it."""
    path = tmp_path / "shop.war"
    path.write_bytes(b"PK\3\4 and nothing else")
    return str(path)


def test_new_application_that_is_none(host, failure, broken_war):
    wars = [{"src": broken_war, "context": "/shop"}]
    with failure("6", "a new application that is broken", BACK, APP01) as case:
        case.outcome = tomcats(host, {"wars": wars}, tomcat_app_ready_timeout=15)
    assert host.sh("ls /opt/app01/webapps") == "ROOT"


def hello(host: host_.Host) -> t.Dict[str, str]:
    return {"src": host.variables["archives_war"]["archive"], "context": "/hello"}


def ask(host: host_.Host, path: str) -> str:
    fetch = f"import urllib.request as r; print(r.urlopen('http://127.0.0.1:{path}', timeout=20).read())"
    return host.sh(f'python3 -c "{fetch}"')


@pytest.fixture
def shop(host):
    """The first instance with an application."""
    assert not tomcats(host, {"wars": [hello(host)]}).failed
    yield
    assert not tomcats(host, {"remove_undeclared_wars": True}).failed
    assert not tomcats(host).failed


def test_application_that_is_replaced_by_none(host, failure, shop, broken_war):
    wars = [{"src": broken_war, "context": "/hello"}]
    before = ask(host, "8080/hello/")
    with failure("6", "an application that is replaced by a broken one", BACK, APP01) as case:
        case.outcome = tomcats(host, {"wars": wars}, tomcat_app_ready_timeout=15)
    assert ask(host, "8080/hello/") == before


@pytest.fixture
def broken_release(host, tmp_path) -> t.Dict[str, t.Any]:
    """A release in which one jar is damaged, as variables of the role."""
    known = host.variables["archives_tomcat"]
    subprocess.run(["tar", "-xf", known["archive"], "-C", str(tmp_path)], check=True)
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    (folder / "lib" / "servlet-api.jar").write_bytes(b"damaged")
    renamed = folder.rename(tmp_path / "apache-tomcat-10.9.9")
    path = shutil.make_archive(str(renamed), "gztar", tmp_path, renamed.name)
    digest = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    return {
        "tomcat_app_version": "10.9.9", "tomcat_app_archive": path, "tomcat_app_checksum": f"sha256:{digest}",
        "tomcat_app_versions": [{"version": known["version"]}],
    }  # fmt: skip


def test_version_that_never_gets_ready(host, failure, broken_release):
    with failure("6", "a version with which no Tomcat gets ready", FIRST_ONLY, APP01) as case:
        case.outcome = tomcats(host, **broken_release)
    assert "from Tomcat" in case.outcome.message
    assert not tomcats(host, tomcat_app_versions=[{"version": "10.9.9", "state": "absent"}]).failed


def test_new_instance_that_never_gets_ready(host, failure):
    extra = {"name": "app05", "http_port": 8085, "valves": [{"className": "no.such.Valve"}]}
    try:
        with failure(
            "6", "a new instance that never gets ready", "never ready: app05", changed="/opt/app05/.*"
        ) as case:
            case.outcome = host.role("tomcat_app", tomcat_app_instances=[*APPS, extra])
        assert "app05:app05" not in case.after.states
        host.sh("! grep -rl app05 /etc/supervisor*")
    finally:
        gone = {**extra, "state": "absent", "purge": True}
        assert not host.role("tomcat_app", tomcat_app_instances=[*APPS, gone]).failed
        host.sh("test ! -e /opt/app05")


NARROW = "/opt/app06"
# The daemon may have a view of the file systems of its own, to which nothing is added from outside: both get the mount.
DAEMON = "nsenter --mount --target $(systemctl show -P MainPID supervisor supervisord | grep -m1 [1-9])"


def of_narrow(host: host_.Host) -> str:
    """What stands in the folder of the third instance, and who may read it; not what Tomcat itself writes there."""
    found = f"find {NARROW} -path {NARROW}/logs -prune -o -path {NARROW}/work -prune -o -path {NARROW}/temp -prune -o"
    return host.sh(f"{found} -printf '%p %y %m %u:%g %l\\n' | sort; {found} -type f -exec sha256sum '{{}}' + | sort")


@pytest.fixture
def narrow(host):
    """A third instance, on a file system in which there is no room left."""
    item = {"name": "app06", "http_port": 8086, "webapps_from_home": [], "ready_status": ["200-499"]}
    host.sh(f"""
        install -d {NARROW} /dev/shm/narrow
        for place in "" "{DAEMON}"; do $place mount --bind /dev/shm/narrow {NARROW}; done
    """)
    try:
        made = host.role("tomcat_app", tomcat_app_instances=[*APPS, item])
        assert not made.failed, made.message
        host.sh(f"dd if=/dev/zero of={NARROW}/logs/full bs=4k 2>/dev/null || :")
        yield item
        host.sh(f"rm -f {NARROW}/logs/full")
        gone = host.role("tomcat_app", tomcat_app_instances=[*APPS, {**item, "state": "absent", "purge": True}])
        assert not gone.failed, gone.message
    finally:
        host.sh(f"""
            for place in "" "{DAEMON}"; do $place umount {NARROW}; done
            rm -rf {NARROW} /dev/shm/narrow
        """)


FULL = [
    ("an application", lambda host: {"wars": [hello(host)]}),
    ("a file of the configuration", lambda host: {"conf_files": {"shop.properties": "x" * 100000}}),
    ("an option", lambda host: {"jvm_options": [*SMALL, "-Dtitle=" + "x" * 20000]}),
    ("programs of its own", lambda host: {"full_copy": True}),
]
ROOM = 1000000  # bytes that are left for the change: enough to begin with it, not to end it


def full_disk(host: host_.Host, failure: t.Any, item: t.Mapping[str, t.Any], title: str) -> None:
    before = of_narrow(host)
    with failure("7", title, "No space left on device.*(Put back|As before this run, with all files): app06") as case:
        case.outcome = host.role("tomcat_app", tomcat_app_instances=[*APPS, item])
    assert "Nothing was changed" not in case.outcome.message
    assert of_narrow(host) == before


@pytest.mark.parametrize(("title", "change"), FULL, ids=[one[0].replace(" ", "_") for one in FULL])
def test_full_disk(host, failure, narrow, title, change):
    full_disk(host, failure, {**narrow, **change(host)}, f"a full disk, and {title} for a Tomcat")


def test_disk_that_gets_full_on_the_way(host, failure, narrow):
    """Much is written by then, and has to go."""
    host.sh(f"truncate -s -{ROOM} {NARROW}/logs/full")
    texts = {f"{number}.properties": "x" * (ROOM // 4) for number in range(6)}
    title = "a disk that gets full while the files of a Tomcat are written"
    full_disk(host, failure, {**narrow, "conf_files": texts}, title)


CHANGED = {"jvm_options": [*SMALL, "-Dchanged=1"]}


def as_before(host: host_.Host, before: host_.Look) -> None:
    """The former variables bring back the former state, and then nothing is left to do."""
    again = tomcats(host)
    assert not again.failed, again.message
    after = host.look()
    assert (after.files, after.states) == (before.files, before.states)
    assert {name for name, pid in before.pids.items() if after.pids.get(name) != pid} <= {APP01}
    assert tomcats(host).changed == 0


def test_run_that_is_killed_when_it_has_begun(host):
    before = host.look()
    run = host.start_role("tomcat_app", tomcat_app_instances=[{**APPS[0], **CHANGED}, APPS[1]])
    host.sh("for _ in $(seq 1000); do test -e /opt/app01/.fleet-former/note.json && exit; sleep 0.1; done; exit 1")
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    as_before(host, before)


def test_two_runs_at_once_that_want_different_things(host):
    before = host.look()
    other = host.start_role("tomcat_app", tomcat_app_instances=[{**APPS[0], **CHANGED}, APPS[1]])
    outcome = tomcats(host, {"jvm_options": [*SMALL, "-Dchanged=2"]})
    said, _none = other.communicate(timeout=300)
    assert not outcome.failed or "another run" in outcome.message, outcome.message
    assert other.returncode == 0 or "another run" in said, said
    as_before(host, before)


def test_canary_of_several_hosts(hosts):
    """The first host fails, and with it the run: the second one is as it was in all."""
    before = [one.look() for one in hosts]
    outcome = hosts[0].with_others(hosts[1:]).playbook("site", tomcat_app_valves=[{"className": "no.such.Valve"}])
    after = [one.look() for one in hosts]
    assert outcome.failed
    assert "Put back: app01" in outcome.message
    assert after[1] == before[1]
    assert after[0].files == before[0].files
    assert {name for name, pid in before[0].pids.items() if after[0].pids.get(name) != pid} == {APP01}
