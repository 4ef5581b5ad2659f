# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what programs of odd.conf put into their standard error logs."""

import pathlib

SRV = pathlib.Path("/srv")
BREAKOUT = '" style="display:block;content-visibility:auto" oncontentvisibilityautostatechange="document.title=1" x="'

# 2002 bytes: the last 1000 begin inside a character.
(SRV / "chinese").write_bytes(("x" * 2 + "错误日志" * 166 + "完了").encode() + b"\n\n")
(SRV / "gbk").write_bytes("错误日志\n".encode("gbk"))
(SRV / "control").write_bytes(b"\x1b[31mred\x1b[0m and \x00\x07 bell\n")
(SRV / "script").write_bytes(f"<script>document.title = 'owned'</script><b>bold</b> &amp; {BREAKOUT}\n".encode())
