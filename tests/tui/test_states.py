"""Every pane of every screen in the nine states it must have.

A pane either says the state in its own words or leaves it to the banner of its screen, which is
the same everywhere; it is never blank, and it never claims what is not known.
"""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from threading import Event

import pytest

from cockpit.errors import CockpitError, DatabaseError, PrivilegeMissing, Unreachable
from cockpit.model.activity import SessionFacts
from cockpit.model.board import Board
from cockpit.model.comparison import Comparison
from cockpit.model.goal import Action, Goal
from cockpit.model.ledger import LedgerEvent
from cockpit.model.plan import Plan
from cockpit.model.state import Lane
from cockpit.model.target import Environment
from cockpit.tui.app import Cockpit
from cockpit.tui.fleet import Opened, TargetCard
from cockpit.tui.present.run_view import begun
from cockpit.tui.present.states import empty_lane
from cockpit.tui.screens.page import Page
from cockpit.tui.screens.plan import PlanScreen
from cockpit.tui.screens.report import ReportScreen
from cockpit.tui.screens.run import RunScreen
from cockpit.tui.screens.slides import SlidesScreen
from cockpit.tui.widgets.drawn import Drawn
from tests.tui import canned
from tests.tui.fake_engine import FakeEngine, HandClock
from tests.tui.pilot import CockpitPilot
from tests.tui.screen_text import rows

LANES = ("#lane-pending", "#lane-applied", "#lane-drifted")
SCREENS: dict[str, tuple[str, ...]] = {
    "board": (), "table": ("v",), "history": ("3",), "activity": ("4",), "locks": ("l",),
    "targets": ("0",), "compare": ("6",), "plan": (), "slides": (), "run": (), "report": (),
}  # fmt: skip
"""How one gets there from the board; those without a key are opened by the test."""
PANES: dict[str, tuple[str, ...]] = {
    "board": (*LANES, "#detail-text"),
    "table": ("#table", "#detail-text"),
    "history": ("#runs", "#events"),
    "activity": ("#sessions", "#session-text", "#holders"),
    "locks": ("#locks", "#lock"),
    "targets": ("#targets", "#target"),
    "compare": ("#matrix", "#promotions"),
    "plan": ("#steps", "#step", "#totals"),
    "slides": ("#slide",),
    "run": ("#run-steps", "#now", "#log"),
    "report": ("#report",),
}
MAY_BE_BLANK = {"#log"}
"""The log of a run that has not said anything yet."""
SYNTAX = DatabaseError(
    'column "statsu" does not exist', sqlstate="42703", statement="SELECT statsu FROM orders",
    line=1, column=8, next_step="Mend the view.",
)  # fmt: skip
DENIED = PrivilegeMissing(
    "permission denied for table ledger", sqlstate="42501",
    next_step="GRANT SELECT ON cockpit.ledger TO this role.",
)  # fmt: skip
GONE = Unreachable('connection failed: connection to server at "db-1" failed: Connection refused')


@dataclass
class StatefulEngine(FakeEngine):
    """Answers, raises, or keeps everybody waiting."""

    trouble: CockpitError | None = None
    """Raised by everything but a look."""
    until: Event = field(default_factory=Event)
    waits: bool = False

    def _ask(self) -> None:
        if self.waits:
            self.until.wait(20)
        if self.trouble:
            raise self.trouble

    def look(self) -> Board:
        if self.waits:
            self.until.wait(20)
        return super().look()

    def plan(self, goal: Goal, *, seen: Board | None = None, predicting: bool = True) -> Plan:
        self._ask()
        return super().plan(goal)

    def events(self, limit: int = 500) -> tuple[LedgerEvent, ...]:
        self._ask()
        return super().events(limit)

    def sessions(self, relations: tuple[str, ...] = ()) -> tuple[SessionFacts, ...]:
        self._ask()
        return super().sessions(relations)


@dataclass
class Pair:
    """Two targets; comparing them goes as the engine goes."""

    engine: StatefulEngine
    cards: tuple[TargetCard, ...] = (
        TargetCard("one", Environment.PRODUCTION, "orders@db-1", "prompt"),
        TargetCard("two", Environment.STAGING, "orders@db-2", "prompt"),
    )

    def open(self, name: str) -> Opened:
        """Never asked for here."""
        return Opened(self.engine, lambda: None)

    def compare(self, names: tuple[str, ...]) -> Comparison:
        """Of boards without any version."""
        self.engine._ask()
        return Comparison((canned.board(), canned.board()), (), ())


def calm(engine: StatefulEngine) -> None:
    """All is well."""


