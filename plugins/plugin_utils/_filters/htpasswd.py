# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of a password file, the same from every controller."""

from __future__ import annotations

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from .. import _crypt


def htpasswd(users: list[dict], host: str, allow_short: bool = False) -> str:
    """See plugins/filter/htpasswd.yml."""
    try:
        found = [dict(user) for user in users]
        text = _crypt.htpasswd(found, str(host), allow_short)
        for name in _crypt.short(found) if allow_short else ():
            Display().warning(
                f"The password of the user {name} is shorter than {_crypt.SHORTEST} characters, and whoever guesses it "
                "controls every program. It is kept because short passwords are allowed; change it."
            )
        return text
    except ValueError as error:
        raise AnsibleFilterError(f"htpasswd: {error}") from None
