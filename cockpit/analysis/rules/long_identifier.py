"""PostgreSQL cuts a name after 63 bytes, and two long names can become one."""

from cockpit.analysis.hazards.names import LONGEST
from cockpit.analysis.hazards.rule import EVERY
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity
from cockpit.sql.grammar import GrammarError, tokens

NAME = "long-identifier"
READS = (EVERY,)
EFFECT = "The name {name} is cut to {kept}: a second one that begins alike is the same name."
SAFER = "-- choose a name of at most 63 bytes"
BAD = """\
CREATE TABLE orders_of_customers_who_have_ever_returned_at_least_one_single_item (id bigint);"""
GOOD = "CREATE TABLE orders_with_returns (id bigint);"
_QUOTE = ord('"')


def check(subject: Subject) -> Hazard | None:
    """Reads the text itself: the parse tree holds names that are cut already."""
    text = subject.statement.sql.encode()
    if len(text) <= LONGEST or subject.node is None:
        return None
    if not any(len(word) > LONGEST for word in text.replace(b'"', b" ").split()):
        return None
    for token in _tokens(text):
        if len(token) > LONGEST:
            name = token.decode(errors="replace")
            kept = token[:LONGEST].decode(errors="ignore")
            return Hazard(NAME, Severity.LOW, EFFECT.format(name=name, kept=kept), SAFER)
    return None


def _tokens(text: bytes) -> list[bytes]:
    from postgast import pg_query_pb2 as pb

    try:
        found = [token for token in tokens(text) if token.code in (pb.IDENT, pb.UIDENT)]
    except GrammarError:
        return []
    words = [text[token.start : token.end] for token in found]
    return [w[1:-1].replace(b'""', b'"') if w[0] == _QUOTE else w for w in words]
