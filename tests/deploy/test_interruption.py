"""A short form of the long fight: one fault of every kind and place, up and down."""

from collections.abc import Iterator

import pytest

from cockpit.embedded.server import EmbeddedServer
from tests.deploy.faults import DOWN_TO_NOTHING, UP, Fault, Fight
from tests.deploy.mixed import EVENTS

PLACES: dict[str, range] = {
    "kill": range(1, EVENTS, 6),
    "backend": range(4, EVENTS, 20),
    "cut before": range(2, 20, 7),
    "cut after": range(2, 20, 7),
    "restart": range(5, EVENTS, 20),
}
FAULTS = [
    Fault(kind, place, goal)
    for kind, places in PLACES.items()
    for goal in (UP, DOWN_TO_NOTHING)
    for place in places
]


@pytest.fixture(scope="module")
def fight() -> Iterator[Fight]:
    """A server of its own, because some faults restart it."""
    with EmbeddedServer(durable=True) as server:
        yield Fight(server)


@pytest.mark.parametrize(
    "fault", FAULTS, ids=lambda f: f"{f.kind}-{f.at}-{f.goal.action}".replace(" ", "-")
)
def test_the_truth_is_told_and_resuming_does_nothing_twice(fault: Fault, fight: Fight) -> None:
    fight.fault(fault)
