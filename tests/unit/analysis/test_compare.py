"""Every version has exactly one state, and the state does not lie."""

from dataclasses import replace

import pytest

from cockpit.analysis.compare import compare, without_files
from cockpit.model.history import History, Record, Recorded
from cockpit.model.ledger import PhaseOpen
from cockpit.model.migration import Direction, Migration, MigrationSet
from cockpit.model.state import Lane, Standing, State
from tests.unit.analysis.migrations import (
    by_text,
    down,
    kept,
    migration,
    record,
    two_phases,
    up,
)


def standings(
    migrations: list[Migration], records: list[Record], **history: object
) -> dict[str, Standing]:
    files, told = MigrationSet(tuple(migrations)), History(tuple(records), **history)  # type: ignore[arg-type]
    return {standing.version: standing for standing in compare(files, told, by_text)}


def states(migrations: list[Migration], records: list[Record]) -> dict[str, State]:
    return {version: s.state for version, s in standings(migrations, records).items()}


def only(migrations: list[Migration], records: list[Record]) -> Standing:
    (standing,) = standings(migrations, records).values()
    return standing


def test_in_git_and_not_applied_is_pending() -> None:
    assert states([migration("1")], []) == {"1": State.PENDING}


def test_applied_and_the_same_is_applied() -> None:
    assert states([migration("1")], [record("1")]) == {"1": State.APPLIED}


def test_applied_and_edited_since_is_drifted() -> None:
    assert states([migration("1", checksum="other")], [record("1")]) == {"1": State.DRIFTED}


def test_applied_without_a_checksum_is_unverified_and_says_so() -> None:
    standing = only([migration("1")], [record("1", checksum=None, note="Its row says so.")])
    assert standing.state is State.UNVERIFIED
    assert standing.why == "Applied; no checksum was kept to compare with. Its row says so."


def test_applied_and_in_no_file_is_missing_and_stands_in_its_place() -> None:
    found = standings([migration("1"), migration("3")], [record("1"), record("2"), record("3")])
    assert list(found) == ["1", "2", "3"]
    assert found["2"].state is State.MISSING


def test_missing_versions_stand_in_order_also_at_both_ends() -> None:
    found = standings([migration("2")], [record("4"), record("1"), record("2"), record("3")])
    assert list(found) == ["1", "2", "3", "4"]


def test_missing_versions_do_not_disturb_an_order_that_requirements_made() -> None:
    files = [migration("1"), migration("5"), migration("3", requires=("5",))]
    assert list(standings(files, [record("4")])) == ["1", "4", "5", "3"]


def test_imported_is_forward_only() -> None:
    standing = only([migration("1")], [record("1", Recorded.IMPORTED)])
    assert (standing.state, standing.reversible) == (State.IMPORTED, False)


def test_an_imported_version_that_left_the_ref_is_missing_and_forward_only() -> None:
    standing = only([], [record("1", Recorded.IMPORTED, undo=kept("1"))])
    assert (standing.state, standing.reversible) == (State.MISSING, False)
    assert "earlier tool" in standing.why


def test_a_rolled_back_version_is_pending_again_with_its_past() -> None:
    standing = only([migration("1")], [record("1", Recorded.ROLLED_BACK)])
    assert standing.state is State.ROLLED_BACK
    assert standing.state.lane is Lane.PENDING
    assert standing.record is not None


def test_a_rolled_back_version_in_no_file_is_not_shown() -> None:
    assert states([], [record("1", Recorded.ROLLED_BACK)]) == {}


def test_a_rolled_back_version_keeps_its_state_also_when_newer_ones_are_applied() -> None:
    found = standings(
        [migration("1"), migration("2")], [record("1", Recorded.ROLLED_BACK), record("2")]
    )
    assert found["1"].state is State.ROLLED_BACK
    assert "Older than one that is applied" in found["1"].why


def test_older_than_one_that_is_applied_is_late() -> None:
    files = [migration("1"), migration("2"), migration("3")]
    assert states(files, [record("2")]) == {
        "1": State.LATE, "2": State.APPLIED, "3": State.PENDING,
    }  # fmt: skip


def test_older_than_a_missing_one_is_late() -> None:
    assert states([migration("1")], [record("2")])["1"] is State.LATE


@pytest.mark.parametrize("recorded", [Recorded.ROLLED_BACK, Recorded.FAILED])
def test_a_newer_one_of_which_nothing_is_kept_makes_nobody_late(recorded: Recorded) -> None:
    files = [migration("1"), migration("2")]
    assert states(files, [record("2", recorded)])["1"] is State.PENDING


def test_a_newer_one_that_failed_and_left_something_makes_older_ones_late() -> None:
    half = record("2", Recorded.FAILED, open=PhaseOpen("up", Direction.UP, finished=("a",)))
    assert states([migration("1"), migration("2")], [half])["1"] is State.LATE


def test_a_version_that_comes_after_its_requirement_is_not_late() -> None:
    files = [migration("1"), migration("5"), migration("3", requires=("5",))]
    assert states(files, [record("1"), record("5")])["3"] is State.PENDING


def test_a_version_that_the_tool_skips_is_late_and_says_so() -> None:
    found = standings([migration("1")], [], skipped=frozenset(["1"]))
    assert found["1"].state is State.LATE
    assert "skips it without a word" in found["1"].why


