"""Words for screens, without a screen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cockpit.deploy.engine import Grant
from cockpit.model.goal import Action, Goal
from cockpit.model.history import Recorded
from cockpit.model.impact import Impact, RelationLock
from cockpit.model.locks import LockMode
from cockpit.model.state import Lane
from cockpit.model.target import Environment
from cockpit.tui.choices import apply_choices, consequence, rollback_choices
from cockpit.tui.present.detail import diff_tab, locks_tab, sql_tab
from cockpit.tui.present.filtering import keeps
from cockpit.tui.present.keys import Hint, key_bar, key_name
from cockpit.tui.present.lanes import lane_row, lane_title, short_version, table_row, tag_rule
from cockpit.tui.present.line import Line, cut, line, middle_cut
from cockpit.tui.present.plan_words import impact_lines, plan_script
from cockpit.tui.present.sql_words import sql_lines, sql_spans
from cockpit.tui.present.top_line import Where, top_line
from cockpit.tui.situation import Situation
from tests.tui import canned

BOARD = canned.board()
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Mn", "Me", "Cf"]), max_size=40)


@given(st.lists(st.tuples(TEXT, st.just("")), max_size=5), st.integers(1, 60))
def test_a_cut_line_has_exactly_its_width(spans: list[tuple[str, str]], width: int) -> None:
    assert sum(cell_len(text) for text, _ in cut(spans, width)) == width


@given(TEXT, st.integers(12, 60), st.integers(0, 4))
def test_a_wrapped_line_loses_no_letter(text: str, width: int, hang: int) -> None:
    rows = line(text, hang=hang).wrapped(width)
    assert all(row.width <= width for row in rows)
    assert "".join("".join(r.plain for r in rows).split()) == "".join(text.split())


@given(TEXT, st.integers(3, 30))
def test_both_ends_of_a_name_survive(text: str, width: int) -> None:
    if text.isascii():
        assert cell_len(middle_cut(text, width)) <= width


@pytest.mark.parametrize("width", [60, 70, 80, 100, 120])
@pytest.mark.parametrize("environment", list(Environment))
def test_the_top_line_fits_and_keeps_what_is_vital(environment: Environment, width: int) -> None:
    board = canned.board(environment)
    row = top_line(Where(board, canned.NOW, None), width)
    assert row.width <= width
    for vital in ("orders@db-1", "READ-ONLY", "lock free", "c0ffee1"):
        assert vital in row.plain
    assert ("UNKNOWN" in row.plain) == (environment is Environment.UNKNOWN)


def test_the_top_line_counts_the_armed_time_down() -> None:
    grant = Grant("key", "orders-prod", canned.NOW + timedelta(minutes=14, seconds=32))
    assert "WRITE 14:32" in top_line(Where(BOARD, canned.NOW, grant), 80).plain


def test_the_top_line_names_the_holder_of_the_lock() -> None:
    row = top_line(Where(canned.locked_board(), canned.NOW, None), 100)
    assert "LOCK kim@bastion" in row.plain


def test_a_standby_is_called_one() -> None:
    board = replace(BOARD, identity=replace(canned.IDENTITY, in_recovery=True))
    assert "STANDBY" in top_line(Where(board, canned.NOW, None), 100).plain


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 11),
        ("orders", 6),
        ("!orders", 5),
        ("state:drifted", 1),
        ("state:applied !index", 5),
        ("hazard:high", 1),
        ("0043", 1),
        ("nothing like it", 0),
    ],
)
def test_the_filter_keeps(query: str, found: int) -> None:
    assert sum(keeps(standing, query) for standing in BOARD.standings) == found


@pytest.mark.parametrize(
    ("version", "width", "short"),
    [
        ("0043", 23, "0043"),
        ("20261121093000", 23, "1121"),
        ("20261121093000", 60, "20261121093000"),
        ("ae1027a6acf", 23, "…27a6acf"),
    ],
)
def test_a_version_in_a_narrow_lane(version: str, width: int, short: str) -> None:
    assert short_version(version, width) == short


def test_every_state_has_a_row_that_fits() -> None:
    for standing in BOARD.standings:
        for row in lane_row(standing, "v1.4", 23):
            assert sum(cell_len(t) for t, _ in row.fitted(23)) == 23
        assert table_row(standing, "v1.4", 78).width >= 30


def test_a_lane_says_how_many_a_filter_left() -> None:
    assert lane_title(BOARD, Lane.PENDING, 3) == "PENDING 3"
    assert lane_title(BOARD, Lane.PENDING, 1) == "PENDING 1 of 3"


def test_without_a_history_nothing_is_called_pending() -> None:
    board = canned.unreachable_board()
    titles = [lane_title(board, lane, len(board.lane(lane))) for lane in Lane]
    assert titles == ["IN GIT 10", "APPLIED ?", "DRIFTED ?"]


def test_a_release_is_a_rule_of_the_width_of_its_lane() -> None:
    assert tag_rule("v1.4", 23).width == 23


def test_sql_keeps_every_character() -> None:
    script = "SELECT 'it''s', 1 -- no more\nFROM t;"
    assert [row.plain for row in sql_lines(script)] == script.split("\n")
    assert "".join(text for text, _ in sql_spans(script)) == " ".join(script.split())


def test_a_missing_version_shows_what_was_applied() -> None:
    found = canned.standing("0040")
    text = "\n".join(row.plain for row in sql_tab(found))
    assert "as it was applied" in text
    assert "DROP TABLE hotfix_gist" in text


def test_the_diff_is_from_what_was_applied_to_this_ref() -> None:
    rows = [row.plain for row in diff_tab(canned.standing("0042"))]
    assert rows[:2] == ["--- as applied", "+++ this ref"]
    assert "-CREATE TABLE orders_status_enum (id bigint);" in rows
    assert "+CREATE TABLE orders_status_enum (id bigint PRIMARY KEY);" in rows


def test_the_locks_tab_names_the_step_that_takes_the_lock_first() -> None:
    rows = locks_tab(canned.plan(Goal(Action.APPLY)))
    assert " ".join(rows[1].plain.split()) == "orders ACCESS EXCLUSIVE reads and writes 1"
    assert rows[2].plain.split()[0] == "totals"


def test_the_plan_as_a_script_stops_at_an_error_and_keeps_transactions() -> None:
    script = plan_script(canned.plan(Goal(Action.ROLLBACK, last_run=True)))
    assert "\\set ON_ERROR_STOP on" in script
    assert script.count("BEGIN;") == script.count("COMMIT;") == 2
    assert "DROP TABLE orders_status_enum;\nCOMMIT;" in script


def situation(selected: str | None) -> Situation:
    return Situation(board=BOARD, selected=BOARD.find(selected) if selected else None)


def test_rolling_back_offers_the_nearest_first() -> None:
    titles = [choice.title for choice in rollback_choices(situation("0041"))]
    assert titles == [
        "the last run (7f3a)",
        "back to release v1.4",
        "back to release v1.3",
        "back to 0041: everything newer, 0041 stays",
        "0041 and everything newer",
        "only 0041 add_orders_index",
    ]


def test_rolling_back_offers_every_goal_wherever_the_cursor_is() -> None:
    """In an empty lane, or on what is pending: the newest one stands for the selected one."""
    wanted = ["the last run (7f3a)", "back to release v1.4", "back to release v1.3"]
    for selected in (None, "0043"):
        titles = [choice.title for choice in rollback_choices(situation(selected))]
        assert titles == [*wanted, "only 0042 orders_status_enum"]


def test_the_last_run_is_offered_behind_what_another_tool_has_applied() -> None:
    """Also where the tool's own table sets all of them at one place."""
    rows = {s.version: s for s in BOARD.standings}
    record = rows["0042"].record
    assert record
    theirs = replace(rows["0042"], record=replace(record, run="", runs=(), order=9))
    board = replace(BOARD, standings=tuple((rows | {"0042": theirs}).values()))
    titles = [choice.title for choice in rollback_choices(Situation(board=board))]
    assert titles[0] == "the last run (7f3a)"


