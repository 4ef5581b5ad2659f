# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Can the daemon's own Python resolve ``module:name``, the way of Supervisor to name a plugin's function?

Finding a module runs nothing of it, and that comes first. Whether it also imports, with all that it needs itself, only
an import tells, which supervisord would do at its start. Here it is done under the account that the daemon runs as,
which for a daemon that gives up root is less than it would have; and as root only when nobody else can write a folder
that Python looks into. It has a time limit, no input, and its output is thrown away.
"""

import json
import os
import signal
import subprocess
import typing as t

from .._host import account as _account, ownership as _ownership, procfs as _procfs

SECONDS = 20
# Of the daemon's variables. PYTHONPATH is given otherwise, so that nothing runs from there before it was looked at.
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE")

# Runs under any Python from 2.6 on. It prints one word and a reason. sys.path[0], which -c adds, is left out.
_PROBE = r"""
import sys
spec, how, more = sys.argv[1], sys.argv[2], sys.argv[3:]
sys.path = more + [entry for entry in sys.path[1:] if entry]
import json, os
out = os.dup(1)
null = os.open(os.devnull, os.O_RDWR)
for number in (0, 1, 2):
    os.dup2(null, number)
def say(word, reason="", places=()):
    os.write(out, json.dumps([word, str(reason), list(places)]).encode("utf-8"))
    os._exit(0)
def look(name):
    origin, place, parts = None, None, name.split(".")
    for index, part in enumerate(parts):
        try:
            import importlib.machinery, importlib.util
        except ImportError:
            import imp
            try:
                stream, found, kind = imp.find_module(part, place)
            except ImportError:
                return origin # a part such as os.path is made by the import of the others
            origin = found
            if stream:
                stream.close()
            place = [origin] if kind[2] == imp.PKG_DIRECTORY else []
            continue
        if index == 0:
            here = importlib.util.find_spec(part)
        else:
            here = importlib.machinery.PathFinder.find_spec(".".join(parts[:index + 1]), place)
        if here is None:
            return origin
        origin, place = here.origin or "built-in", list(here.submodule_search_locations or [])
    return origin
def hidden(name):
    for entry in sys.path:
        if os.path.exists(entry) and not os.access(entry, os.R_OK):
            return entry
        for part in (name.split(".")[0], name.split(".")[0] + ".py"):
            path = os.path.join(entry, part)
            if os.path.exists(path) and not os.access(path, os.R_OK | (os.X_OK if os.path.isdir(path) else 0)):
                return path
module, _colon, names = spec.partition(":")
module, names = module.strip(), [name for name in names.strip().split(".") if name]
if how == "look":
    try:
        origin = look(module)
    except Exception as error:
        say("unknown", error)
    if hidden(module):
        say("unknown", "account %d cannot read %s" % (os.getuid(), hidden(module)))
    if origin is None:
        say("missing", "its Python, %s, has no module named %s" % (sys.executable, module))
    say("found", "", [entry for entry in sys.path if os.path.exists(entry)] + [origin])
try:
    value = __import__(module, fromlist=["_"], level=0)
    for name in names:
        value = getattr(value, name)
except BaseException as error:
    say("raises", "%s: %s" % (type(error).__name__, error))
