# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start by ``python3 FOLDER``: make the folder importable as a package, wherever it lies, and nothing else."""

import os
import sys

if __name__ == "__main__":
    if sys.version_info < (3, 6):
        sys.exit("supervisord-fleet-alerts needs Python 3.6 or newer, not %s" % sys.version.split()[0])
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    from supervisord_fleet_alerts import commands

    sys.exit(commands.main(sys.argv[1:]))
