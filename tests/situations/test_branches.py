"""Migrations on several branches, before they meet."""

from datetime import UTC, datetime, timedelta

import pytest

from cockpit.deploy.branching import read_queue
from cockpit.deploy.opening import Opening
from cockpit.model.queue import ConflictKind, Queue
from cockpit.model.target import Environment
from cockpit.present.queue_text import queue_text
from tests.projects import FOLDER, Project
from tests.situations.verdicts import ONE, TWO


@pytest.fixture
def main(project: Project) -> Project:
    """Two tables on main."""
    project.native("001", "customers", ONE, "DROP TABLE customers;")
    project.native("002", "orders", TWO, "DROP TABLE orders;")
    project.commit("Begin")
    return project


def branch(
    project: Project, name: str, *migrations: tuple[str, str, str], options: str = ""
) -> None:
    """A branch from main with these migrations: version, name, up."""
    project.git("checkout", "-q", "-b", name, "main")
    for version, title, up in migrations:
        project.native(version, title, up, "SELECT 1;", options=options)
    project.commit(f"Work on {name}")
    project.git("checkout", "-q", "main")


def queue(project: Project, days: int = 30) -> Queue:
    """As seen from main."""
    opening = Opening(project.root, FOLDER, None, Environment.UNKNOWN)
    return read_queue(opening, timedelta(days=days), datetime.now(UTC))


def told(found: Queue) -> list[tuple[ConflictKind, str]]:
    """Kinds and sentences."""
    return [(conflict.kind, conflict.what) for conflict in found.conflicts]


def test_no_other_branch(main: Project) -> None:
    assert queue(main).waiting == ()


def test_branches_apart(main: Project) -> None:
    branch(main, "a", ("003", "a", "ALTER TABLE customers ADD a int;"))
    branch(main, "b", ("004", "b", "ALTER TABLE orders ADD b int;"))
    found = queue(main)
    assert [one.label for one in found.waiting] == ["003 on a", "004 on b"]
    assert told(found) == []


def test_two_branches_same_table(main: Project) -> None:
    branch(main, "a", ("003", "a", "ALTER TABLE orders ADD a int;"))
    branch(main, "b", ("004", "b", "ALTER TABLE orders ADD b int;"))
    assert told(queue(main)) == [
        (ConflictKind.SAME_OBJECT, "003 on a and 004 on b both change orders.")
    ]


def test_two_branches_same_column(main: Project) -> None:
    branch(main, "a", ("003", "a", "ALTER TABLE orders ALTER total TYPE bigint;"))
    branch(main, "b", ("004", "b", "ALTER TABLE orders ALTER total SET NOT NULL;"))
    assert told(queue(main)) == [
        (ConflictKind.SAME_OBJECT, "003 on a and 004 on b both change orders.total.")
    ]


def test_two_branches_make_the_same_table(main: Project) -> None:
    branch(main, "a", ("003", "a", "CREATE TABLE items (id int);"))
    branch(main, "b", ("004", "b", "CREATE TABLE public.items (id bigint);"))
    assert told(queue(main)) == [
        (ConflictKind.SAME_OBJECT, "003 on a and 004 on b both make items.")
    ]


def test_two_branches_same_version(main: Project) -> None:
    branch(main, "a", ("003", "a", "ALTER TABLE customers ADD a int;"))
    branch(main, "b", ("003", "b", "ALTER TABLE orders ADD b int;"))
    assert [kind for kind, _ in told(queue(main))] == [ConflictKind.SAME_VERSION]


def test_version_taken_on_main_meanwhile(main: Project) -> None:
    branch(main, "a", ("003", "a", "ALTER TABLE customers ADD a int;"))
    main.native("003", "other", "ALTER TABLE orders ADD b int;")
    main.commit("Take 003")
    assert told(queue(main)) == [
        (ConflictKind.SAME_VERSION, "a has another text for 003 than the base.")
    ]


def test_cherry_picked(main: Project) -> None:
    branch(main, "a", ("003", "a", "ALTER TABLE customers ADD a int;"))
    branch(main, "b", ("003", "a", "ALTER TABLE customers ADD a int;"))
    found = queue(main)
    assert [(one.version, also) for one, also in
            ((w.migration, w.branches) for w in found.waiting)] in (
        [("003", ("b",))], [("003", ("a",))],
    )  # fmt: skip
    assert told(found) == []


def test_order_that_only_works_one_way(main: Project) -> None:
    branch(main, "uses", ("003", "uses", "CREATE INDEX ON items (id);"))
    branch(main, "makes", ("004", "makes", "CREATE TABLE items (id int);"))
    found = queue(main)
    assert told(found) == [
        (ConflictKind.ORDER, "004 on makes must run before 003 on uses: it makes items. "
                             "By version it runs after it.")
    ]  # fmt: skip
    assert [one.label for one in found.waiting] == ["004 on makes", "003 on uses"]


def test_order_by_version_that_works_is_no_conflict(main: Project) -> None:
    branch(main, "makes", ("003", "makes", "CREATE TABLE items (id int);"))
    branch(main, "uses", ("004", "uses", "INSERT INTO items VALUES (1);"))
    assert told(queue(main)) == []


