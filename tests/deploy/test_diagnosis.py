"""A history that says less than the truth is not believed: the catalog is asked."""

from cockpit.deploy.session import Session
from cockpit.model.diagnosis import Presence
from cockpit.present.diagnosis_text import diagnosis_json, diagnosis_text
from tests.databases import Database
from tests.projects import Project

UP = """CREATE TABLE orders (id int);
ALTER TABLE orders ADD COLUMN note text, ADD CONSTRAINT positive CHECK (id > 0);
CREATE INDEX orders_id ON orders (id);
CREATE TABLE scratch ();
INSERT INTO orders VALUES (1);
DROP TABLE scratch;
"""
DIRTY = (
    "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)"
)


def dirty(project: Project, database: Database) -> None:
    project.pair("1", "orders", UP, "DROP TABLE orders;")
    project.commit()
    database.execute(DIRTY)
    database.execute("INSERT INTO schema_migrations VALUES (1, true)")


def test_a_false_dirty_flag_is_told_from_the_catalog(
    project: Project, session: Session, fresh_database: Database
) -> None:
    dirty(project, fresh_database)
    (found,) = session.diagnose()
    assert found.version == "1"
    assert found.verdict is Presence.ABSENT
    assert found.words.startswith("Nothing of 1 is in the database")


def test_a_true_half_apply_is_named_statement_by_statement(
    project: Project, session: Session, fresh_database: Database
) -> None:
    dirty(project, fresh_database)
    fresh_database.execute("CREATE TABLE orders (id int, note text)")
    (found,) = session.diagnose()
    assert [finding.presence for finding in found.findings] == [
        Presence.PRESENT, Presence.HALF, Presence.ABSENT, Presence.UNSEEN, Presence.UNSEEN,
        Presence.UNSEEN,
    ]  # fmt: skip
    assert found.verdict is Presence.HALF
    text = "\n".join(diagnosis_text(found))
    assert "column note of orders is there, constraint positive of orders is not there" in text
    assert diagnosis_json(found)["verdict"] == "half"


def test_all_of_it_is_there(project: Project, session: Session, fresh_database: Database) -> None:
    dirty(project, fresh_database)
    for statement in UP.split(";\n"):
        if statement.strip():
            fresh_database.execute(statement)
    (found,) = session.diagnose(("1",))
    assert found.verdict is Presence.PRESENT


def test_nothing_is_in_doubt_where_the_history_is_plain(project: Project, session: Session) -> None:
    project.native("001", "orders", "CREATE TABLE orders ();")
    project.commit()
    assert session.diagnose() == ()
