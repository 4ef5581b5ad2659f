# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What looks like a secret leaves its value, and can be put back."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._adopt import secrets as _secrets


def taken(values):
    vault = _secrets.Vault()
    return vault.options("web", values), vault.values


@pytest.mark.parametrize(
    "key",
    [
        "PASSWORD",
        "DB_PASS",
        "MYSQL_PWD",
        "API_KEY",
        "apikey",
        "SECRET_KEY_BASE",
        "AUTH_TOKEN",
        "SENTRY_DSN",
        "PASS",
        "DBPASS",
    ],
)
def test_variables_that_are_called_like_secrets_are_taken_out(key):
    values, secrets = taken({"environment": {key: "x y"}})
    mark = values["environment"][key]
    assert secrets == {mark["_vault"]: "x y"}
    assert mark["_vault"].startswith("vault_web_")


@pytest.mark.parametrize("key", ["PATH", "KEYBOARD", "PASSENGER_APP_ENV", "MONKEY", "HOME", "AUTHOR"])
def test_others_stay(key):
    assert taken({"environment": {key: "x"}}) == ({"environment": {key: "x"}}, {})


def test_a_variable_of_the_daemon_is_no_secret():
    values = {"environment": {"PASSWORD": "%(ENV_PASSWORD)s"}}
    assert taken(values) == (values, {})


@pytest.mark.parametrize(
    ("command", "secret"),
    [
        ("run --password=hush -v", "hush"),
        ("run --api-key hush", "hush"),
        ("java -Ddb.password='hush' -jar x", "hush"),
        ("app amqp://me:hush@mq/x", "hush"),
    ],
)
def test_only_the_secret_leaves_a_command(command, secret):
    values, secrets = taken({"command": command})
    mark = values["command"]
    assert list(secrets.values()) == [secret]
    assert mark["before"] + secret + mark["after"] == command


def test_a_command_with_two_secrets_or_braces_goes_as_a_whole():
    for command in ("run --password=a --token=b", "run --password=a {{ x }}"):
        _values, secrets = taken({"command": command})
        assert list(secrets.values()) == [command]


def test_a_hash_never_has_the_name_of_a_password():
    values, secrets = taken({"password": "{SHA}" + "0" * 40})
    assert values["password"]["_vault"] == "vault_web_password_hash"
    assert secrets == {"vault_web_password_hash": "{SHA}" + "0" * 40}
    assert list(taken({"password": "a long way home 17"})[1]) == ["vault_web_password"]


def test_two_secrets_of_one_name_are_two_variables():
    vault = _secrets.Vault()
    first, second = vault.put("a", "web", "KEY"), vault.put("b", "web", "key")
    assert first["_vault"] != second["_vault"]
    assert vault.put("a", "web", "KEY") == first
