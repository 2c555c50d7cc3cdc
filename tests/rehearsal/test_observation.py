"""What is recorded of each step, and how it is laid beside the prediction."""

from cockpit.model.impact import Basis, Impact, RelationLock
from cockpit.model.locks import LockMode
from cockpit.model.rehearsal import Observation, Rehearsal, Verdict
from cockpit.rehearsal.agreement import differences
from cockpit.rehearsal.observer import Seen
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


def told(predicted: Impact, observed: Impact, **more: object) -> tuple[str, ...]:
    look = Seen(observed, tables=frozenset({"public.t"}), **more)  # type: ignore[arg-type]
    return differences(predicted, look, frozenset({"public.t"}))


def test_another_mode_is_a_difference() -> None:
    assert told(impact(AE), impact(SHARE)) == (
        "lock on public.t: predicted ACCESS EXCLUSIVE, observed SHARE",
    )


def test_a_mode_that_was_held_already_cannot_be_seen_again() -> None:
    held = (RelationLock("public.t", AE),)
    assert told(impact(SHARE), impact(None), held_before=held) == ()


def test_rewrites_and_scans_that_differ_are_named() -> None:
    assert told(impact(AE, rewrites=("public.t",)), impact(AE, scans=("public.t",))) == (
        "rewrite of public.t: predicted, not observed",
        "scan of public.t: not predicted, observed",
    )


def test_what_the_text_hides_is_not_held_against_the_prediction() -> None:
    assert told(Impact("DO", unknown=True), impact(AE)) == ()
