"""Changelogs in XML, YAML and JSON. The checksums are those that liquibase 4.28 itself wrote."""

from pathlib import Path

import pytest

from cockpit.model.goal import Action, Goal
from cockpit.model.ledger import Ledger
from cockpit.model.migration import MigrationSet
from cockpit.model.revision import SourceFile
from cockpit.tools.liquibase import Liquibase
from cockpit.tools.registry import detect
from tests.databases import Database
from tests.deploy.conftest import OpenSession
from tests.projects import Project
from tests.sessions import Connect
from tests.tools.programs import find
from tests.tools.real_tools import run

MASTER = """<?xml version="1.0" encoding="UTF-8"?>
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
        http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
  <changeSet id="1" author="ana"><comment>first</comment>
    <sql>CREATE TABLE customers (id integer PRIMARY KEY);
    -- words
    </sql>
    <rollback>DROP TABLE customers</rollback>
  </changeSet>
  <include file="parts/b.yaml" relativeToChangelogFile="true"/>
  <includeAll path="db/changelog/more"/>
  <changeSet id="3" author="ana"><createTable tableName="items">
    <column name="id" type="int"/></createTable></changeSet>
  <changeSet id="4" author="ana"><sqlFile path="parts/x.sql" relativeToChangelogFile="true"/>
    <sql splitStatements="false" stripComments="true">SELECT 1; -- c
  SELECT 2</sql></changeSet>
  <changeSet id="5" author="ana" logicalFilePath="other/path.xml">
    <sql dbms="oracle">SELECT 9 FROM dual</sql><sql>SELECT 5</sql></changeSet>
  <changeSet id="6" author="ana" dbms="oracle"><sql>SELECT 6</sql></changeSet>
  <changeSet id="7" author="ana"><sql><comment>words</comment>SELECT   7 ; </sql></changeSet>
  <changeSet id="8" author="ana"><sql>SELECT '${who}'</sql></changeSet>
</databaseChangeLog>
"""
FILES = {
    "db/changelog/db.changelog-master.xml": MASTER,
    "db/changelog/parts/b.yaml": """databaseChangeLog:
  - property:
      name: who
      value: me
  - changeSet:
      id: 2
      author: ben
      context: test
      changes:
        - sql:
            sql: CREATE TABLE orders (id integer)
      rollback:
        - sql:
            sql: DROP TABLE orders
""",
    "db/changelog/parts/x.sql": "SELECT 4;\n-- hi\nSELECT 44;\n",
    "db/changelog/more/a.sql": "--liquibase formatted sql\n--changeset cyd:f1\nSELECT 11;\n",
    "db/changelog/more/b.json": '{"databaseChangeLog":[{"changeSet":{"id":"j1","author":"dan",'
    '"changes":[{"sql":{"sql":"SELECT 12"}}],"rollback":"SELECT 13"}}]}',
}
WRITTEN = {
    "ana:1": "9:a5eb0dce2cb2a676f31cd1d7c2c789ad",
    "ben:2": "9:4b1d4989e038194e76b6ae07613c63b1",
    "cyd:f1": "9:c9dbf60f6b7a098c471fc5f54a5b32cf",
    "dan:j1": "9:edff310894e223dfb67685108687be69",
    "ana:4": "9:9f35ab438e271b02183ca09b2e37c1fd",
    "ana:5": "9:00baac5d16f8e91aef64170ba5ffcd42",
    "ana:7": "9:8cad782fac918fd6deb1201e0e8cf6ea",
    "ana:8": "9:5fcb7d26386d24cf1ce7f7fbdccca2a2",
}
ORDER = ("ana:1", "ben:2", "cyd:f1", "dan:j1", "ana:3", "ana:4", "ana:5", "ana:7", "ana:8")


def read(files: dict[str, str] = FILES) -> MigrationSet:
    return Liquibase().read([SourceFile(path, path, text.encode()) for path, text in files.items()])


def write(root: Path) -> None:
    for path, text in FILES.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def test_the_order_follows_the_includes_and_not_the_names() -> None:
    assert read().versions == ORDER
    assert read().problems == ()


def test_checksums_of_changes_that_are_sql_are_those_that_liquibase_wrote_vectors() -> None:
    found = {m.version: m.checksum for m in read().migrations}
    assert {version: found[version] for version in WRITTEN} == WRITTEN


def test_liquibase_itself_finds_the_same_sets_checksums_and_files(tmp_path: Path) -> None:
    """Asked offline: without a database it writes its rows into a file."""
    program = find("liquibase")
    if program is None or find("java") is None:
        pytest.skip("liquibase is not installed")
    write(tmp_path)
    rows = tmp_path / "rows.csv"
    arguments = [
        "--changelog-file=db/changelog/db.changelog-master.xml",
        f"--url=offline:postgresql?changeLogFile={rows}&outputLiquibaseSql=all",
        "update-sql",
    ]
    run(program, arguments, tmp_path, {})
    lines = [line.strip('"').split('","') for line in rows.read_text().splitlines()[1:]]
    found = {f"{line[1]}:{line[0]}": (line[2], line[6]) for line in lines}
    ours = read()
    assert tuple(found) == ours.versions == ORDER
    for migration in ours.migrations:
        path, digest = found[migration.version]
        assert f'"file": "{path}"' in migration.metadata
        if migration.version in WRITTEN:
            assert migration.checksum == digest


