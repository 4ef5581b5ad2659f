# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both floors ask each daemon, in order."""

STATUS = ("getSupervisorVersion", "getAPIVersion", "getIdentification", "getState", "getPID", "getAllProcessInfo")
CALLS = {
    "status": [("system.multicall", ([{"methodName": "supervisor." + name, "params": []} for name in STATUS],))],
    "restart": [("supervisor.stopProcess", ("web",)), ("supervisor.startProcess", ("web",))],
}
