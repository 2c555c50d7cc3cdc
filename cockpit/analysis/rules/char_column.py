"""char(n) pads with blanks and compares without them."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "char-column"
READS = ("ColumnDef",)
EFFECT = "{table}.{column} is padded with blanks to its length, and they are lost in comparisons."
SAFER = "{column} text CHECK (length({column}) = {length})"
BAD = "CREATE TABLE countries (code char(2) PRIMARY KEY);"
GOOD = "CREATE TABLE countries (code text PRIMARY KEY CHECK (length(code) = 2));"


def check(subject: Subject) -> Hazard | None:
    """`character`, `char` and `bpchar`; not the one-byte type that is written with quotes."""
    written = subject.node.type_name
    if syntax.words(written.names)[-1:] != ("bpchar",):
        return None
    lengths = [syntax.constant_text(syntax.unwrap(item)) for item in written.typmods]
    names = {
        "table": subject.table,
        "column": quoted(subject.part.column),
        "length": (lengths or ["1"])[0],
    }
    return Hazard(NAME, Severity.LOW, EFFECT.format(**names), SAFER.format(**names))
