# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plugin of Supervisor that refuses some methods for some programs, with a fault of its own. Python 2.7 and later."""

import types

from supervisor.rpcinterface import SupervisorNamespaceRPCInterface
from supervisor.xmlrpc import RPCError

CODE = 4711  # none of Supervisor's


def make(supervisord, methods="", words="", **_config):
    """Make Supervisor's own interface, in which ``methods`` refuse what is called web, or all if they are about nobody.

    The list of all processes, which is made of the answers about each, is not refused.
    """
    interface = SupervisorNamespaceRPCInterface(supervisord)
    lists_all = interface.getAllProcessInfo
    busy = []

    def refusing(original):
        def method(_self, *params):
            if not busy and (not params or params[0].startswith("web")):
                raise RPCError(CODE, words)
            return original(*params)

        return method

    def list_all(_self):
        busy.append(True)
        try:
            return lists_all()
        finally:
            busy.pop()

    for name in methods.split():
        setattr(interface, name, types.MethodType(refusing(getattr(interface, name)), interface))
    interface.getAllProcessInfo = types.MethodType(list_all, interface)  # functions are not called
    return interface
