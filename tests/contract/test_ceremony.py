"""What an act costs: the ladder, level by level."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cockpit.analysis.ceremony import Act, Ceremony, Level, ceremony, stretch
from cockpit.analysis.consequences import dangers, five_lines
from cockpit.model.activity import Progress
from cockpit.model.goal import Action, Goal
from cockpit.model.plan import Plan, StepKind
from cockpit.model.target import Environment
from tests.tui import canned

LOSSY = canned.plan(Goal(Action.ROLLBACK, last_run=True))
CALM = canned.calm_rollback()
BLOCKING = canned.plan(Goal(Action.APPLY, only="0043"))
UNPROTECTED = [Environment.DEV, Environment.STAGING]
PROTECTED = [Environment.PRODUCTION, Environment.UNKNOWN]


def asked(act: Act, environment: Environment, plan: Plan | None = None) -> Ceremony:
    return ceremony(act, canned.standpoint(environment), plan)


def phase_question(environment: Environment, plan: Plan, phase: int = 0) -> Ceremony:
    return ceremony(Act.CONTINUE, canned.standpoint(environment), plan, phase=phase)


@pytest.mark.parametrize("environment", PROTECTED)
@pytest.mark.parametrize("plan", [LOSSY, CALM], ids=["lossy", "calm"])
def test_a_protected_run_wants_the_name_and_goes_step_by_step(
    environment: Environment, plan: Plan
) -> None:
    question = asked(Act.ROLLBACK, environment, plan)
    assert question.level is Level.PROTECTED
    assert question.typed == canned.standpoint(environment).name
    assert question.stepwise


def test_a_disagreement_counts_as_protected() -> None:
    standpoint = replace(canned.standpoint(Environment.LOCAL), disagreement="they differ")
    assert ceremony(Act.APPLY, standpoint, CALM).typed == standpoint.name


def test_a_local_run_is_one_key() -> None:
    question = asked(Act.ROLLBACK, Environment.LOCAL, CALM)
    assert (question.level, question.typed, question.stepwise) == (Level.ALONE, None, False)


def test_a_local_loss_costs_a_level_but_no_typing() -> None:
    question = asked(Act.ROLLBACK, Environment.LOCAL, LOSSY)
    assert (question.level, question.typed, question.needs_reason) == (Level.SHARED, None, False)


@pytest.mark.parametrize("environment", UNPROTECTED)
def test_a_shared_run_is_yes_after_a_delay(environment: Environment) -> None:
    question = asked(Act.APPLY, environment, CALM)
    assert (question.level, question.typed) == (Level.SHARED, None)
    assert question.arming_seconds == 0.6


@pytest.mark.parametrize("environment", [*UNPROTECTED, *PROTECTED])
def test_a_loss_wants_a_reason_at_the_start_and_its_version_at_its_phase(
    environment: Environment,
) -> None:
    start = asked(Act.ROLLBACK, environment, LOSSY)
    assert start.needs_reason
    assert start.stepwise
    phase = phase_question(environment, LOSSY)
    assert phase.level is Level.LOSES
    assert phase.typed == "0042"
    assert phase.reading_seconds == 5.0
    assert phase.arming_seconds == 0.6
    assert "loses table orders_status_enum" in phase.dangers


@pytest.mark.parametrize("environment", PROTECTED)
def test_a_harmless_phase_of_a_lossy_run_is_one_key(environment: Environment) -> None:
    assert phase_question(environment, LOSSY, 1).level is Level.LOOK


def test_a_long_block_wants_its_version() -> None:
    assert phase_question(Environment.PRODUCTION, BLOCKING).typed == "0043"


def test_a_version_of_few_digits_is_typed_with_the_verb() -> None:
    short = replace(LOSSY, phases=tuple(replace(p, version="42") for p in LOSSY.phases))
    assert phase_question(Environment.PRODUCTION, short).typed == "roll back 42"


def test_calm_phases_go_with_the_one_before_and_a_decision_begins_a_stretch() -> None:
    lossy, calm = LOSSY.phases
    gated = replace(calm, gate="every server runs v2")
    plan = replace(LOSSY, phases=(calm, calm, lossy, calm, gated, calm, lossy))
    starts = [0]
    while starts[-1] < len(plan.phases):
        starts.append(stretch(plan, starts[-1]).stop)
    assert starts == [0, 2, 4, 6, 7]


@pytest.mark.parametrize("environment", PROTECTED)
def test_no_stretch_holds_a_danger_that_was_not_asked_about(environment: Environment) -> None:
    plan = replace(LOSSY, phases=(*LOSSY.phases[::-1], *LOSSY.phases))
    for index in range(len(plan.phases)):
        for later in stretch(plan, index)[1:]:
            assert phase_question(environment, plan, later).level is Level.LOOK


def test_the_lines_of_a_stretch_say_where_it_stops() -> None:
    lossy, calm = LOSSY.phases
    plan = replace(LOSSY, phases=(calm, calm, lossy))
    lines = phase_question(Environment.PRODUCTION, plan).lines
    assert lines.runs == (
        "phases 1 to 2, 2 statements; then stops: phase 3 loses table orders_status_enum"
    )


def test_a_gate_is_asked_even_when_the_phase_is_harmless() -> None:
    gated = replace(CALM, phases=(replace(CALM.phases[0], gate="every server runs v2"),))
    assert phase_question(Environment.LOCAL, gated).level is Level.SHARED


def test_no_way_back_is_a_danger() -> None:
    phase = canned.plan(Goal(Action.APPLY, only="0044")).phases[0]
    assert dangers(phase) == ()
    assert "no way back" in dangers(replace(phase, undo=None))[0]


def test_out_of_order_is_a_danger() -> None:
    phase = replace(canned.plan(Goal(Action.APPLY, only="0038")).phases[0], previous_version="0042")
    assert dangers(phase) == ("0038 is older than 0042, which is applied",)


@pytest.mark.parametrize("environment", list(Environment))
def test_ending_a_session_wants_its_pid(environment: Environment) -> None:
    session = canned.BLOCKERS[0]
    question = ceremony(Act.TERMINATE, canned.standpoint(environment), session=session)
    assert (question.level, question.typed) == (Level.PEOPLE, "4711")


@pytest.mark.parametrize("act", [Act.CANCEL, Act.HOLD, Act.RELEASE_LOCK, Act.LEAVE])
@pytest.mark.parametrize("environment", list(Environment))
def test_stopping_and_giving_back_is_never_made_hard(act: Act, environment: Environment) -> None:
    question = asked(act, environment)
    assert (question.level, question.typed) == (Level.ALONE, None)


def test_holding_says_where_a_backfill_stops_and_how_far_it_is() -> None:
    (phase,) = canned.backfill_plan().phases[:1]
    step = next(step for step in phase.steps if step.kind is StepKind.BACKFILL)
    progress = Progress("BACKFILL", "batches", 76_015, 300_000, "rows (estimated)")
    question = ceremony(Act.HOLD, canned.standpoint(Environment.DEV), step=step, progress=progress)
    assert question.lines.runs == "the batch that is on to its end, then nothing more"
    assert "76,015 of 300,000 rows (estimated) so far" in question.lines.leaves


def test_holding_lets_a_transaction_come_to_its_end() -> None:
    step = canned.calm_rollback().phases[0].steps[0]
    lines = ceremony(Act.HOLD, canned.standpoint(Environment.DEV), step=step).lines
    assert lines.runs == "the current transaction to its end, then nothing more"


@pytest.mark.parametrize("environment", [*UNPROTECTED, *PROTECTED])
def test_setting_a_history_right_wants_its_version_and_a_reason(environment: Environment) -> None:
    question = ceremony(Act.SETTLE, canned.standpoint(environment), settlement=canned.settlement())
    assert (question.level, question.typed) == (Level.LOSES, "settle 0043")
    assert question.needs_reason


@pytest.mark.parametrize("act", [Act.ARM, Act.TAKE_LOCK])
def test_rights_cost_more_where_others_work(act: Act) -> None:
    levels = [asked(act, e).level for e in (Environment.LOCAL, Environment.DEV)]
    assert levels == [Level.ALONE, Level.SHARED]


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("environment", list(Environment))
def test_every_question_has_all_five_lines(act: Act, environment: Environment) -> None:
    question = ceremony(
        act, canned.standpoint(environment), LOSSY, phase=0, session=canned.BLOCKERS[0],
        settlement=canned.settlement(),
    )  # fmt: skip
    labels = [label for label, _ in question.lines.labelled]
    assert labels == ["runs", "blocks", "loses", "leaves", "way back"]
    assert all(words for _, words in question.lines.labelled)


def test_five_lines_of_a_lossy_rollback() -> None:
    lines = five_lines(LOSSY)
    assert lines.runs == "2 phases, 2 statements"
    assert lines.blocks == "reads and writes on orders_status_enum"
    assert lines.loses == "table orders_status_enum"
    assert lines.leaves == "schema at 0039"
    assert lines.way_back == "apply 0041 and 0042 again, from a ref that has the files"


def test_hidden_sql_is_never_called_harmless() -> None:
    step = LOSSY.phases[0].steps[0]
    assert step.impact is not None
    hidden = replace(step, impact=replace(step.impact, loses=(), locks=(), unknown=True))
    plan = replace(LOSSY, phases=(replace(LOSSY.phases[0], steps=(hidden,)),))
    assert five_lines(plan).loses.startswith("not known")
    assert five_lines(plan).blocks.startswith("not known")


def test_the_age_of_a_transaction_is_told_in_whole_seconds() -> None:
    session = replace(canned.BLOCKERS[0], transaction_age=timedelta(seconds=61, microseconds=5))
    question = ceremony(Act.TERMINATE, canned.standpoint(), session=session)
    assert question.lines.loses == "whatever billing has not committed in 0:01:01"


STAMP = "20260727090000"


@pytest.mark.parametrize(
    ("in_force", "spoken"),
    [
        ((STAMP, "20260720140000"), "0727"),
        ((STAMP, "20250727110000"), STAMP),
        ((), STAMP),
    ],
    ids=["unique", "two of that day", "not known"],
)
def test_a_version_is_typed_as_short_as_it_is_unique(
    in_force: tuple[str, ...], spoken: str
) -> None:
    plan = replace(BLOCKING, phases=tuple(replace(p, version=STAMP) for p in BLOCKING.phases))
    standpoint = canned.standpoint(Environment.PRODUCTION)
    asked = ceremony(Act.CONTINUE, standpoint, plan, phase=0, in_force=in_force)
    assert asked.typed == spoken