say("good")
"""


class Answer(t.NamedTuple):
    """Whether it resolves; None when that is not known. ``reason``: why not, or why it is not known."""

    resolves: t.Optional[bool]
    reason: str = ""


class Importer:
    """The Python of one daemon, as the account that the daemon runs as. Each name is asked for once.

    :param interpreter: its words, such as those after ``#!``; none when it is not known.
    :param script: the supervisord that it runs, next to which Python looks first.
    :param uid: of the daemon once it has given up root.
    :param environ: of the daemon; only what says where Python looks is used of it.
    """

    def __init__(self, interpreter: t.Sequence[str], script: str, uid: int, environ: t.Mapping[str, str]) -> None:
        self._interpreter = list(interpreter)
        self._uid = uid
        self._environ = {name: environ[name] for name in _KEPT if name in environ}
        first = os.path.dirname(os.path.realpath(script)) if script else "/"
        self._more = [first] + [entry for entry in environ.get("PYTHONPATH", "").split(os.pathsep) if entry[:1] == "/"]
        self._answers = {}  # type: t.Dict[str, Answer]

    def ask(self, spec: str) -> Answer:
        """Whether ``module:name`` resolves."""
        if spec not in self._answers:
            self._answers[spec] = self._asked(spec)
        return self._answers[spec]

    def _asked(self, spec: str) -> Answer:
        if not self._interpreter:
            return Answer(None, "the Python of the daemon is not known")
        if not _account.may_act_as(self._uid) and self._uid != 0:
            return Answer(None, "account %d cannot act as account %d" % (os.geteuid(), self._uid))
        word, reason, places = self._run(spec, "look")
        if word == "found":
            loose = self._loose(places)
            if loose:
                return Answer(None, "other accounts can write %s, so nothing is run from there as root" % loose)
            word, reason, _places = self._run(spec, "import")
        return Answer({"good": True, "raises": False, "missing": False}.get(word), reason)

    def _loose(self, places: t.List[str]) -> t.Optional[str]:
        """What root must not run code from. What is another account's is no danger to that account."""
        if self._uid != 0:
            return None
        interpreter = [word for word in self._interpreter[:1] if os.path.isabs(word)]
        found = (_ownership.writable_by_others(path) for path in interpreter + places if os.path.isabs(path))
        return next((path for path in found if path), None)

    def _run(self, spec: str, how: str) -> t.Tuple[str, str, t.List[str]]:
        """One word about a name, a reason, and where Python looks."""
        own = self._uid if _account.may_act_as(self._uid) else os.geteuid()
        try:
            word, reason, places = _account.ask(own, lambda: self._child(spec, how), SECONDS + 10)
        except _account.Unknown as error:
            return "unknown", str(error), []
        return word, reason, places

    def _child(self, spec: str, how: str) -> t.Tuple[str, str, t.List[str]]:
        """The same, asked as the account that this is."""
        try:
            # The module's run_command knows no limit of time.
            child = subprocess.Popen(  # pylint: disable=ansible-bad-function
                [*self._interpreter, "-B", "-c", _PROBE, spec, how, *self._more],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=self._environ,
                start_new_session=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            return "unknown", str(error), []
        try:
            word, reason, places = json.loads(child.communicate(timeout=SECONDS)[0].decode("utf-8"))
        except subprocess.TimeoutExpired:
            return "unknown", "its import did not end within %d s" % SECONDS, []
        except ValueError:
            return "unknown", "its import ended without a word", []
        finally:
            _end(child)
        return word, reason, places


class Planned(Importer):
    """The Python of a daemon, before packages are installed: what is missing now may be there then."""

    def ask(self, spec: str) -> Answer:
        """Whether ``module:name`` resolves; what does not is not known yet."""
        answer = super().ask(spec)
        if answer.resolves is False:
            return Answer(None, "%s, before the packages are installed that this run is to install" % answer.reason)
        return answer


def _end(child: "subprocess.Popen[bytes]") -> None:
    """End a child and whatever it has started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except OSError:
        pass  # it ended by itself
    child.wait()
    if child.stdout:
        child.stdout.close()


def of_process(pid: int, uid: int, environ: t.Mapping[str, str]) -> Importer:
    """The Python of a running daemon. Its words are believed only when they name the program that it runs."""
    words = _procfs.cmdline(pid) if pid else []
    try:
        real = os.path.realpath("/proc/%d/exe" % pid)
        here = os.path.samestat(os.stat("/proc/%d/root" % pid), os.stat("/"))
    except OSError:
        return Importer((), "", uid, environ)
    if not words or not here or not os.path.isabs(words[0]) or os.path.realpath(words[0]) != real:
        return Importer((), "", uid, environ)
    script = next((word for word in words[1:3] if os.path.basename(word) == "supervisord"), "")
    return Importer(words[:1], script if os.path.isabs(script) else "", uid, environ)
