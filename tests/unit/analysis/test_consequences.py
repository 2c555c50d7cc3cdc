"""The five lines of a plan: nothing in them claims more than is so."""

from dataclasses import replace
from typing import Any

from cockpit.analysis.consequences import dangers, five_lines, phase_lines
from cockpit.analysis.impact.predict import follow, predict
from cockpit.analysis.planner import Recovered, make_plan
from cockpit.model.attached import AttachedFacts
from cockpit.model.attic import Holding, KeptColumn
from cockpit.model.attic import Place as AtticPlace
from cockpit.model.facts import CatalogFacts, RelationFacts
from cockpit.model.goal import Action, Goal
from cockpit.model.impact import Impact, RelationLock
from cockpit.model.locks import LockMode
from cockpit.model.plan import Plan, StepKind
from cockpit.present.impact_text import impact_text
from cockpit.tui.present.plan_words import impact_lines
from tests.unit.analysis.migrations import Place, down, kept, migration, record, up


def place(*versions: str) -> Place:
    files = [migration(version) for version in versions]
    return Place(files, [record(v, undo=kept(v)) for v in versions])


def plan(where: Place, action: Action, **goal: Any) -> Plan:
    return make_plan(where.situation, Goal(action, **goal))


def test_many_versions_are_counted_and_are_no_range() -> None:
    made = plan(place("1", "2", "3", "4"), Action.ROLLBACK, to_version="1")
    assert five_lines(made).way_back == "apply 2 and 2 more again"


def test_only_what_the_ref_lacks_is_applied_from_another_one() -> None:
    here = place("1", "2")
    assert five_lines(plan(here, Action.ROLLBACK)).way_back == "apply 2 again"
    here.recovered = {"2": Recovered(here.migrations.pop(), "abcdef0123456789")}
    made = plan(here, Action.ROLLBACK)
    assert five_lines(made).way_back == "apply 2 again, from a ref that has the files"


def test_an_irreversible_migration_gives_its_reason_before_it_is_applied() -> None:
    made = plan(Place([migration("1", irreversible="w cannot be computed back")]), Action.APPLY)
    assert five_lines(made).way_back == "none for 1: w cannot be computed back"
    assert "1 is irreversible: w cannot be computed back" in dangers(made.phases[0])


def test_a_file_that_no_commit_has_is_no_way_back() -> None:
    here = place("1", "2")
    del here.migrations[1]
    made = plan(here, Action.ROLLBACK)
    assert five_lines(made).way_back == "none for 2: no commit has its file"
    cut_off = replace(here.situation, shallow=True)
    made = make_plan(cut_off, Goal(Action.ROLLBACK))
    assert five_lines(made).way_back == "apply 2 again, from a ref that has the files"


def test_on_the_way_back_no_recipe_for_a_new_migration_is_offered() -> None:
    drops = "ALTER TABLE users DROP COLUMN name;"
    forward = migration("1", up(drops), down("SELECT 1;"))
    (step, *_) = plan(Place([forward]), Action.APPLY).steps
    assert "cockpit new" in "".join(hazard.safer for hazard in step.hazards)
    back = migration("1", up("SELECT 1;"), down(drops))
    for undo in ((down(drops, path="ledger event 1"),), ()):
        made = plan(Place([back], [record("1", undo=undo)]), Action.ROLLBACK)
        assert [hazard.rule for hazard in made.steps[0].hazards] == ["drop-column"]
        assert "cockpit new" not in "".join(hazard.safer for hazard in made.steps[0].hazards)


def test_what_comes_back_from_the_attic_is_told_with_what_is_left() -> None:
    made = plan(place("1", "2"), Action.ROLLBACK)
    name = KeptColumn("name", "pg_catalog", "text")
    holding = Holding(7, "public", "users", (name,), (), False, AtticPlace.DATABASE, "e7")
    restore = replace(made.phases[0].steps[0], kind=StepKind.RESTORE, holding=holding)
    phase = replace(made.phases[0], steps=(*made.phases[0].steps, restore))
    back = replace(made, phases=(phase,))
    assert five_lines(back).leaves == "schema at 1; puts back column users.name"
    assert phase_lines(back, 0).leaves.endswith("0 phases left; puts back column users.name")


def test_grants_that_a_new_view_does_not_have_are_lost_and_help_to_give_them_is_kept() -> None:
    again = "DROP VIEW revenue; CREATE VIEW revenue AS SELECT 1 AS total;"
    view = RelationFacts(1, "public", "revenue", "v", owner="deployer")
    grants = AttachedFacts("pg_class", 1, "", "acl", '["app=r/deployer"]')
    facts = CatalogFacts(160004, role="deployer", relations=(view,), attached=(grants,))
    back = migration("1", up("SELECT 1;"), down("SELECT 1;"))
    undo = (down(again, path="ledger event 1"),)
    situation = replace(Place([back], [record("1", undo=undo)]).situation, facts=facts)
    made = make_plan(situation, Goal(Action.ROLLBACK))
    assert five_lines(made).loses == "grants of revenue to app"
    told = [words for words in dangers(made.phases[0]) if "grants of revenue to app" in words]
    assert len(told) == 1
    hazards = [h for step in made.steps for h in step.hazards if h.rule == "drop-and-create"]
    assert "GRANT SELECT ON revenue TO app;" in hazards[0].safer


