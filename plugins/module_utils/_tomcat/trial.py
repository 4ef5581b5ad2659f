# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Try the Java and the options that instances will get, as their user, before a running one is touched."""

import os
import pwd
import shutil
import subprocess
import tempfile
import typing as t

from .. import _errors, _said, _shown
from .._host import account as _account, files as _files
from .._java import bygone as _bygone
from . import instance as _instance, options as _options

SECONDS = 60.0  # for one JVM; it takes a tenth of one, but machines can be busy
NOBODY = "nobody"
# What the shell script of Tomcat makes of JAVA_OPTS; CATALINA_OPTS comes word by word.
_WORDS = 'eval "set --" $JAVA_OPTS; for word in "$@"; do printf "%s\\0" "$word"; done'
_OF_JAVA = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
_OF_INSTANCE = ("CATALINA_BASE", "HOME", "TOMCAT_APP_CONFIG", "JAVA_OPTS", "CATALINA_OPTS")
_QUIET = "-XX:-UsePerfData"  # no file in /tmp
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_NO_MEMORY = ("Could not reserve enough space", "There is insufficient memory", "Not enough space")


class Result(t.NamedTuple):
    """What came of one instance: what is wrong in words ("" if nothing is), and option -> why it was not tried."""

    problem: str
    left_out: t.Dict[str, str]
    missing: bool = False  # there is no Java at all


def try_all(instances: t.List[t.Dict[str, t.Any]]) -> t.List[Result]:
    """Try each instance; those that differ in nothing a JVM looks at share one trial.

    :param instances: name, user, base, environment (of the program), jvm_options (words).
    """
    known = {}  # type: t.Dict[t.Any, str]
    return [_try(item, known) for item in instances]


def _try(item: t.Dict[str, t.Any], known: t.Dict[t.Any, str]) -> Result:
    environment = {key: str(value) for key, value in item["environment"].items()}
    home = environment.get("JRE_HOME") or environment.get("JAVA_HOME", "")
    java = os.path.join(home, "bin", "java")
    if not os.path.isfile(java):
        return Result("there is no %s. Correct java_home." % java, {}, True)
    account = user(item["user"])
    folder = tempfile.mkdtemp(prefix="fleet-java-")
    try:
        os.chown(folder, account.pw_uid, account.pw_gid)
        return _tried(item, account, java, environment, folder, known)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tried(
    item: t.Dict[str, t.Any], account: t.Any, java: str, given: t.Dict[str, str], folder: str, known: t.Dict[t.Any, str]
) -> Result:
    environment = dict({"PATH": _PATH}, **given)
    directory = item["directory"]
    words, problem = _shell_words(environment, account)
    if problem:
        return Result("JAVA_OPTS in environment: %s" % problem, {})
    tried = _options.harmless(words + item["jvm_options"], os.path.join(folder, "log"))
    left_out = dict(tried.left_out)
    for name in _OF_JAVA:
        if name in environment:
            part = _options.harmless(environment[name].split(), os.path.join(folder, "log"))
            left_out.update(part.left_out)
            environment[name] = " ".join(part.words) if part.words != environment[name].split() else environment[name]
            for mine, its in ((tried.reads, part.reads), (tried.writes, part.writes)):
                mine.extend(its)
    problem = _files_problem(tried, item["base"], directory, account)
    if problem:
        return Result(problem, left_out)
    plain = tuple(word.replace(folder, "") for word in tried.words)
    told = tuple(sorted((key, value) for key, value in environment.items() if key not in _OF_INSTANCE))
    key = (java, account.pw_uid, plain, told)
    if key not in known:
        where = directory if may(directory, "-d -x", account) else folder
        known[key] = _run([java, _QUIET] + tried.words + ["-version"], environment, account, where)
    return Result(known[key], left_out)


def known(name: str) -> t.Any:
    """An account by its name; None while there is none."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def user(name: str) -> t.Any:
    """The instance's user; while there is none, somebody who may do as little."""
    return known(name) or known(NOBODY) or pwd.getpwuid(os.geteuid())


