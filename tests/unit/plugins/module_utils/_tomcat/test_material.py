# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates that a Tomcat could not use are found before it is stopped; what Java might take is left to it."""

import getpass
import os
import subprocess

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import material as _material


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """Two pairs of certificate and key, one of them with an encrypted key as well, and things that are no such."""
    folder = tmp_path_factory.mktemp("tls")
    for name in ("a", "b"):
        words = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ]
        words += ["-subj", "/CN=" + name, "-keyout", name + ".key", "-out", name + ".crt"]
        subprocess.run(words, cwd=str(folder), check=True, stderr=subprocess.DEVNULL)
    words = ["openssl", "pkcs8", "-topk8", "-in", "a.key", "-out", "locked.key", "-passout", "pass:word"]
    subprocess.run(words, cwd=str(folder), check=True, stderr=subprocess.DEVNULL)
    (folder / "both.pem").write_text((folder / "a.crt").read_text() + (folder / "a.key").read_text())
    (folder / "empty").write_text("")
    half = (folder / "a.crt").read_text().splitlines()
    (folder / "half.crt").write_text("\n".join(half[: len(half) // 2]))
    folder.chmod(0o755)
    for path in folder.iterdir():
        path.chmod(0o644)
    return folder


def problems(tls, attributes, user="", **more):
    text = "<Server><Certificate %s/></Server>" % " ".join('%s="%s"' % pair for pair in attributes.items())
    item = {
        "name": "app01", "base": "/opt/app01", "release": "/opt/tomcat/11", "full_copy": False, "options": [],
        "restart_on_files": [], "user": user or getpass.getuser(), "java_home": "",
        "files": [{"path": "conf/server.xml", "content": text.replace("@", str(tls))}],
    }  # fmt: skip
    return _material.problems(dict(item, **more))


@pytest.mark.parametrize(
    "attributes",
    [
        {"certificateFile": "@/a.crt", "certificateKeyFile": "@/a.key"},
        {"certificateFile": "@/both.pem"},
        {"certificateFile": "@/a.crt", "certificateKeyFile": "@/locked.key", "certificateKeyPassword": "word"},
        {"certificateFile": "@/a.crt", "certificateKeyFile": "@/locked.key", "certificateKeyPassword": "another"},
        {"certificateFile": "@/a.crt", "certificateKeyFile": "@/locked.key"},
        {"SSLCertificateFile": "@/a.crt", "SSLCertificateKeyFile": "@/a.key"},
    ],
)
def test_nothing_is_said_against_what_may_work(tls, attributes):
    assert problems(tls, attributes) == ([], [])


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"certificateFile": "@/a.crt", "certificateKeyFile": "@/b.key"}, "b.key is not that of the certificate in"),
        ({"certificateFile": "@/empty", "certificateKeyFile": "@/b.key"}, "empty holds no certificate"),
        ({"certificateFile": "@/a.crt"}, "a.crt holds no private key"),
        ({"certificateFile": "@/half.crt", "certificateKeyFile": "@/a.key"}, "half.crt"),
    ],
)
def test_what_cannot_work_is_told_by_its_name(tls, attributes, words):
    (wrong,), missing = problems(tls, attributes)
    assert words in wrong
    assert "was left alone" in wrong
    assert missing == []


def test_a_file_that_is_not_there_may_still_come(tls):
    wrong, (missing,) = problems(tls, {"certificateFile": "@/none.crt", "certificateKeyFile": "@/a.key"})
    assert wrong == []
    assert "certificateFile names %s/none.crt, which is not there" % tls in missing


def test_a_file_that_the_configuration_brings_is_not_looked_for(tls):
    files = [
        {"path": "conf/server.xml", "content": '<Certificate certificateFile="conf/a.crt"/>'},
        {"path": "conf/a.crt", "content": "of conf_files"},
    ]
    assert problems(tls, {}, files=files) == ([], [])


def test_a_user_who_is_still_to_be_made_reads_nothing(tls):
    assert problems(tls, {"certificateFile": "@/a.crt", "certificateKeyFile": "@/b.key"}, "no-such-user") == ([], [])


def test_a_file_that_the_user_cannot_read(tls):
    closed = tls / "closed.key"
    closed.write_text("")
    closed.chmod(0)
    user = "nobody" if os.geteuid() == 0 else getpass.getuser()
    wrong, _missing = problems(tls, {"certificateFile": "@/a.crt", "certificateKeyFile": "@/closed.key"}, user)
    assert "certificateKeyFile names %s, which user %s cannot read" % (closed, user) in " ".join(wrong)


@pytest.fixture
def jdk(tmp_path):
    """A JDK whose keytool knows one store with one password."""
    tool = tmp_path / "bin" / "keytool"
    tool.parent.mkdir()
    tool.write_text(
        "#!/bin/sh\n"
        'test "$FLEET_SECRET" = "pässwörd" && exit 0\n'
        'echo "keytool error: java.io.IOException: keystore password was incorrect"; exit 1\n'
    )
    tool.chmod(0o755)
    return str(tmp_path)


@pytest.mark.parametrize("name", ["certificateKeystore", "keystore"])
def test_a_keystore_is_opened_with_the_password_and_that_is_never_an_argument(tls, jdk, name):
    word = {"certificateKeystore": "certificateKeystorePassword", "keystore": "keystorePass"}[name]
    store = {name + "File": "@/empty"}
    assert problems(tls, dict(store, **{word: "pässwörd"}), java_home=jdk) == ([], [])
    (wrong,), _missing = problems(tls, dict(store, **{word: "secret-1"}), java_home=jdk)
    assert "keystore password was incorrect" in wrong
    assert "secret-1" not in wrong


def test_authorities_that_are_not_there_are_told_before_a_tomcat_is_stopped_for_nothing(tls):
    found = problems(tls, {}, ready={"url": "https://127.0.0.1:8443/", "ca_path": "/none/ca.pem"})
    assert found[0] == []
    assert "ready_ca names /none/ca.pem, which is no file." in found[1][0]
    assert problems(tls, {}, ready={"ca_path": str(tls / "a.crt")}) == ([], [])


def test_what_many_connectors_share_is_tried_once(tls, monkeypatch):
    """Each trial of a keystore starts a JVM."""
    tried = []
    monkeypatch.setattr(_material, "_tried", lambda one, named, item, account: tried.append(named) or [])
    known = {}
    for port in ("8443", "8444"):
        for name in ("a", "b"):
            text = '<Server><Connector port="%s" keystoreFile="%s/%s.crt" keystorePass="x"/></Server>' % (
                port,
                tls,
                name,
            )
            files = [{"path": "conf/server.xml", "content": text}]
            item = {"base": "/opt/app01", "release": "/opt/tomcat/9", "full_copy": False, "options": [], "files": files}
            _material.problems(dict(item, user=getpass.getuser(), java_home=""), known)
    assert [sorted(named.values()) for named in tried] == [[str(tls / "a.crt")], [str(tls / "b.crt")]]
