# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that say which daemon to speak to."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the options in ``_module.CONNECTION``."""

    DOCUMENTATION = r"""
options:
  server_url:
    description:
      - Address of the daemon.
      - V(unix:///path/of/the/socket) for a socket on the machine the module runs on, V(http://host:port) for an
        C([inet_http_server]), V(https://host:port) for one behind a TLS proxy. A path is kept as it is; without one
        C(/RPC2) is used.
      - Ignored beside C(servers), in modules that have it.
      - If it is not given, the address and the credentials are read from the configuration file of the machine the
        module runs on, see O(config_file), and all that it includes, as the daemon that runs reads them. Variables that
        only the daemon has are known to root and to the account that it runs as. A unix socket is preferred.
    type: str
  username:
    description:
      - User name for HTTP Basic authentication.
      - If it is not given, E(SUPERVISOR_USERNAME) of the environment the module runs in is used, then the
        configuration file, if O(server_url) is not given.
    type: str
  password:
    description:
      - Password in clear text for O(username). It is never put on a command line.
      - With V(http://) to another machine it crosses the network in clear text, which a warning says once in a run.
      - If it is not given, E(SUPERVISOR_PASSWORD) of the environment the module runs in is used, then the
        configuration file, if O(server_url) is not given.
    type: str
  timeout:
    description:
      - Seconds that one call to the daemon may take. This is a deadline for the whole call, which also holds against
        a daemon that accepts the connection and never answers, or answers one byte at a time.
    type: float
    default: 10.0
  ca_path:
    description:
      - File with the certificates (PEM) to trust for V(https://), instead of those of the operating system. Ignored for
        any other address, as are O(client_cert), O(client_key) and O(validate_certs).
    type: path
  client_cert:
    description:
      - File with the client certificate (PEM) for V(https://). It may hold the private key as well. Ignored for any
        other address.
    type: path
  client_key:
    description:
      - File with the private key (PEM) of O(client_cert). Ignored for any other address than V(https://).
    type: path
  validate_certs:
    description:
      - Whether the certificate of an V(https://) server is checked. V(false) makes the connection open to anyone
        in between. Ignored for any other address.
    type: bool
    default: true
  config_file:
    description:
      - Main configuration file of the daemon, on the machine the module runs on. Must be absolute to be of use after
        a change of directory.
      - With O(server_url) the address is not read from it. It then only says which files are that daemon's, for what
        needs them, and is ignored by all else.
      - If it is not given, C(/etc/supervisor/supervisord.conf), C(/etc/supervisord.conf),
        C(/usr/local/etc/supervisord.conf), C(/usr/local/etc/supervisor/supervisord.conf) and
        C(/usr/etc/supervisord.conf) are looked for, and the one is used that a running C(supervisord) was started with.
      - If none of them is in use, the file of the only C(supervisord) that runs on this machine is taken, wherever it
        lies. It counts if root or the account that the module runs as started it, or if its file belongs to root and
        names the account that it runs as. Only if none runs is it the first of these files.
    type: path
"""
