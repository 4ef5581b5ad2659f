# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of tomcat_base in a process of its own: arguments as JSON on stdin, the result as JSON on stdout."""

import json
import os
import sys

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import instance as _instance
from ansible_collections.supervisord.fleet.plugins.modules import tomcat_base as _tomcat_base

bases = _tomcat_base.bases


class Module:
    """What the module needs of AnsibleModule."""

    check_mode = False
    _diff = False

    def __init__(self, params):
        self.params = params


def main():
    _instance.ROOT = os.geteuid()
    params = json.load(sys.stdin)
    print("begun", flush=True)
    try:
        result = bases(Module(params))
    except _errors.SupervisorError as error:
        result = {"failed": True, "msg": error.message}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
