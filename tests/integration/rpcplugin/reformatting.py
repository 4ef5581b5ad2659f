# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plugin of Supervisor that gives the daemon's log another form, as supvisors does. Python 2.7 and later."""

from supervisor.rpcinterface import SupervisorNamespaceRPCInterface


def make(supervisord, form="", **_config):
    """Make Supervisor's own interface. ``form``: of the lines from now on, with [x] for %(x)s."""
    for name in ("asctime", "levelname", "message"):
        form = form.replace("[%s]" % name, "%%(%s)s" % name)
    for handler in supervisord.options.logger.handlers:
        handler.setFormat(form + "\n")
    return SupervisorNamespaceRPCInterface(supervisord)
