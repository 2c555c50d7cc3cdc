"""What a DO block runs hurts as the same statement of the file would."""

import pytest

from cockpit.analysis.hazards import examine
from cockpit.analysis.hazards.placing import placed, study
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Hazard
from cockpit.model.migration import Direction, Phase
from tests.unit.analysis.impact.catalogs import catalog


def hazards(sql: str, facts: CatalogFacts | None = None) -> list[Hazard]:
    """Of all statements of a script."""
    studied = study(placed(Phase("up", Direction.UP, sql, "a.sql")), facts, 18)
    return [hazard for found in examine(studied, facts) for hazard in found]


def told(sql: str, facts: CatalogFacts | None = None) -> list[tuple[str, str]]:
    return [(hazard.rule, hazard.severity.word) for hazard in hazards(sql, facts)]


def block(body: str) -> str:
    return f"DO $$ BEGIN {body} END $$;"


@pytest.mark.parametrize("body", ["DROP TABLE items;", "EXECUTE 'DROP TABLE items';"])
def test_a_dropped_table_is_as_bad_as_outside_of_the_block(body: str) -> None:
    assert told(block(body)) == told("DROP TABLE items;") == [("drop-table", "HIGH")]


def test_its_safer_form_takes_the_place_of_what_is_run_and_never_of_the_block() -> None:
    (found,) = hazards(block("CREATE INDEX ON orders (id);"))
    assert found.message.startswith("Inside the block: Blocks every write on orders")
    assert not found.mechanical
    assert found.safer.startswith("-- as statements of the file, in place of what the block runs:")


def test_a_lock_that_the_block_takes_early_is_held_over_its_later_work() -> None:
    body = "ALTER TABLE a ADD COLUMN x int; UPDATE b SET x = 1;"
    assert ("lock-held-over-work", "HIGH") in told(block(body))


def test_turns_of_a_loop_that_say_the_same_are_told_once() -> None:
    loop = "FOR i IN 1..3 LOOP EXECUTE format('CREATE INDEX %I ON o (a)', 'x' || i); END LOOP;"
    names = [rule for rule, _ in told(block(loop))]
    assert names.count("create-index-blocks-writes") == 1


def test_a_branch_that_the_catalog_rules_out_hurts_nobody() -> None:
    body = "IF to_regclass('public.items') IS NULL THEN DROP TABLE items; END IF;"
    assert told(block(body), catalog("CREATE TABLE items (id int)")) == []


def test_what_cannot_be_read_is_said() -> None:
    assert told(block("EXECUTE current_setting('app.sql');")) == [("hidden-effect", "med")]


@pytest.mark.parametrize(
    "drop",
    ["VIEW", "SEQUENCE", "TYPE", "EXTENSION", "SCHEMA", "TRIGGER t ON orders --"],
)
def test_if_exists_on_nothing_is_no_hazard_where_the_catalog_is_known(drop: str) -> None:
    kind, *name = drop.split(" ", 1)
    written = " ".join(name) or "nosuch CASCADE"
    sql = f"DROP {kind} IF EXISTS {written}"
    assert told(sql, catalog("CREATE TABLE orders (id int)")) == []
    assert told(sql) != []


def test_if_exists_on_what_is_there_is_a_hazard() -> None:
    facts = catalog("CREATE TABLE orders (id int); CREATE VIEW v AS SELECT id FROM orders")
    assert told("DROP VIEW IF EXISTS v", facts) == [("drop-object", "low")]
