# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nginx and php-fpm do not take: they go on as before, by the files as before."""

from __future__ import annotations

import planted
import pytest

BALANCER = "/etc/nginx/conf.d/supervisord-fleet-balancer.conf"
SNIPPET = "/etc/nginx/conf.d/by-hand.conf"
PORT = 8010
SHOP = {"name": "shop", "port": 8000, "instances": ["app01", "app02"]}
TLS = {"tls_certificate": "/etc/ssl/fleet-none.pem", "tls_key": "/etc/ssl/fleet-none.key"}
LIMIT = "limit_req_zone $%s zone=by_hand:1m rate=1r/s;\n"


def balance(host, check=False, app=None, **variables):
    return host.role("load_balancer", check, load_balancer_apps=[{**SHOP, **(app or {})}], **variables)


@pytest.fixture(autouse=True)
def answers(host):
    """Whatever was refused, the balancer answers at its port."""
    yield
    script = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/', timeout=10).status)"
    assert host.sh(f'python3 -c "{script}"') == "200"


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_port_of_another_process(host, failure, check):
    says = r"%s: nginx is to listen on port %d, which python3 \(pid \d+\) has.*Nothing was changed" % (BALANCER, PORT)
    with planted.listener(host, PORT):
        with failure("4", "a port that another process holds", says) as case:
            case.outcome = balance(host, check, {"port": PORT})
        # Formerly the first run said changed, and the next one ok.
        with failure("4", "the same port at the second run", says) as case:
            case.outcome = balance(host, check, {"port": PORT})


def test_port_of_a_tomcat(host, failure):
    with failure("4", "the port of a Tomcat", r"listen on port 8081, which java \(pid \d+\) has") as case:
        case.outcome = balance(host, app={"port": 8081})


def test_reload_that_is_refused_later(host, failure):
    """nginx -t takes it, and the running nginx does not: what a zone counts cannot change while it runs."""
    with planted.file(host, SNIPPET, LIMIT % "binary_remote_addr"):
        host.sh("nginx -s reload")
        wait_for_zone(host)
        host.sh(f"printf %s '{LIMIT % 'uri'}' > {SNIPPET} && nginx -q -t")
        try:
            says = r"does not take its configuration up: \[emerg\].*by_hand.*The former files are back"
            with failure("4", "a reload that nginx refuses after it was asked", says) as case:
                case.outcome = balance(host, load_balancer_keepalive=7)
            # What lies there was not taken up, whoever has put it there: no run says that all is well.
            again = balance(host)
            assert again.failed, again.output
            assert "by_hand" in again.message, again.output
        finally:
            host.sh(f"printf %s '{LIMIT % 'binary_remote_addr'}' > {SNIPPET}")
    host.sh("nginx -s reload")


def wait_for_zone(host):
    """The reload by hand is over: a changed key is refused from then on, and new workers run."""
    host.sh(
        "for turn in $(seq 100); do pgrep -f 'nginx: worker process is shutting' || exit 0; sleep 0.1; done; exit 1"
    )


def test_snippet_by_hand_that_is_broken(host, failure):
    with planted.file(host, SNIPPET, "nonsense on;\n"):
        says = r"^nginx refuses its configuration: \[emerg\] .*unknown directive \"nonsense\".*by-hand.conf:1.*are back"
        with failure("4", "a broken file of somebody else beside it", says) as case:
            case.outcome = balance(host, load_balancer_keepalive=7)


def test_site_of_the_distribution_comes_back(host, failure):
    """A run that takes it away and fails leaves it as it found it."""
    with planted.file(host, SNIPPET, "nonsense on;\n"):
        with failure("4", "the distribution's site, removed and put back", r"The former files are back") as case:
            case.outcome = balance(host, load_balancer_remove_default_site=True)
        assert host.sh("readlink /etc/nginx/sites-enabled/default") == "/etc/nginx/sites-available/default"


def test_certificate_that_is_missing(host, failure):
    with failure("4", "a certificate that is not there", r"fleet-none.pem") as case:
        case.outcome = balance(host, app={"port": PORT, **TLS})


def test_value_that_nginx_does_not_know(host, failure):
    says = r"\[emerg\] .*client_max_body_size.*The former files are back"
    with failure("4", "a value that nginx refuses", says) as case:
        case.outcome = balance(host, load_balancer_options={"client_max_body_size": "much"})


def test_address_that_the_host_does_not_have(host, failure):
    says = r"\[emerg\] .*bind\(\) to 192.0.2.1:8000 failed \(99: .*The former files are back"
    with failure("4", "an address that the host does not have", says) as case:
        case.outcome = balance(host, load_balancer_listen="192.0.2.1")


def test_member_while_nginx_cannot_reload(host, failure):
    with planted.file(host, SNIPPET, "nonsense on;\n"):
        says = r"unknown directive \"nonsense\".*The former file is back"
        with failure("4", "a member taken out while nginx cannot reload", says) as case:
            case.outcome = host.module("load_balancer_member", members=[f"{host.name}/app01"], state="drained")


def test_server_that_does_not_run_and_cannot(host, failure):
    host.sh("systemctl stop nginx")
    try:
        with planted.listener(host, 8000):
            with failure("4", "an nginx that does not run, whose port is taken", r"port 8000, which python3") as case:
                case.outcome = balance(host, load_balancer_keepalive=7)
    finally:
        host.sh("systemctl start nginx")


@pytest.fixture
def fpm(host):
    """php-fpm as Debian has it, for a while; options of the module for it."""
    with planted.package(host, "php-fpm", "php*"):
        version = host.sh("ls /etc/php")
        options = {
            "server": "php-fpm",
            "program": f"/usr/sbin/php-fpm{version}",
            "service": f"php{version}-fpm",
            "pid_file": f"/run/php/php{version}-fpm.pid",
        }
        yield options, f"/etc/php/{version}/fpm/pool.d"
    host.sh("rm -rf /etc/php")


POOL = "[%s]\nuser = www-data\ngroup = www-data\nlisten = %s\npm = ondemand\npm.max_children = 2\n%s\n"


def test_pools_that_php_fpm_would_end_with(host, failure, fpm):
    options, folder = fpm
    pid = host.sh(f"cat {options['pid_file']}")

    def write(listen, more=""):
        file = {"path": f"{folder}/shop.conf", "content": POOL % ("shop", listen, more)}
        return host.module("web_server_files", files=[file], **options)

    with failure(
        "4", "a pool with a socket in a folder that is not there", r"/run/none.*The former files are back"
    ) as case:
        case.outcome = write("/run/none/shop.sock")
    with failure("4", "a pool with an option that php-fpm does not know", r"php-fpm refuses.*nonsense") as case:
        case.outcome = write("/run/php/shop.sock", "nonsense = 1")
    with planted.listener(host, "/run/php/shop.sock"):
        with failure("4", "a pool with a socket that another service has", r"listens there already") as case:
            case.outcome = write("/run/php/shop.sock")
    with planted.listener(host, PORT):
        with failure("4", "a pool with a port that another service has", r"port %d.*python3" % PORT) as case:
            case.outcome = write(f"0.0.0.0:{PORT}")
    with planted.file(host, f"{folder}/theirs.conf", POOL % ("theirs", "/run/none/t.sock", "")):
        with failure("4", "a pool of somebody else that would end php-fpm", r"/run/none") as case:
            case.outcome = write("/run/php/shop.sock")
    assert host.sh(f"cat {options['pid_file']}") == pid
