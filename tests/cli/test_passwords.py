"""A password is looked for when the server wants one, and only then."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cockpit.cli.choice import read_choice
from cockpit.cli.fleet import ConfiguredFleet, mask_of
from cockpit.cli.options import Request
from cockpit.cli.password import address_and_password
from cockpit.cli.surroundings import Surroundings
from cockpit.database.connection import Connection
from cockpit.deploy.session import open_session
from cockpit.errors import CockpitError, CredentialError, Unreachable
from cockpit.present.masking import Mask
from cockpit.settings.credentials import store
from cockpit.settings.keyring_store import KeyringStore, KeyringUnavailable
from cockpit.settings.paths import Paths
from cockpit.settings.secret import Secret
from cockpit.settings.sources import load_text
from cockpit.settings.target import Target, choose
from tests.cli.conftest import Cockpit
from tests.databases import Database
from tests.unit.settings.keyrings import MemoryKeyring
from tests.unit.settings.vault_server import TOKEN, FakeVault, serving

_SSL_REQUEST = 80877103
_REFUSAL = b"".join(
    field.encode() + b"\0"
    for field in ("SFATAL", "VFATAL", "C28P01", "MAuthentifizierung fehlgeschlagen", "")
)
"""What a server that speaks German answers to a password it does not take."""


@contextmanager
def asking_for_a_password() -> Iterator[int]:
    """A port where whoever connects is asked for a password, as PostgreSQL does it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    client, _ = server.accept()
                except TimeoutError:
                    continue
                with client:
                    client.settimeout(5)
                    _ask(client)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            thread.join()


def _ask(client: socket.socket) -> None:
    while True:
        head = client.recv(8, socket.MSG_WAITALL)
        if len(head) < 8:
            return
        length, code = struct.unpack("!ii", head)
        if length > 8:
            client.recv(length - 8, socket.MSG_WAITALL)
        if code == _SSL_REQUEST:
            client.sendall(b"N")
            continue
        client.sendall(b"R" + struct.pack("!ii", 8, 3))
        if client.recv(1) == b"p":
            (length,) = struct.unpack("!i", client.recv(4, socket.MSG_WAITALL))
            client.recv(length - 4, socket.MSG_WAITALL)
            client.sendall(b"E" + struct.pack("!i", len(_REFUSAL) + 4) + _REFUSAL)
        return


@pytest.fixture
def here(tmp_path: Path) -> Surroundings:
    """A world with an empty keyring and nobody to ask."""
    ring = KeyringStore(MemoryKeyring())
    return Surroundings(
        environment={"HOME": str(tmp_path)},
        folder=tmp_path,
        paths=Paths(tmp_path, tmp_path, tmp_path, tmp_path),
        asks=False,
        draws=False,
        open_engine=open_session,
        open_keyring=lambda: ring,
    )


def target(dsn: str, *lines: str) -> Target:
    found = choose(load_text("\n".join((f"[targets.p]\ndsn = '''{dsn}'''", *lines))))
    assert found is not None
    return found


def password(target: Target, here: Surroundings) -> Secret | None:
    with ExitStack() as stack:
        return address_and_password(target, here, stack)[1]()


def no_keyring() -> KeyringStore:
    raise AssertionError("the keyring was asked")


def test_a_server_that_trusts_us_makes_nobody_look(
    here: Surroundings, fresh_database: Database
) -> None:
    quiet = replace(here, open_keyring=no_keyring)
    assert password(target(fresh_database.dsn), quiet) is None


def test_a_server_that_asks_gets_the_one_from_the_keyring(here: Surroundings) -> None:
    with asking_for_a_password() as port:
        wanted = target(f"host=127.0.0.1 port={port} user=u dbname=d connect_timeout=5")
        store(wanted, Secret("hunter2"), here.environment, here.open_keyring)
        assert password(wanted, here) == Secret("hunter2")


@pytest.mark.parametrize("given", [None, Secret("hunter2")], ids=["none", "wrong"])
def test_whether_a_password_was_wanted_or_sent_is_known_in_any_language(
    given: Secret | None,
) -> None:
    with asking_for_a_password() as port:
        wanted = target(f"host=127.0.0.1 port={port} user=u dbname=d connect_timeout=5")
        with pytest.raises(Unreachable) as error:
            Connection.open(wanted.dsn, given, application="test", read_only=True)
    found = error.value
    assert (found.wants_password, found.sent_password) == (given is None, given is not None)
    assert ("Authentifizierung" in found.what) == ("password that was sent" in found.next_step)
    assert "hunter2" not in str(found)


