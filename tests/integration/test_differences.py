# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which groups a change touches, judged offline, is what a daemon that rereads the files would report.

Only Supervisor's blind spots differ: a change to AUTO logs, and the owner, mode and backlog of a FastCGI socket.
"""

from __future__ import annotations

import random

import parsers

from ansible_collections.supervisord.fleet.plugins.module_utils._config import model as _model, tree as _tree
from ansible_collections.supervisord.fleet.plugins.module_utils._options import dialect as _dialect, render as _render

PAIRS = 200
SEED = 20261123
ENVIRON = {"HOME": "/tmp", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
BLIND = {"socket_owner", "socket_mode", "socket_backlog"}

CHOICES = {
    "command": ["/bin/cat", "/bin/sleep 9", "/bin/cat -"],
    "directory": [None, "/", "/tmp", "/%(program_name)s"],
    "umask": [None, "022", "077"],
    "priority": [None, 1, 999, 5],
    "autostart": [None, True, False],
    "autorestart": [None, "true", "false", "unexpected"],
    "startsecs": [None, 0, 1],
    "startretries": [None, 3, 4],
    "exitcodes": [None, [0], [0, 2], [2, 0]],
    "stopsignal": [None, "TERM", "SIGTERM", "HUP"],
    "stopwaitsecs": [None, 10, 11],
    "stopasgroup": [None, True, False],
    "user": [None, "root", "0", "daemon"],
    "redirect_stderr": [None, True, False],
    "stdout_logfile": [None, "AUTO", "NONE", "/tmp/a.log", "/tmp/b.log"],
    "stderr_logfile": [None, "AUTO", "NONE", "/tmp/a.log"],
    "stdout_logfile_maxbytes": [None, "50MB", "1KB", "1024"],
    "stdout_logfile_backups": [None, 10, 0],
    "stdout_events_enabled": [None, True, False],
    "stdout_capture_maxbytes": [None, "0", "1KB"],
    "environment": [None, {}, {"A": "1"}, {"A": "2"}, {"A": "1", "B": "2"}],
    "serverurl": [None, "AUTO", "http://localhost:1"],
    "numprocs": [None, 1, 2, 3],
    "numprocs_start": [None, 0, 1],
}
FCGI = {
    "socket": ["unix:///tmp/f.sock", "unix:///tmp/g.sock"],
    "socket_owner": [None, "daemon", "root:daemon"],
    "socket_mode": [None, "0700", "0770"],
    "socket_backlog": [None, 5, 6],
}
LISTENER = {"events": [["TICK_5"], ["TICK_5", "TICK_60"]], "buffer_size": [None, 10, 11]}


def program(rng, kind):
    """Give random options of a program; most are left out."""
    values = {option: rng.choice(some) for option, some in CHOICES.items() if rng.random() < 0.3}
    values.update({"command": rng.choice(CHOICES["command"]), "process_name": "%(program_name)s_%(process_num)d"})
    more = {"fcgi-program": FCGI, "eventlistener": LISTENER}.get(kind, {})
    values.update({option: rng.choice(some) for option, some in more.items()})
    if kind == "eventlistener":
        values = {
            name: value for name, value in values.items() if name not in ("redirect_stderr", "stdout_capture_maxbytes")
        }
    return values


def configuration(rng):
    """Give a random configuration: (kind, name) -> options."""
    kinds = {"p%d" % number: rng.choice(("program", "program", "fcgi-program", "eventlistener")) for number in range(6)}
    made = {(kind, name): program(rng, kind) for name, kind in kinds.items()}
    members = [name for name in kinds if kinds[name] == "program"][:2]
    if members:
        made[("group", "g")] = {"programs": members, "priority": rng.choice((None, 999, 7))}
    common = rng.choice((None, None, {"COMMON": "1"}))
    made[("supervisord", "")] = {"environment": common, "loglevel": rng.choice((None, "info", "debug"))}
    return made


def edited(rng, old):
    """Give a copy with a few random edits."""
    new = {key: dict(values) for key, values in old.items()}
    for _turn in range(rng.randint(0, 3)):
        key = rng.choice(list(new))
        kind = key[0]
        if kind in ("program", "fcgi-program", "eventlistener"):
            fresh = program(rng, kind)
            option = rng.choice(list(fresh))
            new[key][option] = fresh[option]
        elif kind == "group" and rng.random() < 0.5:
            new[key]["programs"] = list(reversed(new[key]["programs"]))
        elif kind == "group":
            new[key]["priority"] = rng.choice((1, 999))
        elif rng.random() < 0.2:
            new[key]["environment"] = {"COMMON": "2"}
    if rng.random() < 0.3:
        new[("program", "extra")] = {"command": "/bin/cat"}
    if rng.random() < 0.3:
        new.pop(rng.choice([key for key in new if key[0] in ("fcgi-program", "eventlistener")] or [("none", "")]), None)
    return new


def write(path, made, reader):
    sections = [(kind, name, values) for (kind, name), values in made.items()]
    path.write_text(_render.render(sections, "", reader), encoding="utf-8")
    return str(path)


def blind(old, new):
    """Tell whether Supervisor overlooks every difference between two groups."""
    before = {process.name: process.options for process in old.processes}
    for option in _model.differing(old, new):
        if option in BLIND:
            continue
        changes = [(before.get(process.name, {}).get(option), process.options.get(option)) for process in new.processes]
        if not option.endswith("_logfile") or any("AUTO" not in pair for pair in changes if pair[0] != pair[1]):
            return False
    return True


def test_predicted_changes_are_those_a_daemon_would_report(version, tmp_path):
    reader = _dialect.dialect(version)
    rng = random.Random(SEED)
    pairs, predictions = [], []
    for number in range(PAIRS):
        old = configuration(rng)
        pair = (
            write(tmp_path / ("%03d-old.conf" % number), old, reader),
            write(tmp_path / ("%03d-new.conf" % number), edited(rng, old), reader),
        )
        pairs.append(pair)
        trees = [_tree.load(path, _tree.Disk(), reader, ENVIRON, "h") for path in pair]
        predictions.append([_model.resolve(tree, reader, ENVIRON, "h").groups for tree in trees])

    reported = parsers.compare(version, pairs, ENVIRON, "h")

    changed = overlooked = 0
    for (old, new), real in zip(predictions, reported, strict=True):
        assert sorted(set(new) - set(old)) == real["added"]
        assert sorted(set(old) - set(new)) == real["removed"]
        ours = sorted(
            name for name in new if name in old and _model.fingerprint(old[name]) != _model.fingerprint(new[name])
        )
        unseen = [name for name in ours if name not in real["changed"]]
        assert set(real["changed"]) <= set(ours)
        assert [name for name in ours if blind(old[name], new[name])] == unseen
        for name in old:
            if name in new:
                assert bool(_model.differing(old[name], new[name])) == (name in ours)
        changed += len(real["changed"])
        overlooked += len(unseen)
    assert changed > 120
    assert overlooked > 8