def test_applying_offers_the_selected_one_first() -> None:
    goals = [choice.goal for choice in apply_choices(situation("0043"))]
    assert goals == [Goal(Action.APPLY, to_version="0043"), Goal(Action.APPLY)]
    assert len(apply_choices(situation(None))) == 1


def test_a_choice_says_what_it_undoes_and_loses() -> None:
    plan = canned.plan(Goal(Action.ROLLBACK, last_run=True))
    assert consequence(plan) == "rolls back 0042 and 0041; loses table orders_status_enum"
    refused = replace(plan, refusals=("0042 is irreversible.",))
    assert consequence(refused) == "may not run: 0042 is irreversible."


def test_a_choice_names_the_phases_where_others_of_the_version_stay() -> None:
    plan = canned.plan(Goal(Action.ROLLBACK, last_run=True))
    one = replace(plan.phases[0], phase="contract", last_of_version=False)
    assert consequence(replace(plan, phases=(one,))).startswith(
        f"rolls back phase contract of {one.version}; loses "
    )


def test_a_choice_of_many_counts_them_and_draws_no_range() -> None:
    plan = canned.plan(Goal(Action.ROLLBACK, last_run=True))
    many = tuple(replace(plan.phases[0], version=version) for version in ("9", "7", "3"))
    assert consequence(replace(plan, phases=many)).startswith("rolls back 3 migrations, 9 first; ")


def test_hints_of_acts_survive_in_a_narrow_row() -> None:
    looks = tuple(Hint(f"look{n}", "x", "something") for n in range(6))
    row, spots = key_bar(looks, (Hint("apply", "A", "apply"),), 40)
    assert "A apply" in row.plain
    assert sum(cell_len(t) for t, _ in row.fitted(40)) == 40
    start, end, _ = next(spot for spot in spots if spot[2] == "apply")
    assert "".join(t for t, _ in row.fitted(40))[start:end].strip() == "A apply"


@pytest.mark.parametrize(
    ("key", "name"), [("question_mark,f1", "?"), ("escape", "esc"), ("A", "A")]
)
def test_keys_are_written_as_people_write_them(key: str, name: str) -> None:
    assert key_name(key) == name


def test_an_empty_line_is_empty() -> None:
    assert Line().plain == ""


def test_the_lock_of_an_index_alone_blocks_no_table() -> None:
    lock = RelationLock("public.orders_at", LockMode.ACCESS_EXCLUSIVE, kind="i")
    rows = impact_lines(Impact("DROP INDEX", locks=(lock,)))
    assert "on orders_at, locks the index only" in rows[0].plain


def test_a_missing_one_of_which_phases_are_left_is_told_from_a_whole_one() -> None:
    whole = canned.standing("0040")
    assert whole.record is not None
    left = replace(
        whole.record, recorded=Recorded.PARTIAL, done=("expand",), phases=("expand", "contract")
    )
    partly = replace(whole, record=left)
    first, second = lane_row(partly, "", 30)
    assert first.plain.startswith(">0040")
    assert first.plain.endswith("partial")
    assert second.plain.strip() == "1 of 2 phases in force"
    assert table_row(partly, "", 60).plain.startswith("> 0040")
    assert lane_row(whole, "", 30)[0].plain.startswith("?0040")
    assert "partial" in table_row(partly, "", 60).plain
    assert "partial" not in table_row(whole, "", 60).plain
