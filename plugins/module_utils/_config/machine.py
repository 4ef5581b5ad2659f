# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the validator has to know about the machine: accounts, directories, importable Python names."""

import grp
import os
import pwd
import tempfile
import typing as t

from . import imports as _imports

# Entry points that come with Supervisor itself.
_OWN = ("supervisor.rpcinterface:make_main_rpcinterface", "supervisor.dispatchers:default_handler")


class Host:
    """The machine this runs on. Tests and planners replace methods to describe another, or a future, machine.

    ``importer``: the daemon's Python. Without it nothing is known about names that are not Supervisor's own.
    """

    importer: t.Optional[_imports.Importer] = None

    def uid(self, name: str) -> t.Optional[int]:
        """Give the number of an account by name, or None."""
        try:
            return pwd.getpwnam(name).pw_uid
        except (KeyError, ValueError, UnicodeError):
            return None

    def has_uid(self, uid: int) -> bool:
        """Tell whether an account has this number."""
        try:
            pwd.getpwuid(uid)
        except (KeyError, OverflowError):
            return False
        return True

    def gid_of(self, uid: int) -> int:
        """Give the primary group of an existing account."""
        return pwd.getpwuid(uid).pw_gid

    def gid(self, name: str) -> t.Optional[int]:
        """Give the number of a group by name, or None."""
        try:
            return grp.getgrnam(name).gr_gid
        except (KeyError, ValueError, UnicodeError):
            return None

    def has_gid(self, gid: int) -> bool:
        """Tell whether a group has this number."""
        try:
            grp.getgrgid(gid)
        except (KeyError, OverflowError):
            return False
        return True

    def is_dir(self, path: str) -> bool:
        """Tell whether ``path`` is an existing directory."""
        return os.path.isdir(path)

    def expand_user(self, path: str) -> str:
        """Replace a leading ``~``."""
        return os.path.expanduser(path)

    def temporary(self) -> str:
        """Give the directory for temporary files."""
        return tempfile.gettempdir()

    def cwd(self) -> str:
        """Give the directory that relative paths of the daemon start from; it changes to / unless told otherwise."""
        return "/"

    def daemon_uid(self) -> int:
        """Give the account the daemon runs as."""
        return os.getuid()

    def importable(self, spec: str) -> t.Optional[bool]:
        """Tell whether the daemon's Python can import ``module:name``; None when that is not known from here."""
        return self.imported(spec).resolves

    def imported(self, spec: str) -> _imports.Answer:
        """Tell whether the daemon's Python can import ``module:name``, and if not, or if that is not known, why."""
        if spec.strip() in _OWN:
            return _imports.Answer(True)
        return self.importer.ask(spec.strip()) if self.importer else _imports.Answer(None)
