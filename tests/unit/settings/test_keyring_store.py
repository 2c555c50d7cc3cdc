"""Passwords go into the keyring under the address they are for, and come out again."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit.errors import CredentialError
from cockpit.settings.dsn import parse
from cockpit.settings.keyring_store import KeyringStore, KeyringUnavailable, account
from cockpit.settings.secret import Secret
from tests.unit.settings.keyrings import ForgetfulKeyring, LockedKeyring, MemoryKeyring

ACCOUNT = "deployer@db-1:5432/orders"


def test_a_stored_password_is_found_and_forgotten() -> None:
    store = KeyringStore(MemoryKeyring())
    store.store(ACCOUNT, Secret("hunter2"))
    assert store.find(ACCOUNT) == Secret("hunter2")
    assert store.forget(ACCOUNT)
    assert store.find(ACCOUNT) is None
    assert not store.forget(ACCOUNT)


def test_a_keyring_that_keeps_nothing_is_found_out() -> None:
    with pytest.raises(CredentialError, match="memory Keyring took the password but did not keep"):
        KeyringStore(ForgetfulKeyring()).store(ACCOUNT, Secret("hunter2"))


def test_a_locked_keyring_is_told_without_the_password() -> None:
    store = KeyringStore(LockedKeyring())
    with pytest.raises(KeyringUnavailable, match="Failed to unlock"):
        store.find(ACCOUNT)
    with pytest.raises(KeyringUnavailable, match="locked") as error:
        store.store(ACCOUNT, Secret("hunter2"))
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    ("dsn", "name"),
    [
        ("postgres://deployer@db-1/orders", ACCOUNT),
        ("host=db-1,db-2 port=5432,5433 user=u dbname=o", "u@db-1:5432,db-2:5433/o"),
        ("host=/run/postgresql dbname=o", "me@/run/postgresql:5432/o"),
        ("", "me@socket:5432/me"),
    ],
)
def test_the_account_is_the_address(dsn: str, name: str) -> None:
    assert account(parse(dsn), "me", {}) == name


def test_variables_and_services_are_part_of_the_address(tmp_path: Path) -> None:
    (tmp_path / ".pg_service.conf").write_text("[s]\nhost=db-1\ndbname=orders\n")
    environment = {"HOME": str(tmp_path), "PGUSER": "deployer", "PGHOST": "elsewhere"}
    assert account(parse("service=s"), "me", environment) == ACCOUNT


REAL = """
import os
from cockpit.settings.credentials import forget, resolve, store
from cockpit.settings.secret import Secret
from cockpit.settings.sources import load_text
from cockpit.settings.target import choose

target = choose(load_text('[targets.p]\\ndsn = "postgres://deployer@db-1/orders"\\n'))
print(store(target, Secret("hunter2 ünïcode"), os.environ))
found = resolve(target, os.environ)
print(found.source, found.secret == Secret("hunter2 ünïcode"))
print(forget(target, os.environ), resolve(target, os.environ).source)
"""
NEEDED = ("gnome-keyring-daemon", "dbus-run-session")


@pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)), reason="gnome-keyring-daemon or dbus-run-session is absent"
)
def test_a_real_keyring_stores_resolves_and_forgets(tmp_path: Path) -> None:
    output = run_with_keyring(REAL, tmp_path)
    assert output.splitlines() == [
        f"SecretService Keyring, as {ACCOUNT}",
        "keyring (SecretService Keyring) True",
        "True no password found",
    ]


def test_a_session_without_a_keyring_says_so(tmp_path: Path) -> None:
    environment = session(tmp_path) | {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    code = "from cockpit.settings.keyring_store import system_keyring; system_keyring()"
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert "KeyringUnavailable: This session has no keyring." in ended.stderr
    assert "password_command" in ended.stderr


def run_with_keyring(code: str, home: Path) -> str:
    """Run Python in a D-Bus session of its own with an unlocked, empty keyring."""
    script = 'printf unlock | gnome-keyring-daemon --unlock --components=secrets >&2; "$@"'
    command = ["dbus-run-session", "--", "sh", "-c", script, "sh", sys.executable, "-c", code]
    ended = subprocess.run(
        command, env=session(home), capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def session(home: Path) -> dict[str, str]:
    """An environment in which nothing of the real user's is reached."""
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    return {"PATH": "/usr/bin:/bin", "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)}