def empty(engine: StatefulEngine) -> None:
    """Nothing is there yet."""
    engine.board = canned.empty_board()
    engine.others, engine.ledger = (), ()


def disconnected(engine: StatefulEngine) -> None:
    """The server went away after the first look."""
    engine.board, engine.trouble = canned.unreachable_board(), GONE


def half(engine: StatefulEngine) -> None:
    """The database answers, git does not."""
    board = canned.board()
    engine.board = replace(board, revision=None, source_error="no such ref: release-9")


def denied(engine: StatefulEngine) -> None:
    """The role may not read the history."""
    words = "permission denied for table ledger Nothing was changed. GRANT SELECT ON cockpit.ledger"
    engine.board = replace(canned.unreachable_board(), database_denied=True, database_error=words)
    engine.trouble = DENIED


def failing(engine: StatefulEngine) -> None:
    """The server answers with an error."""
    engine.trouble = SYNTAX


def locked(engine: StatefulEngine) -> None:
    """Somebody else deploys."""
    engine.board = canned.locked_board()


@asynccontextmanager
async def on_screen(
    name: str, change: Callable[[StatefulEngine], None], size: tuple[int, int] = (80, 32)
) -> AsyncIterator[CockpitPilot]:
    """That screen in that state."""
    clock = HandClock()
    engine = StatefulEngine(clock)
    change(engine)
    app = Cockpit(engine, clock=clock, fleet=Pair(engine), name="one")
    try:
        async with app.run_test(size=size) as inner:
            pilot = CockpitPilot(app, inner, engine, clock)
            if engine.waits:
                await inner.pause()
                await _reach(pilot, name, settle=inner.pause)
            else:
                await pilot.settle()
                await _reach(pilot, name, settle=pilot.settle)
            yield pilot
    finally:
        engine.until.set()


async def _reach(pilot: CockpitPilot, name: str, settle: Callable[[], object]) -> None:
    app, plan = pilot.app, canned.plan(Goal(Action.APPLY))
    screens: dict[str, Callable[[], Page]] = {
        "plan": lambda: PlanScreen(plan),
        "slides": lambda: SlidesScreen(plan),
        "run": RunScreen,
        "report": lambda: ReportScreen("finished text"),
    }
    if name == "run":
        app.desk.run = begun(plan)
    if name in screens:
        app.push_screen(screens[name]())
    for key in SCREENS[name]:
        app.perform({"v": "view.table", "3": "view.history", "4": "view.activity",
                     "l": "show.lock", "0": "view.targets", "6": "view.compare"}[key])  # fmt: skip
    for _ in range(3):
        found = settle()
        if hasattr(found, "__await__"):
            await found


def texts(pilot: CockpitPilot, name: str) -> dict[str, str]:
    """What each pane of that screen says."""
    return {selector: pilot.app.screen.query_one(selector, Drawn).plain for selector in PANES[name]}


EVERYWHERE = list(SCREENS)


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_no_pane_is_blank_when_all_is_well(name: str) -> None:
    async with on_screen(name, calm) as pilot:
        never_blank(pilot, name)


def never_blank(pilot: CockpitPilot, name: str) -> None:
    """Every pane says something."""
    blank = [pane for pane, text in texts(pilot, name).items() if not text.strip()]
    assert set(blank) <= MAY_BE_BLANK


def waiting(engine: StatefulEngine) -> None:
    """Nothing answers."""
    engine.waits = True


LOADING = {
    "board": [*LANES], "table": ["#table"], "history": ["#runs"], "activity": ["#sessions"],
    "locks": ["#locks"], "compare": ["#matrix"],
}  # fmt: skip


@pytest.mark.parametrize("name", LOADING)
async def test_loading_says_what_and_for_how_long(name: str) -> None:
    async with on_screen(name, waiting) as pilot:
        pilot.clock.move(3)
        pilot.app.draw_all()
        await pilot._pilot.pause()
        shown = texts(pilot, name)
        for pane in LOADING[name]:
            assert "reading" in shown[pane], pane
            assert "3.0 s" in shown[pane], pane
            assert "nothing" not in shown[pane], pane


def test_what_is_applied_and_edited_is_not_called_nothing() -> None:
    few = tuple(s for s in canned.board().standings if s.version in ("0042", "0043"))
    told = empty_lane(replace(canned.board(), standings=few), Lane.APPLIED)
    assert [row.plain for row in told] == ["none as applied, but", "1 drifted"]


