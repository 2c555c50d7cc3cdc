"""The first source that has a password is used, and nobody else is asked."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cockpit.errors import CredentialError
from cockpit.settings.credentials import NOTHING, Credential, account_of, forget, resolve, store
from cockpit.settings.keyring_store import KeyringStore, KeyringUnavailable
from cockpit.settings.origin import Origin, Rank, given
from cockpit.settings.secret import Secret
from cockpit.settings.sources import load_text
from cockpit.settings.sources import resolve as resolve_settings
from cockpit.settings.target import Target, choose
from tests.unit.settings.keyrings import LockedKeyring, MemoryKeyring
from tests.unit.settings.vault_server import TOKEN, FakeVault, serving

PRINTS = f"password_command = ['{sys.executable}', '-c', 'print(\"from command\")']"


def target(*lines: str) -> Target:
    text = "\n".join(('[targets.p]\ndsn = "postgres://deployer@db-1/orders"', *lines))
    found = choose(load_text(text))
    assert found is not None
    return replace(found, untrusted=None)


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}


@pytest.fixture
def ring() -> KeyringStore:
    return KeyringStore(MemoryKeyring())


def no_keyring() -> KeyringStore:
    raise KeyringUnavailable("This session has no keyring.")


def never_prompt(question: str) -> Secret:
    raise AssertionError(f"asked: {question}")


def test_the_password_of_the_connection_string_comes_first(home: dict[str, str]) -> None:
    origin = Origin(Rank.ENVIRONMENT, "COCKPIT_DSN")
    said = resolve_settings([given(("dsn",), "postgres://u:hunter2@h/db", origin)])
    ad_hoc = choose(said)
    assert ad_hoc is not None
    found = resolve(ad_hoc, home | {"PGPASSWORD": "x"}, open_keyring=no_keyring)
    assert (found.secret, found.source) == (Secret("hunter2"), "COCKPIT_DSN")


def test_libpqs_own_comes_next_and_is_left_to_libpq(
    home: dict[str, str], ring: KeyringStore
) -> None:
    store(target(), Secret("from keyring"), home, lambda: ring)
    found = resolve(target(PRINTS), home | {"PGPASSWORD": "x"}, open_keyring=lambda: ring)
    assert (found.secret, found.source, found.found) == (None, "PGPASSWORD", True)


def test_the_keyring_comes_before_a_command(home: dict[str, str], ring: KeyringStore) -> None:
    assert store(target(), Secret("kept"), home, lambda: ring) == (
        "memory Keyring, as deployer@db-1:5432/orders"
    )
    found = resolve(target(PRINTS), home, open_keyring=lambda: ring, prompt=never_prompt)
    assert (found.secret, found.source) == (Secret("kept"), "keyring (memory Keyring)")
    assert forget(target(), home, lambda: ring)
    found = resolve(target(PRINTS), home, open_keyring=lambda: ring, prompt=never_prompt)
    assert found.secret == Secret("from command")
    assert found.source == f"password_command {sys.executable}"


@pytest.mark.parametrize("keyring", [no_keyring, lambda: KeyringStore(LockedKeyring())])
def test_without_a_usable_keyring_the_next_source_is_asked(
    home: dict[str, str], keyring: object
) -> None:
    assert callable(keyring)
    found = resolve(target(PRINTS), home, open_keyring=keyring)
    assert found.secret == Secret("from command")
    assert "keyring" in found.notes[0]


def test_vault_gives_user_password_and_an_end(home: dict[str, str]) -> None:
    with serving(FakeVault()) as vault:
        environment = home | {"VAULT_ADDR": vault.address, "VAULT_TOKEN": TOKEN}
        leased = target('vault = "database/creds/deploy"')
        found = resolve(leased, environment, open_keyring=no_keyring, prompt=never_prompt)
        assert (found.user, found.source) == ("v-deploy-1", "Vault database/creds/deploy")
        assert found.expires is not None
        found.close()
        assert vault.revoked == ["database/creds/deploy/1"]


def test_the_operator_is_asked_last_and_for_the_address(home: dict[str, str]) -> None:
    asked: list[str] = []

    def prompt(question: str) -> Secret | None:
        asked.append(question)
        return Secret("typed")

    found = resolve(target(), home, open_keyring=no_keyring, prompt=prompt)
    assert (found.secret, found.source) == (Secret("typed"), "prompt")
    assert asked == ["Password for deployer@db-1:5432/orders"]


def test_nobody_is_disturbed_before_the_server_asked(
    home: dict[str, str], ring: KeyringStore
) -> None:
    store(target(), Secret("kept"), home, lambda: ring)
    found = resolve(
        target(), home, server_asked=False, open_keyring=no_keyring, prompt=never_prompt
    )
    assert found == Credential(None, NOTHING)
    assert not found.found


def test_nothing_found_says_which_sources_could_not_be_asked(home: dict[str, str]) -> None:
    passfile = Path(home["HOME"]) / ".pgpass"
    passfile.write_text("*:*:*:*:hunter2\n")
    passfile.chmod(0o644)
    found = resolve(target(), home, open_keyring=no_keyring)
    assert found.source == NOTHING
    assert "chmod 600" in found.notes[0]
    assert found.notes[1] == "This session has no keyring."


def test_a_configured_source_that_fails_is_an_error_and_not_skipped(home: dict[str, str]) -> None:
    broken = target("password_command = ['/nonexistent/op']")
    with pytest.raises(CredentialError, match="cannot be started"):
        resolve(broken, home, open_keyring=no_keyring, prompt=never_prompt)


def test_a_name_that_is_sent_elsewhere_does_not_get_the_password(
    home: dict[str, str], ring: KeyringStore
) -> None:
    store(target(), Secret("kept"), home, lambda: ring)
    moved = choose(load_text('[targets.p]\ndsn = "postgres://deployer@evil/orders"'))
    assert moved is not None
    assert account_of(moved, home) == "deployer@evil:5432/orders"
    assert resolve(moved, home, open_keyring=lambda: ring).secret is None


def test_no_credential_prints_its_password(home: dict[str, str], ring: KeyringStore) -> None:
    store(target(), Secret("hunter2"), home, lambda: ring)
    assert "hunter2" not in repr(resolve(target(), home, open_keyring=lambda: ring))
