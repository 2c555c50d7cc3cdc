"""What is recorded of each step, and how it is laid beside the prediction."""

from dataclasses import replace

from cockpit.model.impact import Basis, Impact, RelationLock
from cockpit.model.locks import LockMode
from cockpit.model.plan import Step, StepKind
from cockpit.model.rehearsal import Observation, Rehearsal, Verdict
from cockpit.present.rehearsal_text import rehearsal_text
from cockpit.rehearsal.agreement import Agreement, compare
from cockpit.rehearsal.observer import Seen
from cockpit.tui.present.step_facts import rehearsal_lines
from tests.projects import Project
from tests.rehearsal.conftest import Rehearse

AE, SHARE, SUX = LockMode.ACCESS_EXCLUSIVE, LockMode.SHARE, LockMode.SHARE_UPDATE_EXCLUSIVE


def step(rehearsal: Rehearsal, beginning: str) -> Observation:
    return next(o for o in rehearsal.observations if o.sql.startswith(beginning))


def seen(rehearsal: Rehearsal, beginning: str) -> Impact:
    observed = step(rehearsal, beginning).observed
    assert observed is not None
    return observed


def locks(impact: Impact) -> dict[str, LockMode]:
    return {lock.relation: lock.mode for lock in impact.locks}


def test_locks_rewrites_and_rebuilt_indexes_are_seen_inside_the_transaction(
    project: Project, rehearse: Rehearse
) -> None:
    project.native(
        "1",
        "wide",
        "ALTER TABLE orders ALTER id TYPE bigint; CREATE INDEX o ON customers (name);",
        "DROP INDEX o; ALTER TABLE orders ALTER id TYPE int;",
    )
    rehearsal = rehearse(rows=10)
    wide = seen(rehearsal, "ALTER TABLE orders ALTER id TYPE bigint")
    assert wide.basis is Basis.OBSERVED
    assert locks(wide)["public.orders"] is AE
    assert (wide.rewrites, wide.indexes_rebuilt) == (("public.orders",), ("public.orders_pkey",))
    index = seen(rehearsal, "CREATE INDEX o")
    assert locks(index) == {"public.customers": SHARE}
    assert index.scans == ("public.customers",)
    assert rehearsal.disagreements == ()


def test_a_statement_outside_a_transaction_has_to_show_its_locks(
    project: Project, rehearse: Rehearse
) -> None:
    project.native(
        "1",
        "c",
        "CREATE INDEX CONCURRENTLY o ON orders (total);",
        "DROP INDEX CONCURRENTLY o;",
    )
    rehearsal = rehearse(rows=10)
    built = seen(rehearsal, "CREATE INDEX CONCURRENTLY")
    assert not built.transactional
    assert locks(built)["public.orders"] is SUX
    assert built.scans == ("public.orders",)
    assert locks(seen(rehearsal, "DROP INDEX CONCURRENTLY"))["public.orders"] is SUX
    assert rehearsal.verdict is Verdict.REVERSIBLE
    assert rehearsal.disagreements == ()


def test_a_table_made_by_the_plan_is_never_named(project: Project, rehearse: Rehearse) -> None:
    project.native("1", "t", "CREATE TABLE t (a int);", "DROP TABLE t;")
    project.native("2", "a", "ALTER TABLE t ADD b int;", "ALTER TABLE t DROP b;")
    assert locks(seen(rehearse(), "ALTER TABLE t ADD b")) == {}


def test_a_backfill_runs_in_batches_and_its_check_after_it(
    project: Project, rehearse: Rehearse
) -> None:
    project.write(
        "1_fill.sql",
        "-- migrate:up phase:expand\nALTER TABLE orders ADD cents int;\n"
        "-- migrate:up phase:backfill table:orders key:id batch:4\n"
        "UPDATE orders SET cents = total * 100 WHERE id BETWEEN :from AND :to;\n"
        '-- migrate:check "all have cents"\nSELECT count(*) = count(cents) FROM orders;\n'
        "-- migrate:down phase:backfill\nSELECT 1;\n"
        "-- migrate:down phase:expand\nALTER TABLE orders DROP cents;\n",
    )
    rehearsal = rehearse(rows=10)
    assert rehearsal.verdict is Verdict.REVERSIBLE, rehearsal.why
    assert [o.phase for o in rehearsal.observations] == [
        "expand", "backfill", "backfill", "backfill", "expand",
    ]  # fmt: skip


