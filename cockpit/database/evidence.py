"""Asks the catalog whether a step whose end was never recorded has happened."""

from cockpit.database.connection import Reader
from cockpit.model.evidence import Evidence, Verdict
from cockpit.sql.effect import Effect, EffectKind, effect_of

_INDEX = """
SELECT format('%%I.%%I', n.nspname, c.relname), i.indisvalid AND i.indisready,
       pg_catalog.pg_get_indexdef(c.oid)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid = to_regclass(%s)
"""
_LABEL = """
SELECT EXISTS (SELECT FROM pg_catalog.pg_enum
                WHERE enumtypid = to_regtype(%s) AND enumlabel = %s)
"""
_DETACHED = """
SELECT i.inhdetachpending FROM pg_catalog.pg_inherits i
 WHERE i.inhrelid = to_regclass(%s) AND i.inhparent = to_regclass(%s)
"""


def examine(reader: Reader, effect: Effect | None) -> Evidence:
    """Ask the catalog whether the effect is there. Reads only."""
    if effect is None:
        return Evidence(Verdict.UNKNOWN, "the catalog cannot tell whether it happened")
    match effect.kind:
        case EffectKind.CREATES_INDEX:
            return _created(reader, effect)
        case EffectKind.DROPS_INDEX:
            return _dropped(reader, effect)
        case EffectKind.ADDS_LABEL:
            there = bool(reader.rows(_LABEL, (effect.relation, effect.label))[0][0])
            return _plain(there, f"label {effect.label} of type {effect.relation}")
        case EffectKind.DETACHES_PARTITION:
            return _detached(reader, effect)
        case EffectKind.REPEATABLE:
            return Evidence(Verdict.NOT_DONE, "it may be run again whether it happened or not")


def _created(reader: Reader, effect: Effect) -> Evidence:
    for name, valid, definition in reader.rows(_INDEX, (effect.relation,)):
        there = effect_of(definition)
        if there is None or there.shape != effect.shape:
            return Evidence(Verdict.NOT_DONE, f"another index is named {name}: {definition}")
        if valid:
            return Evidence(Verdict.DONE, f"index {name} is there and valid")
        remedy = f"DROP INDEX CONCURRENTLY {name}"
        return Evidence(Verdict.INVALID, f"index {name} is there but INVALID", remedy)
    return Evidence(Verdict.NOT_DONE, f"index {effect.relation} is not there")


def _dropped(reader: Reader, effect: Effect) -> Evidence:
    for name, valid, _ in reader.rows(_INDEX, (effect.relation,)):
        state = "still there" if valid else "half dropped (INVALID)"
        return Evidence(Verdict.NOT_DONE, f"index {name} is {state}")
    return Evidence(Verdict.DONE, f"index {effect.relation} is gone")


def _detached(reader: Reader, effect: Effect) -> Evidence:
    for (pending,) in reader.rows(_DETACHED, (effect.relation, effect.label)):
        if pending:
            remedy = f"ALTER TABLE {effect.label} DETACH PARTITION {effect.relation} FINALIZE"
            words = f"{effect.relation} is half detached"
            return Evidence(Verdict.INVALID, words, remedy, completes=True)
        return Evidence(Verdict.NOT_DONE, f"{effect.relation} is still attached")
    if reader.rows("SELECT to_regclass(%s) IS NULL", (effect.relation,))[0][0]:
        return Evidence(Verdict.UNKNOWN, f"there is no table {effect.relation} any more")
    return Evidence(Verdict.DONE, f"{effect.relation} is detached")


def _plain(there: bool, what: str) -> Evidence:
    if there:
        return Evidence(Verdict.DONE, f"{what} is there")
    return Evidence(Verdict.NOT_DONE, f"{what} is not there")
