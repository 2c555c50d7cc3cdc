"""Size decides how much a lock hurts; what the plan itself made hurts nobody."""

import pytest

from cockpit.analysis.hazards import Studied, examine, worst_of_each
from cockpit.analysis.hazards.names import Name, made_up, quoted, some
from cockpit.analysis.hazards.placing import placed, study
from cockpit.analysis.hazards.tables import Size, Tables
from cockpit.analysis.planner.steps import cut, with_impact
from cockpit.model.facts import CatalogFacts, ColumnFacts, RelationFacts
from cockpit.model.hazard import Severity
from cockpit.model.migration import Direction, Migration, Phase
from cockpit.model.plan import PlannedPhase

INT4 = 23


def facts(rows: float, pages: int) -> CatalogFacts:
    """One table `orders` of that size."""
    column = ColumnFacts(1, "number", INT4)
    table = RelationFacts(1, "public", "orders", "r", columns=(column,), pages=pages, rows=rows)
    return CatalogFacts(version=160004, relations=(table,))


def severities(sql: str, known: CatalogFacts | None) -> list[Severity]:
    """Of every hazard of a script, in order."""
    phase = Phase("up", Direction.UP, sql, "a.sql")
    found = examine(study(placed(phase), known, 16), known)
    return [hazard.severity for hazards in found for hazard in hazards]


def migration(*scripts: str) -> Migration:
    """One with a phase for each script, named by its place."""
    phases = tuple(
        Phase(str(n), Direction.UP, script, "1_a.sql") for n, script in enumerate(scripts)
    )
    return Migration("1", "a", phases, (), None, "1_a.sql")


@pytest.mark.parametrize(
    ("rows", "pages", "severity"),
    [
        (-1, 0, Severity.HIGH),
        (0, 0, Severity.LOW),
        (9_999, 100, Severity.LOW),
        (10_000, 100, Severity.MEDIUM),
        (100, 200_000, Severity.HIGH),
        (1_000_000, 100, Severity.HIGH),
    ],
)
def test_size_decides_and_an_unknown_size_counts_as_large(
    rows: float, pages: int, severity: Severity
) -> None:
    sql = "CREATE INDEX ON orders (number)"
    assert severities(sql, facts(rows, pages)) == [severity]


def test_size_is_told_in_the_words_of_a_reader() -> None:
    size = Tables(facts(2_500_000, 40_000)).size("public.orders")
    assert str(size) == "about 2.5 M rows, 312 MB"


def test_partitioned_table_is_as_big_as_its_partitions() -> None:
    parent = RelationFacts(1, "public", "events", "p", rows=-1)
    parts = [RelationFacts(n, "public", f"e{n}", "r", pages=1, rows=5) for n in (2, 3)]
    known = CatalogFacts(160004, relations=(parent, *parts), inheritance=((2, 1), (3, 1)))
    assert Tables(known).size("public.events").rows == 10


def test_table_that_an_earlier_statement_made_blocks_nobody() -> None:
    made = "CREATE TABLE things (a bigint); "
    harmful = "CREATE INDEX ON things (a); ALTER TABLE things ALTER COLUMN a SET NOT NULL"
    assert severities(made + harmful, facts(0, 0)) == []


def test_statement_without_a_tree_has_no_hazards() -> None:
    (studied,) = study(placed(Phase("up", Direction.UP, "SELECT 1", "a.sql")), None, 16)
    assert examine([Studied(studied.sql, studied.impact)]) == ((),)


def test_the_worst_of_each_is_that_of_the_phases_which_are_left() -> None:
    both = migration("SELECT 1;", "DROP TABLE orders;").up
    unreadable = migration("SELEC 1;").up
    assert worst_of_each([both, both[:1], unreadable, both[1:]]) == (
        Severity.HIGH, Severity.NONE, Severity.NONE, Severity.HIGH,
    )  # fmt: skip


def test_what_waits_is_met_with_what_comes_before_it_leaves() -> None:
    made = migration("CREATE TABLE things (a bigint);").up
    indexed = migration("CREATE INDEX ON things (a);").up
    empty = CatalogFacts(160004)
    assert worst_of_each([made, indexed], empty) == (Severity.NONE, Severity.NONE)
    assert worst_of_each([indexed], empty) != (Severity.NONE,)


def test_plan_puts_hazards_on_its_steps_with_earlier_phases_in_mind() -> None:
    phases = []
    for script in ("CREATE TABLE things (a bigint);", "DROP TABLE things; DROP TABLE orders;"):
        phase = Phase("up", Direction.UP, script, "1_a.sql")
        steps = cut(phase).steps
        phases.append(
            PlannedPhase("1", "a", "up", Direction.UP, steps, script, "1_a.sql", None, ("up",))
        )
    planned = with_impact(phases, facts(5, 1), 16)
    rules = [
        [h.rule for h in step.hazards] for phase in planned for step in phase.steps if step.sql
    ]
    assert rules == [[], [], ["drop-table"]]


@pytest.mark.parametrize(
    ("name", "sql"),
    [("orders", "orders"), ("Orders", '"Orders"'), ("user", '"user"'), ('a"b', '"a""b"')],
)
def test_name_is_quoted_only_where_sql_needs_it(name: str, sql: str) -> None:
    assert quoted(name) == sql


def test_made_up_name_is_short_enough_to_be_kept() -> None:
    assert len(made_up("é" * 60, "key").encode()) <= 63
    assert str(Name("shop", "Orders")) == 'shop."Orders"'


def test_many_names_are_counted() -> None:
    assert some(["a", "b", "c"], most=2) == "a, b and 1 more"


@pytest.mark.parametrize(
    ("stored", "words", "severity"),
    [
        (0, "no row", Severity.LOW),
        (900_000, "879 kB, rows not counted", Severity.LOW),
        (5 * 1024**2, "5 MB, rows not counted", Severity.MEDIUM),
        (2 * 1024**3, "2 GB, rows not counted", Severity.HIGH),
        (None, "size not known", Severity.HIGH),
    ],
)
def test_table_never_analyzed_is_judged_by_its_bytes(
    stored: int | None, words: str, severity: Severity
) -> None:
    table = RelationFacts(1, "public", "orders", "r", bytes=stored)
    size = Tables(CatalogFacts(160004, relations=(table,))).size("public.orders")
    assert (str(size), size.severity) == (words, severity)


def test_table_that_was_empty_when_it_was_analyzed_is_empty_only_while_it_has_no_bytes() -> None:
    def size(stored: int | None) -> Size:
        table = RelationFacts(1, "public", "orders", "r", rows=0, bytes=stored)
        return Tables(CatalogFacts(160004, relations=(table,))).size("public.orders")

    assert [size(stored).empty for stored in (0, 8192, None)] == [True, False, True]
    assert str(size(8192)) == "8 kB, rows not counted"
