"""The question before another tool's history is taken over, or given back."""

from cockpit.analysis.ceremony import Ceremony, Level, Lines
from cockpit.model.adoption import Adoption
from cockpit.model.target import Environment, Standpoint


def adopt_question(standpoint: Standpoint, adoption: Adoption) -> Ceremony:
    """What is stamped, and that it does not come back by rolling back."""
    count = len(adoption.imports)
    versions = f"{count} version{'' if count == 1 else 's'}"
    lines = Lines(
        runs=f"nothing of any migration; it writes {versions} into the ledger as imported",
        blocks="other deployments, for a moment; no reads, no writes",
        loses="nothing; imported versions only go forward",
        leaves=f"the ledger as the history; {adoption.tool}'s table untouched and only watched",
        way_back="cockpit adopt --undo, as long as nothing was run since",
    )
    # What was accepted although it does not hold is believed by everybody from now on.
    return _question("adopt", standpoint, lines, bool(adoption.findings))


def undo_question(standpoint: Standpoint) -> Ceremony:
    """The tool's own history counts again."""
    lines = Lines(
        runs="nothing; it writes one event into the ledger",
        blocks="other deployments, for a moment; no reads, no writes",
        loses="nothing",
        leaves="the earlier tool's own table as the history again",
        way_back="cockpit adopt, with a new proof",
    )
    return _question("undo the adoption", standpoint, lines, risky=False)


def _question(title: str, standpoint: Standpoint, lines: Lines, risky: bool) -> Ceremony:
    local = standpoint.environment is Environment.LOCAL and not standpoint.protected
    if standpoint.protected:
        return Ceremony(Level.PROTECTED, title, lines, typed=standpoint.name, needs_reason=risky)
    level = Level.ALONE if local else Level.SHARED
    return Ceremony(level, title, lines, needs_reason=risky and not local)
