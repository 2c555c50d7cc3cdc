"""An adoption in words: what would be stamped, on what evidence, and what does not hold."""

from collections.abc import Iterator, Sequence
from typing import Any

from cockpit.model.adoption import Adoption, Finding
from cockpit.present.durations import plural
from cockpit.present.harmless import harmless

_LISTED = 8
"""Versions beyond this many are told by their first and last."""


def adoption_text(adoption: Adoption) -> Iterator[str]:
    """Line by line; findings as they are to be named with `--accept`."""
    yield (
        f"{adoption.tool} in {harmless(adoption.table)}: {plural(len(adoption.named), 'version')} "
        "in force"
    )
    for words, versions in (
        ("import", [one.version for one in adoption.imports]),
        ("keep, with the way back that the ledger has,", adoption.kept),
        ("take out of the ledger, rolled back there since,", adoption.gone),
    ):
        if versions:
            yield f"{words} {_names(versions)}"
    if not (adoption.imports or adoption.gone):
        yield "nothing to adopt: the ledger has all of it"
    yield from _evidence(adoption)
    yield from _findings(adoption)
    yield from (f"refused: {harmless(why)}" for why in adoption.refusals)


def adoption_json(adoption: Adoption) -> dict[str, Any]:
    """All of it, with its id."""
    evidence = adoption.evidence
    return {
        "id": adoption.id,
        "target": adoption.standpoint,
        "tool": adoption.tool,
        "table": adoption.table,
        "commit": adoption.commit,
        "import": [
            {"version": one.version, "name": one.name, "checksum": one.checksum}
            for one in adoption.imports
        ],
        "keep": list(adoption.kept),
        "gone": list(adoption.gone),
        "findings": [_finding_json(finding) for finding in adoption.findings],
        "evidence": {
            "scratch": evidence.scratch,
            "built": evidence.built,
            "compared": evidence.compared,
            "live": evidence.live,
            "notes": list(evidence.notes),
        }
        if evidence
        else None,
        "refusals": list(adoption.refusals),
    }


def _evidence(adoption: Adoption) -> Iterator[str]:
    found = adoption.evidence
    if found is None:
        return
    yield (
        f"evidence: {plural(found.built, 'migration')} built on {harmless(found.scratch)}, "
        f"{plural(found.compared, 'object')} compared with the live schema"
    )
    yield from (f"note: {harmless(note)}" for note in found.notes)


def _findings(adoption: Adoption) -> Iterator[str]:
    if adoption.evidence is None:
        return
    if not adoption.findings:
        yield "holds: files and live schema say the same"
        return
    yield f"does not hold: {plural(len(adoption.findings), 'object')}"
    for finding in adoption.findings:
        sign = "accepted" if finding.accepted else "open"
        yield f"  {sign:<8} {harmless(finding.label)} {harmless(finding.words)}"


def _names(versions: Sequence[str]) -> str:
    shown = [harmless(version) for version in versions]
    if len(shown) > _LISTED:
        return f"{shown[0]} to {shown[-1]} ({len(shown)} versions)"
    return ", ".join(shown)


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "label": finding.label,
        "words": finding.words,
        "version": finding.version,
        "accepted": finding.accepted,
    }
