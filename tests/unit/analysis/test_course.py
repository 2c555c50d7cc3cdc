"""What rules look up among thousands of statements, without walking through all of them."""

from cockpit.analysis.hazards.course import Course
from cockpit.analysis.hazards.studied import Studied
from cockpit.analysis.impact import predict, syntax
from cockpit.analysis.impact.predict import follow
from cockpit.model.impact import RelationLock
from cockpit.model.locks import LockMode

FACTS = follow(["CREATE TABLE a (id int)", "CREATE TABLE b (id int)"])
STATEMENTS = (
    ("ALTER TABLE a ADD x int", 1),
    ("CREATE INDEX CONCURRENTLY by_id ON b (id)", None),
    ("ALTER TABLE b ADD x int", 1),
    ("DROP TABLE a", 1),
    ("CREATE TABLE a (id int)", 2),
)


def course() -> Course:
    impacts = predict([sql for sql, _ in STATEMENTS], FACTS)
    return Course(
        [
            Studied(sql, impact, transaction, syntax.parse(sql)[0])
            for (sql, transaction), impact in zip(STATEMENTS, impacts, strict=True)
        ]
    )


def test_only_those_before_it_in_the_same_transaction_are_together() -> None:
    made = course()
    assert [s.sql for s in made.together(3)] == [STATEMENTS[0][0], STATEMENTS[2][0]]
    assert made.together(1) == made.together(4) == ()
    before = made.before(3)
    assert before is not None
    assert before.sql == STATEMENTS[2][0]
    assert made.before(0) is made.before(1) is None


def test_a_lock_is_taken_once_and_held_from_then_on() -> None:
    made = course()
    lock = RelationLock("public.a", LockMode.ACCESS_EXCLUSIVE)
    assert made.takes(0, lock)
    assert not made.takes(3, lock)
    assert [held.relation for held in made.held(2)] == ["public.a"]
    assert [held.relation for held in made.held(3)] == ["public.a", "public.b"]
    assert made.held(1) == made.held(4) == ()


def test_statements_are_found_by_the_name_of_what_they_are_about() -> None:
    made = course()
    about = made.about("b", "IndexStmt", "AlterTableStmt")
    assert [s.sql for s in about] == [STATEMENTS[1][0], STATEMENTS[2][0]]
    assert [place for place, _ in made.dropped("pg_class", "a")] == [3]
    assert [place for place, _ in made.made("pg_class", "a")] == [4]
    assert made.dropped("pg_class", "b") == made.made("pg_proc", "a") == ()
