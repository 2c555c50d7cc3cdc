"""SQL is laid out for reading and never made to say something else."""

import logging

import pytest

from cockpit.sql.canonical import same_meaning
from cockpit.sql.readable import pretty


def test_a_query_is_laid_out_one_clause_a_line() -> None:
    assert pretty("select a, b from t where c = 1") == ("SELECT\n  a,\n  b\nFROM t\nWHERE\n  c = 1")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t (id serial PRIMARY KEY, at timestamptz DEFAULT now())",
        "DO $$ begin null; end $$",
        "ALTER TABLE t VALIDATE CONSTRAINT c",
        "this is not sql",
        "SELECT 'a",
        "",
        "SELECT " + ", ".join(["1"] * 20_000),
    ],
    ids=["rewritten by sqlglot", "unknown to it", "command", "no sql", "cut off", "empty", "long"],
)
def test_text_that_cannot_be_laid_out_faithfully_stays_as_it_is(sql: str) -> None:
    assert pretty(sql) == sql


@pytest.mark.parametrize(
    "sql",
    [
        "select a -- first\nfrom t",
        "update t set a = b || 'x' where c is null and d or e",
        "insert into t (a) values (1), (2) on conflict do nothing",
        "alter table t add column c int not null default 0, drop column d",
        "select 1; select 2",
        "create index i on t using gin (a) where b > 1",
    ],
)
def test_what_is_laid_out_means_the_same(sql: str) -> None:
    assert same_meaning(sql, pretty(sql))


def test_comments_are_never_lost() -> None:
    assert "keep me" in pretty("select a /* keep me */ from t")


def test_nothing_is_said_on_the_terminal(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        pretty("ALTER TABLE t VALIDATE CONSTRAINT c")
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
