"""Liquibase's formatted SQL without Liquibase; its own rows are compared in `test_ping_pong.py`."""

from cockpit.model.revision import SourceFile
from cockpit.tools.liquibase import Liquibase
from cockpit.tools.liquibase_sql import change_sets, checksum

TEXT = """--liquibase formatted sql

--changeset ana:1 runInTransaction:false
--comment: Add customers
CREATE TABLE customers (id integer);
-- ordinary words
--rollback DROP TABLE customers;

--changeset "ana b":"2 c" context:prod labels:"a,b"
INSERT INTO customers VALUES (1);
/* liquibase rollback
DELETE FROM customers
 WHERE id = 1;
*/
--changeset ana:3 dbms:mysql
SELECT 1;
--changeset ana:4
--preconditions onFail:HALT
SELECT '${owner}';
--rollback not required
"""


def test_directives_are_told_from_the_change() -> None:
    first, second, _, fourth = change_sets(TEXT)
    assert first.sql == "CREATE TABLE customers (id integer);\n-- ordinary words"
    assert (first.comment, first.undo) == ("Add customers", "DROP TABLE customers;")
    assert (second.author, second.id, second.attributes["labels"]) == ("ana b", "2 c", "a,b")
    assert second.undo == "DELETE FROM customers\n WHERE id = 1;"
    assert fourth.undo == ""


def test_spaces_and_line_ends_are_no_part_of_the_checksum_and_comments_are() -> None:
    assert checksum(["SELECT  1;\r\n"]) == checksum(["SELECT 1;"])
    assert checksum(["SELECT 1; -- one"]) != checksum(["SELECT 1;"])


def test_another_databases_change_is_left_out_and_conditions_are_told() -> None:
    read = Liquibase().read([SourceFile("db/changelog.sql", "a", TEXT.encode())])
    assert read.versions == ("ana:1", "ana b:2 c", "ana:4")
    assert [p.line for p in read.problems] == [17, 17]
    first = read.migrations[0]
    assert (first.up[0].line, first.up[0].transaction, first.down[0].line) == (5, False, 7)
