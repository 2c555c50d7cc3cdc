"""What an application feels of an ADD COLUMN behind somebody's open transaction: a quarter second.

The short form of `python -m tests.benchmarks.harm`, which puts other tools beside it.
"""

from tests.benchmarks.harm import Result, cockpit, measure
from tests.databases import Databases

PROMISED_SECONDS = 0.25
BLOCKED_SECONDS = 2.0
AFTER_BLOCKER_SECONDS = 2.0
TRIES = 3
"""The promise is about locks. A machine that is busy with other tests makes any statement wait, so
the calmest of some tries counts; with a longer wait for the lock none of them would be calm."""


def calmest(server: Databases) -> Result:
    results: list[Result] = []
    for _ in range(TRIES):
        results.append(measure("cockpit", cockpit, server, BLOCKED_SECONDS))
        if results[-1].longest <= PROMISED_SECONDS:
            break
    return min(results, key=lambda result: result.longest)


def test_no_statement_waits_longer_than_promised(server: Databases) -> None:
    result = calmest(server)
    assert result.longest <= PROMISED_SECONDS, result
    assert result.over_a_second == 0
    assert result.statements > 200
    assert 0 <= result.after_blocker <= AFTER_BLOCKER_SECONDS, result