def test_only_liquibase_knows_what_a_change_does_that_is_not_sql() -> None:
    found = {m.version: m for m in read().migrations}
    assert found["ana:3"].up == ()
    assert {m.run_by for m in found.values()} == {"", "liquibase"}
    assert found["cyd:f1"].run_by == ""
    assert (
        found["ana:4"].up[0].script == "SELECT 4;\n-- hi\nSELECT 44;\nSELECT 1; -- c\n  SELECT 2;"
    )
    ways_back = {version: m.undo_script for version, m in found.items() if m.down}
    assert ways_back == {
        "ana:1": "DROP TABLE customers",
        "ben:2": "DROP TABLE orders",
        "dan:j1": "SELECT 13",
    }


def test_a_plan_shows_what_liquibase_would_send_when_it_may_be_asked(
    project: Project, open_here: OpenSession
) -> None:
    """The operator has named its command. It is still only read: Liquibase runs it."""
    program = find("liquibase")
    if program is None or find("java") is None:
        pytest.skip("liquibase is not installed")
    write(project.root)
    project.commit()
    session = open_here(folder="", tool_command=(str(program),))
    plan = session.plan(Goal(Action.APPLY, only="ana:3"))
    (step,) = [step for phase in plan.phases for step in phase.steps if step.sql]
    assert step.sql == "CREATE TABLE items (id INTEGER)"
    assert plan.refusals == ("ana:3 can be read here and not run: apply it with liquibase.",)
    quiet = open_here(folder="").plan(Goal(Action.APPLY, only="ana:3"))
    assert quiet.phases == ()
    assert "is a program" in quiet.refusals[0]


def test_a_file_that_nobody_includes_never_runs() -> None:
    lonely = "--liquibase formatted sql\n--changeset eve:1\nSELECT 1;\n"
    found = read(FILES | {"db/changelog/lonely.sql": lonely})
    assert found.versions == ORDER
    assert [p.path for p in found.problems] == ["db/changelog/lonely.sql"]


def test_an_include_that_is_not_there_is_told_with_its_line() -> None:
    (problem,) = read({"db/changelog/m.xml": MASTER}).problems[:1]
    assert (problem.path, problem.line) == ("db/changelog/m.xml", 12)
    assert "parts/b.yaml" in problem.what


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.xml", "<databaseChangeLog><changeSet></databaseChangeLog>"),
        ("m.xml", '<!DOCTYPE d [<!ENTITY a "b">]><databaseChangeLog>&a;</databaseChangeLog>'),
        ("m.yaml", "databaseChangeLog: [\n"),
        ("m.json", '{"databaseChangeLog": '),
    ],
)
def test_a_broken_changelog_is_a_problem_and_the_rest_is_read(name: str, text: str) -> None:
    other = "--liquibase formatted sql\n--changeset eve:1\nSELECT 1;\n"
    found = read({f"db/{name}": text, "db/z.sql": other})
    assert [p.path for p in found.problems] == [f"db/{name}"]
    assert found.versions == ("eve:1",)


def test_a_changelog_is_recognised_by_what_it_is_and_not_by_its_name() -> None:
    assert detect([SourceFile("db/x.xml", "", MASTER.encode())]) == Liquibase()
    assert detect([SourceFile("db/changelog.xml", "", b"<project/>")]) is None
    assert detect([SourceFile("changelog.json", "", b'{"entries": []}')]) is None


def test_contexts_that_are_called_after_other_databases_leave_a_set_out() -> None:
    sets = "".join(
        f'<changeSet id="2" author="ana" context="{context}"><sql>SELECT {number}</sql></changeSet>'
        for number, context in enumerate(("mysql", "h2 or mariadb", "postgresql", "prod"))
    )
    found = read({"db/m.xml": f"<databaseChangeLog>{sets}</databaseChangeLog>"})
    assert [m.up[0].script for m in found.migrations] == ["SELECT 2;", "SELECT 3;"]


def test_a_row_is_of_the_set_that_it_was_made_of_where_two_share_a_key(
    connect: Connect, fresh_database: Database
) -> None:
    sets = "".join(
        f'<changeSet id="2" author="ana" context="{context}"><sql>SELECT {number}</sql></changeSet>'
        for number, context in enumerate(("staging", "prod"))
    )
    found = read({"db/m.xml": f"<databaseChangeLog>{sets}</databaseChangeLog>"})
    writer = connect()
    Liquibase().prepare(writer)
    fresh_database.execute(
        "INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, "
        "exectype, md5sum) VALUES ('2', 'ana', 'db/m.xml', now(), 1, 'EXECUTED', %s)",
        found.migrations[1].checksum,
    )
    with connect(read_only=True).look() as reader:
        (record,) = Liquibase().observe(reader, Ledger(), found).records
    assert (record.version, record.checksum) == (
        found.migrations[1].version,
        found.migrations[1].checksum,
    )
