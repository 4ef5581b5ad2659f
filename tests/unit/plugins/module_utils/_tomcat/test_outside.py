# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files of others a Tomcat reads: all that its connectors and options name, where Tomcat looks for them."""

import json
import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._java import cas as _cas
from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import outside as _outside


def item(text="", options=(), restart_on_files=(), **more):
    files = [{"path": "conf/server.xml", "content": text}, {"path": "conf/own.pem", "content": "PEM"}]
    base = {
        "name": "app01", "state": "present", "base": "/opt/app01", "release": "/opt/tomcat/11", "full_copy": False,
        "files": files, "options": list(options), "restart_on_files": list(restart_on_files), "java_home": "",
    }  # fmt: skip
    return dict(base, **more)


def server(connector):
    return '<?xml version="1.0"?><Server><Service>%s</Service></Server>' % connector


PEM = """
    <Connector port="1"><SSLHostConfig truststoreFile="/e/trust.p12" caCertificatePath="/e/cas">
    <Certificate certificateFile="/e/a.crt" certificateKeyFile="/e/a.key" certificateChainFile="/e/c.pem"/>
    </SSLHostConfig></Connector>"""
STORE = """
    <SSLHostConfig certificateRevocationListFile="/e/crl"/>
    <Certificate certificateKeystoreFile="/e/k.p12" certificateKeystorePasswordFile="/e/word"/>"""


@pytest.mark.parametrize(
    ("connector", "paths"),
    [
        (PEM, ["/e/a.crt", "/e/a.key", "/e/c.pem", "/e/cas", "/e/trust.p12"]),
        (STORE, ["/e/crl", "/e/k.p12", "/e/word"]),
        ('<Connector keystoreFile="/e/k" truststoreFile="/e/t" crlFile="/e/c"/>', ["/e/c", "/e/k", "/e/t"]),
        ('<Connector SSLCertificateFile="/e/a.crt" SSLCertificateKeyFile="/e/a.key"/>', ["/e/a.crt", "/e/a.key"]),
        ('<Certificate certificateFile="conf/a.crt"/>', ["/opt/app01/conf/a.crt"]),
        ('<Certificate certificateFile="${catalina.base}/a.crt"/>', ["/opt/app01/a.crt"]),
        ('<Certificate certificateFile="${catalina.home}/a.crt"/>', ["/opt/tomcat/11/a.crt"]),
        ('<Certificate certificateFile="${tls.dir}/a.crt"/>', ["/e/tls/a.crt"]),
        ('<Certificate certificateFile="${tls.none:-/e/x}/a.crt"/>', ["/e/x/a.crt"]),
        ('<Certificate certificateFile="file:///e/a.crt"/>', ["/e/a.crt"]),
        ('<Certificate certificateFile="file:/e/a.crt"/>', ["/e/a.crt"]),
        ('<Certificate certificateFile="${unknown}/a.crt" certificateKeystoreFile="NONE"/>', []),
        ('<Certificate certificateFile="https://pki.example/a.crt"/>', []),
        ('<Valve certificateFile="/e/a.crt"/><Resource keystoreFile="/e/b"/>', []),
        ('<Certificate certificateFile="conf/own.pem"/>', ["/opt/app01/conf/own.pem"]),
        ("<Connector", []),
    ],
)  # fmt: skip
def test_files_of_connectors(connector, paths):
    assert sorted(_outside.names(item(server(connector), ["-Dtls.dir=/e/tls"]))) == paths


def test_a_server_xml_that_may_mean_something_else_is_not_read():
    text = '<!DOCTYPE Server [<!ENTITY a "b">]><Server><Connector keystoreFile="/e/k"/></Server>'
    assert _outside.names(item(text)) == []


def test_stores_of_options_and_what_a_person_names():
    options = [
        "-Djavax.net.ssl.trustStore=/e/t.p12",
        "-Djavax.net.ssl.keyStore=/e/k.p12",
        "-Djavax.net.ssl.trustStoreType=x",
    ]
    names = _outside.names(item(options=options, restart_on_files=["/etc/shop/*.properties", "var/x"]))
    assert sorted(names) == ["/e/k.p12", "/e/t.p12", "/etc/shop/*.properties", "/opt/app01/var/x"]


def test_what_the_instance_gets_with_its_configuration_is_not_of_others(tmp_path):
    text = server('<Certificate certificateFile="conf/own.pem" certificateKeyFile="%s"/>' % (tmp_path / "key"))
    assert list(_outside.digests(item(text))) == [str(tmp_path / "key")]


def test_one_that_is_to_go_reads_nothing():
    assert _outside.digests(item(state="absent", restart_on_files=["/etc/hosts"])) == {}


@pytest.mark.parametrize("place", ["lib/security", "jre/lib/security"])
def test_authorities_that_were_put_into_the_jdk_count_and_no_others(tmp_path, place):
    folder = tmp_path / place
    folder.mkdir(parents=True)
    (folder / "cacerts").write_text("store")
    wanted = item(java_home=str(tmp_path))
    assert _outside.digests(wanted) == {}
    (folder / "cacerts").write_text("store of another day")
    assert _outside.digests(wanted) == {}
    _cas.note(str(folder / "cacerts"), {"corp": "12"})
    assert _outside.digests(wanted) == {os.path.realpath(str(folder / "cacerts")): "corp=12"}
    assert json.loads((folder / _cas.NOTE).read_text()) == {"corp": "12"}
    _cas.note(str(folder / "cacerts"), {})
    assert _outside.digests(wanted) == {}
    assert not (folder / _cas.NOTE).exists()
