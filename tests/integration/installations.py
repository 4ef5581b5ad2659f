# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand-made installations as people have them: name -> what stands in the main file, and in the files it includes.

``{dir}`` is the daemon's own folder. A file whose text begins with LINK is a link to a file with that text elsewhere.
"""

from __future__ import annotations

LINK = "link:"

WEB = (
    "[program:web]\ncommand=/bin/sleep 1000\nautostart=true\nautorestart=true\nstderr_logfile=AUTO\n"
    "stdout_logfile={dir}/web.log\n"
)
LISTENER = (
    "[eventlistener:watch]\ncommand=/bin/sh -c 'while :; do echo READY; read l; read -n 1 x; sleep 1000; done'\n"
    "events=PROCESS_STATE_FATAL,TICK_3600\nbuffer_size=50\n"
)
FCGI = (
    "[fcgi-program:php]\ncommand=/bin/sleep 1000\nsocket=unix://{dir}/php.sock\n"
    "process_name=%(program_name)s_%(process_num)d\nnumprocs=2\n"
)

INSTALLATIONS = {
    "one program": ("", {"web.conf": WEB}),
    "several in one file": (
        "",
        {
            "all.conf": "; the shop\n"
            + WEB
            + "\n# mail\n[program:mail]\ncommand = /bin/sleep 1000 ; a comment\nstopsignal=QUIT\n"
            "stopwaitsecs=3\npriority=10\n",
        },
    ),
    "numprocs": (
        "",
        {
            "10-worker.conf": '[program:worker]\ncommand=/bin/sh -c "echo %(process_num)s; sleep 1000"\n'
            "process_name=%(program_name)s_%(process_num)02d\nnumprocs=3\nnumprocs_start=1\nstdout_logfile={dir}/w%(process_num)d.log\n",
        },
    ),
    "groups": (
        "",
        {
            "shop.conf": "[group:shop]\nprograms=front,back\npriority=50\n[program:front]\ncommand=/bin/sleep 1000\n"
            "[program:back]\ncommand=/bin/sleep 1001\nenvironment=A='1',B=\"two words\"\n",
        },
    ),
    "fcgi and listener": ("", {"php.conf": FCGI, "watch.conf": LISTENER}),
    "all in the main file": (
        WEB + FCGI + LISTENER + "[group:g]\nprograms=x\n[program:x]\ncommand=/bin/sleep 1000\n",
        {},
    ),
    "variables": (
        "",
        {
            "env.conf": "[program:env]\ncommand=/bin/sleep %(ENV_NAP)s\nautostart=%(ENV_AUTO)s\n"
            'environment=PATH="%(ENV_PATH)s:/opt/bin",DB_PASSWORD="p%%s;s#3cret-{{x}}",URL="postgres://u:hunter2@db/x"\n'
            "directory=%(here)s\n",
        },
    ),
    "links": (
        "",
        {
            "web.conf": "link:" + WEB,
            "more.conf": "link:[program:a]\ncommand=/bin/sleep 1000\n[program:b]\ncommand=/bin/sleep 1000\n",
        },
    ),
    "percent and quotes": (
        "",
        {
            "date.conf": "[program:date]\ncommand=/bin/sh -c 'date +%%Y-%%m-%%d; exec sleep 1000'\n"
            '[program:odd]\ncommand=/bin/sh -c "exec sleep 1000" a  b   "c d"\n\texample\nexitcodes=0,2\numask=027\n'
            "stdout_logfile=NONE\nredirect_stderr=yes\nkillasgroup=true\nstopasgroup=true\n",
        },
    ),
    "plugins and strangers": (
        "[somebody]\nelse = 1\n",
        {
            "plug.conf": "[program:plug]\ncommand=/bin/sleep 1000\ndependent_startup=true\n"
            "dependent_startup_wait_for=web:running\n",
            "stopped.conf": "[program:job]\ncommand=/bin/sleep 1000\nautostart=false\n",
        },
    ),
}
