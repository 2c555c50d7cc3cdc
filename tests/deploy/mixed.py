"""Migrations of every kind, each leaving a trace of its runs, and the catalog's word on them."""

from collections.abc import Iterator

from cockpit.deploy.session import Session
from cockpit.model.state import Standing, State
from tests.databases import Database
from tests.projects import Project

EVENTS = 46
"""More than a whole run says, so that kills beyond its end find it finished."""
THINGS = 1000
BACKFILL = """-- migrate:up phase:expand
ALTER TABLE things ADD done int NOT NULL DEFAULT 0;
INSERT INTO said VALUES ('expand');
-- migrate:up phase:backfill table:things key:id batch:300
UPDATE things SET done = done + 1 WHERE id BETWEEN :from AND :to;
-- migrate:check "every thing is done"
SELECT NOT EXISTS (SELECT FROM things WHERE done = 0);
-- migrate:down phase:expand
DELETE FROM said WHERE word = 'expand';
ALTER TABLE things DROP COLUMN done;
"""


def mixed(project: Project) -> None:
    """Three versions: one transaction; steps outside of one; phases with a backfill."""
    project.native(
        "001", "things",
        f"CREATE TABLE things (id int PRIMARY KEY);\n"
        f"INSERT INTO things SELECT generate_series(1, {THINGS});\n"
        "CREATE TABLE said (word text);\nINSERT INTO said VALUES ('created');",
        "DROP TABLE said;\nDROP TABLE things;",
    )  # fmt: skip
    project.native(
        "002", "index",
        "INSERT INTO said VALUES ('before index');\n"
        "CREATE INDEX CONCURRENTLY said_word ON said (word);\n"
        "INSERT INTO said VALUES ('after index');",
        "DELETE FROM said WHERE word = 'after index';\nDROP INDEX CONCURRENTLY said_word;\n"
        "DELETE FROM said WHERE word = 'before index';",
        "transaction:false",
    )  # fmt: skip
    project.write("003_backfill.sql", BACKFILL)
    project.commit()


def shown(database: Database, version: str, standing: Standing, session: Session) -> Iterator[str]:
    """Every difference between what is told of a version and what the catalog shows; none is good.

    For a phase that is half done the told steps are compared one by one.
    """
    facts = catalog(database)
    yield from (f"a statement was run twice: {w}" for w in facts if facts[w] not in (0, 1))
    told = _told(standing, session)
    for fact in _FACTS[version]:
        if told.get(fact) is not None and told[fact] != bool(facts[fact]):
            yield f"{version} is {standing.state}: {fact} told {told[fact]}, is {facts[fact]}"


def catalog(database: Database) -> dict[str, int]:
    """Each traceable effect and how often it is there, asked without the cockpit."""
    there = dict.fromkeys([fact for facts in _FACTS.values() for fact in facts], 0)
    tables = "SELECT relname FROM pg_class WHERE relname IN ('things', 'said', 'said_word')"
    names = {row[0] for row in database.execute(tables)}
    there["table things"] = int("things" in names)
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('said_word')"
    there["index"] = int(database.execute(valid) == [(True,)])
    if "said" in names:
        for word, count in database.execute("SELECT word, count(*) FROM said GROUP BY word"):
            there[word] = count
    column = (
        "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('things') AND attname = 'done'"
    )
    there["column done"] = len(database.execute(column))
    if there["column done"]:
        low, high = database.execute("SELECT min(done), max(done) FROM things")[0]
        there["every row"] = high if high > 1 else low
    return there


_FACTS = {
    "001": ("table things", "created"),
    "002": ("before index", "index", "after index"),
    "003": ("expand", "column done", "every row"),
}
_STEPS = {
    "before index": "INSERT INTO said VALUES ('before index')",
    "index": "CREATE INDEX CONCURRENTLY said_word ON said (word)",
    "after index": "INSERT INTO said VALUES ('after index')",
}
_UNDO_STEPS = {
    "after index": "DELETE FROM said WHERE word = 'after index'",
    "index": "DROP INDEX CONCURRENTLY said_word",
    "before index": "DELETE FROM said WHERE word = 'before index'",
}


def _told(standing: Standing, session: Session) -> dict[str, bool | None]:
    """What the cockpit says of each effect; None where it says that it does not know yet."""
    facts = _FACTS[standing.version]
    record = standing.record
    if standing.state in (State.PENDING, State.ROLLED_BACK):
        return dict.fromkeys(facts, False)
    if standing.state is State.APPLIED or record is None:
        return dict.fromkeys(facts, True)
    if standing.version == "003":
        done = record.done
        return {
            "expand": "expand" in done,
            "column done": "expand" in done,
            "every row": True if "backfill" in done else None,
        }
    opened = record.open
    if opened is None:
        whole = bool(record.done)
        return dict.fromkeys(facts, whole)
    going_up = opened.direction.value == "up"
    steps = _STEPS if going_up else _UNDO_STEPS
    told: dict[str, bool | None] = {}
    for fact, sql in steps.items():
        told[fact] = (sql in opened.finished) is going_up
        if opened.started == sql:
            told[fact] = None
    return told
