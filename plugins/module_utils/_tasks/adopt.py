# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a daemon and its files have, as variables of the role supervisor. Only looks; changes nothing."""

import os
import pwd
import typing as t
from collections import OrderedDict

from .._adopt import (
    installation as _installation,
    main_file as _main_file,
    programs as _programs,
    secrets as _secrets,
    values as _values,
)
from .._config import (
    daemon as _daemon,
    model as _model,
    reader as _reader,
    scope as _scope,
    source as _source,
    tree as _tree,
)
from .._host import files as _files, procfs as _procfs
from .._program import declare as _declare, place as _place
from .._rpc import client as _client, states as _states

Left = _values.Left
LISTS = {
    "program": "supervisor_programs",
    "fcgi-program": "supervisor_fcgi_programs",
    "eventlistener": "supervisor_eventlisteners",
    "group": "supervisor_groups",
}
ROLE = "role-supervisor"  # managed_by of the role
NO_UNIT = (
    "the daemon runs under no unit of systemd, and the role would start another one: stop it first, its programs too"
)


class Adopted(t.NamedTuple):
    """``variables`` in the order in which they are written, with marks where secrets were; ``secrets``: name -> value;
    ``left``: what no variable says; ``version``: of the daemon, "" if none answers.
    """

    variables: t.Dict[str, t.Any]
    secrets: t.Dict[str, str]
    left: t.List[Left]
    version: str


def read(config_file: str, client: t.Optional[_client.Client], keep_files: bool, run: _installation.Runner) -> Adopted:
    """Look at everything.

    :param client: of the daemon; None if none runs.
    :param keep_files: sections that share a file go on to do so.
    :param run: runs a command.
    :raises _errors.ConfigError: the daemon would refuse its files as they are.
    """
    snapshot = client.snapshot() if client else None
    pid = snapshot.pid if snapshot else 0
    reader = _reader.of(snapshot.version if snapshot else "", pid)
    tree = _tree.load(config_file, _source.Disk(), reader.dialect, reader.environ, reader.hostname)

    def resolve(of: _tree.Tree) -> _model.Model:
        return _model.resolve(of, reader.dialect, reader.environ, reader.hostname, reader.host)

    model = resolve(tree)
    context = _scope.Context(tree, reader.dialect, reader.environ, reader.hostname, reader.host)
    _daemon.supervisord(context)  # its environment counts for the sections after it
    vault = _secrets.Vault()
    variables: t.Dict[str, t.Any] = OrderedDict()
    parts = [_installed(pid, snapshot.version if snapshot else "", run, vault)]
    parts.append(_main_file.variables(context, model, vault, _account(reader.host.daemon_uid()) if pid else ""))
    found = _without_managed(_programs.find(context, model, resolve))
    names = _file_names(found, tree, parts[1][0], keep_files)
    parts.append((_lists(found, model, snapshot, names, vault), found.left + _strange_folder(parts[1][0])))
    left: t.List[Left] = []
    for own, told in parts:
        variables.update(own)
        left.extend(told)
    left.extend(Left(skipped.path, skipped.path, 1, "cannot be read (%s)" % skipped.reason) for skipped in tree.skipped)
    return Adopted(variables, vault.values, left, snapshot.version if snapshot else "")


def _without_managed(found: _programs.Found) -> _programs.Found:
    """Leave out what another play with this collection declares already: two would fight for it."""
    items, left, stays = [], list(found.left), set(found.stays)
    for item in found.items:
        owned = [path for path in item.files if _declare.is_managed(_files.read(path))]
        if owned and not _declare.is_managed(_files.read(owned[0]), ROLE):
            why = "another play with this collection wrote it (managed_by in its first line), and goes on to declare it"
            left.append(Left("[%s]" % item.section, owned[0], item.line, why))
            stays.add(item.section)
        else:
            items.append(item)
    return _programs.Found(items, stays, left)


