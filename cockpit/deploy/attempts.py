"""When a try may be repeated, and how long to let the application breathe before."""

import random
from collections.abc import Iterable

from cockpit.model.activity import SessionFacts

RETRYABLE = {
    "55P03": "lock not available in time",
    "40P01": "deadlock",
    "40001": "serialization failure",
}
"""The server undid the whole transaction, so nothing can happen twice (SQLSTATE, appendix A)."""

_FIRST_SECONDS = 0.2
_LONGEST_SECONDS = 1.5


def pause_seconds(attempt: int, chance: float | None = None) -> float:
    """Seconds to wait after this failed attempt (from 1): doubling, capped, half of it by chance.

    `chance` between 0 and 1 stands in for the dice in tests.
    """
    full: float = min(_LONGEST_SECONDS, _FIRST_SECONDS * 2 ** min(attempt - 1, 10))
    drawn = random.random() if chance is None else chance  # noqa: S311 (not for secrets)
    return full / 2 + full / 2 * drawn


def advice(blockers: Iterable[SessionFacts]) -> str | None:
    """What only somebody else can change about these sessions; None when there is nothing.

    An autovacuum leaves when a session has waited for `deadlock_timeout`, which we shorten where
    our role may.
    """
    if not any(session.application == _AUTOVACUUM for session in blockers):
        return None
    return (
        "An autovacuum is in the way, and this role may not ask it to leave: "
        "GRANT SET ON PARAMETER deadlock_timeout to it (15 and later), or wait."
    )


_AUTOVACUUM = "autovacuum worker"
