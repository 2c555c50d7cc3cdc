"""Who uses a thing that is about to go, in words and as JSON."""

from datetime import UTC, datetime

from cockpit.model.usage import Handling, Subject, Usage, Use
from cockpit.present.usage_text import usage_json, usage_text

COLUMN = Subject("column", "public", "users", "name")
READ = Use(
    "statement of role shop", Handling.READS, "SELECT name\nFROM users", 1200,
    datetime(2026, 11, 21, 3, 0, tzinfo=UTC),
)  # fmt: skip


def test_users_are_named_with_how_often_they_were_seen() -> None:
    lines = list(usage_text(Usage(COLUMN, (READ,), ("pg_stat_statements is not installed",))))
    assert lines[0] == "column public.users.name, to go"
    assert lines[1].startswith("  statement of role shop reads, 1,200 calls, last at 2026-11-21")
    assert lines[2] == "      SELECT name FROM users"
    assert lines[3] == "  not asked: pg_stat_statements is not installed"


def test_nobody_found_is_said_and_escape_sequences_are_not_obeyed() -> None:
    subject = Subject("table", "", "a\x1b[2J", becomes="b")
    lines = list(usage_text(Usage(subject, ())))
    assert "\x1b" not in lines[0]
    assert lines[0].endswith(", to be renamed b")
    assert lines[1] == "  nobody is found who uses it"


def test_json_keeps_what_was_not_asked() -> None:
    made = usage_json(Usage(COLUMN, (READ,), ("no repository",)))
    assert made["subject"] == "column public.users.name"
    assert made["not_asked"] == ["no repository"]
    assert made["uses"] == [
        {
            "who": "statement of role shop",
            "handling": "reads",
            "sql": "SELECT name\nFROM users",
            "calls": 1200,
            "last": "2026-11-21T03:00:00+00:00",
        }
    ]
