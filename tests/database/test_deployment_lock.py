"""One holder at a time, everybody else is told who it is."""

from collections.abc import Callable

import pytest

from cockpit.database import deployment_lock
from cockpit.database.deployment_lock import COCKPIT_KEY
from cockpit.errors import HeldByAnother, PoolerInTheWay
from cockpit.model.locks import AdvisoryKey
from tests.databases import Database
from tests.sessions import Connect

KEYS = [
    COCKPIT_KEY,
    AdvisoryKey("small", 1),
    AdvisoryKey("zero", 0),
    AdvisoryKey("negative", -1),
    AdvisoryKey("least", -(2**63)),
    AdvisoryKey("largest", 2**63 - 1),
    AdvisoryKey("upper half only", 2**32),
    AdvisoryKey("golang-migrate", 3596941855),
]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.tool)
def test_whatever_the_key_its_holder_is_found(connect: Connect, key: AdvisoryKey) -> None:
    holder, other = connect(), connect(read_only=True)
    assert deployment_lock.observe(other, KEYS) == ()
    deployment_lock.take(holder, [key])
    (seen,) = deployment_lock.observe(other, KEYS)
    assert (seen.key, seen.pid, seen.ours) == (key, holder.announced_pid, False)
    assert seen.application == "cockpit test"
    (mine,) = deployment_lock.observe(holder, KEYS)
    assert mine.ours
    deployment_lock.give_back(holder, [key])
    assert deployment_lock.observe(other, KEYS) == ()


def test_the_second_is_refused_at_once_and_told_who_has_it(connect: Connect) -> None:
    first, second = connect(), connect()
    deployment_lock.take(first, [COCKPIT_KEY])
    with pytest.raises(HeldByAnother) as refused:
        deployment_lock.take(second, [COCKPIT_KEY])
    words = refused.value.what
    assert words.startswith("The cockpit deployment lock is held by cockpit test (pid ")
    assert str(first.announced_pid) in words
    assert "idle, connected since" in words


def test_all_keys_or_none(connect: Connect) -> None:
    first, second = connect(), connect()
    deployment_lock.take(first, [KEYS[1]])
    with pytest.raises(HeldByAnother, match="small"):
        deployment_lock.take(second, [COCKPIT_KEY, KEYS[1]])
    assert [h.key for h in deployment_lock.observe(second, KEYS) if h.ours] == []


def test_a_dead_holder_frees_it(connect: Connect) -> None:
    first, second = connect(), connect()
    deployment_lock.take(first, [COCKPIT_KEY])
    second.rows("SELECT pg_terminate_backend(%s, 5000)", (first.announced_pid,))
    deployment_lock.take(second, [COCKPIT_KEY])
    assert deployment_lock.observe(second, KEYS)[0].ours


def test_the_lock_of_another_database_is_not_ours(
    connect: Connect, new_database: Callable[[], Database]
) -> None:
    elsewhere = connect(dsn=new_database().dsn)
    here = connect()
    deployment_lock.take(elsewhere, [COCKPIT_KEY])
    assert deployment_lock.observe(here, KEYS) == ()
    deployment_lock.take(here, [COCKPIT_KEY])


def test_a_lock_of_two_numbers_is_another_one(connect: Connect) -> None:
    first, second = connect(), connect()
    first.rows("SELECT pg_advisory_lock(0, 1)::text")
    assert deployment_lock.observe(second, [AdvisoryKey("small", 1)]) == ()


def test_one_that_waits_is_no_holder(connect: Connect, fresh_database: Database) -> None:
    from threading import Thread

    first, second, watching = connect(), connect(), connect()
    deployment_lock.take(first, [COCKPIT_KEY])
    waiting = Thread(
        target=second.rows, args=(f"SELECT pg_advisory_lock({COCKPIT_KEY.key})::text",)
    )
    waiting.start()
    while not watching.rows("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
        assert waiting.is_alive()
    (holder,) = deployment_lock.observe(watching, KEYS)
    assert holder.pid == first.announced_pid
    deployment_lock.give_back(first, [COCKPIT_KEY])
    waiting.join(60)


def test_a_backend_without_the_lock_must_not_go_on(connect: Connect) -> None:
    holder, other = connect(), connect()
    deployment_lock.take(holder, KEYS[:2])
    deployment_lock.require(holder, KEYS[:2])
    with pytest.raises(PoolerInTheWay, match="does not hold the deployment lock"):
        deployment_lock.require(other, KEYS[:2])
    deployment_lock.give_back(holder, KEYS[1:2])
    with pytest.raises(PoolerInTheWay):
        deployment_lock.require(holder, KEYS[:2])


def test_our_own_executing_session_is_ours_seen_from_the_reading_one(connect: Connect) -> None:
    executing, reading = connect(), connect(read_only=True)
    deployment_lock.take(executing, [COCKPIT_KEY])
    (holder,) = deployment_lock.observe(reading, KEYS, our_pid=executing.announced_pid)
    assert holder.ours


def test_a_holder_that_has_just_gone_is_told_as_such() -> None:
    assert "has just gone" in deployment_lock.holder_words(None)
