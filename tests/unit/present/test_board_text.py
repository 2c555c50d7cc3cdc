"""The board as text says everything the three lanes say."""

from dataclasses import replace

from cockpit.model.board import Unfinished
from cockpit.model.revision import Tag
from cockpit.present.board_json import board_json
from cockpit.present.board_text import board_text
from tests.tui import canned

WHOLE = """\
target    orders-prod (production, protected)
database  orders@db-1, PostgreSQL 16.4, as deployer
git       main c0ffee1, folder db/migrations, tool cockpit
lock      free

PENDING 3
  +  0044  backfill_totals  pending  low
  +  0043  orders_not_null  pending  HIGH
  ^  0038  late_index       late

APPLIED 6
     0041  add_orders_index    applied
  -- v1.4 --
     0039  orders_customer_fk  applied
     0037  orders_currency     applied
     0036  add_customers       applied
  -- v1.3 --
     0035  add_totals          applied
     0034  create_orders       applied

DRIFTED 2
  !  0042  orders_status_enum  drifted (meaning)
      Applied, but the file was edited since by a1f9c2e.
  ?  0040  hotfix_gist         missing
      Applied, but not in this ref; last seen in beef123 on hotfix/gist."""


def test_a_whole_board() -> None:
    assert board_text(canned.board()) == WHOLE


def test_releases_stand_above_what_came_with_them_and_say_where_a_part_is_missing() -> None:
    board = canned.board()
    tags = tuple((Tag(name, canned.COMMIT, canned.NOW), "0043") for name in ("v1.5", "v1.6"))
    released = {**board.released, "0041": "v1.5", "0043": "v1.5"}
    text = board_text(replace(board, tags=(*board.tags, *tags), released=released))
    assert "  -- part of v1.6, v1.5 --\n     0041  add_orders_index" in text


def test_without_the_database_nothing_is_called_pending() -> None:
    text = board_text(canned.unreachable_board())
    assert "database  not read: connection refused at db-1:5432" in text
    assert "IN GIT 10, state unknown" in text
    assert "PENDING" not in text
    assert "APPLIED unknown" in text


def test_the_holder_of_the_lock_is_named() -> None:
    text = board_text(canned.locked_board())
    assert (
        "lock      cockpit: pid 5120 deployer (kim@bastion 11aa) from 10.0.0.9, active, "
        "connected 4:00 ago"
    ) in text


def test_problems_come_with_their_place_and_what_to_do() -> None:
    text = board_text(canned.troubled_board())
    assert "  db/migrations/0042_b.sql:1:1: two files have version 0042\n    Rename one" in text


def test_what_a_run_left_behind_comes_before_the_lanes() -> None:
    left = Unfinished("Run 7f3a broke off.", "0042", "nothing", "nothing", "Resume.", ("0043",))
    text = board_text(canned.with_unfinished(left))
    assert text.index("UNFINISHED  Run 7f3a broke off.") < text.index("PENDING")
    assert "  kept    0042\n" in text


def test_hostile_names_cannot_move_the_cursor() -> None:
    board = canned.board()
    hostile = replace(board.standings[-1], name="x\x1b[2J\nAPPLIED 99", why="\x07")
    text = board_text(replace(board, standings=(hostile,)))
    assert "\x1b" not in text
    assert "x\\x1b[2J\\nAPPLIED 99" in text


def test_the_json_of_a_board_keeps_its_promise() -> None:
    found = board_json(canned.board())
    assert found["target"] == "orders-prod"
    assert found["environment"] == "production"
    assert found["database"] == "orders"
    assert found["server_version"] == "16.4"
    assert (found["ref"], found["commit"], found["tool"]) == ("main", canned.COMMIT, "cockpit")
    assert found["lock"] is None
    assert found["schema_drift"] == []
    assert found["schema_drift_checked"] is False
    drifted = next(m for m in found["migrations"] if m["version"] == "0042")
    assert {key: drifted[key] for key in PROMISED} == {
        "version": "0042",
        "name": "orders_status_enum",
        "state": "drifted",
        "drift": "meaning",
        "checksum": "5f3a",
        "applied_at": "2026-11-19T02:58:40Z",
        "commit": canned.COMMIT,
        "reversible": True,
    }


PROMISED = (
    "version", "name", "state", "drift", "checksum", "applied_at", "commit", "reversible",
)  # fmt: skip


def test_the_json_of_half_a_board_claims_nothing() -> None:
    found = board_json(canned.unreachable_board())
    assert found["database"] is None
    assert found["database_error"] == "connection refused at db-1:5432"
    assert {m["state"] for m in found["migrations"]} == {"unknown"}


def test_the_json_of_a_held_lock_names_the_holder() -> None:
    lock = board_json(canned.locked_board())["lock"]
    assert (lock["tool"], lock["pid"], lock["user"]) == ("cockpit", 5120, "deployer")
    assert lock["connected_since"] == "2026-11-21T02:54:40Z"
