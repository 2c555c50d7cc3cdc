"""The rule of a release claims no more than what is there."""

from dataclasses import replace

from cockpit.model.board import Board
from cockpit.model.revision import Tag
from cockpit.model.state import Lane, State
from cockpit.present.release_rules import PlacedRow, placed_rows, release_rules
from tests.tui import canned


def board(states: dict[str, State], **releases: str) -> Board:
    """Migrations in these states; of each release the versions it brought, with commas between."""
    standings = tuple(
        replace(canned.standing("0041"), version=version, state=state)
        for version, state in states.items()
    )
    released = {
        version: tag for tag, versions in releases.items() for version in versions.split(",")
    }
    tags, newest = [], ""
    for tag, versions in releases.items():
        newest = max((newest, *versions.split(",")))
        tags.append((Tag(tag, canned.COMMIT, canned.NOW), newest))
    return replace(canned.board(), standings=standings, tags=tuple(tags), released=released)


def lane(look: Board) -> list[str]:
    """The applied lane, one word a row, rules in brackets."""
    return [word for row in rows(look, Lane.APPLIED) for word in words(row)]


def rows(look: Board, of: Lane | None) -> list[PlacedRow]:
    """Newest first."""
    shown = look.lane(of) if of else tuple(reversed(look.standings))
    return list(placed_rows(look, shown, release_rules(look, of)))


def words(row: PlacedRow) -> list[str]:
    """A rule in brackets, a version with what it came with."""
    rule = [f"[{row.rule.lead}{' '.join(row.rule.names)}]"] if row.rule else []
    return [*rule, f"{row.standing.version} {row.release}".rstrip()]


APPLIED, PENDING, MISSING = State.APPLIED, State.PENDING, State.MISSING


def test_a_release_stands_above_what_came_with_it() -> None:
    look = board(dict.fromkeys("123", APPLIED), v1="1", v2="2,3")
    assert lane(look) == ["[v2]", "3", "2", "[v1]", "1"]


def test_a_release_of_which_nothing_is_in_the_lane_has_no_rule() -> None:
    look = board({"1": APPLIED, "2": MISSING, "3": MISSING}, v1="1", v2="2,3")
    assert lane(look) == ["[v1]", "1"]


def test_among_all_rows_it_has_one() -> None:
    look = board({"1": APPLIED, "2": MISSING, "3": MISSING}, v1="1", v2="2,3")
    assert [w for row in rows(look, None) for w in words(row)] == ["[v2]", "3", "2", "[v1]", "1"]


def test_a_release_that_is_half_applied_is_there_in_part() -> None:
    look = board({"1": APPLIED, "2": APPLIED, "3": PENDING}, v1="1", v2="2,3")
    assert lane(look) == ["[part of v2]", "2", "[v1]", "1"]


def test_a_hole_in_an_older_release_is_told_there_alone() -> None:
    look = board({"1": APPLIED, "2": PENDING, "3": APPLIED}, v1="1,2", v2="3")
    assert lane(look) == ["[v2]", "3", "[part of v1]", "1"]


def test_a_release_that_is_partly_drifted_is_in_the_database_whole() -> None:
    look = board({"1": APPLIED, "2": APPLIED, "3": State.DRIFTED}, v1="1", v2="2,3")
    assert lane(look) == ["[v2]", "2", "[v1]", "1"]


def test_releases_that_brought_nothing_stand_beside_the_one_before() -> None:
    look = board(dict.fromkeys("12", APPLIED), v1="1,2", v1_1="2", v2="2")
    look = replace(look, released=dict.fromkeys("12", "v1"))
    assert lane(look) == ["[v2 v1_1 v1]", "2", "1"]


def test_a_row_under_the_rule_of_another_release_names_its_own() -> None:
    look = board(dict.fromkeys("1234", APPLIED), v1="1,3", v2="2,4")
    assert lane(look) == ["[v2]", "4", "[v1]", "3", "2 v2", "1"]


def test_a_row_of_no_release_says_so_below_a_rule() -> None:
    look = board(dict.fromkeys("1234", APPLIED), v1="1,3")
    assert lane(look) == ["4", "[v1]", "3", "2 no release", "1"]


def test_a_filter_leaves_a_release_whole() -> None:
    look = board(dict.fromkeys("123", APPLIED), v1="1", v2="2,3")
    shown = [s for s in look.lane(Lane.APPLIED) if s.version != "3"]
    found = list(placed_rows(look, shown, release_rules(look, Lane.APPLIED)))
    assert [w for row in found for w in words(row)] == ["[v2]", "2", "[v1]", "1"]