def test_a_password_that_was_refused_is_told_with_the_place_it_is_from(
    cockpit: Cockpit, environment: dict[str, str]
) -> None:
    with asking_for_a_password() as port:
        environment["COCKPIT_DSN"] = f"postgresql://u:hunter2@127.0.0.1:{port}/d?connect_timeout=5"
        told = cockpit("status")
    assert told.exit_code == 1
    assert "Check the password that was sent" in told.output
    assert "The password is taken from: COCKPIT_DSN" in told.output
    assert "tool cockpit by its files: the database was not read" in told.output
    assert "hunter2" not in told.output


def test_when_none_is_found_the_account_and_the_reasons_are_told(here: Surroundings) -> None:
    def absent() -> KeyringStore:
        raise KeyringUnavailable("This session has no keyring.")

    with asking_for_a_password() as port:
        wanted = target(f"host=127.0.0.1 port={port} user=u dbname=d connect_timeout=5")
        with pytest.raises(CredentialError) as error:
            password(wanted, replace(here, open_keyring=absent))
    assert f"wants a password for u@127.0.0.1:{port}/d" in error.value.what
    assert "This session has no keyring." in error.value.what
    assert "credential set" not in error.value.next_step, "there is no keyring to set it in"
    assert error.value.next_step.startswith(
        "Give it by ~/.pgpass, PGPASSWORD or a password_command"
    )


def test_where_there_is_a_keyring_it_is_named_first(here: Surroundings) -> None:
    with asking_for_a_password() as port:
        wanted = target(f"host=127.0.0.1 port={port} user=u dbname=d connect_timeout=5")
        with pytest.raises(CredentialError) as error:
            password(wanted, here)
    assert error.value.next_step.startswith("Give it by cockpit credential set, ~/.pgpass")


def test_a_user_from_vault_connects_and_is_revoked_at_the_end(here: Surroundings) -> None:
    with serving(FakeVault()) as vault:
        there = {"VAULT_ADDR": vault.address, "VAULT_TOKEN": TOKEN}
        world = replace(here, environment={**here.environment, **there})
        leased = target("host=db-1 user=me dbname=d", 'vault = "database/creds/deploy"')
        with ExitStack() as stack:
            address, secret = address_and_password(leased, world, stack)
            assert address.conninfo() == "host=db-1 dbname=d user=v-deploy-1"
            assert secret() == Secret("hunter2")
            assert vault.revoked == []
        assert vault.revoked == ["database/creds/deploy/1"]


@click.command()
@click.pass_obj
def asks(given: tuple[Target, Surroundings]) -> None:
    """What a command does that connects."""
    assert password(*given) == Secret("hunter2")


def test_behind_a_mask_the_question_names_nobody(here: Surroundings) -> None:
    with asking_for_a_password() as port:
        wanted = target(f"host=127.0.0.1 port={port} user=deployer dbname=ledger connect_timeout=5")
        mask = Mask(hosts=["127.0.0.1"], users=["deployer"], databases=["ledger"])
        room = replace(here, asks=True, shown=mask.text)
        heard = CliRunner().invoke(asks, obj=(wanted, room), input="hunter2\n")
    assert heard.exit_code == 0
    assert f"Password for user-1@host-1:{port}/database-1" in heard.output
    assert not any(name in heard.output for name in ("127.0.0.1", "deployer", "ledger"))


def test_what_goes_wrong_before_a_target_is_open_is_masked_too(
    here: Surroundings, tmp_path: Path
) -> None:
    (tmp_path / "cockpit.toml").write_text(
        "[targets.p]\ndsn = 'host=127.0.0.1 user=deployer dbname=ledger port=1'\n"
        "password_command = ['/nowhere/deployer-password']\n"
    )
    request = Request(repo=tmp_path, target="p")
    choice = read_choice(request, here)
    fleet = ConfiguredFleet(choice, request, here, mask=mask_of(choice))
    with pytest.raises(CockpitError) as error:
        fleet.opened()
    told = f"{error.value.what} {error.value.next_step}"
    assert "127.0.0.1" not in told
    assert "deployer@" not in told
