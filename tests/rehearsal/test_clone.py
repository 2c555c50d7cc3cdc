"""The clone holds what the target has, or the rehearsal says what is missing."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cockpit.database.connection import Connection
from cockpit.database.identity import read_identity
from cockpit.database.schema_sentences import read_schema
from cockpit.database.surroundings import Surroundings, read_surroundings
from cockpit.model.rehearsal import Verdict
from cockpit.rehearsal.clone import Clone
from cockpit.rehearsal.dump import dump_schema, extensions_of, restorable
from cockpit.rehearsal.impossible import Impossible
from cockpit.rehearsal.programs import Programs, on_this_machine
from cockpit.rehearsal.scratch import Scratch, open_scratch
from cockpit.settings.dsn import parse
from tests.databases import Database
from tests.projects import Project
from tests.rehearsal.conftest import Rehearse


@contextmanager
def scratch_for(database: Database) -> Iterator[tuple[Scratch, Surroundings, str]]:
    """A server, what is around the database, and its dump."""
    connection = Connection.open(parse(database.dsn), None, application="test", read_only=True)
    with connection.look() as reader:
        identity, around = read_identity(reader), read_surroundings(reader)
    connection.close()
    programs = on_this_machine()
    dump = dump_schema(programs.dump(identity.major), parse(database.dsn), None)
    with open_scratch(identity, None, programs) as scratch:
        yield scratch, around, dump


def sentences(connection: Connection) -> dict[str, str]:
    with connection.transaction():
        return dict(read_schema(connection).sentences)


def version(connection: Connection) -> str:
    ((number,),) = connection.rows("SHOW server_version_num")
    return str(number)[:2]


def test_the_clone_says_the_same_sentences_as_the_target(fresh_database: Database) -> None:
    role = f"owner_{fresh_database.name}"
    fresh_database.execute(
        f"CREATE ROLE {role} NOLOGIN CREATEDB; CREATE SCHEMA app AUTHORIZATION {role};"
        "CREATE TYPE app.mood AS ENUM ('glad', 'sad');"
        "CREATE DOMAIN app.positive AS int CHECK (VALUE > 0);"
        'CREATE TABLE app."Odd Name" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,'
        "  mood app.mood DEFAULT 'sad', n app.positive,"
        "  twice int GENERATED ALWAYS AS (n * 2) STORED);"
        f'GRANT SELECT (n) ON app."Odd Name" TO {role};'
        "CREATE VIEW app.glad AS SELECT * FROM app.\"Odd Name\" WHERE mood = 'glad';"
        "CREATE TABLE app.parts (at date NOT NULL) PARTITION BY RANGE (at);"
        "CREATE TABLE app.parts_1 PARTITION OF app.parts DEFAULT;"
        "CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS"
        "  $$BEGIN RETURN NEW; END$$;"
        "CREATE TRIGGER t BEFORE INSERT ON app.parts FOR EACH ROW EXECUTE FUNCTION app.f();"
        'ALTER TABLE app."Odd Name" ENABLE ROW LEVEL SECURITY;'
        f'CREATE POLICY p ON app."Odd Name" TO {role} USING (n > 1);'
        'CREATE STATISTICS app.s (dependencies) ON id, mood FROM app."Odd Name";'
        "CREATE PUBLICATION pub FOR TABLE app.parts;"
        "COMMENT ON TABLE app.parts IS 'by day'"
    )
    try:
        with scratch_for(fresh_database) as (scratch, around, dump):
            clone = Clone(scratch, around, dump)
            clone.build()
            clone.copy()
            here = Connection.open(
                parse(fresh_database.dsn), None, application="test", read_only=True
            )
            there = clone.connect(None)
            if version(there) == version(here):  # each version words some definitions its own way
                assert sentences(there) == sentences(here)
            assert set(sentences(there)) >= set(sentences(here))
            assert there.rows("SELECT current_database()") == [(fresh_database.name,)]
            here.close()
            there.close()
    finally:
        fresh_database.execute(f"DROP SCHEMA app CASCADE; DROP ROLE {role}")


def test_an_extension_that_the_scratch_server_lacks_is_named(fresh_database: Database) -> None:
    with scratch_for(fresh_database) as (scratch, around, dump):
        dump += "\nCREATE EXTENSION IF NOT EXISTS no_such_extension WITH SCHEMA public;\n"
        with pytest.raises(Impossible) as refused:
            Clone(scratch, around, dump).build()
    assert refused.value.missing == ("extension no_such_extension",)


def test_a_migration_that_needs_a_missing_extension_is_no_pass_and_no_failure(
    project: Project, rehearse: Rehearse
) -> None:
    project.native("1", "x", "CREATE EXTENSION no_such_extension;", "SELECT 1;")
    rehearsal = rehearse()
    assert rehearsal.verdict is Verdict.IMPOSSIBLE
    assert "no_such_extension" in rehearsal.missing[0]


def test_without_programs_of_the_version_nothing_is_rehearsed(
    project: Project, rehearse: Rehearse
) -> None:
    project.native("1", "x", "SELECT 1;", "SELECT 1;")
    rehearsal = rehearse(programs=Programs(()))
    assert rehearsal.verdict is Verdict.IMPOSSIBLE
    assert rehearsal.missing[0].startswith("pg_dump of PostgreSQL")
    assert rehearsal.proofs == ()


def test_a_database_setting_counts_in_the_rehearsal(
    project: Project, rehearse: Rehearse, fresh_database: Database
) -> None:
    fresh_database.execute(
        f"CREATE SCHEMA app; ALTER DATABASE {fresh_database.name} SET search_path = app"
    )
    project.native("1", "x", "CREATE TABLE t (); SELECT 'app.t'::regclass;", "DROP TABLE app.t;")
    assert rehearse().verdict is Verdict.REVERSIBLE


def test_psql_words_and_unknown_settings_leave_the_dump() -> None:
    dump = (
        "\\restrict k3y\nSET lock_timeout = 0;\nSET transaction_timeout = 0;\n"
        'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;\n\\unrestrict k3y\n'
    )
    assert restorable(dump, frozenset({"lock_timeout"})).split("\n") == [
        "",
        "SET lock_timeout = 0;",
        "",
        'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;',
        "",
        "",
    ]
    assert extensions_of(dump) == ("uuid-ossp",)
