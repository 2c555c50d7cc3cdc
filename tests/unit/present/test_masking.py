"""What a projector must not show, and what must stay as it is."""

from dataclasses import dataclass, replace

import pytest

from cockpit.errors import Unreachable
from cockpit.model.activity import SessionFacts
from cockpit.model.goal import Action, Goal
from cockpit.model.ledger import PhaseRun, RunOpen
from cockpit.model.migration import Direction
from cockpit.model.plan import Plan
from cockpit.present.masked_engine import masked
from cockpit.present.masking import Mask
from tests.tui import canned
from tests.tui.fake_engine import FakeDeployment, FakeEngine, HandClock

SECRET = ("db-1", "deployer", "10.0.0.9", "kim", "bastion")


@pytest.fixture
def mask() -> Mask:
    return Mask(hosts=["db-1"], users=["deployer"], databases=["orders"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("orders@db-1:5433", "database-1@host-1:5433"),
        ("ana@laptop", "user-2@host-2"),
        ('connection to server at "db-1" (10.0.0.4), port 5432 failed',
         'connection to server at "host-1" (host-2), port 5432 failed'),
        ('FATAL: database "orders" does not exist', 'FATAL: database "database-1" does not exist'),
        ('password authentication failed for user "deployer"',
         'password authentication failed for user "user-1"'),
        ("host=db-1 user=bob dbname=shop", "host=host-1 user=user-2 dbname=database-2"),
        ("statement of role deployer", "statement of role user-1"),
        ('on socket "/run/x/.s.PGSQL.5432" failed', 'on socket "socket" failed'),
        ("ALTER TABLE orders ADD COLUMN a int", "ALTER TABLE orders ADD COLUMN a int"),
        ("blocks every read on orders", "blocks every read on orders"),
    ],
)  # fmt: skip
def test_a_sentence_is_told_without_its_names(mask: Mask, text: str, shown: str) -> None:
    assert mask.text(text) == shown


def test_the_same_name_has_the_same_stand_in_everywhere(mask: Mask) -> None:
    session = SessionFacts(1, "deployer", "psql", "db-1", "idle", None, "SELECT 1")
    shown = mask.of(session)
    assert (shown.user, shown.address) == ("user-1", "host-1")
    assert mask.of(shown) == shown


def test_a_run_that_broke_off_keeps_its_phases(mask: Mask) -> None:
    gone = PhaseRun("0042", "expand", Direction.DOWN)
    left = RunOpen("7f3b", canned.NOW, "kim@bastion", "cockpit 1", "apply", finished=(gone,))
    shown = mask.of(left)
    assert shown.finished == (gone,)
    assert "kim" not in shown.actor


def test_a_role_in_sql_is_hidden_and_a_table_of_that_name_is_not(mask: Mask) -> None:
    @dataclass(frozen=True)
    class Held:
        sql: str

    granted = mask.of(Held("GRANT SELECT ON deployer TO deployer; SELECT * FROM orders"))
    assert granted.sql == "GRANT SELECT ON deployer TO user-1; SELECT * FROM orders"


def test_a_board_shows_nothing_of_where_it_is() -> None:
    engine = masked(FakeEngine(HandClock(), canned.locked_board()), Mask())
    shown = repr((engine.look(), engine.sessions(), engine.events()))
    assert [word for word in SECRET if word in shown] == []
    assert "orders_not_null" in shown
    assert "orders-prod" in shown


def test_the_engine_gets_the_plan_it_made_not_the_one_that_is_shown() -> None:
    inner = FakeEngine(HandClock())
    started: list[Plan] = []
    real = canned.plan(Goal(Action.APPLY))
    inner.planned = lambda _: real

    class Watched(FakeEngine):
        def start(self, plan: Plan, *arguments: object, **named: object) -> FakeDeployment:
            started.append(plan)
            return FakeDeployment(print, [])

    watched = Watched(HandClock(), planned=lambda _: real)
    engine = masked(watched, Mask())
    engine.look()
    engine.start(engine.plan(Goal(Action.APPLY)), print, stepwise=True)
    assert started[0] is real


def test_a_target_called_like_its_database_is_armed_by_its_stand_in() -> None:
    board = canned.board()
    stand = replace(board.standpoint, name="orders")
    inner = FakeEngine(HandClock(), replace(board, standpoint=stand))
    engine = masked(inner, Mask(databases=["orders"]))
    assert engine.look().standpoint.name == "database-1"
    engine.arm("database-1")
    assert inner.calls == ["arm orders"]


def test_an_error_is_told_in_masked_words() -> None:
    inner = FakeEngine(HandClock(), look_error=Unreachable('no route to server at "db-1"'))
    engine = masked(inner, Mask())
    with pytest.raises(Unreachable, match='server at "host-1"'):
        engine.look()
