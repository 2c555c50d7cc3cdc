"""The sheet for a change ticket: one plan on one target, with all that a reviewer asks about."""

from collections.abc import Iterable, Iterator

from cockpit.analysis.consequences import five_lines
from cockpit.model.board import Board
from cockpit.model.migration import Direction
from cockpit.model.plan import Plan, PlannedPhase, Step, StepKind
from cockpit.present.again import asked_besides, command
from cockpit.present.board_text import holder_text, server_version
from cockpit.present.durations import plural, timestamp
from cockpit.present.harmless import harmless, harmless_block
from cockpit.present.hazard_text import hazard_text
from cockpit.present.impact_text import impact_text
from cockpit.present.live_text import live_text
from cockpit.present.meanwhile import meanwhile_text
from cockpit.present.schema_words import schema_words
from cockpit.present.sheet_blocks import (
    Block,
    Code,
    Facts,
    Heading,
    Lines,
    Paragraph,
    Picture,
    Tasks,
)
from cockpit.present.sheet_facts import SheetFacts
from cockpit.present.usage_text import usage_text

_VERBS = {"apply": "Apply", "rollback": "Roll back", "redo": "Redo"}


def sheet(facts: SheetFacts, pictures: Iterable[Picture] = ()) -> tuple[Block, ...]:
    """All of it, in the order a reviewer reads."""
    plan, board = facts.plan, facts.board
    return (
        Heading(1, _title(plan)),
        Facts(tuple(_where(board, plan))),
        *_objections(board, plan),
        Heading(2, "In short"),
        Facts(tuple((label, harmless(words)) for label, words in five_lines(plan).labelled)),
        *_phases(plan),
        *_way_back(facts),
        *_users(facts),
        *_now(facts),
        *_pictures(pictures),
        Heading(2, "To run exactly this"),
        Paragraph(
            "The plan is refused if files, history or target have changed since this sheet was "
            "made."
        ),
        Code(command(board, plan), "sh"),
        *(Paragraph(words) for words in asked_besides(board, plan)),
        Heading(2, "Agreed"),
        Tasks(tuple(_tasks(board, plan))),
    )


def _title(plan: Plan) -> str:
    what = plural(len(plan.versions), "migration")
    if len(plan.versions) == 1:
        what = f"{plan.versions[0]} {plan.phases[0].name}"
    verb = _VERBS[plan.goal.action.value]
    return harmless(f"{verb} {'nothing' if plan.empty else what} on {plan.standpoint}")


def _where(board: Board, plan: Plan) -> Iterator[tuple[str, str]]:
    stand, who = board.standpoint, board.identity
    protected = ", protected" if stand.protected else ""
    yield "target", harmless(f"{stand.name} ({stand.environment}{protected})")
    if who:
        version = server_version(who.server_version)
        yield "database", harmless(f"{who.database} at {who.address}, PostgreSQL {version}")
    if board.revision:
        yield (
            "revision",
            harmless(f"{board.revision.label}, {board.revision.commit or 'no commit'}"),
        )
    if board.release:
        yield "release", harmless(board.release.sentence)
    if board.schema_drift is not None or board.schema_unchecked:
        yield "schema", schema_words(board)
    yield "goal", harmless(plan.goal.words)
    yield "plan", plan.id
    yield "as of", f"{timestamp(board.as_of)}, all times are UTC"


def _objections(board: Board, plan: Plan) -> Iterator[Block]:
    """What speaks against running it, before anything else."""
    if board.standpoint.disagreement:
        yield Paragraph(f"Writing is impossible: {harmless(board.standpoint.disagreement)}.", True)
    for refusal in plan.refusals:
        yield Paragraph(f"May not run: {harmless(refusal)}", True)
    if board.unfinished:
        yield Paragraph(f"Unfinished: {harmless(board.unfinished.what)}", True)
    for problem in board.problems:
        yield Paragraph(f"Problem: {harmless(str(problem))}", problem.blocks_writing)
    if plan.worktree:
        yield Paragraph("Made from the work tree, not from a named commit.", False)
    for note in plan.notes:
        yield Paragraph(f"Note: {harmless(note)}")


def _phases(plan: Plan) -> Iterator[Block]:
    for index, phase in enumerate(plan.phases):
        yield Heading(2, f"Phase {index + 1} of {len(plan.phases)}: {_phase_words(phase)}")
        around = "One transaction" if phase.transactional else "Not one transaction"
        parts = [f"{around}, {plural(len(phase.steps), 'step')}."]
        if phase.gate:
            parts.append(f"Gate: {harmless(phase.gate)}.")
        if phase.direction is Direction.DOWN and phase.origin:
            parts.append(f"The script is from {harmless(phase.origin)}.")
        yield Paragraph(" ".join(parts))
        for step in phase.steps:
            yield from _step(step)


def _phase_words(phase: PlannedPhase) -> str:
    name = f", {phase.phase}" if phase.phase != "up" else ""
    return harmless(f"{phase.direction} {phase.version} {phase.name}{name}")


def _step(step: Step) -> Iterator[Block]:
    title = harmless(step.title)
    if step.kind is StepKind.RECORD:
        yield Lines((f"Step {step.number} writes the history: {title}",))
        return
    place = f", {harmless(step.place)}" if step.path else ""
    yield Lines((f"Step {step.number}, {title or step.kind.value}{place}",))
    if step.sql:
        yield Code(harmless_block(step.sql).strip("\n"), "sql")
    remarks = [*impact_text(step.impact, step.kept), *meanwhile_text(step)]
    remarks += [text for hazard in step.hazards for text in hazard_text(hazard)]
    if remarks:
        yield Lines(tuple(remarks))


def _way_back(facts: SheetFacts) -> Iterator[Block]:
    yield Heading(2, "Way back")
    yield Paragraph(harmless(five_lines(facts.plan).way_back))
    proved = {kept.proof.version for kept in facts.proofs}
    rows = [
        (
            kept.proof.version,
            f"{kept.proof.words}; rehearsed {timestamp(kept.at)} on {kept.scratch}",
        )
        for kept in facts.proofs
    ]
    rows += [(v, "not rehearsed on this machine") for v in facts.plan.versions if v not in proved]
    yield Facts(tuple((harmless(version), harmless(words)) for version, words in rows))


def _users(facts: SheetFacts) -> Iterator[Block]:
    if facts.uses:
        yield Heading(2, "Who uses what goes")
        for usage in facts.uses:
            yield Lines(tuple(usage_text(usage)))


def _now(facts: SheetFacts) -> Iterator[Block]:
    yield Heading(2, "Now")
    rows = list(live_text(facts.live))
    rows += [f"lock held: {holder_text(h, facts.board.as_of)}" for h in facts.board.holders]
    if not facts.board.holders and facts.board.identity:
        rows.append("no deployment lock is held, of any tool")
    rows += [f"not known: {harmless(words)}" for words in facts.unknown]
    yield Lines(tuple(rows))


def _pictures(pictures: Iterable[Picture]) -> Iterator[Block]:
    shown = tuple(pictures)
    if shown:
        yield Heading(2, "Screens")
        yield from shown


def _tasks(board: Board, plan: Plan) -> Iterator[str]:
    yield f"the statements were read by somebody else than their author: plan {plan.id[:12]}"
    lines = five_lines(plan)
    yield f"accepted that it blocks: {harmless(lines.blocks)}"
    if plan.loses:
        yield f"accepted that it loses: {harmless(lines.loses)}"
    yield f"way back agreed: {harmless(lines.way_back)}"
    yield f"who runs it on {harmless(board.standpoint.name)}, and when:"
