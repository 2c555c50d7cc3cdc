"""What one rule is asked about: a part of a statement, with all that is known around it."""

from dataclasses import dataclass

from cockpit.analysis.hazards.course import Course
from cockpit.analysis.hazards.names import Name
from cockpit.analysis.hazards.parts import Origin, Part
from cockpit.analysis.hazards.studied import Runner, Studied
from cockpit.analysis.hazards.tables import Size, Tables
from cockpit.analysis.impact import syntax
from cockpit.model.facts import CatalogFacts
from cockpit.model.impact import Impact, RelationLock
from cockpit.model.locks import LockMode


@dataclass(frozen=True, slots=True)
class Subject:
    """One part of one statement. Nothing in it changes, nothing of it reaches a server."""

    part: Part
    course: Course
    """All statements of the plan or file."""
    index: int
    """Which of them the part belongs to."""
    tables: Tables
    facts: CatalogFacts | None
    major: int
    runner: Runner

    @property
    def node(self) -> syntax.Node:
        """The message of the part."""
        return self.part.node

    @property
    def table(self) -> Name:
        """The table that the part names, as written."""
        return self.part.table

    @property
    def statements(self) -> tuple[Studied, ...]:
        """All of the plan or file, in order."""
        return self.course.statements

    @property
    def statement(self) -> Studied:
        """The statement as a whole."""
        return self.statements[self.index]

    @property
    def impact(self) -> Impact:
        """What the whole statement does."""
        return self.statement.impact

    @property
    def earlier(self) -> tuple[Studied, ...]:
        """The statements before it."""
        return self.statements[: self.index]

    @property
    def together(self) -> tuple[Studied, ...]:
        """The statements before it in the same transaction; none outside of one."""
        return self.course.together(self.index)

    @property
    def before(self) -> Studied | None:
        """The last statement before it in the same transaction."""
        return self.course.before(self.index)

    @property
    def held(self) -> tuple[RelationLock, ...]:
        """Locks that keep writers out, taken by those before it and still held."""
        return self.course.held(self.index)

    @property
    def lock(self) -> LockMode | None:
        """What it locks the table with; None when the table is one that nobody else knows."""
        return self.lock_on(self.table)

    def lock_on(self, name: Name) -> LockMode | None:
        """What the statement locks a relation with that others know."""
        label = self.tables.label(name)
        return next((lock.mode for lock in self.impact.locks if lock.relation == label), None)

    @property
    def on_new_table(self) -> bool:
        """The part stands in a CREATE TABLE, or its table is locked by nobody but this plan."""
        return self.part.origin is Origin.NEW_TABLE or self.lock is None

    @property
    def size(self) -> Size:
        """Of the table that the part names."""
        return self.tables.size(self.tables.label(self.table))

    def size_of(self, name: Name) -> Size:
        """Of any table."""
        return self.tables.size(self.tables.label(name))

    @property
    def largest(self) -> Size:
        """Of what the statement reads or writes from end to end; of the table when nothing is."""
        touched = (*self.impact.rewrites, *self.impact.scans)
        sizes = [self.tables.size(label) for label in touched] or [self.size]
        return max(sizes, key=lambda size: (size.severity, size.bytes or 0))