def _account(uid: int) -> str:
    """Name of the account that the daemon runs as; "" for root."""
    if uid == 0:
        return ""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _installed(
    pid: int, version: str, run: _installation.Runner, vault: _secrets.Vault
) -> t.Tuple[t.Dict[str, t.Any], t.List[Left]]:
    """How it is installed and started."""
    words = _procfs.cmdline(pid) if pid else []
    scripts = [word for word in words if os.path.basename(word) == "supervisord" and os.path.isabs(word)]
    script = scripts[0] if scripts else next((path for path in _USUAL if os.access(path, os.X_OK)), "")
    found, left = _installation.method(script, version, run)
    unit = _installation.unit_of(pid) if pid else ""
    if unit:
        of_unit, told = _installation.service(unit, run, vault)
        found.update(of_unit)
        left.extend(told)
        found["supervisor_restart_on_change"] = False
    elif pid:
        left.append(Left("supervisord", script or "supervisord", 1, NO_UNIT))
    return found, left


_USUAL = ("/usr/bin/supervisord", "/usr/local/bin/supervisord", "/opt/supervisor/bin/supervisord")


def _strange_folder(variables: t.Mapping[str, t.Any]) -> t.List[Left]:
    """A word about a folder that the role would give to root."""
    folder = variables["supervisor_include_dir"]
    try:
        facts = os.stat(folder)
    except OSError:
        return []
    if facts.st_uid == 0 and facts.st_mode & 0o7777 == 0o755:
        return []
    why = "belongs to account %d with mode %04o; the role gives it to root with mode 0755"
    return [Left("supervisor_include_dir", folder, 1, why % (facts.st_uid, facts.st_mode & 0o7777))]


def _file_names(
    found: _programs.Found, tree: _tree.Tree, variables: t.Mapping[str, t.Any], keep: bool
) -> t.Dict[str, str]:
    """Section -> the name of its file, where that is another one than the role would choose."""
    folder, extension = os.path.realpath(variables["supervisor_include_dir"]), variables["supervisor_include_extension"]
    place = _place.Place(folder, ("*" + extension,))
    shared = {file for section in found.stays for file in tree.store.origins[section]}
    names = {}
    for item in found.items:
        usual = place.name_for(item.kind, item.name)
        head, tail = os.path.split(item.files[0])
        own = len(item.files) == 1 and os.path.realpath(head) == folder and item.files[0] not in shared
        if keep and own and tail.endswith(extension) and tail != usual:
            names[item.section] = tail
        elif any(
            os.path.basename(file) == usual and os.path.realpath(os.path.dirname(file)) == folder for file in shared
        ):
            names[item.section] = "only-" + usual
    if keep:
        _name_all(found, tree, names)
    return names


def _name_all(found: _programs.Found, tree: _tree.Tree, names: t.Dict[str, str]) -> None:
    """A file that several share is named by all of them."""
    taken = set(names.values())
    for item in found.items:
        tail = os.path.basename(item.files[0])
        if item.section not in names and tail in taken and item.files[0] != tree.path:
            names[item.section] = tail


def _lists(
    found: _programs.Found,
    model: _model.Model,
    snapshot: t.Optional[_client.Snapshot],
    names: t.Mapping[str, str],
    vault: _secrets.Vault,
) -> t.Dict[str, t.Any]:
    """The lists of what runs, one for each kind."""
    lists: t.Dict[str, t.Any] = OrderedDict()
    for kind, name in LISTS.items():
        items = [item for item in found.items if item.kind == kind]
        if items:
            lists[name] = [_item(item, model, snapshot, names, vault) for item in items]
    return lists


def _item(
    item: _programs.Item,
    model: _model.Model,
    snapshot: t.Optional[_client.Snapshot],
    names: t.Mapping[str, str],
    vault: _secrets.Vault,
) -> t.Dict[str, t.Any]:
    """One item as it is declared. What does not run at the moment is not started for that."""
    made: t.Dict[str, t.Any] = OrderedDict([("name", item.name)])
    if item.kind != "group" and not _runs(item, model, snapshot):
        made["state"] = "present"
    if item.section in names:
        made["filename"] = names[item.section]
    made.update(vault.options(item.name, item.values))
    return made


def _runs(item: _programs.Item, model: _model.Model, snapshot: t.Optional[_client.Snapshot]) -> bool:
    """Whether all its processes are up, and would be after the next start of the daemon."""
    members = [
        ("%s:%s" % (group.name, process.name), process)
        for group in model.groups.values()
        for process in group.processes
        if process.section == item.section
    ]
    seen = snapshot.processes if snapshot else {}
    up = all(name in seen and seen[name].state in _states.ACTIVE for name, _process in members) if snapshot else True
    return up and all(process.options.get("autostart", True) for _name, process in members)
