# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event listener of the role alerts: it hears what supervisord tells, and tells people. Standard library only.

It runs on the managed host by the system's own Python (3.6 or newer), started by supervisord. Files have one noun each:

* words and rules, without effects: ``kinds`` ``signs`` ``events`` ``programs`` ``troubles`` ``rules`` ``health``
  ``limits`` ``masks`` ``texts`` ``message`` ``metrics`` ``spool`` ``settings`` ``config``, and ``routes`` (what each
  service wants to be sent)
* effects: ``protocol`` ``files`` ``journal`` ``store`` ``deadline`` ``web`` ``mail`` ``local`` ``delivery`` ``rpc``
  ``door`` (the way to supervisord without being root) ``procfs`` ``maintenance`` ``host`` ``log`` ``inbox``
* threads: ``desk`` (the protocol, and all decisions), ``sender`` (one for each route), ``details``, ``looks``,
  ``watch`` with ``watchdog``, ``beat`` with ``port``; only the desk decides, the others hand it what they saw
* ``commands``: run, check, test
"""

VERSION = "1.0"
