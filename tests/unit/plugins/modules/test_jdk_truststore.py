# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificate authorities of one's own: which are refused, and what is to be done for the others.

The keytool here is a stand-in that keeps one line for each certificate; real ones are in molecule.
"""

import base64
import hashlib
import json
import os
import subprocess

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._java import cas as _cas, truststore as _truststore
from ansible_collections.supervisord.fleet.plugins.modules import jdk_truststore as _module

KEYTOOL = r"""#!/bin/sh
test "$FLEET_STORE_WORD" = changeit || { echo "keytool error: java.io.IOException: password was incorrect"; exit 1; }
for word in "$@"; do
    case $last in -alias) alias=$word ;; -keystore) store=$word ;; esac
    case $word in -list|-importcert|-delete) what=$word ;; esac
    last=$word
done
case $what in
-list) while read -r name body; do
    printf 'Alias name: %s\nEntry type: trustedCertEntry\n\n%s\n%s\n%s\n\n' \
        "$name" "-----BEGIN CERTIFICATE-----" "$body" "-----END CERTIFICATE-----"
    done < "$store" ;;
-importcert) echo "$alias $(grep -v -- ----- | tr -d '\n')" >> "$store" ;;
-delete) grep -v "^$alias " "$store" > "$store.new"; mv "$store.new" "$store" ;;
esac
"""


def pem(text):
    return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n" % base64.b64encode(text.encode()).decode()


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Module:
    """What the module needs of AnsibleModule."""

    def __init__(self, homes, authorities, check_mode=False, **more):
        self.params = {
            "java_homes": homes, "files": {"corp.pem": pem("corp")}, "password": "changeit", "system_folder": "",
            "system_update": [], "system_renew": [],
            "authorities": [dict({"content": "", "src": "", "state": "present"}, **one) for one in authorities],
        }  # fmt: skip
        self.params.update(more)
        self.check_mode = check_mode

    def run_command(self, words, environ_update=None, data=None):
        done = subprocess.run(
            words,
            env=dict(os.environ, **(environ_update or {})),
            input=data,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def jdk(tmp_path):
    """A JDK that trusts the world."""
    for place in ("bin", "lib/security"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "bin" / "keytool").write_text(KEYTOOL)
    (tmp_path / "bin" / "keytool").chmod(0o755)
    (tmp_path / "lib" / "security" / "cacerts").write_text("world %s\n" % base64.b64encode(b"world").decode())
    return tmp_path


def trusted(jdk):
    lines = (jdk / "lib" / "security" / "cacerts").read_text().splitlines()
    return {line.split()[0]: base64.b64decode(line.split()[1]).decode() for line in lines}


def noted(jdk):
    path = jdk / "lib" / "security" / _cas.NOTE
    return json.loads(path.read_text()) if path.exists() else {}


def run(jdk, *authorities, **more):
    return _module.trust(Module([str(jdk)], authorities, **more))


def test_one_comes_once_and_goes_again(jdk):
    corp = {"alias": "Corp", "src": "corp.pem"}
    assert run(jdk, corp, check_mode=True)["changed"]
    assert trusted(jdk) == {"world": "world"}
    assert run(jdk, corp)["stores"][0]["added"] == ["corp"]
    assert trusted(jdk) == {"world": "world", "corp": "corp"}
    assert noted(jdk) == {"corp": digest("corp")}
    assert not run(jdk, corp)["changed"]
    assert run(jdk, dict(corp, state="absent"))["stores"][0]["removed"] == ["corp"]
    assert trusted(jdk) == {"world": "world"}
    assert noted(jdk) == {}
    assert not run(jdk, dict(corp, state="absent"))["changed"]


def test_a_renewed_one_takes_the_place_of_the_former(jdk):
    run(jdk, {"alias": "corp", "src": "corp.pem"})
    assert run(jdk, {"alias": "corp", "content": pem("corp 2")})["changed"]
    assert trusted(jdk)["corp"] == "corp 2"
    assert noted(jdk) == {"corp": digest("corp 2")}


def test_one_that_is_no_longer_listed_stays(jdk):
    run(jdk, {"alias": "corp", "src": "corp.pem"})
    run(jdk, {"alias": "lab", "content": pem("lab")})
    assert sorted(trusted(jdk)) == ["corp", "lab", "world"]
    assert sorted(noted(jdk)) == ["corp", "lab"]


def test_one_that_somebody_has_put_there_already_is_only_noted(jdk):
    with (jdk / "lib" / "security" / "cacerts").open("a") as stream:
        stream.write("corp %s\n" % base64.b64encode(b"corp").decode())
    result = run(jdk, {"alias": "corp", "src": "corp.pem"})
    assert result["changed"]
    assert result["stores"][0]["added"] == []
    assert noted(jdk) == {"corp": digest("corp")}


def test_the_worlds_own_are_not_replaced(jdk):
    with pytest.raises(_errors.OptionError, match="alias world is another certificate's"):
        run(jdk, {"alias": "World", "src": "corp.pem"})
    assert trusted(jdk) == {"world": "world"}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"alias": "corp"}, "corp holds 0 certificates"),
        ({"alias": "corp", "content": pem("a") + pem("b")}, "corp holds 2 certificates"),
        ({"alias": "corp", "content": pem("a") + "-----BEGIN PRIVATE KEY-----"}, "holds a private key"),
        ({"alias": "corp", "content": pem("a").replace("==", "=")}, "corp is damaged"),
        ({"alias": "../corp", "src": "corp.pem"}, "alias '../corp'"),
        ({"alias": "-corp", "src": "corp.pem"}, "alias '-corp'"),
    ],
)
def test_what_is_no_certificate_is_refused_by_its_alias(jdk, entry, words):
    with pytest.raises(_errors.OptionError, match=words):
        run(jdk, entry)
    assert noted(jdk) == {}


def test_an_alias_is_given_once(jdk):
    with pytest.raises(_errors.OptionError, match="alias corp is there 2 times"):
        run(jdk, {"alias": "corp", "src": "corp.pem"}, {"alias": "CORP", "src": "corp.pem"})


def test_a_store_that_does_not_open_is_an_error_without_the_password(jdk):
    with pytest.raises(_errors.SupervisorError, match="password was incorrect") as caught:
        run(jdk, {"alias": "corp", "src": "corp.pem"}, password="not-this")
    assert "not-this" not in caught.value.message


def test_a_jdk_that_is_still_to_come_is_no_failure_of_a_dry_run(tmp_path):
    corp = {"alias": "corp", "src": "corp.pem"}
    assert run(tmp_path, corp, check_mode=True)["changed"]
    with pytest.raises(_errors.SupervisorError, match="no keytool"):
        run(tmp_path, corp)


@pytest.fixture
def system(jdk, tmp_path_factory):
    """A distribution that makes the truststore of a folder; ``update`` overlooks what the file "blind" names."""
    top = tmp_path_factory.mktemp("system")
    store = jdk / "lib" / "security" / "cacerts"
    script = top / "update"
    script.write_text(
        '#!/bin/sh\ncd "%s"\ngrep ^world "%s" > new\nfor file in fleet-*.crt; do\n'
        'test "$1$file" = "$(cat blind 2>/dev/null)" && continue; test -e "$file" || continue\n'
        'echo "of:$file $(grep -v -- ----- "$file" | tr -d "\\n")" >> new\ndone\nmv new "%s"\n' % (top, store, store)
    )
    script.chmod(0o755)
    more = {"system_folder": str(top), "system_update": [str(script)], "system_renew": [str(script), "--fresh"]}
    return top, more


def test_a_distribution_makes_the_store_of_a_folder(jdk, system):
    top, more = system
    corp = {"alias": "corp", "src": "corp.pem"}
    assert run(jdk, corp, **more)["changed"]
    assert sorted(trusted(jdk).values()) == ["corp", "world"]
    assert noted(jdk) == {"corp": digest("corp")}
    assert not run(jdk, corp, **more)["changed"]
    assert run(jdk, dict(corp, state="absent"), **more)["changed"]
    assert trusted(jdk) == {"world": "world"}
    assert not (top / "fleet-corp.crt").exists()
    assert not run(jdk, dict(corp, state="absent"), **more)["changed"]


def test_what_the_distribution_leaves_in_its_store_is_taken_out(jdk, system):
    """As that of Debian, whose hook is told of nothing that goes from the folder of the local administrator."""
    top, more = system
    corp = {"alias": "corp", "src": "corp.pem"}
    run(jdk, corp, **more)
    store = jdk / "lib" / "security" / "cacerts"
    store.write_text(store.read_text().replace("of:fleet-corp.crt", "debian:fleet-corp.pem"))
    lazy = dict(more, system_update=["true"], system_renew=["true"])
    assert run(jdk, dict(corp, state="absent"), **lazy)["changed"]
    assert trusted(jdk) == {"world": "world"}
    assert not (top / "fleet-corp.crt").exists()
    assert not run(jdk, dict(corp, state="absent"), **lazy)["changed"]


def test_what_the_distribution_overlooks_is_made_anew(jdk, system):
    top, more = system
    (top / "blind").write_text("fleet-corp.crt")
    run(jdk, {"alias": "corp", "src": "corp.pem"}, **more)
    assert "corp" in trusted(jdk).values()


def test_a_store_without_it_in_the_end_is_an_error(jdk, system):
    _top, more = system
    with pytest.raises(_errors.SupervisorError, match="not as it should be by now for corp"):
        run(jdk, {"alias": "corp", "src": "corp.pem"}, **dict(more, system_update=["true"], system_renew=["true"]))
    assert noted(jdk) == {}


def test_a_pem_of_any_width_is_written_as_keytool_and_openssl_want_it():
    one = _truststore.authority({"alias": "a", "content": "text before\n" + pem("x" * 300), "state": "present"}, {})
    assert max(map(len, one.pem.splitlines())) == 64
    assert one.digest == digest("x" * 300)