def test_without_a_history_nothing_is_claimed() -> None:
    (standing,) = compare(MigrationSet((migration("1"),)), None, by_text)
    assert (standing.state, standing.record) == (State.UNKNOWN, None)


def test_a_version_in_doubt_is_unknown_and_never_pending() -> None:
    found = standings([migration("1"), migration("2")], [], doubts={"1": "dbmate has it."})
    assert (found["1"].state, found["1"].why) == (State.UNKNOWN, "dbmate has it.")
    assert found["2"].state is State.PENDING


def test_some_phases_done_is_partial_and_says_what_comes_next() -> None:
    half = record("1", Recorded.PARTIAL, done=("expand",), phases=("expand", "contract"))
    standing = only([two_phases("1")], [half])
    assert standing.state is State.PARTIAL
    assert standing.why == "Done: expand. Next: phase contract."


def test_an_interrupted_phase_is_partial_and_says_what_is_kept() -> None:
    opened = PhaseOpen("fill", Direction.UP, cursor=("9",), rows=1)
    half = record("1", Recorded.PARTIAL, done=("expand",), open=opened)
    why = only([migration("1")], [half]).why
    assert why == "Interrupted in phase fill: phase expand, 1 row backfilled in phase fill."


def test_a_step_in_doubt_is_told() -> None:
    opened = PhaseOpen("up", Direction.UP, finished=("a", "b"), started="c")
    half = record("1", Recorded.PARTIAL, done=(), open=opened)
    assert only([migration("1")], [half]).why == (
        "Interrupted in phase up: 2 steps of phase up, one step of phase up was sent and is not "
        "known to have ended."
    )


def test_an_interrupted_migration_says_that_its_file_was_edited_since() -> None:
    opened = PhaseOpen("up", Direction.UP, finished=("a",), checksum="as it was begun")
    half = record("1", Recorded.PARTIAL, done=(), open=opened)
    assert only([migration("1")], [half]).why.endswith(" The file was edited since.")
    same = migration("1", checksum="as it was begun")
    assert "edited" not in only([same], [half]).why


def test_a_rollback_that_broke_off_is_told_as_one() -> None:
    opened = PhaseOpen("up", Direction.DOWN, finished=("a",))
    half = record("1", Recorded.PARTIAL, open=opened)
    why = only([migration("1")], [half]).why
    assert "phase up is partly rolled back" in why
    assert "phase up," not in why


def test_a_failed_version_says_what_is_kept() -> None:
    nothing = only([migration("1")], [record("1", Recorded.FAILED, failure="no such table")])
    assert nothing.state is State.FAILED
    assert nothing.why == "The last run stopped in it: no such table. Nothing of it is kept."
    some = record("1", Recorded.FAILED, failure="no", done=("expand",))
    assert only([migration("1")], [some]).why.endswith("Kept: expand.")


def test_where_nobody_knows_what_is_kept_that_is_said() -> None:
    dirty = record("1", Recorded.FAILED, failure="dirty", note="only the schema can tell")
    why = only([migration("1")], [dirty]).why
    assert why == "The last run stopped in it: dirty. Only the schema can tell."


def test_a_failed_version_in_no_file_is_still_failed() -> None:
    standing = only([], [record("1", Recorded.FAILED, failure="no")])
    assert standing.state is State.FAILED
    assert standing.why.endswith("It is not in this ref.")


def test_a_half_applied_version_in_no_file_is_not_called_applied() -> None:
    half = record("1", Recorded.PARTIAL, done=("expand",), phases=("expand", "contract"))
    standing = only([], [half])
    assert standing.state is State.MISSING
    assert standing.why.startswith("Partly applied: phase expand, 1 of 2.")


def test_a_way_back_in_the_ledger_or_in_the_file_makes_it_reversible() -> None:
    bare = migration("1", up("SELECT 1"))
    assert only([migration("1")], [record("1")]).reversible
    assert only([bare], [record("1", undo=kept("1"))]).reversible
    assert not only([bare], [record("1")]).reversible
    assert only([], [record("1", undo=kept("1"))]).reversible
    assert not only([], [record("1")]).reversible


def test_half_a_way_back_is_none() -> None:
    files = replace(two_phases("1"), down=())
    half = (down("SELECT 1", "contract"),)
    done = ("expand", "contract")
    assert not only([files], [record("1", undo=half, done=done, phases=done)]).reversible


def test_an_irreversible_file_is_not_reversible_whatever_is_kept() -> None:
    final = migration("1", irreversible="it drops data")
    assert not only([final], [record("1", undo=kept("1"))]).reversible


def test_every_state_has_a_lane() -> None:
    assert {state.lane for state in State} == set(Lane)


def test_without_git_the_history_alone_is_shown_and_nothing_is_compared() -> None:
    history = History(
        (
            Record("2", "b", Recorded.APPLIED, checksum="x"),
            Record("1", "a", Recorded.APPLIED, checksum="x"),
            Record("3", "c", Recorded.ROLLED_BACK),
        )
    )
    standings = without_files(history, lambda version: (version,))
    assert [(s.version, s.state) for s in standings] == [
        ("1", State.UNVERIFIED),
        ("2", State.UNVERIFIED),
    ]
    assert without_files(None, lambda version: (version,)) == ()