def test_every_step_stands_beside_its_prediction(project: Project, rehearse: Rehearse) -> None:
    project.native("1", "v", "ALTER TABLE orders ADD v int;", "ALTER TABLE orders DROP v;")
    for observation in rehearse().observations:
        assert observation.predicted is not None
        assert observation.observed is not None
        assert observation.predicted.basis is Basis.PREDICTED
        assert locks(observation.predicted) == locks(observation.observed)


def impact(mode: LockMode | None, kind: str = "ALTER TABLE", **more: tuple[str, ...]) -> Impact:
    taken = () if mode is None else (RelationLock("public.t", mode),)
    return Impact(kind, locks=taken, **more)  # type: ignore[arg-type]


def settled(predicted: Impact, observed: Impact, **more: object) -> Agreement:
    look = Seen(observed, lockable=frozenset({"public.t"}), **more)  # type: ignore[arg-type]
    return compare(predicted, look, frozenset({"public.t"}))


def told(predicted: Impact, observed: Impact, **more: object) -> tuple[str, ...]:
    agreement = settled(predicted, observed, **more)
    assert agreement.unsettled == ()
    return agreement.differences


def left_open(predicted: Impact, observed: Impact, **more: object) -> tuple[str, ...]:
    agreement = settled(predicted, observed, **more)
    assert agreement.differences == ()
    return agreement.unsettled


def test_more_than_was_predicted_is_to_be_counted_on() -> None:
    assert told(impact(SHARE), impact(AE)) == (
        "lock on public.t: predicted SHARE, observed ACCESS EXCLUSIVE; "
        "the text and the catalog do not tell of it: count on what was observed",
    )


def test_less_than_was_predicted_may_have_been_given_back_before_the_look() -> None:
    (words,) = told(impact(AE), impact(SHARE))
    assert words.startswith("lock on public.t: predicted ACCESS EXCLUSIVE, observed SHARE; ")
    assert "given back before the statement is over" in words


def test_a_mode_not_waited_for_at_a_gate_was_not_asked_for() -> None:
    outside = replace(impact(None), transactional=False)
    (words,) = told(impact(SHARE), outside, gated=frozenset({"public.t"}))
    assert words.endswith(
        "observed none; it was let through no gate in this mode, so it did not ask for it"
    )
    (words,) = told(impact(SHARE), outside)
    assert words.endswith(
        "a lock that no gate stood before is seen only if it lasts until the next look"
    )


def test_a_mode_that_was_held_already_leaves_nothing_to_see() -> None:
    held = (RelationLock("public.t", AE),)
    assert left_open(impact(SHARE), impact(None), held_before=held) == (
        "SHARE on public.t: an earlier statement of the transaction holds it no less strongly, "
        "and a lock asked for again leaves nothing to see",
    )


def test_rewrites_and_scans_that_differ_are_named_with_the_reason() -> None:
    assert told(impact(AE, rewrites=("public.t",)), impact(AE, scans=("public.t",))) == (
        "rewrite of public.t: predicted, not observed; its file is the one it was before",
        "scan of public.t: not predicted, observed; "
        "the text and the catalog do not tell of it: count on what was observed",
    )
    (words,) = told(impact(AE, scans=("public.t",)), impact(AE))
    assert words.endswith("not observed; the server counted no reading from end to end")


def test_what_the_clone_cannot_show_is_left_open() -> None:
    gone = left_open(impact(AE, rewrites=("public.t",)), impact(AE), gone=frozenset({"public.t"}))
    assert gone == ("rewrite of public.t: it is gone when the statement is over",)
    rows = left_open(impact(LockMode.ROW_EXCLUSIVE, "UPDATE"), impact(None, "UPDATE"))
    weak = impact(LockMode.ACCESS_SHARE, "UPDATE")
    assert left_open(impact(LockMode.ROW_EXCLUSIVE, "UPDATE"), weak) == rows
    assert rows == (
        "ROW EXCLUSIVE on public.t: the rows decide about it, and the clone has other rows",
    )
    empty = compare(impact(AE, scans=("public.t",)), Seen(impact(AE)), frozenset())
    assert empty.unsettled == ("scan of public.t: the table is empty on the clone",)


