"""A varchar's limit is hard to lower later; a check says the same and can be changed gently."""

from cockpit.analysis.hazards.names import made_up, quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "varchar-limit"
READS = ("ColumnDef",)
OPTIONAL = True
EFFECT = (
    "Lowering the limit of {table}.{column} later writes the whole table anew; any change of it "
    "needs ACCESS EXCLUSIVE."
)
SAFER = "{column} text CONSTRAINT {name} CHECK (length({column}) <= {length})"
BAD = "CREATE TABLE countries (id bigint PRIMARY KEY, name varchar(50));"
GOOD = "CREATE TABLE countries (id bigint PRIMARY KEY, name text CHECK (length(name) <= 50));"


def check(subject: Subject) -> Hazard | None:
    """Silent for varchar without a limit."""
    written = subject.node.type_name
    if syntax.words(written.names)[-1:] != ("varchar",) or not written.typmods:
        return None
    column = subject.part.column
    names = {
        "table": subject.table,
        "column": quoted(column),
        "name": quoted(made_up(subject.table.name, column, "length")),
        "length": syntax.constant_text(syntax.unwrap(written.typmods[0])),
    }
    return Hazard(NAME, Severity.LOW, EFFECT.format(**names), SAFER.format(**names))
