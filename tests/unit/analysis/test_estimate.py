"""How long a statement may work, and what its transaction holds meanwhile."""

from dataclasses import replace
from datetime import timedelta
from math import inf

from cockpit.analysis.estimate import estimate, sizes_of
from cockpit.analysis.hazards.asking import rows_found
from cockpit.analysis.held import with_held_locks
from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.predict import follow
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


def test_an_update_of_every_row_contains_the_writing_with_its_indexes() -> None:
    """300,000 rows: 38 MB and 6 MB of index took 1.7 to 2.4 s on idle and on busy machines."""
    facts = follow(["CREATE TABLE customers (id int PRIMARY KEY, name text)"])
    pages = {"customers": 4864, "customers_pkey": 825}
    sized = [replace(r, pages=pages[r.name], rows=300_000) for r in facts.relations]
    facts = replace(facts, relations=tuple(sized))
    lock = RelationLock("public.customers", LockMode.ROW_EXCLUSIVE)
    impact = Impact("UPDATE", (lock,), scans=("public.customers",))
    every = estimate(impact, sizes_of(facts), inf)
    assert every is not None
    assert every.low < timedelta(seconds=1.7) < timedelta(seconds=2.4) < every.high
    assert every.reason == (
        "reads 38 MB of customers at 150 to 1500 MB/s; "
        "writes anew, row by row, 44 MB of customers and its index at 2 to 60 MB/s"
    )
    half = estimate(impact, sizes_of(facts), 150_000)
    assert half is not None
    assert "writes anew, row by row, 22 MB of customers" in half.reason
    unknown = estimate(impact, sizes_of(facts), None)
    assert unknown is not None
    assert unknown.reason.endswith("; what it writes is not known")
    gone = estimate(replace(impact, kind="DELETE"), sizes_of(facts), inf)
    assert gone is not None
    assert gone.reason.endswith("; marks as dead 38 MB of customers at 10 to 200 MB/s")


def test_rows_are_those_of_the_statement() -> None:
    every, batch, some = (
        syntax.parse(sql)[0]
        for sql in (
            "UPDATE t SET a = 1", "UPDATE t SET a = 1 WHERE id BETWEEN $1 AND $2", "SELECT 1",
        )
    )  # fmt: skip
    assert rows_found(every, FACTS) == inf
    assert rows_found(batch, FACTS) is rows_found(some, FACTS) is None


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