def test_what_the_text_hides_is_not_held_against_the_prediction() -> None:
    assert told(Impact("DO", unknown=True), impact(AE)) == ()


def test_emptying_a_table_reads_nothing_of_it(project: Project, rehearse: Rehearse) -> None:
    project.native("1", "t", "TRUNCATE orders;", "SELECT 1;")
    rehearsal = rehearse(rows=10)
    emptied = seen(rehearsal, "TRUNCATE")
    assert (emptied.scans, emptied.rewrites, emptied.indexes_rebuilt) == ((), (), ())
    assert rehearsal.disagreements == ()


def test_how_the_other_side_of_a_foreign_key_is_read_is_left_to_the_planner(
    project: Project, rehearse: Rehearse
) -> None:
    project.native(
        "1",
        "f",
        "ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES customers NOT VALID;"
        "ALTER TABLE orders VALIDATE CONSTRAINT orders_id_fkey;",
        "ALTER TABLE orders DROP CONSTRAINT orders_id_fkey;",
    )
    rehearsal = rehearse()
    predicted = step(rehearsal, "ALTER TABLE orders VALIDATE").predicted
    assert predicted is not None
    assert predicted.may_scan == ("public.customers",)
    assert rehearsal.disagreements == ()


def test_a_partitioned_table_is_indexed_anew_outside_of_a_transaction(
    project: Project, rehearse: Rehearse
) -> None:
    project.native(
        "1",
        "p",
        "CREATE TABLE parted (a int) PARTITION BY RANGE (a);"
        "CREATE TABLE part PARTITION OF parted DEFAULT; CREATE INDEX ON parted (a);",
        "DROP TABLE parted;",
    )
    project.write(
        "2_r.sql",
        "-- migrate:up transaction:false\nREINDEX TABLE parted;\n-- migrate:down\nSELECT 1;\n",
    )
    rehearsal = rehearse()
    assert not seen(rehearsal, "REINDEX").transactional
    assert rehearsal.verdict is Verdict.REVERSIBLE, rehearsal.why


def test_what_cannot_be_seen_is_told_with_its_reason_wherever_a_rehearsal_is_shown(
    project: Project, rehearse: Rehearse
) -> None:
    project.native(
        "1",
        "held",
        "ALTER TABLE orders ADD v int; ALTER TABLE orders ADD w int;",
        "ALTER TABLE orders DROP w, DROP v;",
    )
    rehearsal = rehearse()
    second = step(rehearsal, "ALTER TABLE orders ADD w")
    (reason,) = second.unsettled
    assert reason.startswith("ACCESS EXCLUSIVE on public.orders: an earlier statement")
    what, _, why = reason.partition(": ")
    told = rehearsal_text(rehearsal).splitlines()
    head = told.index("neither confirmed nor refuted, because it cannot be observed:")
    assert told[head + 1] == f"  {why}"
    assert told[head + 2].endswith(f": {what}")
    planned = Step(1, StepKind.SQL, second.sql, second.path, second.line, 0, 1)
    rows = [row.plain for row in rehearsal_lines(planned, rehearsal)]
    assert "  as predicted" in rows
    assert f"  open    {reason}" in rows


def test_a_lock_given_back_at_once_is_a_difference_with_its_reason(
    project: Project, rehearse: Rehearse
) -> None:
    project.native("1", "t", "DROP TRIGGER IF EXISTS nobody ON orders;", "SELECT 1;")
    (reason,) = step(rehearse(), "DROP TRIGGER").differences
    assert reason.startswith("lock on public.orders: predicted ACCESS SHARE, observed none; ")
    assert "IF EXISTS that finds nothing" in reason


def test_what_the_watcher_itself_has_read_is_not_taken_for_the_statements(
    project: Project, rehearse: Rehearse
) -> None:
    project.native(
        "1", "c", "CREATE INDEX CONCURRENTLY o ON orders (total);", "DROP INDEX CONCURRENTLY o;"
    )
    rehearsal = rehearse(rows=10)
    assert seen(rehearsal, "CREATE INDEX").scans == ("public.orders",)
    assert seen(rehearsal, "DROP INDEX").scans == ()
