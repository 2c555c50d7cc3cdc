"""Native migration files: what their markers say.

A superset of dbmate's (github.com/amacneil/dbmate, `pkg/dbmate/migration.go`): its files mean here
what they mean there, repeated pairs of `up` and `down` included. The SQL itself is not looked at.
"""

import codecs
import re
from collections.abc import Iterable

from cockpit.model.migration import Migration
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.source.checksum import native_checksum
from cockpit.source.marker import Fault
from cockpit.source.phases import read_phases
from cockpit.source.sections import Section, cut_sections

_NAME = re.compile(r"^(\d+)[_-]*(.*)\.sql$")


def read_migration(file: SourceFile) -> tuple[Migration | None, tuple[Problem, ...]]:
    """The migration of one file and all that is wrong with it.

    A file that is only partly understood is a migration too, so that an applied version is not
    taken for missing; its problems carry its version and stop it from being run. None only for
    a file whose name has no version.
    """
    named = _NAME.match(file.name)
    if named is None:
        return None, (_nameless(file),)
    text, faults = _decoded(file.content)
    sections, found = cut_sections(text)
    phases = read_phases(sections, file.path)
    faults += [*found, *phases.faults]
    if not phases.up and not any(fault.blocks for fault in faults):
        faults.append(Fault("no -- migrate:up in this file", 1, 1, "Begin it with -- migrate:up."))
    priority, wrong = _priority(sections)
    faults += wrong
    migration = Migration(
        version=named[1],
        name=named[2],
        up=phases.up,
        down=phases.down,
        checksum=native_checksum(file.content),
        path=file.path,
        blobs=(file.blob,),
        requires=_values(sections, "requires"),
        irreversible=next(iter(_values(sections, "irreversible")), None),
        uncommitted=file.uncommitted,
        priority=priority,
    )
    faults.sort(key=lambda fault: (fault.line, fault.column))
    return migration, tuple(_problem(fault, file.path, named[1]) for fault in faults)


def _values(sections: Iterable[Section], option: str) -> tuple[str, ...]:
    """What a marker says of the whole migration may stand in any of them."""
    found = (value for s in sections for value in s.marker.options.get(option, ()) if value)
    return tuple(dict.fromkeys(found))


def _priority(sections: Iterable[Section]) -> tuple[int, list[Fault]]:
    """The largest that any marker asks for; what is no whole number does not count."""
    found, wrong = [0], []
    for section in sections:
        value = section.marker.option("priority")
        if value is None:
            continue
        try:
            found.append(int(value))
        except ValueError:
            what = f"priority:{value} is no whole number, so it counts as 0"
            wrong.append(Fault(what, section.marker.line, 1, "Write priority:10.", blocks=False))
    return max(found, key=abs), wrong


def _nameless(file: SourceFile) -> Problem:
    return Problem(
        "the file's name does not begin with a version",
        path=file.path,
        next_step="Name it like 20261121093000_what_it_does.sql.",
    )


def _problem(fault: Fault, path: str, version: str) -> Problem:
    return Problem(
        fault.what,
        path=path,
        line=fault.line,
        column=fault.column,
        version=version,
        next_step=fault.next_step,
        blocks_writing=fault.blocks,
    )


def _decoded(content: bytes) -> tuple[str, list[Fault]]:
    """The text without its byte order mark; nothing of it when it is not UTF-8."""
    plain = content.removeprefix(codecs.BOM_UTF8)
    try:
        return plain.decode(), []
    except UnicodeDecodeError as error:
        before = plain[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
        byte = f"0x{plain[error.start]:02x}"
        what = f"byte {byte} is not UTF-8 here, so nothing of this file is read"
        return "", [Fault(what, line, column, "Save it as UTF-8.")]
