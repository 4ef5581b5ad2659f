# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be wrong, how bad it is, and what can be said about it."""

import typing as t

SEVERITIES = ("info", "warning", "critical")

# kind of trouble -> (area, severity unless configured). Troubles of one area of one program are one trouble.
KINDS = {
    "exited": ("state", "warning"),  # it ended, and not as its exitcodes expect
    "backoff": ("state", "warning"),  # it ended soon after its start, more than once
    "fatal": ("state", "critical"),  # supervisord has given up
    "unknown": ("state", "critical"),  # supervisord could not signal it
    "gone": ("state", "critical"),  # it ran, and is neither stopped nor declared any more
    "unanswered": ("http", "critical"),  # its health check fails
    "memory": ("memory", "warning"),  # it uses more than it may
    "deaf": ("ear", "critical"),  # an event listener that supervisord sends no more events
    "overflow": ("ear", "warning"),  # supervisord dropped events of a listener
    "daemon_stopping": ("daemon", "warning"),
    "daemon_gone": ("daemon", "critical"),  # supervisord ended without a word
    "no_rpc": ("rpc", "warning"),  # supervisord hears the listener no more, or refuses it
    "unhealed": ("watchdog", "critical"),  # restarts have not helped, and there will be no more of them for now
    "unstarted": ("watchdog", "critical"),  # it was stopped to be restarted, and cannot be started
    # told once, and no trouble
    "restarted": ("news", "warning"),  # by the watchdog
    "stopped": ("news", "info"),  # by a person
    "daemon_started": ("news", "info"),
    "dropped": ("news", "warning"),  # messages had to be dropped for want of room
    "test": ("news", "info"),
}  # type: t.Dict[str, t.Tuple[str, str]]

SAYINGS = ("problem", "worse", "flapping", "goes_on", "recovered", "ended", "news")
OVER = ("recovered", "ended")  # those after which a trouble is none any more


def rank(severity: str) -> int:
    """Its place among the severities, the worst last."""
    return SEVERITIES.index(severity)


def severity(kind: str, configured: t.Mapping[str, str]) -> str:
    """How bad a kind of trouble is here."""
    return configured.get(kind) or KINDS[kind][1]
