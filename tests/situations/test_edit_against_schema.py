"""An edit of the meaning: what it changes in the file, and what the live schema shows of that."""

import pytest

from cockpit.model.diagnosis import Presence
from cockpit.model.edit import Change, Edit
from cockpit.model.locks import LockMode
from cockpit.present.edit_text import edit_json, edit_lines
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

BEFORE = "CREATE TABLE orders (id int);\nCREATE INDEX by_id ON orders (id);"
AFTER = (
    "CREATE TABLE orders (id int);\nALTER TABLE orders ADD COLUMN total int;\n"
    "create index by_id on orders(id);"
)


@pytest.fixture
def applied(project: Project, open_here: OpenSession) -> OpenSession:
    """One table and its index."""
    project.native("001", "orders", BEFORE, "DROP TABLE orders;")
    project.commit("Add orders")
    run(open_here())
    return open_here


def edit(project: Project, applied: OpenSession, text: str) -> Edit:
    """After a commit with this text."""
    project.native("001", "orders", text, "DROP TABLE orders;")
    project.commit("Edit")
    found = applied().edit("001")
    assert found is not None
    return found


def test_edited_added_statement_that_never_ran(project: Project, applied: OpenSession) -> None:
    found = edit(project, applied, AFTER)
    [added] = found.statements
    assert (added.change, added.presence) == (Change.ADDED, Presence.ABSENT)
    assert added.impact is not None
    assert [lock.mode for lock in added.impact.locks] == [LockMode.ACCESS_EXCLUSIVE]
    lines = edit_lines(found)
    assert lines[0].startswith("001 orders: as applied, from the ledger, against db/migrations/")
    assert lines[2] == "  + ALTER TABLE orders ADD COLUMN total int"
    assert lines[3].startswith("      never ran: the schema does not have it")
    assert "to run it: holds ACCESS EXCLUSIVE on public.orders" in lines[4]
    told = edit_json(found)["statements"]
    assert told[0]["locks"] == {"public.orders": "AccessExclusiveLock"}


def test_edited_added_statement_that_somebody_ran_by_hand(
    project: Project, applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute("ALTER TABLE orders ADD COLUMN total int")
    lines = edit_lines(edit(project, applied, AFTER))
    assert lines[3].startswith("      is in the schema all the same")
    assert not any("to run it" in line for line in lines)


def test_edited_removed_statement_that_is_in_the_schema(
    project: Project, applied: OpenSession
) -> None:
    found = edit(project, applied, "CREATE TABLE orders (id int);")
    [removed] = found.statements
    assert (removed.change, removed.presence) == (Change.REMOVED, Presence.PRESENT)
    words = edit_lines(found)[3]
    assert words.startswith(
        "      was applied, and is there by name; whether order, expressions and"
    )
    assert words.endswith("of the index look like this was not compared: relation by_id is there")


def test_edited_type_of_a_column_is_one_statement_against_another(
    project: Project, applied: OpenSession
) -> None:
    found = edit(project, applied, BEFORE.replace("id int", "id bigint"))
    assert [one.change for one in found.statements] == [Change.REMOVED, Change.ADDED]


def test_edited_comment_only_changes_nothing_that_ran(
    project: Project, applied: OpenSession
) -> None:
    found = edit(project, applied, f"-- why\n{BEFORE}")
    assert found.statements == ()
    assert "changes nothing that ran" in edit_lines(found)[1]


def test_edited_to_nonsense_is_told_as_such(project: Project, applied: OpenSession) -> None:
    found = edit(project, applied, "CREATE TABEL orders (id int);")
    assert found.unreadable
    assert "cannot be told apart" in edit_lines(found)[1]


def test_not_edited_is_no_edit(applied: OpenSession) -> None:
    assert applied().edit("001") is None
    assert applied().edit("nope") is None


def test_edited_default_that_only_the_file_has_is_not_in_the_schema(
    project: Project, open_here: OpenSession
) -> None:
    text = (
        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number serial,\n"
        "  code varchar(10) DEFAULT 'x', at timestamptz DEFAULT now(), total numeric DEFAULT {});"
    )
    project.native("001", "orders", text.format(0), "DROP TABLE orders;")
    project.commit("Add orders")
    run(open_here())
    was, now = edit(project, open_here, text.format(1)).statements
    assert was.unlike == ()
    assert now.unlike == ("total has default 0, not 1",)
    lines = edit_lines(edit(project, open_here, text.format(2)))
    assert not [text for text in lines if "in the schema all the same" in text]
    head = next(i for i, text in enumerate(lines) if text.lstrip().startswith("+"))
    assert lines[head + 1].startswith("      is there by name, but not like this: relation orders")
    assert lines[head + 2] == "      total has default 0, not 2"


def test_edited_type_and_not_null_are_told_from_the_schema(
    project: Project, applied: OpenSession
) -> None:
    _, now = edit(project, applied, BEFORE.replace("id int", "id bigint NOT NULL")).statements
    assert now.unlike == ("id has another type", "id may be null")


def test_edited_index_of_other_columns_is_not_the_one_that_is_there(
    project: Project, applied: OpenSession
) -> None:
    was, now = edit(project, applied, BEFORE.replace("orders (id)", "orders (id, id)")).statements
    assert was.unlike == ()
    assert now.unlike[0].startswith("another index is named public.by_id")


def test_edited_view_of_a_name_that_is_there_was_not_compared(
    project: Project, applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute("CREATE VIEW shown AS SELECT 1 AS one")
    lines = edit_lines(edit(project, applied, f"{BEFORE}\nCREATE VIEW shown AS SELECT 2 AS two;"))
    words = "is there by name; whether it looks like this was not compared: relation shown is there"
    assert lines[-1] == f"      {words}"


def test_edited_constraint_of_a_table_that_is_there_was_not_compared(
    project: Project, applied: OpenSession
) -> None:
    found = edit(project, applied, BEFORE.replace("id int", "id int CHECK (id > 0)"))
    assert "whether its constraints look like this was not compared" in "\n".join(edit_lines(found))