EMPTY = {
    "board": {
        "#lane-pending": "no migration files under",
        "#lane-applied": "nothing applied yet",
        "#lane-drifted": "nothing to compare yet",
        "#detail-text": "cockpit new NAME",
    },
    "table": {"#table": "no migration files under"},
    "history": {"#runs": "created by the first run", "#events": "no run is selected"},
    "activity": {"#sessions": "r reads again", "#session-text": "no session is selected"},
    "locks": {"#locks": "L takes the cockpit's own", "#lock": "no lock is selected"},
    "compare": {"#matrix": "no target knows any migration"},
}


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_empty_says_why_and_what_next(name: str) -> None:
    async with on_screen(name, empty) as pilot:
        shown = texts(pilot, name)
        never_blank(pilot, name)
        for pane, words in EMPTY.get(name, {}).items():
            assert words in shown[pane], pane


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_stale_is_told_everywhere_and_no_act_starts(name: str) -> None:
    async with on_screen(name, calm) as pilot:
        pilot.engine.grant = pilot.engine.granted()
        pilot.app.desk.next_look_at = None
        await pilot.wait(47)
        assert "as of 02:58:40Z, 47 s ago: acts wait for a fresh look" in pilot.text
        assert pilot.app.refusal("lock")


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_disconnected_counts_its_tries_and_never_exits(name: str) -> None:
    async with on_screen(name, disconnected) as pilot:
        never_blank(pilot, name)
        assert "database unreachable, try 1, next in 2 s" in pilot.text
        for _ in range(4):
            pilot.app.looking.do_refresh()
            await pilot.settle()
        assert "database unreachable, try 5, next in 16 s" in pilot.text
        assert pilot.app.is_running
        for claim in ("nothing applied", "git and database agree", "nobody holds a deployment"):
            assert claim not in "".join(texts(pilot, name).values())


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_half_says_which_half_is_missing(name: str) -> None:
    async with on_screen(name, half) as pilot:
        never_blank(pilot, name)
        assert "git: no such ref: release-9" in pilot.text
        assert "git unreadable" in pilot.rows[0]


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_a_missing_privilege_is_named_with_what_is_unknown(name: str) -> None:
    async with on_screen(name, denied) as pilot:
        never_blank(pilot, name)
        assert "no permission: permission denied for table ledger" in pilot.text
        assert "what is applied is" in pilot.text
        assert "GRANT SELECT ON cockpit.ledger" in pilot.text
        assert "unreachable" not in pilot.rows[0]


OWN_ERRORS = {"history": "#runs", "activity": "#sessions", "compare": "#matrix"}


@pytest.mark.parametrize("name", OWN_ERRORS)
async def test_an_error_tells_everything_and_y_copies_it(name: str) -> None:
    async with on_screen(name, failing) as pilot:
        said = texts(pilot, name)[OWN_ERRORS[name]]
        for words in ("42703", "SELECT statsu FROM orders", "^", "kept", "undone", "held", "next",
                      "unknown", "Mend the view."):  # fmt: skip
            assert words in said, words
        caret = next(row for row in said.split("\n") if row.strip() == "^")
        statement = next(row for row in said.split("\n") if "statsu FROM" in row)
        assert caret.index("^") == statement.index("statsu")
        await pilot.press("y")
        assert "the error" in pilot.text


async def test_the_detail_tells_an_error_too() -> None:
    async with on_screen("board", failing) as pilot:
        await pilot.press("right_square_bracket")
        said = texts(pilot, "board")["#detail-text"]
        assert "42703" in said
        assert "what would run next" in said


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_locked_by_somebody_else_is_told_and_no_act_starts(name: str) -> None:
    async with on_screen(name, locked) as pilot:
        pilot.engine.grant = pilot.engine.granted()
        assert "LOCK kim@bastion" in pilot.rows[0]
        if name != "run":  # there a run of ours is on
            assert "the deployment lock: kim@bastion 11aa (pid 5120)" in pilot.app.refusal("lock")


async def test_the_holder_is_told_in_full() -> None:
    async with on_screen("locks", locked) as pilot:
        said = texts(pilot, "locks")["#lock"]
        for words in ("kim@bastion 11aa", "10.0.0.9", "5120", "2026-11-21 02:54:40Z"):
            assert words in said


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_too_small_says_both_sizes_and_q_works(name: str) -> None:
    async with on_screen(name, calm, size=(44, 12)) as pilot:
        shown = " ".join("\n".join(rows(pilot.app)).split())
        # A message too long for its row goes on in the next one, behind the row's own words.
        assert re.search(r"Acts need 60x16; the terminal (─ .* ── )?has 44x12\.", shown)
        assert "Acts need 60x16" in pilot.app.refusal("arm")
        await pilot.press("q")
        assert not pilot.app.is_running or pilot.app.leaving or pilot.dialog == "Chooser"
