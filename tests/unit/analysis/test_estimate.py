"""How long a statement may work, and what its transaction holds meanwhile."""

from datetime import timedelta

from cockpit.analysis.estimate import estimate, sizes_of
from cockpit.analysis.held import with_held_locks
from cockpit.model.facts import CatalogFacts, RelationFacts
from cockpit.model.impact import Impact, RelationLock
from cockpit.model.locks import LockMode
from cockpit.model.plan import Step, StepKind

GIGABYTE_IN_PAGES = 131_072
FACTS = CatalogFacts(
    version=180004,
    relations=(
        RelationFacts(1, "public", "orders", "r", pages=GIGABYTE_IN_PAGES),
        RelationFacts(2, "public", "tiny", "r", pages=3),
    ),
)
AX, SUX = LockMode.ACCESS_EXCLUSIVE, LockMode.SHARE_UPDATE_EXCLUSIVE


def step(number: int, group: int | None, *locks: RelationLock) -> Step:
    return Step(
        number, StepKind.SQL, "SELECT 1", "a.sql", 1, number, group, impact=Impact("X", locks)
    )


def test_a_scan_and_a_rewrite_of_a_gigabyte() -> None:
    sizes = sizes_of(FACTS)
    scan = estimate(Impact("ALTER TABLE", scans=("public.orders",)), sizes)
    rewrite = estimate(Impact("ALTER TABLE", rewrites=("public.orders",)), sizes)
    assert scan is not None
    assert rewrite is not None
    assert scan.reason == "reads 1,024 MB of orders at 150 to 1500 MB/s"
    assert timedelta(seconds=0.6) < scan.low < scan.high < timedelta(seconds=7)
    assert scan.high < rewrite.high


def test_an_index_is_built_over_its_table() -> None:
    built = estimate(
        Impact("CREATE INDEX CONCURRENTLY", (RelationLock("public.orders", SUX),)),
        sizes_of(FACTS),
    )
    assert built is not None
    assert built.reason.startswith("builds an index over 1,024 MB of orders")


def test_nothing_is_estimated_for_what_is_over_at_once_or_unknown() -> None:
    assert estimate(Impact("ALTER TABLE", scans=("public.tiny",)), sizes_of(FACTS)) is None
    assert estimate(Impact("ALTER TABLE", scans=("public.orders",)), sizes_of(None)) is None
    assert estimate(Impact("ALTER TABLE"), sizes_of(FACTS)) is None


def test_a_lock_is_held_from_the_step_that_took_it_to_the_end_of_its_transaction() -> None:
    taken = RelationLock("public.orders", AX)
    steps = list(
        with_held_locks([step(1, 1, taken), step(2, 1), step(3, 2), step(4, None), step(5, None)])
    )
    assert [s.holds for s in steps] == [(), (taken,), (), (), ()]


def test_the_stronger_of_two_modes_is_what_is_held() -> None:
    weak, strong = RelationLock("public.orders", LockMode.SHARE), RelationLock("public.orders", AX)
    steps = list(with_held_locks([step(1, 1, strong), step(2, 1, weak), step(3, 1)]))
    assert steps[2].holds == (strong,)


def test_locks_that_nobody_feels_and_locks_on_indexes_are_not_told() -> None:
    index = RelationLock("public.orders_id", AX, "i")
    vacuum = RelationLock("public.orders", SUX)
    steps = list(with_held_locks([step(1, 1, index, vacuum), step(2, 1)]))
    assert steps[1].holds == ()
