"""What a rehearsal says of a migration's way back, on a real server."""

from collections.abc import Callable

import pytest

from cockpit.model.migration import Direction
from cockpit.model.rehearsal import Proof, Rehearsal, Verdict
from tests.databases import Database
from tests.projects import Project
from tests.rehearsal.conftest import ROLLBACK, Rehearse


def only(rehearsal: Rehearsal) -> Proof:
    (proof,) = rehearsal.proofs
    assert rehearsal.verdict is proof.verdict
    return proof


def test_a_down_that_undoes_its_up_is_reversible(project: Project, rehearse: Rehearse) -> None:
    project.native(
        "1",
        "vat",
        "ALTER TABLE orders ADD COLUMN vat int; CREATE INDEX orders_vat ON orders (vat);",
        "DROP INDEX orders_vat; ALTER TABLE orders DROP COLUMN vat;",
    )
    assert only(rehearse()).words == "reversible"


def test_a_forgotten_index_is_named(project: Project, rehearse: Rehearse) -> None:
    project.native("1", "find", "CREATE INDEX by_name ON customers (name);", "SELECT 1;")
    assert only(rehearse()).words == "does not restore: index public.by_name is left behind"


def test_a_type_that_does_not_come_back_is_shown_before_and_after(
    project: Project, rehearse: Rehearse
) -> None:
    project.native(
        "1",
        "wide",
        "ALTER TABLE orders ALTER total TYPE bigint;",
        "ALTER TABLE orders ALTER total TYPE smallint;",
    )
    (difference,) = only(rehearse()).differences
    assert difference.words == "column public.orders.total: was integer, is smallint"


def test_a_column_that_comes_back_empty_has_lost_its_data(
    project: Project, rehearse: Rehearse
) -> None:
    project.native(
        "1",
        "anonymous",
        "ALTER TABLE customers DROP COLUMN name;",
        "ALTER TABLE customers ADD COLUMN name text;",
    )
    proof = only(rehearse())
    assert proof.verdict is Verdict.LOSES_DATA
    assert proof.loses == ("column public.customers.name",)
    assert [d.what for d in proof.differences if not d.form] == []


def test_a_column_at_another_place_is_a_matter_of_form(
    project: Project, rehearse: Rehearse
) -> None:
    project.native(
        "1",
        "move",
        "ALTER TABLE customers ADD n text; UPDATE customers SET n = name;"
        "ALTER TABLE customers DROP name;",
        "ALTER TABLE customers ADD name text; UPDATE customers SET name = n;"
        "ALTER TABLE customers DROP n;",
    )
    proof = only(rehearse(rows=10))
    assert proof.verdict is Verdict.REVERSIBLE_BUT_FORM
    assert proof.verdict.proves
    assert [d.what for d in proof.differences] == ["order of the columns of public.customers"]


def test_values_that_change_on_the_way_show_with_sample_rows(
    project: Project, rehearse: Rehearse
) -> None:
    project.native("1", "low", "UPDATE customers SET name = lower(name);", "SELECT 1;")
    assert only(rehearse()).verdict is Verdict.REVERSIBLE
    assert only(rehearse(rows=10)).loses == ("column public.customers.name",)


def test_a_failing_down_is_told_with_file_and_line(project: Project, rehearse: Rehearse) -> None:
    project.native(
        "1",
        "vat",
        "ALTER TABLE orders ADD COLUMN vat int;",
        "\nALTER TABLE orders DROP COLUMN vta;",
    )
    proof = only(rehearse())
    assert proof.verdict is Verdict.FAILS
    assert proof.failure is not None
    assert (proof.failure.sqlstate, proof.failure.line) == ("42703", 5)
    assert proof.failure.path.endswith("1_vat.sql")


def test_a_down_that_cannot_be_parsed_fails(project: Project, rehearse: Rehearse) -> None:
    project.native("1", "vat", "ALTER TABLE orders ADD vat int;", "ALTER TABEL orders DROP vat;")
    failure = only(rehearse()).failure
    assert failure is not None
    assert failure.what.startswith("syntax error")
    assert failure.words.count("1_vat.sql") == 1


def test_a_label_that_stays_and_a_bound_that_goes_are_named(
    project: Project, rehearse: Rehearse, shop: Database
) -> None:
    shop.execute("CREATE TYPE mood AS ENUM ('sad')")
    project.native("1", "glad", "ALTER TYPE mood ADD VALUE 'glad';", "SELECT 1;")
    project.native("2", "null", "SELECT 1;", "ALTER TABLE customers ALTER email DROP NOT NULL;")
    glad, null = rehearse().proofs
    assert glad.words == "does not restore: type public.mood: now also 'glad'"
    assert "column public.customers.email: lacks not null" in null.words


