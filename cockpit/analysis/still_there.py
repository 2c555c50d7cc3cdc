"""Which users of a thing are still there when it goes, after what earlier statements did."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cockpit.model.facts import CatalogFacts
from cockpit.model.usage import Handling, Subject, Use
from cockpit.sql.usage import Resolver

_VIEW = re.compile(r"(?:materialized )?view (.+)")
_ON = re.compile(
    r"(constraint|trigger|policy|rule) (.+) on "
    r"(?:(?:foreign )?table|(?:materialized )?view) (.+)"
)
_RELATION = re.compile(r"(?:index|(?:foreign )?table|sequence) (\S+)")
_OF = re.compile(r"(?:default value for )?column .+ of (?:foreign )?table (\S+)")


def at_its_turn(
    uses: Iterable[Use], subject: Subject, now: CatalogFacts, then: CatalogFacts, known: Resolver
) -> Iterator[Use]:
    """The same users; those that are gone by then are said to go before.

    `uses`: as the catalog names them. `now`, `then`: the catalog as it is, and as the statements
    before would leave it; `known`: the names of the latter. What is made anew in between needs the
    subject only where its new text names it.
    """
    went = _there(now) - _there(then)
    old = {relation.oid for relation in now.relations}
    remade = {r.full_name: r.definition for r in then.relations if r.oid not in old}
    for use in uses:
        gone = _key(use.who) in went
        view = _VIEW.fullmatch(use.who)
        if view and (text := remade.get(_bare(view[1]))) is not None:
            gone = known.handling(text, subject) is None
        yield replace(use, handling=Handling.BEFORE) if gone else use


def _key(who: str) -> tuple[str, str, str] | None:
    """None for what no catalog of ours can look up."""
    if found := _VIEW.fullmatch(who) or _RELATION.fullmatch(who) or _OF.fullmatch(who):
        return "relation", _bare(found[1]), ""
    if found := _ON.fullmatch(who):
        return found[1], _bare(found[3]), _bare(found[2])
    return None


def _there(facts: CatalogFacts) -> set[tuple[str, str, str]]:
    names = {relation.oid: relation.full_name for relation in facts.relations}
    parts = [
        *(("constraint", c.table, c.name) for c in facts.constraints),
        *(("trigger", t.table, t.name) for t in facts.triggers),
        *(("policy", p.table, p.name) for p in facts.policies),
        *(("rule", r.table, r.name) for r in facts.rules),
    ]
    return {
        *(("relation", name, "") for name in names.values()),
        *((kind, names[table], name) for kind, table, name in parts if table in names),
    }


def _bare(name: str) -> str:
    """Unquoted, as stored."""
    return name.replace('""', "\0").replace('"', "").replace("\0", '"')
