"""A lease is kept alive as long as it is used."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cockpit.settings.renewal import renewing
from cockpit.settings.vault import Lease, request_lease
from tests.unit.settings.vault_server import TOKEN, FakeVault, serving

OFTEN = timedelta(milliseconds=5)
ENOUGH = 10_000
"""Looks, every 5 ms."""
START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


class Clock:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def vault() -> Iterator[FakeVault]:
    with serving(FakeVault()) as running:
        yield running


def leased(vault: FakeVault, clock: Clock) -> Lease:
    environment = {"VAULT_ADDR": vault.address, "VAULT_TOKEN": TOKEN}
    return request_lease("database/creds/deploy", environment, clock)


def renewals(vault: FakeVault) -> int:
    return sum(path == "/v1/sys/leases/renew" for _, path, _ in vault.asked)


def wait_for_renewals(vault: FakeVault, number: int) -> None:
    for _ in range(ENOUGH):
        if renewals(vault) >= number:
            return
        threading.Event().wait(0.005)
    raise AssertionError(f"{renewals(vault)} renewals, not {number}")


def wait_until_it_lasts(lease: Lease, until: datetime) -> None:
    """The answer is taken in a moment after Vault has given it."""
    for _ in range(ENOUGH):
        if lease.expires == until:
            return
        threading.Event().wait(0.005)
    raise AssertionError(f"{lease.expires}, not {until}")


def wait_until_it_gives_up() -> None:
    """Nobody is left who could ask for another renewal."""
    for _ in range(ENOUGH):
        if all(thread.name != "lease renewal" for thread in threading.enumerate()):
            return
        threading.Event().wait(0.005)
    raise AssertionError("it goes on trying")


def test_it_is_renewed_each_time_it_is_due_and_not_before(vault: FakeVault) -> None:
    clock = Clock()
    lease = leased(vault, clock)
    with renewing(lease, OFTEN):
        threading.Event().wait(0.05)
        assert renewals(vault) == 0
        for hour in (1, 2):
            clock.time = START + timedelta(hours=hour, minutes=-5)
            wait_for_renewals(vault, hour)
            wait_until_it_lasts(lease, clock.time + timedelta(hours=1))


def test_a_failed_renewal_is_tried_again_until_the_end(vault: FakeVault) -> None:
    clock = Clock()
    lease = leased(vault, clock)
    lease.revoke()
    clock.time = START + timedelta(minutes=50)
    with renewing(lease, OFTEN):
        wait_for_renewals(vault, 3)
        clock.time = START + timedelta(hours=2)
        wait_until_it_gives_up()


def test_at_the_last_life_nothing_more_is_asked(vault: FakeVault) -> None:
    clock = Clock()
    lease = leased(vault, clock)
    vault.next_life = 60
    clock.time = START + timedelta(minutes=59, seconds=30)
    with renewing(lease, OFTEN):
        wait_for_renewals(vault, 1)
    assert lease.expires == clock.time + timedelta(seconds=60)
