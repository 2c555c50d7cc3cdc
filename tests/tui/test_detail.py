"""What the board says beyond the migration itself: proofs, users, drift, other histories."""

from dataclasses import replace

import pytest

from cockpit.errors import Unreachable
from cockpit.model.goal import Goal
from cockpit.model.locks import LockHolder
from cockpit.model.plan import Plan
from cockpit.model.rehearsal import Proof, Verdict
from cockpit.model.usage import Handling, Subject, Usage, Use
from cockpit.rehearsal.store import Kept
from cockpit.tui.widgets.text_pane import TextPane
from tests.tui import canned
from tests.tui.conftest import Opened
from tests.tui.fake_engine import FakeEngine, HandClock
from tests.tui.pilot import CockpitPilot, opened

TAB = "right_square_bracket"
USERS = (
    Usage(
        Subject("column", "public", "orders", "status"),
        (Use("app/models.py:12", Handling.READS),),
        ("pg_stat_statements is not installed",),
    ),
)


def detail(pilot: CockpitPilot) -> str:
    """The text under the tabs."""
    return pilot.app.screen.query_one("#detail-text", TextPane).plain


def kept(verdict: Verdict) -> Kept:
    """A proof of that verdict."""
    proof = Proof("0044", "backfill_totals", verdict, "key", loses=("column totals.amount",))
    return Kept(proof, canned.NOW, "fingerprint", "PostgreSQL 16.4", 5)


@pytest.mark.parametrize("verdict", [Verdict.REVERSIBLE, Verdict.LOSES_DATA, Verdict.FAILS])
async def test_a_proof_stands_above_the_statements(
    verdict: Verdict, open_cockpit: Opened, engine: FakeEngine
) -> None:
    engine.kept = {"0044": kept(verdict)}
    async with open_cockpit() as pilot:
        assert detail(pilot).startswith(f"proof     {verdict.value}")
        assert "PostgreSQL 16.4, 5 sample rows a" in detail(pilot)


async def test_without_a_proof_the_history_tab_says_how_to_get_one(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        assert "proof" not in detail(pilot)
        await pilot.press("left_square_bracket")
        assert "not rehearsed here: cockpit rehearse" in detail(pilot)


async def test_who_uses_what_goes_is_a_tab(open_cockpit: Opened, engine: FakeEngine) -> None:
    engine.users = USERS
    async with open_cockpit() as pilot:
        await pilot.press(TAB, TAB, TAB)
        assert "column public.orders.status, to go" in detail(pilot)
        assert "app/models.py:12 reads" in detail(pilot)
        assert "not asked: pg_stat_statements" in detail(pilot)


async def test_a_question_is_asked_once_for_a_row(open_cockpit: Opened, engine: FakeEngine) -> None:
    asked: list[str] = []

    def planned(goal: Goal) -> Plan:
        asked.append(goal.words)
        return canned.plan(goal)

    engine.planned = planned
    async with open_cockpit() as pilot:
        await pilot.press(TAB, "down", "up", "down", "up")
        assert sorted(set(asked)) == sorted(asked)


async def test_what_was_changed_by_hand_closes_the_drifted_lane(open_cockpit: Opened) -> None:
    async with open_cockpit(board=canned.busy_board()) as pilot:
        await pilot.press("right", "right", "G")
        assert "schema: 1 col, 1 index" in pilot.text
        assert "+ column public.orders.phone" in detail(pilot)
        assert "cockpit drift --write" in detail(pilot)


async def test_other_histories_close_the_applied_lane(open_cockpit: Opened) -> None:
    async with open_cockpit(board=canned.busy_board()) as pilot:
        await pilot.press("right", "G")
        assert "also django" in pilot.text
        assert "django (public.django_migrations): 214 applied" in detail(pilot)
        await pilot.press("p")
        assert "Select a migration first." in pilot.notice


async def test_the_tabs_stay_where_they_are(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        places = set()
        for key in ("down", "down", "right", "right", "down"):
            await pilot.press(key)
            places |= {
                (number, row.index("plan ·"))
                for number, row in enumerate(pilot.rows)
                if "plan ·" in row
            }
        assert len(places) == 1


async def test_the_third_column_shows_who_is_at_work(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit((150, 40)) as pilot:
        assert "4711 billing-worker" in pilot.text
        assert "holds ACCESS EXCLUSIVE on" in pilot.text
        engine.others = ()
        await pilot.press("4", "1")
        assert "no other session here" in pilot.text
    async with open_cockpit((120, 40)) as pilot:
        assert "billing-worker" not in pilot.text


async def test_an_unreadable_third_column_says_so() -> None:
    class Deaf(FakeEngine):
        def sessions(self, relations: tuple[str, ...] = ()) -> tuple[()]:
            raise Unreachable("the server went away")

    clock = HandClock()
    async with opened(Deaf(clock), clock, (150, 40)) as pilot:
        assert "the server went away" in pilot.text
        assert "who is at work here" in pilot.text


async def test_a_stranded_lock_is_told_from_a_living_one(open_cockpit: Opened) -> None:
    alive = canned.locked_board().holders[0]
    stranded: LockHolder = replace(
        alive, pid=6000, application="pgbouncer", verdict="idle for 20 min behind a pooler"
    )
    both = replace(canned.board(), holders=(replace(alive, verdict="alive: it works"), stranded))
    async with open_cockpit(board=both) as pilot:
        await pilot.press("l")
        assert "2 locks held" in pilot.text
        assert "alive: it works" in pilot.text
        assert "idle for 20 min behind" in pilot.text
        await pilot.press("down")
        assert "pgbouncer" in pilot.app.screen.query_one("#lock", TextPane).plain
