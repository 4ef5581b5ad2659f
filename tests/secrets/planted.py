# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values for the roles' variables with a secret of its own in each that can hold one.

The variables come from the argument specs. One that is new is planted by its type, without anybody thinking of it: a
text is the secret, a mapping has it as a value. Where that would not work, HOW says what does; EXCEPTIONS say what
is no place for a secret, and why.
"""

from __future__ import annotations

import hashlib
import pathlib
import typing as t

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Options that are not planted, by name or by "variable.option", and why.
EXCEPTIONS = {
    "names": (
        "monitor_web_realm supervisor_managed_by supervisor_service_name supervisor_epel_package supervisor_packages "
        "jdk_packages jdk_name supervisor_venv_packages load_balancer_packages monitor_web_packages supervisor_version "
        "supervisor_pip_extra_packages tomcat_app_version monitor_web_git_version monitor_web_php_version name version "
        "filename programs identifier process_name rpcinterface_factory ctl_factory result_handler events prompt "
        "tomcat_app_limit tomcat_app_webapps_from_home webapps_from_home instances server_names jvm_route context "
        "load_balancer_group load_balancer_sticky_cookie tomcat_app_load_balancer_group ready_host "
        "tomcat_app_ready_host monitor_web_server_names monitor_web_supervisor_group monitor_web_redmine_assignee "
        "monitor_web_title alerts_host alerts_name alerts_watch.program alerts_rules.kinds alerts_rules.routes "
        "alerts_rules.hosts alerts_rules.groups supervisor_firewall_zone tomcat_app_firewall_zone "
        "load_balancer_firewall_zone monitor_web_firewall_zone"
    ),
    "accounts": (
        "user group username chown socket_owner tomcat_app_user tomcat_app_group monitor_web_user alerts_user "
        "alerts_supervisor_username"
    ),
    "numbers and words of a kind": (
        "chmod umask socket_mode stopsignal logfile_maxbytes stdout_logfile_maxbytes stderr_logfile_maxbytes "
        "stdout_capture_maxbytes stderr_capture_maxbytes state supervisor_config_mode "
        "tomcat_app_ready_status ready_status supervisor_include_extension autorestart autostart buffer_size exitcodes "
        "killasgroup logfile_backups loglevel minfds minprocs nocleanup nodaemon numprocs numprocs_start priority "
        "redirect_stderr silent socket_backlog startretries startsecs stderr_events_enabled stderr_logfile_backups "
        "core memlock nofile nproc stack "
        "stderr_syslog stdout_events_enabled stdout_logfile_backups stdout_syslog stopasgroup stopwaitsecs strip_ansi "
        "alerts_watch.expect alerts_severities"
    ),
    "places": (
        "file logfile pidfile childlogdir directory history_file stdout_logfile stderr_logfile files socket port "
        "supervisor_pip_find_links supervisor_venv_python tomcat_app_supervisor_config_file tomcat_app_http_address "
        "tomcat_app_ajp_address http_address ajp_address jmx_address debug_address proxies address "
        "load_balancer_listen monitor_web_address monitor_web_path monitor_web_public_origins tomcat_app_directory "
        "tomcat_app_dump_dir dump_dir tomcat_app_temp_dir temp_dir "
        "monitor_web_trusted_proxies tomcat_app_restart_on_files restart_on_files alerts_routes.host alerts_python "
        "alerts_metrics_file alerts_program_dir alerts_config_dir alerts_data_dir alerts_maintenance_dir "
        "alerts_supervisor_config_file"
    ),
    "what each line or name of a log of requests says, and names of headers of requests": (
        "pattern prefix suffix file_date_format remote_ip_header protocol_header port_header"
    ),
    "a digest of something public; an address in it is tried with the modules": (
        "checksum jdk_checksum tomcat_app_checksum monitor_web_checksum"
    ),
    "a command line, which the process list shows to every account": "command supervisor_pip_extra_args",
    "must be the daemon's own address to work at all; credentials in it are tried with the modules": (
        "serverurl alerts_supervisor_url"
    ),
    "systemd shows the settings of each unit to every account": "supervisor_service_options",
    "a link on a page for all users of the dashboard": "monitor_web_redmine_url monitor_web_links.url",
    "written as those of programs are, which are tried": "supervisor_groups.extra_options",
    "the public half": "monitor_web_tls_certificate_content jdk_ca_certificates.content",
    "the name of something public": "jdk_ca_certificates.alias jdk_ca_certificates.src supervisor_epel_key",
    "goes the way of the attributes around it, into server.xml, and needs a key with that password": (
        "ssl_hosts.attributes ssl_hosts.certificates tomcat_app_ssl_hosts.attributes tomcat_app_ssl_hosts.certificates"
    ),
    "replaces what the role sets; environment has a variable of its own, other options are tried with programs": (
        "tomcat_app_program_options program_options"
    ),
    "that of the server it uses, which has one": "supervisor_supervisorctl.password",
    "the role refuses credentials in it": "monitor_web_git_repository supervisor_epel_url",
}
REASONS = {name: reason for reason, names in EXCEPTIONS.items() for name in names.split()}

Make = t.Callable[[str], t.Any]
# What works, for variables whose value cannot be any text or mapping. "variable.option" goes before "option".
HOW: dict[str, Make] = {
    "url_options": lambda secret: {"url_password": secret + "p", "headers": {"X-Fleet": secret}, "timeout": 17},
    "archive": lambda secret: f"https://fleet:{secret}@127.0.0.1:9/a.tar.gz?token={secret}q",
    "src": lambda secret: f"http://fleet:{secret}@127.0.0.1:8099/fleet.war?token={secret}q",
    "libs.src": lambda secret: f"http://fleet:{secret}@127.0.0.1:8099/fleet.jar?token={secret}q",
    "tomcat_app_libs.src": lambda secret: f"http://fleet:{secret}@127.0.0.1:8099/fleet.jar?token={secret}q",
    "monitor_web_users.hash": lambda secret: f"$6$fleet${secret}",
    "url": lambda secret: f"http://127.0.0.1/{secret}",
    # What answered there would keep the address in a log of its own, which is nothing to hunt for.
    "alerts_routes.url": lambda secret: f"http://127.0.0.1:9/{secret}",
    "alerts_watch.url": lambda secret: f"http://127.0.0.1:9/{secret}",
    "alerts_heartbeat_url": lambda secret: f"http://127.0.0.1:9/{secret}",
    "proxy": lambda secret: f"http://127.0.0.1:9/{secret}",
    "ready_path": lambda secret: f"/?token={secret}",
    "jvm_options": lambda secret: ["-Xms64m", "-Xmx256m", "-XX:TieredStopAtLevel=1", f"-Dfleet={secret}"],
    "connector": lambda secret: {"proxyName": secret},
    "https_connector": lambda secret: {"proxyName": secret},
    "access_log.attributes": lambda secret: {"conditionUnless": secret},
    "tomcat_app_access_log.attributes": lambda secret: {"conditionUnless": secret},
    "remote_ip.attributes": lambda secret: {"hostHeader": secret},
    "tomcat_app_remote_ip.attributes": lambda secret: {"hostHeader": secret},
    "attributes": lambda secret: {"proxyName": secret},
    "valves": lambda secret: [{"className": "org.apache.catalina.valves.RemoteAddrValve", "deny": secret}],
    "conf_files": lambda secret: {"fleet.properties": f"password={secret}\n"},
    "load_balancer_options": lambda secret: {"proxy_set_header": f"X-Fleet {secret}"},
    "load_balancer_apps.options": lambda secret: {"add_header": f"X-Fleet {secret}"},
}


class Planted(t.NamedTuple):
    """Variables for a playbook, and which secret is where."""

    variables: dict[str, t.Any]
    secrets: dict[str, str]


def plant(roles: list[str], beside: dict[str, t.Any], salt: str) -> Planted:
    """Give every variable of the roles that can hold a secret one.

    :param beside: what has to stand in a variable for it to work: for a mapping its other options, for a list of
        mappings the other options of each entry, or ``_as_it_is`` for one that gets no secret. For a text it is the
        text, with ``{secret}`` in the place of the secret. None leaves an option out. A variable of another role gets
        a secret, too, when it is here.
    :param salt: other secrets for another salt.
    """
    planted = Planted({}, {})
    for path in sorted(ROOT.glob("roles/*/meta/argument_specs.yml")):
        spec = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["variables"]["options"]
        for name, option in spec.items():
            if path.parts[-3] in roles or name in beside:
                value = _value((name,), option, beside.get(name), planted.secrets, salt)
                if value is not None:
                    planted.variables[name] = value
    return planted


def _value(place: tuple[str, ...], option: dict, beside: t.Any, secrets: dict[str, str], salt: str) -> t.Any:
    """The value of one option; None for one that stays as it is."""
    if option.get("options"):
        if option.get("type") == "list":
            return [_options(place, option["options"], entry, secrets, salt) for entry in beside or []] or None
        return _options(place, option["options"], beside or {}, secrets, salt) or None
    if not can_hold_a_secret(option) or reason(place):
        return None
    secret = "Zq" + hashlib.sha256((salt + ".".join(place)).encode()).hexdigest()[:14]
    secrets[".".join(place)] = secret
    if isinstance(beside, str):
        return beside.replace("{secret}", secret)
    how = next((HOW[key] for key in _keys(place) if key in HOW), None)
    if how:
        return how(secret)
    single = {"fleet": secret} if "dict" in (option.get("type"), option.get("elements")) else secret
    return [single] if option.get("type") == "list" else single


def _options(place: tuple[str, ...], spec: dict, beside: dict, secrets: dict[str, str], salt: str) -> dict[str, t.Any]:
    """An entry: what stands beside, and each option that can hold a secret and is not given there."""
    if beside.get("_as_it_is"):
        return {name: value for name, value in beside.items() if name != "_as_it_is"}
    where = f"{place[-1]}[{beside['name']}]" if "name" in beside else place[-1]
    inner = {
        name: _value((*place[:-1], where, name), option, beside.get(name), secrets, salt)
        for name, option in spec.items()
        if name not in beside or option.get("options")
    }
    return {name: value for name, value in {**beside, **inner}.items() if value is not None}


def can_hold_a_secret(option: dict) -> bool:
    """Whether any text fits, or a mapping with any values."""
    kind = option.get("elements", "raw") if option.get("type") == "list" else option.get("type", "str")
    return kind in ("str", "raw", "dict") and not option.get("choices")


def reason(place: tuple[str, ...]) -> str:
    """Why a place is no place for a secret; "" when it is one."""
    return next((REASONS[key] for key in _keys(place) if key in REASONS), "")


def _keys(place: tuple[str, ...]) -> t.Iterator[str]:
    """Names of a place, the most exact one first; without the prefix of its role at last."""
    plain = [part.partition("[")[0] for part in place]
    yield ".".join(plain)
    yield ".".join(plain[-2:])
    yield plain[-1]
    for prefix in ("jdk_", "tomcat_app_", "alerts_", "load_balancer_", "monitor_web_"):
        yield plain[-1].removeprefix(prefix)