def test_what_comes_after_a_failing_up_is_not_reached(project: Project, rehearse: Rehearse) -> None:
    project.native("1", "a", "CREATE TABLE a ();", "DROP TABLE a;")
    project.native("2", "b", "CREATE TABLE b (x no_such_type);", "DROP TABLE b;")
    project.native("3", "c", "CREATE TABLE c ();", "DROP TABLE c;")
    rehearsal = rehearse()
    verdicts = [proof.verdict for proof in rehearsal.proofs]
    assert verdicts == [Verdict.REVERSIBLE, Verdict.FAILS, Verdict.NOT_REACHED]
    assert rehearsal.verdict is Verdict.FAILS
    assert "no_such_type" in rehearsal.why


def test_a_failing_check_fails_the_rehearsal(project: Project, rehearse: Rehearse) -> None:
    project.write(
        "1_check.sql",
        "-- migrate:up\nALTER TABLE orders ADD vat int;\n"
        '-- migrate:check "every order has its tax"\nSELECT count(vat) = count(*) FROM orders;\n'
        "-- migrate:down\nALTER TABLE orders DROP vat;\n",
    )
    assert only(rehearse()).verdict is Verdict.REVERSIBLE
    with_rows = only(rehearse(rows=5))
    assert with_rows.verdict is Verdict.FAILS
    assert "every order has its tax" in with_rows.words


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ('irreversible:"the names are gone"', "it is irreversible: the names are gone"),
        ("", "phase up has no way down"),
    ],
)
def test_a_migration_without_a_way_back_says_why(
    project: Project, rehearse: Rehearse, options: str, why: str
) -> None:
    project.native("1", "gone", "ALTER TABLE customers DROP name;", options=options)
    project.native("2", "more", "ALTER TABLE customers ADD vat text;")
    project.write("2_more.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;\n")
    gone, more = rehearse().proofs
    assert gone.words == f"no way back: {why}"
    assert more.verdict is Verdict.REVERSIBLE


def test_each_migration_is_judged_from_its_own_beginning(
    project: Project, rehearse: Rehearse
) -> None:
    project.native("1", "t", "CREATE TABLE t (a int, b int);", "DROP TABLE t;")
    project.native("2", "i", "CREATE INDEX t_a ON t (a);", "SELECT 1;")
    project.native("3", "b", "ALTER TABLE t DROP b;", "ALTER TABLE t ADD b int;")
    project.native("4", "f", "ALTER TABLE t ADD c int;", "DROP TABLE no_such_table;")
    project.native("5", "n", "ALTER TABLE t ALTER a SET NOT NULL;",
                   "ALTER TABLE t ALTER a DROP NOT NULL;")  # fmt: skip
    assert [(proof.version, proof.verdict) for proof in rehearse().proofs] == [
        ("1", Verdict.REVERSIBLE),
        ("2", Verdict.NOT_RESTORED),
        ("3", Verdict.LOSES_DATA),
        ("4", Verdict.FAILS),
        ("5", Verdict.REVERSIBLE),
    ]


def test_a_role_that_the_down_forgets_is_named(
    project: Project, rehearse: Rehearse, shop: Database
) -> None:
    project.native("1", "r", f"CREATE ROLE reader_{shop.name};", "SELECT 1;")
    project.native("2", "s", "SELECT 1;", "SELECT 1;")
    assert f"role reader_{shop.name} is left behind" in rehearse().proofs[0].words
    assert shop.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", f"reader_{shop.name}") == []


def test_a_rollback_is_proved_by_going_up_again(
    project: Project, rehearse: Rehearse, apply_all: Callable[[], None]
) -> None:
    project.native("1", "i", "CREATE INDEX o ON orders (total);", "DROP INDEX o;")
    project.native("2", "c", "ALTER TABLE orders ADD vat int;", "ALTER TABLE orders DROP vat;")
    project.commit()
    apply_all()
    rehearsal = rehearse(ROLLBACK.__class__(ROLLBACK.action, to_version="0"))
    assert [(p.version, p.words) for p in rehearsal.proofs] == [
        ("2", "restores schema but loses data in column public.orders.vat"),
        ("1", "reversible"),
    ]
    directions = [seen.direction for seen in rehearsal.observations]
    assert directions == [Direction.DOWN, Direction.DOWN, Direction.UP, Direction.UP]


def test_a_down_that_leaves_something_behind_fails_on_the_way_up_again(
    project: Project, rehearse: Rehearse, apply_all: Callable[[], None]
) -> None:
    project.native("1", "i", "CREATE INDEX o ON orders (total);", "SELECT 1;")
    project.commit()
    apply_all()
    proof = only(rehearse(ROLLBACK))
    assert proof.verdict is Verdict.FAILS
    assert 'relation "o" already exists' in proof.words


def test_what_comes_back_must_go_forward_a_second_time(
    project: Project, rehearse: Rehearse
) -> None:
    project.native(
        "1",
        "seed",
        "CREATE TABLE IF NOT EXISTS public.once (n int);"
        "INSERT INTO customers VALUES (1000, 'seed', 'seed@example.org');"
        "ALTER TABLE orders ADD vat int;",
        "DROP TABLE once; ALTER TABLE orders DROP vat;",
    )
    proof = only(rehearse())
    assert proof.verdict is Verdict.FAILS
    assert proof.why == "after the way back it does not go forward again"
    assert "duplicate key" in proof.words
