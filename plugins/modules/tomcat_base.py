#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of Tomcat instances."""

DOCUMENTATION = r"""
---
module: tomcat_base
author:
  - Supervisor Fleet contributors (@supervisord)
version_added: 0.1.0
short_description: Folders of Tomcat instances (CATALINA_BASE), with configuration and web applications
description:
  - Used by the role P(supervisord.fleet.tomcat_app#role), which renders the texts and runs the programs.
  - Makes, changes and removes the folders of any number of Tomcat instances in one task.
  - Web applications and jars are verified, and brought to the host, before the first file is changed.
  - Configuration, programs and WAR files belong to root and are readable by the instance's group; only C(logs),
    C(temp), C(var), C(webapps) and C(work) are writable for its user.
  - What is replaced or removed and turns out to be a link goes as a link; what it points to is left alone.
  - Only one run at a time works at a folder; others wait for it.
options:
  bases:
    description: The instances.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the instance, for messages.
        type: str
        required: true
      state:
        description:
          - With V(absent) programs, configuration and temporary files go; C(webapps), C(logs) and what lies in C(var)
            stay unless O(bases[].purge).
        type: str
        choices: [present, absent]
        default: present
      base:
        description: The folder.
        type: path
        required: true
      release:
        description: The unpacked Tomcat it belongs to.
        type: path
        required: true
      version:
        description: Version of that Tomcat.
        type: str
        default: ""
      full_copy:
        description:
          - Copy C(bin) and C(lib) of the release into the folder, so that it needs nothing else. What others have put
            into the two stays when another release comes.
        type: bool
        default: false
      user:
        description: User that runs it.
        type: str
        default: tomcat
      group:
        description: Group that may read its configuration.
        type: str
        default: tomcat
      files:
        description: Texts to write. Files of the release's C(conf) that are not named here are copied.
        type: list
        elements: dict
        default: []
        suboptions:
          path:
            description: Where, below the folder.
            type: str
            required: true
          content:
            description: What.
            type: str
            required: true
      restart_on_files:
        description:
          - Files that it reads at its start and others write, beside those that the connectors of its C(server.xml)
            name for TLS. Folders mean all files below, and C(*), C(?) and C([) make a pattern. A path that is not
            absolute is meant below the folder. What they hold is part of RV(bases[].fingerprint).
        type: list
        elements: str
        default: []
      options:
        description: Options of its JVM, word by word, for the truststores and keystores that they name.
        type: list
        elements: str
        default: []
      java_home:
        description: Its JDK, for the certificate authorities that M(supervisord.fleet.jdk_truststore) has put there.
        type: path
        default: ""
      ports:
        description: Ports that the configuration names; remembered, so that later runs know them as this instance's.
        type: list
        elements: int
        default: []
      webapps_from_home:
        description:
          - Applications that come with the release to copy, for example C(ROOT). A full copy takes all of them when
            this is not given.
        type: list
        elements: str
      wars:
        description: Web applications to deploy.
        type: list
        elements: dict
        default: []
        suboptions:
          name:
            description: File name, from which Tomcat derives the context path.
            type: str
            required: true
          src:
            description: URL, or file on the controller.
            type: str
            default: ""
          checksum:
            description: C(algorithm:digest). Required for a URL unless O(war_checksum_required=false).
            type: str
            default: ""
          state:
            description: Whether it should be there.
            type: str
            choices: [present, absent]
            default: present
          context:
            description: The context path, for messages.
            type: str
            default: ""
          live:
            description:
              - Whether the Tomcat deploys it while it runs. Then it is no part of RV(bases[].fingerprint), so that
                nothing restarts for it.
            type: bool
            default: false
          validator:
            description:
              - What the server says of the file, its C(ETag) or C(Last-Modified), for a URL without a checksum. When it
                says something else than when the WAR was deployed, the file is brought again. Set by the action plugin.
            type: str
            default: ""
      remove_undeclared_wars:
        description:
          - Undeploy what this module deployed and what O(bases[].wars) no longer names, since whenever that is. A file
            that somebody else has put there under the same name stays.
        type: bool
        default: false
      old_versions:
        description:
          - With V(remove), Tomcat itself removes the older versions of a context (C(shop##001.war)) when their last
            session has ended. Then they are neither brought again nor removed here.
        type: str
        choices: [keep, remove]
        default: keep
      libs:
        description:
          - Jars for C(lib), for example JDBC drivers. One that is no longer named is removed; what others have put
            there stays.
        type: list
        elements: dict
        default: []
        suboptions:
          name:
            description: File name.
            type: str
            required: true
          src:
            description: URL, or file on the controller.
            type: str
            default: ""
          checksum:
            description: C(algorithm:digest). Required for a URL.
            type: str
            default: ""
          state:
            description: Whether it should be there.
            type: str
            choices: [present, absent]
            default: present
      adopt:
        description:
          - Take over a folder that was made by other means; files that get replaced are kept beside.
          - Not needed where there is nothing but empty folders of a Tomcat and jars of root's in C(lib).
        type: bool
        default: false
      purge:
        description: With O(bases[].state=absent), remove C(webapps), C(logs), C(var) and O(bases[].logs) as well.
        type: bool
        default: false
      logs:
        description: Log files elsewhere, removed by O(bases[].purge).
        type: list
        elements: path
        default: []
      program:
        description:
          - File of the instance's Supervisor program. With O(former=keep) it gets a second, hidden name beside it, for
            C(supervisor_program) to go back to.
        type: path
        default: ""
      ending:
        description:
          - For a dry run, ids of processes that an earlier task of the same run ends in a real one. They, and what
            descends from them, do not keep a folder from being removed with O(bases[].state=absent).
        type: list
        elements: int
        default: []
      program_changes:
        description:
          - Whether that program is about to change. Then O(former=keep) keeps it even if nothing changes in the folder.
        type: bool
        default: false
      ready:
        description:
          - What its user asks to see whether it is ready; remembered, so that it is known when it has to go back.
        type: dict
        default: {}
  former:
    description:
      - What becomes of the files that a change replaces. They are kept in a hidden folder of the instance, by renaming
        and hard links, so that they need no space. A step that fails puts back at once what the task has begun in any
        of the folders.
      - V(drop) forgets them at the end of the task.
      - V(keep) keeps them until the instance was seen ready; what is kept already, from a change that nobody has seen
        ready, stays instead.
      - V(settle) says that the instances were seen ready, and forgets them. It fails if another run has changed the
        folder meanwhile.
      - V(restore) puts them back. Stop the instance first. One that was never ready has none, and keeps its folder.
    type: str
    choices: [drop, keep, settle, restore]
    default: drop
  lock_timeout:
    description: Seconds to wait for another run that works at one of the folders.
    type: float
    default: 600
  war_checksum_required:
    description: Whether a WAR from a URL needs a checksum.
    type: bool
    default: true
  url_options:
    description: More options of M(ansible.builtin.get_url) for WARs from URLs. They are used, and then forgotten.
    type: dict
    default: {}
  refuse_missing:
    description:
      - Whether a file that a connector names for TLS and that is not there is refused. In check mode it is a warning
        unless this says otherwise, since an earlier task may have to bring it. Files that the user cannot read, keys
        that do not belong to their certificate, and keystores that cannot be opened, are refused in any case where
        the instance changes.
    type: bool
  _step:
    description: Which half of the work this call does. Set by the action plugin, not for use in tasks.
    type: str
    choices: [find, apply]
    default: apply
  _delivered:
    description: Where WARs were put on the host. Set by the action plugin, not for use in tasks.
    type: dict
    default: {}
extends_documentation_fragment:
  - supervisord.fleet.attributes
"""

