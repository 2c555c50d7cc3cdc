"""What the next start says of a run that broke off between two phases."""

from dataclasses import replace

from cockpit.deploy.unfinished import unfinished
from cockpit.model.board import Unfinished
from cockpit.model.history import History, Record, Recorded
from cockpit.model.ledger import RunOpen
from cockpit.model.migration import Migration
from tests.tui import canned
from tests.unit.analysis.migrations import Place, migration, record, two_phases

GATE = "every server runs v2"


def told(
    *records: Record,
    files: tuple[Migration, ...] = (two_phases("002", gate=GATE),),
    goal: str = "apply everything pending",
) -> Unfinished:
    """After run-a, which never said how it ended."""
    place = Place([migration("001"), *files], list(records))
    run = RunOpen("run-a", canned.NOW, "ana", "cockpit", goal)
    board = replace(
        canned.board(), standings=place.standings, history=History(records, unfinished=run)
    )
    left = unfinished(board, {})
    assert left is not None
    return left


def expanded(run: str = "run-a", **more: object) -> Record:
    return record(
        "002", Recorded.PARTIAL, done=("expand",), phases=("expand", "contract"), run=run, **more
    )


def test_a_version_that_waits_at_its_gate_is_no_applied_one() -> None:
    left = told(record("001"), expanded())
    assert left.kept == "001: applied before it broke off; 002: phase expand, 1 of 2"
    assert "never said how it ended in 002" in left.what
    assert left.versions == ("002",)


def test_what_it_waits_for_is_named_with_the_command_that_passes_it() -> None:
    left = told(record("001"), expanded())
    assert left.undone.startswith("all of 002 contract, if it was begun")
    assert left.next_step == (
        f'002 contract waits for somebody to confirm: "{GATE}". When it is so, resume '
        "(cockpit resume --pass-gate 002:contract). Or roll back what it finished "
        "(cockpit rollback --last-run). To hand over: cockpit log run-a"
    )


def test_a_gate_that_was_confirmed_is_not_waited_for() -> None:
    confirmed = expanded(confirmed_gates=("contract",), confirmed_words=(GATE,))
    assert told(confirmed).next_step.startswith("Resume to finish 002 (cockpit resume).")


def test_a_query_passes_its_gate_without_the_operator() -> None:
    files = (two_phases("002", gate=GATE, gate_sql="SELECT true"),)
    words = told(expanded(), files=files).next_step
    assert f'002 contract waits for its query to say: "{GATE}".' in words
    assert "(cockpit resume)" in words


def test_where_several_stand_between_phases_each_is_named() -> None:
    third = replace(expanded(), version="003", order=3)
    files = (two_phases("002", gate=GATE), two_phases("003", gate=GATE))
    words = told(expanded(), third, files=files).next_step
    assert "cockpit resume --only 002 --pass-gate 002:contract" in words
    assert "cockpit resume --only 003 --pass-gate 003:contract" in words


def test_a_way_back_that_broke_off_between_phases_offers_both_ways() -> None:
    left = told(expanded(runs=("earlier",)), goal="roll back only 002")
    assert left.kept == "002: phase expand, 1 of 2; the others were rolled back"
    assert left.undone.startswith("what the run had open")
    assert "Roll the rest of 002 back (cockpit rollback --only 002), or apply" in left.next_step


def test_what_an_earlier_run_left_at_a_gate_is_not_called_whole() -> None:
    left = told(expanded("earlier"), record("001"))
    assert left.kept == "001: applied before it broke off"
    assert left.next_step.startswith("Nothing of that run is half done; 002 stands as before")


def test_of_an_edited_or_missing_file_the_history_knows_the_phases() -> None:
    left = told(expanded(), files=())
    assert left.kept == "002: phase expand, 1 of 2"
    assert "finish 002 from a ref that has its file (cockpit resume --ref REF)" in left.next_step
