# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A role's variables, worked out of their templates and converted: what there is of each, and what is wrong."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError

from . import _plain, _role_said, _role_spec, _role_values


class Taken:
    """The variables of one role as one host has them.

    :param defaults: the role's own, not templated.
    :param variables: those of the host, not templated, and among them the role's defaults.
    :param only: the names of those that matter; all by default.
    """

    def __init__(
        self,
        templar: t.Any,
        role: str,
        defaults: t.Mapping[str, t.Any],
        variables: dict,
        only: t.Collection[str] = (),
    ) -> None:
        self.role = role
        options = _role_spec.options(role)
        self.options = {name: option for name, option in options.items() if name in (only or options)}
        self.faults: list[str] = []
        self.given: dict[str, t.Any] = {}  # templated, not converted
        self.own: set[str] = set()  # faults that need not be those of every host with the same variables
        self._templar, self._variables, self._defaults = templar, variables, defaults
        self._values: dict[str, t.Any] = {}

    def all(self) -> dict[str, t.Any]:
        """Name without the role's prefix -> value. Defaults that are worked out of others come after those."""
        later = [name for name in self.options if not self._take(name)]
        known = {**self._variables, **self._values, f"__{self.role}": self._short()}
        for name in later:
            self._note(name, self._defaults[name], known)
            # One that is worked out of something that is not there yet comes to nothing, and is there all the same.
            if name not in self._values and _role_values.says_nothing(name, self.given[name]):
                self._values[name] = _role_values.default(name, self.options[name], self.given[name], self.faults)
        return self._short()

    def _short(self) -> dict[str, t.Any]:
        return {name[len(self.role) + 1 :]: value for name, value in self._values.items()}

    def _take(self, name: str) -> bool:
        """Take what is given; False for a default that is worked out of others."""
        raw, default = self._variables.get(name), self._defaults.get(name)
        if not (_templated(default) and (raw == default or _role_values.says_nothing(name, raw))):
            self._note(name, raw, self._variables)
            if not _role_values.says_nothing(name, self.given.get(name, raw)):
                return True
            if not _templated(default):
                self._values[name] = _role_values.default(name, self.options[name], default, self.faults)
                return True
        return False

    def _note(self, name: str, raw: t.Any, variables: dict) -> None:
        before = len(self.faults)
        templar = self._templar.copy_with_new_env(available_variables=variables)
        try:
            # In a mapping, for "omit" leaves it empty then.
            value = _plain.plain(templar.template({"value": raw}), variables.get("omit")).get("value")
        except AnsibleError as error:
            self.faults.append(f"{name}: {_role_said.template(error)}")
            self.given[name] = raw
        else:
            self.given[name] = value
            if not _role_values.says_nothing(name, value):
                self._values[name] = _role_values.convert(name, self.options[name], value, self.faults)
        if "{{" in str(raw):
            self.own.update(self.faults[before:])


def _templated(value: t.Any) -> bool:
    return isinstance(value, str) and "{{" in value