def test_sequence_that_goes_with_its_table_is_nobody_s_to_wait_for() -> None:
    made = plan(place("1"), Action.ROLLBACK)
    locks = (
        RelationLock("public.orders", LockMode.ACCESS_EXCLUSIVE),
        RelationLock("public.orders_id_seq", LockMode.ACCESS_EXCLUSIVE, "S"),
    )
    step = made.phases[0].steps[0]

    def blocks(*held: RelationLock) -> str:
        locking = replace(step, impact=Impact("DROP TABLE", locks=held))
        return five_lines(replace(made, phases=(replace(made.phases[0], steps=(locking,)),))).blocks

    assert blocks(*locks) == "reads and writes on orders"
    assert blocks(locks[1]) == "reads and writes on orders_id_seq"


MADE = "CREATE TABLE made (id int);"
CHANGED = "ALTER TABLE made ADD COLUMN name text;"


def facts_of_nothing() -> CatalogFacts:
    """A catalog without a table."""
    return CatalogFacts(version=180000, search_path=("public",))


def of_two_phases(*scripts: str) -> Plan:
    """One migration, a phase a script, on a catalog without a table."""
    phases = [up(script, name=f"p{number}") for number, script in enumerate(scripts)]
    where = Place([migration("1", *phases, down("SELECT 1;"))])
    return make_plan(replace(where.situation, facts=facts_of_nothing()), Goal(Action.APPLY))


def test_what_an_earlier_phase_made_is_blocked_for_whoever_uses_it_since_its_commit() -> None:
    made = of_two_phases(MADE, CHANGED)
    assert phase_lines(made, 0).blocks == "no reads and no writes"
    told = "no reads and no writes of what is there now; reads and writes on made, new in this plan"
    assert phase_lines(made, 1).blocks == told
    assert five_lines(made).blocks == told
    (change,) = (step.impact for step in made.phases[1].steps if step.impact)
    assert not change.locks
    assert change.strongest_of_all is LockMode.ACCESS_EXCLUSIVE
    text = "\n".join(impact_text(change))
    assert "holds ACCESS EXCLUSIVE on public.made, made before by this plan: blocks reads" in text
    assert "locks no table" not in text
    assert "made before by this plan" in impact_lines(change)[0].plain


def test_what_the_same_transaction_made_is_blocked_for_nobody() -> None:
    made = of_two_phases(f"{MADE} {CHANGED}")
    assert five_lines(made).blocks == "no reads and no writes"
    assert all(step.impact is None or not step.impact.new_locks for step in made.steps)


def test_a_table_that_went_again_and_a_temporary_one_are_nobody_elses() -> None:
    gone = of_two_phases(f"{MADE} DROP TABLE made;", MADE)
    assert five_lines(gone).blocks == "no reads and no writes"
    own = of_two_phases("CREATE TEMP TABLE made (id int);", CHANGED)
    assert not any(step.impact.new_locks for step in own.steps if step.impact)


def test_of_many_new_tables_three_are_named() -> None:
    many = "abcde"
    scripts = [" ".join(f"CREATE TABLE {n} (id int);" for n in many)]
    scripts.append(" ".join(f"ALTER TABLE {n} ADD COLUMN x int;" for n in many))
    assert five_lines(of_two_phases(*scripts)).blocks.endswith(
        "; reads and writes on a, b, c and 2 more, new in this plan"
    )


def test_which_step_hides_what_it_runs_is_said_of_the_plan_and_of_each_part_of_it() -> None:
    hiding = "DO $$ BEGIN EXECUTE (SELECT max(sql) FROM todo); END $$;"
    files = [migration("1", up("CREATE TABLE n (id int);")), migration("2", up(hiding))]
    made = plan(Place([*files, migration("3", up("ALTER TABLE t DROP a;"))]), Action.APPLY)
    words = "not known: step 3 hides what it runs"
    whole = five_lines(made)
    assert whole.loses == f"column t.a; more is {words}"
    assert whole.blocks.endswith(f"; more is {words}")
    assert phase_lines(made, 1).loses == phase_lines(made, 1).blocks == words
    assert phase_lines(made, 0).loses.startswith("nothing")
    assert phase_lines(made, 2).loses == "column t.a"


def test_a_trigger_that_hides_what_it_runs_is_named() -> None:
    facts = follow(
        [
            "CREATE TABLE t (a text)",
            "CREATE FUNCTION dyn() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN EXECUTE NEW.a; RETURN NEW; END $$",
            "CREATE TRIGGER slow BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION dyn()",
        ]
    )
    (impact,) = predict(["UPDATE t SET a = 'x'"], facts)
    assert "trigger slow on t hides what it runs" in impact.notes