def test_one_branch_drops_what_the_other_reads(main: Project) -> None:
    branch(main, "drops", ("003", "drops", "DROP TABLE orders;"))
    branch(main, "reads", ("004", "reads", "CREATE VIEW sums AS SELECT total FROM orders;"))
    found = queue(main)
    assert [kind for kind, _ in told(found)] == [ConflictKind.ORDER]
    assert [one.label for one in found.waiting] == ["004 on reads", "003 on drops"]


def test_requires_what_only_another_branch_has(main: Project) -> None:
    branch(main, "a", ("003", "a", "CREATE TABLE items (id int);"))
    main.git("checkout", "-q", "-b", "b", "main")
    main.native("004", "b", "SELECT 1;", options="requires:003")
    main.commit("Need 003")
    main.git("checkout", "-q", "main")
    assert told(queue(main)) == [
        (ConflictKind.REQUIRES, "004 on b requires 003, and only a has it.")
    ]


def test_requires_what_no_branch_has(main: Project) -> None:
    main.git("checkout", "-q", "-b", "b", "main")
    main.native("004", "b", "SELECT 1;", options="requires:003")
    main.commit("Need 003")
    main.git("checkout", "-q", "main")
    assert (ConflictKind.REQUIRES, "004 on b requires 003, and no branch has it.") in told(
        queue(main)
    )


def test_branch_that_will_run_late(main: Project) -> None:
    branch(main, "a", ("003", "a", "ALTER TABLE customers ADD a int;"))
    main.native("005", "newer", "ALTER TABLE orders ADD b int;")
    main.commit("Go on")
    assert told(queue(main)) == [
        (ConflictKind.LATE, "003 on a is older than 005, which the base has: it runs late.")
    ]


def test_branch_that_slept_too_long(main: Project) -> None:
    main.git("checkout", "-q", "-b", "old", "main")
    main.native("003", "a", "ALTER TABLE customers ADD a int;")
    main.git("add", "-A")
    main.git("-c", "user.name=x", "commit", "-q", "-m", "Old", "--date=2020-01-01T00:00:00Z")
    main.git("checkout", "-q", "main")
    later = datetime.now(UTC) + timedelta(days=40)
    opening = Opening(main.root, FOLDER, None, Environment.UNKNOWN)
    assert read_queue(opening, timedelta(days=30), later).waiting == ()
    assert len(read_queue(opening, timedelta(days=60), later).waiting) == 1


def test_branch_that_only_the_remote_has(main: Project) -> None:
    branch(main, "feature/x", ("003", "a", "ALTER TABLE customers ADD a int;"))
    clone = main.root.parent / "clone"
    main.git("clone", "-q", str(main.root), str(clone))
    found = queue(Project(clone))
    assert [one.label for one in found.waiting] == ["003 on origin/feature/x"]


def test_branch_with_a_file_that_cannot_be_read(main: Project) -> None:
    branch(main, "a", ("003", "a", "CREATE TABEL nonsense;"))
    branch(main, "b", ("004", "b", "ALTER TABLE orders ADD b int;"))
    assert told(queue(main)) == []


def test_priority_is_honoured_in_the_proposed_order(main: Project) -> None:
    branch(main, "calm", ("003", "calm", "ALTER TABLE customers ADD a int;"))
    branch(main, "urgent", ("009", "urgent", "ALTER TABLE orders ADD b int;"), options="priority:5")
    found = queue(main)
    assert [one.label for one in found.waiting] == ["009 on urgent", "003 on calm"]
    assert "priority 5" in queue_text(found, datetime.now(UTC))


def test_what_a_pressing_one_waits_for_is_as_pressing(main: Project) -> None:
    branch(main, "calm", ("003", "calm", "ALTER TABLE customers ADD a int;"))
    branch(main, "makes", ("008", "makes", "CREATE TABLE items (id int);"))
    branch(main, "urgent", ("009", "urgent", "CREATE INDEX ON items (id);"), options="priority:5")
    assert [one.label for one in queue(main).waiting] == [
        "008 on makes", "009 on urgent", "003 on calm",
    ]  # fmt: skip


def test_priority_that_is_no_number_is_told_and_counts_for_nothing(main: Project) -> None:
    branch(main, "a", ("003", "a", "ALTER TABLE customers ADD a int;"), options="priority:high")
    [waiting] = queue(main).waiting
    assert waiting.migration.priority == 0


def test_lock_fight_on_one_hot_table(main: Project) -> None:
    refers = "CREATE TABLE {} (customer int REFERENCES customers (id));"
    branch(main, "a", ("003", "a", refers.format("baskets")))
    branch(main, "b", ("004", "b", refers.format("wishes")))
    assert told(queue(main)) == [
        (
            ConflictKind.LOCKS,
            "003 on a (SHARE ROW EXCLUSIVE) and 004 on b (SHARE ROW EXCLUSIVE) both keep writers "
            "from customers: deploy them apart.",
        )
    ]