def _shell_words(environment: t.Dict[str, str], account: t.Any) -> t.Tuple[t.List[str], str]:
    """JAVA_OPTS as Tomcat's shell script takes it apart: the words, and what is wrong with it."""
    if not environment.get("JAVA_OPTS", "").strip():
        return [], ""
    code, out, error = start(["/bin/sh", "-c", _WORDS], environment, account, "/")
    text = out.decode("utf-8", "surrogateescape")
    return text.split("\0")[:-1], "" if code == 0 else _said.text(error.decode("utf-8", "replace")).strip()


def _files_problem(tried: _options.Tried, base: str, directory: str, account: t.Any) -> str:
    """What is wrong with the files that options name; those below a base that is not made yet cannot be looked at."""
    for path in tried.reads:
        full = _instance.reached(directory, path)
        if _instance.expected(full, base, account.pw_uid) and not may(full, "-r", account):
            return "jvm_options name %s, which user %s cannot read. Correct the path." % (full, account.pw_name)
    for path in tried.writes:
        folder = _instance.reached(directory, _options.log_folder(path, directory))
        if _instance.expected(folder, base, account.pw_uid) and not may(folder, "-d -w", account):
            return (
                "jvm_options want a log in %s, which is no folder that user %s can write. Write another path, such as "
                "{base}/logs/..., or make the folder." % (folder, account.pw_name)
            )
    return ""


def may(path: str, tests: str, account: t.Any) -> bool:
    """Whether all these tests of the shell hold, such as "-d -w". Asked as that user, for root may everything."""
    words = ["/bin/sh", "-c", 'for test in $0; do test $test "$1" || exit 1; done', tests, path]
    return start(words, {"PATH": _PATH}, account, "/")[0] == 0


def _run(words: t.List[str], environment: t.Dict[str, str], account: t.Any, where: str) -> str:
    """Run a JVM that only tells its version; "" if it does, else what is wrong."""
    code, out, error = start(words, environment, account, where)
    if code == 0:
        return ""
    text = _without_values(_said.text((out + error).decode("utf-8", "replace")).strip(), words)
    if any(words in text for words in _NO_MEMORY) and _strict_memory():
        return ""  # the running instance has the memory that the next one will get
    lines = (text.splitlines() or ["it ended with %d" % code])[:8] + _bygone.told(words, _release(words[0]))
    return (
        "%s -version does not run as user %s with the options that it would get:\n%s\n"
        "Correct jvm_options, environment or java_home."
        % (
            words[0],
            account.pw_name,
            "\n".join("  " + line for line in lines),
        )
    )


def _release(java: str) -> int:
    """Which Java a program is, as its JDK says; 0 when that says nothing."""
    home = os.path.dirname(os.path.dirname(java))
    try:
        return _bygone.release((_files.read(os.path.join(home, "release")) or b"").decode("utf-8", "replace"))
    except _errors.SupervisorError:
        return 0


def _without_values(text: str, words: t.List[str]) -> str:
    """What Java says, without what options are set to, for that can be a secret, and the variables that it repeats."""
    lines = [line for line in text.splitlines() if not line.startswith("Picked up ")]
    text = "\n".join(lines)
    for word in sorted(words, key=len, reverse=True):
        name, equals, value = word.partition("=")
        if value and not name.startswith("-X"):
            text = text.replace(word, name + equals + _shown.HIDDEN)
    return text


def _strict_memory() -> bool:
    try:
        with open("/proc/sys/vm/overcommit_memory") as handle:
            return handle.read().strip() == "2"
    except OSError:
        return False


def start(words: t.List[str], environment: t.Dict[str, str], account: t.Any, where: str) -> t.Tuple[int, bytes, bytes]:
    """Run something as an account: exit status, output, errors."""

    def become() -> None:
        if os.geteuid() == 0:
            _account.drop(account.pw_uid)  # with the groups that Supervisor would give it
        os.umask(0o022)
        os.chdir(where)

    try:
        # The module's run_command cannot change the account.
        started = subprocess.Popen(  # pylint: disable=ansible-bad-function
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
            preexec_fn=become, start_new_session=True,  # noqa: PLW1509 - no threads here, and Python 3.6 has no user=
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        return 126, b"", str(error).encode()
    try:
        out, error_text = started.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, 9)
        started.communicate()
        return 124, b"", ("no answer within %d s" % SECONDS).encode()
    return started.returncode, out[:20000], error_text[:20000]
