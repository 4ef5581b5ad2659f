# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An instance that gets another user: what the former one has made, and the new one could neither read nor write.

Logs, and what lies in the working directory, are given to the new user. What Tomcat makes anew (unpacked
applications, compiled pages, temporary files) goes. What an application has put into its own folder stays as it is: it
is data, and whose it is only its owner knows.
"""

import os
import stat
import typing as t

from .._host import careful as _careful, files as _files
from . import former as _former, instance as _instance, versions as _versions

_MADE_ANEW = ("work", "temp")


def steps(item: t.Dict[str, t.Any], who: _instance.Owner) -> t.List[_instance.Step]:
    """The steps that come before the folders themselves change hands; none where the user is the same."""
    base = item["base"]
    former = _files.attributes_of(os.path.join(base, "logs"))
    if former is None or who.uid is None or former.uid == who.uid:
        return []
    found = [_given(base, path, who) for path in _files_of(os.path.join(base, "logs"), former.uid)]
    found += [_given(base, path, who) for path in _all_of(os.path.join(base, _instance.LEFTOVERS), former.uid)]
    for name in _MADE_ANEW:
        if os.path.isdir(os.path.join(base, name)):
            found.append(_aside(base, name, "of the former user"))
            found.append(_made(base, name, who))
    return found + [_aside(base, name, "unpacked by the former user") for name in _unpacked(item)]


def _all_of(folder: str, former: t.Optional[int]) -> t.List[str]:
    """Folders and files of the former user below a folder, as far as all on the way to them is that user's, too."""
    found = _files_of(folder, former) if os.path.isdir(folder) else []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        path = os.path.join(folder, name)
        facts = os.lstat(path)
        if stat.S_ISDIR(facts.st_mode) and facts.st_uid == former:
            found += _all_of(path, former) + [path]
    return found


def _files_of(folder: str, former: t.Optional[int]) -> t.List[str]:
    """Files of the former user, and of nobody else, in a folder."""
    found = []
    for name in sorted(os.listdir(folder)):
        facts = os.lstat(os.path.join(folder, name))
        if stat.S_ISREG(facts.st_mode) and facts.st_uid == former and facts.st_nlink == 1:
            found.append(os.path.join(folder, name))
    return found


def _given(base: str, path: str, who: _instance.Owner) -> _instance.Step:
    def give() -> None:
        # A program of the former user must not run as the new one for whoever calls it.
        mode = stat.S_IMODE(os.lstat(path).st_mode) & ~(stat.S_ISUID | stat.S_ISGID)
        _careful.set_attributes(path, mode, who.uid, who.gid)

    shown = _instance.Shown(os.path.relpath(path, base), "of the former user", "of user %s" % who.uid)
    return _instance.Step("give %s to the user" % path, give, (), (path,), (shown,))


def _aside(base: str, name: str, what: str) -> _instance.Step:
    path = os.path.join(base, name)
    shown = _instance.Shown(name, what, "")
    return _instance.Step("remove %s" % path, lambda: _former.put_aside(base, path), (path,), shown=(shown,))


def _made(base: str, name: str, who: _instance.Owner) -> _instance.Step:
    path = os.path.join(base, name)

    def make() -> None:
        os.mkdir(path, 0o750)
        _files.set_attributes(path, _files.Attributes(0o750, who.uid, who.gid))

    return _instance.Step("make %s" % path, make, (path,), shown=(_instance.Shown(name, "", "a folder"),))


def _unpacked(item: t.Dict[str, t.Any]) -> t.List[str]:
    """Folders that Tomcat has unpacked from a WAR, and unpacks again."""
    names = ["webapps/" + war["name"][: -len(".war")] for war in item["wars"] if war["state"] == "present"]
    return [name for name in names if os.path.exists(os.path.join(item["base"], name, _versions.TRACKER))]
