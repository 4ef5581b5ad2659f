# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second name of a file that somebody may want back: as it was, whatever bears the first name by then."""

import os

SUFFIX = ".fleet-former"


def of(path: str) -> str:
    """In the same folder, as elsewhere there may be no second name, and hidden: no ``[include]`` pattern matches it."""
    return os.path.join(os.path.dirname(path), ".%s%s" % (os.path.basename(path), SUFFIX))
