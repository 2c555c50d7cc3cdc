"""A user from Vault is leased, renewed in time and given back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cockpit.errors import CredentialError
from cockpit.settings.vault import Lease, request_lease
from tests.unit.settings.vault_server import TOKEN, FakeVault, serving

PATH = "database/creds/deploy"


class Clock:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **length: float) -> None:
        self.time += timedelta(**length)


@pytest.fixture
def vault() -> Iterator[FakeVault]:
    with serving(FakeVault()) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


def environment(vault: FakeVault, **more: str) -> dict[str, str]:
    return {"VAULT_ADDR": vault.address, "VAULT_TOKEN": TOKEN, "HOME": "/nonexistent"} | more


def leased(vault: FakeVault, clock: Clock) -> Lease:
    return request_lease(PATH, environment(vault), clock)


def test_a_lease_is_a_user_with_a_password_and_an_end(vault: FakeVault, clock: Clock) -> None:
    lease = leased(vault, clock)
    assert (lease.user, lease.secret.reveal()) == ("v-deploy-1", "hunter2")
    assert lease.expires == clock() + timedelta(hours=1)
    assert "hunter2" not in repr(lease)
    assert vault.asked == [("GET", f"/v1/{PATH}", {})]


def test_it_is_due_after_two_thirds_of_its_life(vault: FakeVault, clock: Clock) -> None:
    lease = leased(vault, clock)
    clock.pass_by(minutes=39)
    assert not lease.due()
    clock.pass_by(minutes=2)
    assert lease.due()


def test_renewing_gives_another_life(vault: FakeVault, clock: Clock) -> None:
    lease = leased(vault, clock)
    clock.pass_by(minutes=45)
    assert lease.renew()
    assert lease.expires == clock() + timedelta(hours=1)
    assert not lease.due()
    increment = {"lease_id": f"{PATH}/1", "increment": 3600}
    assert vault.asked[-1] == ("PUT", "/v1/sys/leases/renew", increment)


def test_at_the_end_of_all_renewals_the_truth_is_told(vault: FakeVault, clock: Clock) -> None:
    lease = leased(vault, clock)
    clock.pass_by(minutes=45)
    vault.next_life = 300
    assert not lease.renew()
    assert lease.expires == clock() + timedelta(minutes=5)


def test_a_lease_that_cannot_be_renewed_is_not_asked_for(vault: FakeVault, clock: Clock) -> None:
    vault.renewable = False
    lease = leased(vault, clock)
    assert not lease.renew()
    assert len(vault.asked) == 1


def test_a_revoked_lease_is_gone(vault: FakeVault, clock: Clock) -> None:
    lease = leased(vault, clock)
    lease.revoke()
    assert vault.revoked == [f"{PATH}/1"]
    with pytest.raises(CredentialError, match="did not renew the lease of v-deploy-1: lease not"):
        lease.renew()


def test_the_token_may_be_the_one_of_a_login(vault: FakeVault, tmp_path: Path) -> None:
    (tmp_path / ".vault-token").write_text(f"{TOKEN}\n")
    found = request_lease(PATH, {"VAULT_ADDR": vault.address, "HOME": str(tmp_path)})
    assert found.user == "v-deploy-1"


def test_without_a_token_one_is_told_how_to_get_it(vault: FakeVault) -> None:
    with pytest.raises(CredentialError, match="vault login"):
        request_lease(PATH, environment(vault, VAULT_TOKEN=""))


def test_a_refusal_names_the_path_and_not_the_token(vault: FakeVault) -> None:
    with pytest.raises(CredentialError, match=f"make a user for {PATH}: permission") as error:
        request_lease(PATH, environment(vault, VAULT_TOKEN="s.other-token"))
    assert "s.other-token" not in str(error.value)


def test_a_role_that_is_not_there_is_told(vault: FakeVault) -> None:
    with pytest.raises(CredentialError, match="make a user for database/creds/zzz: InvalidPath"):
        request_lease("database/creds/zzz", environment(vault))


def test_a_vault_that_does_not_answer_is_told() -> None:
    nobody = {"VAULT_ADDR": "http://127.0.0.1:1", "VAULT_TOKEN": TOKEN}
    with pytest.raises(CredentialError, match="ConnectionError"):
        request_lease(PATH, nobody)


@pytest.mark.parametrize("path", ["deploy", "creds/deploy", "database/creds/", "database/roles/x"])
def test_a_path_of_another_shape_is_refused_before_anything_is_asked(path: str) -> None:
    with pytest.raises(CredentialError, match="MOUNT/creds/ROLE"):
        request_lease(path, {})
