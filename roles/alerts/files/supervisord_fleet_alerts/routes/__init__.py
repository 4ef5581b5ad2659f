# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where messages go: what each service wants to be sent, and what its answer means.

A route of the web is a file with ``request(route, batch)`` and ``verdict(answer)``; mail and local commands are
deliveries of their own, see ``delivery``.
"""
