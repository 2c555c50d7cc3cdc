"""Each situation is what its name promises: on the board, in the server, in git."""

from contextlib import closing

import pytest

from cockpit.demo.fleet import DemoFleet
from cockpit.demo.reels import REELS
from cockpit.demo.scenarios import DEFAULT, SCENARIOS
from cockpit.demo.situations import SITUATIONS
from cockpit.demo.situations.disconnected import outage
from cockpit.demo.stage import Stage, staged
from cockpit.model.attic import Place
from cockpit.model.board import Board
from cockpit.model.goal import Action, Goal
from cockpit.model.state import Drift, Lane, State
from tests.demo.conftest import Play

RELEASE = ("20260706093000", "20260713101500", "20260720140000", "20260727090000")
LATE, HOTFIX, FAILING = "20260601093000", "20260621024000", "20260810101500"
COMMENTED, QUANTITY = "20260323111500", "20260427133000"


def look(stage: Stage) -> Board:
    """The board, from a fresh session."""
    with closing(stage.open()) as session:
        return session.look()


def unusual(board: Board) -> dict[str, State]:
    """Every version that is not simply applied."""
    return {s.version: s.state for s in board.standings if s.state is not State.APPLIED}


def drifts(board: Board) -> dict[str, Drift | None]:
    """How drifted files were edited."""
    return {s.version: s.drift for s in board.standings if s.state is State.DRIFTED}


def test_every_name_has_a_situation_and_pictures() -> None:
    assert list(SCENARIOS) == list(SITUATIONS) == list(REELS)
    assert DEFAULT == "board"


def test_board_shows_pending_late_drifted_and_missing(play: Play) -> None:
    board = look(play("board"))
    assert unusual(board) == {
        **dict.fromkeys(RELEASE, State.PENDING),
        LATE: State.LATE,
        HOTFIX: State.MISSING,
        COMMENTED: State.DRIFTED,
        QUANTITY: State.DRIFTED,
    }
    assert len(board.standings) == 17
    assert (board.problems, board.unfinished) == ((), None)


def test_drift_shows_every_kind_of_edit_with_its_author_or_as_uncommitted(play: Play) -> None:
    board = look(play("drift"))
    assert drifts(board) == {
        COMMENTED: Drift.COMMENT,
        QUANTITY: Drift.MEANING,
        "20260318083000": Drift.MEANING,
        "20260518100000": Drift.WHITESPACE,
    }
    assert unusual(board)[HOTFIX] is State.MISSING
    uncommitted = {s.version for s in board.standings if s.migration and s.migration.uncommitted}
    assert uncommitted == {"20260318083000", "20260518100000"}
    edited = board.find(QUANTITY)
    assert edited is not None
    assert edited.trace is not None
    assert "Mei Tanaka" in edited.trace.author


def test_drift_shows_what_was_changed_by_hand(play: Play) -> None:
    changes = look(play("drift")).schema_drift
    assert changes is not None
    assert len(changes) == 3


def test_waiting_has_two_sessions_on_the_table_that_is_next(play: Play) -> None:
    stage = play("waiting")
    with closing(stage.open()) as session:
        assert unusual(session.look()) == dict.fromkeys(RELEASE, State.PENDING)
        plan = session.plan(Goal(Action.APPLY, only=RELEASE[0]))
        tables = {lock.relation for step in plan.steps if step.impact for lock in step.impact.locks}
        others = session.sessions(("public.orders",))
    assert "public.orders" in tables
    holding = {other.application: other.state for other in others if other.state != "active"}
    assert holding == dict.fromkeys(("report-cron", "billing-worker"), "idle in transaction")


def test_rollback_has_its_way_down_although_the_files_are_gone(play: Play) -> None:
    stage = play("rollback")
    with closing(stage.open()) as session:
        board = session.look()
        assert unusual(board) == dict.fromkeys((LATE, *RELEASE), State.MISSING)
        assert board.standpoint.protected
        assert board.standpoint.name == "orders-prod"
        plan = session.plan(Goal(Action.ROLLBACK, to_tag="v1.3"))
    assert plan.refusals == ()
    assert set(plan.versions) == {LATE, *RELEASE}
    assert {phase.origin for phase in plan.phases} == {"the ledger"}


def test_rollback_says_on_the_screen_that_it_is_a_demo(play: Play) -> None:
    identity = look(play("rollback")).identity
    assert identity is not None
    assert identity.database == "orders_demo"


def test_failure_has_a_failed_migration_and_a_run_that_was_cut_off(play: Play) -> None:
    board = look(play("failure"))
    assert unusual(board) == {FAILING: State.FAILED, "20260720140000": State.PARTIAL}
    failed = board.find(FAILING)
    assert failed is not None
    assert failed.record is not None
    assert failed.record.done == ("expand",)
    assert board.unfinished is not None
    assert board.unfinished.versions == ("20260720140000",)
    assert "INVALID" in board.unfinished.kept


def test_disconnected_claims_nothing(play: Play) -> None:
    board = look(play("disconnected"))
    assert board.identity is None
    assert board.history is None
    assert set(unusual(board).values()) == {State.UNKNOWN}


def test_an_outage_ends_by_itself_with_everything_still_there() -> None:
    with staged(watched=False) as stage:
        stage.run(stage.repository.deployed)
        before = unusual(look(stage))
        with closing(stage.open()) as session:
            session.look()
            with outage(stage.server, after_seconds=0.0, lasting_seconds=1.0):
                seen = [session.look()]
                while seen[-1].identity is not None:
                    seen.append(session.look())
                while seen[-1].identity is None:
                    seen.append(session.look())
        assert unusual(seen[-1]) == before


@pytest.mark.parametrize("scenario", ["board", "failure"])
def test_a_protected_target_has_the_same_past(scenario: str) -> None:
    from cockpit.model.target import Environment

    with staged(Environment.PRODUCTION, watched=False) as stage:
        SITUATIONS[scenario].prepare(stage)
        board = look(stage)
    assert board.standpoint.protected
    assert board.standpoint.marked is Environment.PRODUCTION
    assert board.standpoint.disagreement == ""


def test_targets_are_three_databases_at_three_points(play: Play) -> None:
    fleet = DemoFleet(play("targets"))
    assert [card.name for card in fleet.cards] == ["orders-dev", "orders-staging", "orders-prod"]
    found = fleet.compare(("orders-staging", "orders-prod"))
    staging, production = found.boards
    assert [b.standpoint.disagreement for b in found.boards] == ["", ""]
    assert {v for v in RELEASE if staging.find(v) in staging.lane(Lane.APPLIED)} == set(RELEASE)
    assert {v for v in RELEASE if production.find(v) in production.lane(Lane.PENDING)} == set(
        RELEASE
    )
    assert set(RELEASE) <= set(found.promotions[0].versions)


def test_what_a_rollback_loses_can_be_kept_in_a_file(play: Play) -> None:
    with closing(play("rollback").open()) as session:
        made = session.plan(Goal(Action.ROLLBACK, last_run=True, keep=Place.FILE))
    assert made.refusals == ()