EXAMPLES = r"""
- name: One instance
  supervisord.fleet.tomcat_base:
    bases:
      - name: app01
        base: /opt/app01
        release: /opt/tomcat/10.1.34
        version: 10.1.34
        files:
          - path: conf/server.xml
            content: "{{ lookup('ansible.builtin.template', 'server.xml.j2') }}"
        wars:
          - name: shop.war
            src: https://repo.example.com/shop-1.2.war
            checksum: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
"""

RETURN = r"""
bases:
  description: One entry for each instance, in the given order.
  type: list
  elements: dict
  returned: success
  contains:
    name:
      description: The instance.
      type: str
    changed:
      description: Whether its folder changed.
      type: bool
    actions:
      description: What was (or would be) done.
      type: list
      elements: str
    fingerprint:
      description: A digest of all that a running Tomcat has to be restarted for; empty for an absent one.
      type: str
    undeclared:
      description:
        - Web applications and jars that this module has brought, that O(bases) no longer names and that stay. They are
          known until they are gone.
      type: list
      elements: str
    unsettled:
      description: Whether O(former=settle) or O(former=restore) is still to come, as nobody has seen it ready yet.
      type: bool
waited_for:
  description: Which run was at work at one of the folders, and for how long this one has waited for it.
  type: str
  returned: when it had to wait
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import contextlib
import os
import typing as t

from ..module_utils import _errors, _module
from ..module_utils._host import listeners as _listeners, lock as _lock
from ..module_utils._tomcat import (
    difference as _difference,
    former as _former,
    instance as _instance,
    known as _known,
    libs as _libs,
    material as _material,
    memory as _memory,
    outside as _outside,
    programs as _programs,
    steps as _steps,
    wars as _wars,
)

FILE = {"path": {"type": "str", "required": True}, "content": {"type": "str", "required": True}}
WAR = {
    "name": {"type": "str", "required": True},
    "src": {"type": "str", "default": ""},
    "checksum": {"type": "str", "default": ""},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "context": {"type": "str", "default": ""},
    "live": {"type": "bool", "default": False},
    "validator": {"type": "str", "default": ""},
}
LIB = {key: WAR[key] for key in ("name", "src", "checksum", "state")}
BASE = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "base": {"type": "path", "required": True},
    "release": {"type": "path", "required": True},
    "version": {"type": "str", "default": ""},
    "full_copy": {"type": "bool", "default": False},
    "user": {"type": "str", "default": "tomcat"},
    "group": {"type": "str", "default": "tomcat"},
    "files": {"type": "list", "elements": "dict", "default": [], "options": FILE},
    "restart_on_files": {"type": "list", "elements": "str", "default": []},
    "options": {"type": "list", "elements": "str", "default": []},
    "java_home": {"type": "path", "default": ""},
    "ports": {"type": "list", "elements": "int", "default": []},
    "webapps_from_home": {"type": "list", "elements": "str"},
    "wars": {"type": "list", "elements": "dict", "default": [], "options": WAR},
    "remove_undeclared_wars": {"type": "bool", "default": False},
    "old_versions": {"type": "str", "choices": ["keep", "remove"], "default": "keep"},
    "libs": {"type": "list", "elements": "dict", "default": [], "options": LIB},
    "adopt": {"type": "bool", "default": False},
    "purge": {"type": "bool", "default": False},
    "logs": {"type": "list", "elements": "path", "default": []},
    "program": {"type": "path", "default": ""},
    "ending": {"type": "list", "elements": "int", "default": []},
    "program_changes": {"type": "bool", "default": False},
    "ready": {"type": "dict", "default": {}},
}  # type: t.Dict[str, t.Dict[str, t.Any]]
SPEC = {
    "bases": {"type": "list", "elements": "dict", "required": True, "options": BASE},
    "lock_timeout": {"type": "float", "default": _lock.TIMEOUT},
    "war_checksum_required": {"type": "bool", "default": True},
    "url_options": {"type": "dict", "default": {}},
    "refuse_missing": {"type": "bool"},
    "former": {"type": "str", "choices": ["drop", "keep", "settle", "restore"], "default": "drop"},
    "_step": {"type": "str", "choices": ["find", "apply"], "default": "apply"},
    "_delivered": {"type": "dict", "default": {}},
}  # type: t.Dict[str, t.Dict[str, t.Any]]


def main() -> None:
    _module.run(SPEC, bases, connection=False)


def bases(module: t.Any) -> t.Dict[str, t.Any]:
    """Plan all instances, then (unless it is a dry run) do all steps."""
    if module.check_mode or module.params["_step"] == "find":
        return _carry_out(module, False)
    timeout = module.params["lock_timeout"]
    with contextlib.ExitStack() as stack:
        # In one order, so that two runs do not wait for each other.
        folders = sorted({os.path.realpath(item["base"]) for item in module.params["bases"]})
        locks = [stack.enter_context(_lock.Lock(base, timeout, "tomcat_base")) for base in folders]
        result = _carry_out(module, True)
        for lock in locks:
            result = lock.told(result)
        return result


def _carry_out(module: t.Any, real: bool) -> t.Dict[str, t.Any]:
    items, former = module.params["bases"], module.params["former"]
    if former == "restore":
        return _each(items, _restore if real else lambda item: _former.begun(item["base"]), "put the former files back")
    seen = [_instance.look(item["base"]) for item in items]
    if module.params["_step"] == "find":
        return {"changed": False, "missing": _missing(items, seen)}
    for item, before in zip(items, seen):  # once: what changes from here on is for the next run
        settled = former == "settle"
        item["outside"] = before.data.get("outside") or {} if settled else _outside.digests(item)
    plans = [_plan(item, before, module.params["_delivered"]) for item, before in zip(items, seen)]
    if former == "settle":
        return _settled(items, plans, real)
    _refuse_unready(module, items, plans, real)
    work = zip(items, seen, plans) if module._diff else ()
    diff = [_difference.of(item, before, steps) for item, before, steps in work]
    results = [_result(item, before, steps) for item, before, steps in zip(items, seen, plans)]
    if real:
        _apply(list(zip(items, seen, plans)), former == "keep")
        for item, before, result in zip(items, seen, results):
            result.update(_after(item, before, former == "keep"))
    present = [(item, before) for item, before in zip(items, seen) if item["state"] == "present"]
    told = [text for item, before in present for text in _known.told(item, before)]
    result = {"changed": any(plans), "bases": results, "diff": [text for texts in diff for text in texts]}
    return dict(result, warnings=told) if told else result


def _each(
    items: t.List[t.Dict[str, t.Any]], do: t.Callable[[t.Dict[str, t.Any]], bool], what: str
) -> t.Dict[str, t.Any]:
    results = []
    for item in items:
        try:
            done = do(item)
        except OSError as error:
            raise _errors.SupervisorError(
                "%s: could not %s: %s. Correct the cause and run again." % (item["name"], what, error)
            ) from None
        unsettled = _former.begun(item["base"])
        results.append({
            "name": item["name"], "changed": done, "actions": [what] if done else [], "fingerprint": "",
            "unsettled": unsettled,
        })  # fmt: skip
    return {"changed": any(result["changed"] for result in results), "bases": results, "diff": []}


def _restore(item: t.Dict[str, t.Any]) -> bool:
    return _former.restore(item["base"])


def _settled(
    items: t.List[t.Dict[str, t.Any]], plans: t.List[t.List[_instance.Step]], real: bool
) -> t.Dict[str, t.Any]:
    for item, steps in zip(items, plans):
        if steps and real and not _former.restored(item["base"]):
            raise _errors.SupervisorError(
                "%s: another run has changed %s since this one did, so it is not known which state was seen ready. Run "
                "again." % (item["name"], item["base"])
            )
    return _each(items, _memory.settle if real else lambda item: False, "forget the former files")


def _missing(items: t.List[t.Dict[str, t.Any]], seen: t.List[_instance.Seen]) -> t.List[str]:
    missing = set()
    for item, before in zip(items, seen):
        if item["state"] == "present":
            missing |= {_wars.key(war) for war in _wars.wanted(item) if _instance.war_missing(item, war, before)}
            missing |= {_wars.key(lib) for lib in _libs.wanted(item) if _libs.missing(item, lib, before)}
    return sorted(missing)


def _refuse_unready(
    module: t.Any, items: t.List[t.Dict[str, t.Any]], plans: t.List[t.List[_instance.Step]], real: bool
) -> None:
    """See that what changes could start with the certificates that are there."""
    given = module.params.get("refuse_missing")
    refuse = real if given is None else given
    errors, known = [], {}  # type: t.List[str], t.Dict[t.Any, t.List[str]]
    for item, steps in zip(items, plans):
        if steps and item["state"] == "present":
            wrong, missing = _material.problems(item, known)
            for text in missing if not refuse else ():
                _module.warn(module, "%s: %s" % (item["name"], text))
            errors += ["%s: %s" % (item["name"], text) for text in wrong + (missing if refuse else [])]
    if errors:
        raise _errors.SupervisorError("\n".join(errors))


def _plan(item: t.Dict[str, t.Any], before: _instance.Seen, delivered: t.Dict[str, str]) -> t.List[_instance.Step]:
    if item["state"] == "present":
        return _steps.present(item, before, delivered)
    steps = _steps.absent(item, before)
    running = [jvm.pid for jvm in _listeners.jvms() if jvm.catalina_base == item["base"]]
    running = [pid for pid in running if not _listeners.descends(pid, item["ending"])]
    if steps and running:
        raise _errors.SupervisorError(
            "%s still runs (pid %s), so %s is not removed. Stop it first: it is not the program that Supervisor knew."
            % (item["name"], running[0], item["base"])
        )
    return steps


def _apply(work: t.List[t.Tuple[t.Dict[str, t.Any], _instance.Seen, t.List[_instance.Step]]], keep: bool) -> None:
    """Do the steps of all instances. What this call has begun in any of them goes back at once when one fails."""
    begun = []  # type: t.List[str]
    for item, before, steps in work:
        base = item["base"]
        task = ["note what is about to change"]
        try:
            changes = bool(steps) or (keep and item["program_changes"])
            if changes and item["state"] == "present" and before.settled:
                fresh = not _former.begun(base)
                touched = [path for step in steps for path in step.touched]
                _former.begin(base, touched, [path for step in steps for path in step.marked], item["program"])
                begun += [base] if fresh else []
            for step in steps:
                task.append(step.what)
                step.do()
            if item["state"] == "present" and not keep:
                _memory.settle(item)
                begun = []
        except (OSError, _errors.SupervisorError) as error:
            _steps.sweep(base)
            text = error.message if isinstance(error, _errors.SupervisorError) else str(error)
            text = text.replace("Nothing was changed; check", "Check")  # steps before it have changed something
            raise _errors.SupervisorError("%s: could not %s: %s %s" % (
                item["name"], task[-1], text.rstrip(".") + ".", _way_back(base, begun)
            )) from None  # fmt: skip


def _way_back(failed: str, begun: t.List[str]) -> str:
    """Put back what this call has begun. What became of it, in words."""
    for base in begun:
        try:
            _former.restore(base)
            _former.forget(base)
        except (OSError, _errors.SupervisorError) as error:
            return "The former files could not be put back either (%s); they are in %s/%s." % (
                error, base, _former.FOLDER
            )  # fmt: skip
    if failed in begun:
        return "The former files were put back; correct the cause and run again."
    return "The former files are kept, to be put back." if _former.begun(failed) else "Correct the cause and run again."


def _result(item: t.Dict[str, t.Any], before: _instance.Seen, steps: t.List[_instance.Step]) -> t.Dict[str, t.Any]:
    """What is foreseen for one instance."""
    result = {"name": item["name"], "changed": bool(steps), "actions": [step.what for step in steps], "fingerprint": ""}
    result["unsettled"] = item["state"] == "present" and (not before.settled or _former.begun(item["base"]))
    if item["state"] == "present":
        digests = _known.digests(item, _known.kept(item, before, "wars"))
        for war in _wars.restarting(item):
            there = (
                ""
                if _instance.war_missing(item, war, before)
                else _instance.war_digest(item["base"], war["name"], before)
            )
            digests[war["name"]] = there or war["checksum"].rpartition("sha256:")[2].lower()
        result["fingerprint"] = _instance.fingerprint(
            item,
            _instance.wanted_files(item),
            digests,
            _libs.digests(item, before),
            _programs.repaired(item, before),
        )
        result["undeclared"] = _undeclared(item, before)
    return result


def _after(item: t.Dict[str, t.Any], before: _instance.Seen, keep: bool) -> t.Dict[str, t.Any]:
    """What is known of one instance only when its steps are done."""
    if item["state"] != "present":
        return {}
    now = _instance.look(item["base"])
    digests = _known.digests(item, _known.kept(item, now, "wars"))
    for war in _wars.restarting(item):
        digests[war["name"]] = _instance.war_digest(item["base"], war["name"], now)
    count = int(now.data.get("repaired") or 0)
    libs = _libs.digests(item, now)
    return {
        "fingerprint": _instance.fingerprint(item, _instance.wanted_files(item), digests, libs, count),
        "unsettled": keep and (not now.settled or _former.begun(item["base"])),
    }


def _undeclared(item: t.Dict[str, t.Any], before: _instance.Seen) -> t.List[str]:
    kinds = sorted(_known.FOLDERS.items())
    return ["%s/%s" % (folder, name) for kind, folder in kinds for name in sorted(_known.kept(item, before, kind))]


if __name__ == "__main__":
    main()
