# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known about one configuration option: the row type of the option table, and the names it may expand."""

import typing as t

from . import dialect as _dialect

Names = t.FrozenSet[str]

# %(ENV_X)s stands for three sources. They differ in who supplies X, not in how it is written:
# ENV the daemon's own environment, SDENV [supervisord] environment, OWNENV the same program's environment.
ENV_ONLY: Names = frozenset(["ENV"])
HERE: Names = frozenset(["here", "ENV"])
INCLUDE = HERE | {"host_node_name"}
SERVER: Names = frozenset(["ENV", "SDENV"])
GROUP = HERE | {"SDENV"}
SOCKET = GROUP | {"program_name"}
PROGRAM = GROUP | {"program_name", "group_name", "host_node_name"}
ENVIRONMENT = PROGRAM | {"process_num", "numprocs"}
PROCESS = ENVIRONMENT | {"OWNENV"}

# Name of an expansion, or "<name> in <kind of section>" -> first Supervisor that knows it.
EXPAND_SINCE = {"numprocs": "4.2.0", "SDENV": "4.2.2", "OWNENV": "4.2.2"}

# Key of Option.applies -> what a change of the option costs.
COSTS = {
    "diff": "the program (its whole group) restarts",
    "diff_all": "every program of the daemon restarts",
    "undetected": "the program restarts; Supervisor itself does not notice the change, this collection does",
    "restart": "the daemon restarts, and every program with it",
    "daemon": "the daemon process must be stopped and started; a reload is not enough",
    "client": "live; only C(supervisorctl) reads it",
    "next_read": "live; used the next time the configuration is read",
}


class Option(t.NamedTuple):
    """One option of one kind of section.

    ``type`` names the parser of the text (see _config/values.py), ``passes`` says how often Supervisor applies ``%``
    formatting, ``expand`` which names it offers then, ``applies`` (a key of COSTS) what makes a change take effect.
    ``default`` is the text Supervisor uses when the option is not written; None means there is no value at all.
    ``older`` lists (version before which it holds, default). ``hidden`` options are parsed but never offered.
    """

    name: str
    type: str
    default: t.Optional[str]
    description: str
    applies: str
    expand: Names
    passes: int = 1
    since: str = "3.0"
    unit: str = ""
    choices: t.Tuple[str, ...] = ()
    older: t.Tuple[t.Tuple[str, str], ...] = ()
    required: bool = False
    secret: bool = False
    hidden: bool = False
    default_text: str = ""
    minimum: t.Optional[int] = None
    maximum: t.Optional[int] = None

    @property
    def param(self) -> str:
        """Name of the module parameter: the option name without a ``supervisor.`` prefix."""
        return self.name.split(".")[-1]

    def default_for(self, reader: _dialect.Dialect) -> t.Optional[str]:
        """Give the default text of that Supervisor version."""
        for before, value in self.older:
            if not reader.at_least(before):
                return value
        return self.default

    def passes_for(self, reader: _dialect.Dialect, kind: str) -> int:
        """Tell how often that version applies ``%`` formatting to the option in a section of that kind."""
        if kind == "supervisord" and self.name == "environment" and reader.at_least("4.4.0"):
            return 1
        return self.passes
