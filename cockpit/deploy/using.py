"""Who uses what a plan or a statement is about to drop or rename."""

from collections.abc import Iterator

from cockpit.analysis.impact.predict import follow
from cockpit.analysis.still_there import at_its_turn
from cockpit.analysis.usage import Turns, in_files, in_functions, in_statements, resolver, turns
from cockpit.database.catalog import read_facts
from cockpit.database.usage import dependents, statements
from cockpit.deploy.opening import Opening
from cockpit.deploy.server_side import ServerSide
from cockpit.errors import SourceError
from cockpit.model.facts import CatalogFacts
from cockpit.model.usage import RanStatement, Subject, Usage, Use
from cockpit.source.git_repository import GitRepository, find_git_repository
from cockpit.source.mentions import texts_naming
from cockpit.sql.usage import Resolver


def who_uses(opening: Opening, sql: str) -> tuple[Usage, ...]:
    """Users of everything these statements drop or rename, in the order of the statements.

    Asks the catalog, the statements the server remembers, and the files of the repository at its
    ref, the migrations' own folder left out. What an earlier one of the statements drops is no
    user any more when the subject goes. Reads only. Raises `DatabaseError` when the database
    cannot be read; a source that cannot be asked is named in `Usage.not_asked`.
    """
    wanted = turns(sql)
    if not wanted:
        return ()
    server = ServerSide(opening)
    try:
        facts = server.read(read_facts)
        ran, why_not = statements(server.reading())
        tied = {subject: _tied(server, subject) for _, found in wanted for subject in found}
    finally:
        server.close()
    repository, no_files = _repository(opening)
    return tuple(
        _usage(resolver(then), then, one, left, ran, repository, opening, why_not, no_files)
        for one, left, then in _at_their_turns(facts, wanted, tied)
    )


def _at_their_turns(
    now: CatalogFacts, wanted: Turns, tied: dict[Subject, tuple[Use, ...]]
) -> Iterator[tuple[Subject, tuple[Use, ...], CatalogFacts]]:
    """Each subject with its users and the catalog when its statement comes."""
    then = now
    for before, found in wanted:
        then = follow(before, then) if before else then
        known = resolver(then)
        for subject in found:
            yield subject, tuple(at_its_turn(tied[subject], subject, now, then, known)), then


def _tied(server: ServerSide, subject: Subject) -> tuple[Use, ...]:
    return server.read(lambda reader: dependents(reader, subject))


def _usage(
    known: Resolver,
    facts: CatalogFacts,
    subject: Subject,
    tied: tuple[Use, ...],
    ran: tuple[RanStatement, ...],
    repository: GitRepository | None,
    opening: Opening,
    *not_asked: str,
) -> Usage:
    in_repository, cut_short = _in_repository(known, subject, repository, opening)
    named = {use.who.partition("(")[0] for use in tied}
    functions = (use for use in in_functions(known, subject, facts) if use.who not in named)
    return Usage(
        subject,
        (*tied, *functions, *in_statements(known, subject, ran), *in_repository),
        tuple(reason for reason in (*not_asked, cut_short) if reason),
    )


def _in_repository(
    known: Resolver, subject: Subject, repository: GitRepository | None, opening: Opening
) -> tuple[tuple[Use, ...], str]:
    if repository is None:
        return (), ""
    commit = repository.revision(opening.ref).commit
    if commit is None:
        return (), "the repository has no commit"
    texts, cut_short = texts_naming(repository.git, commit, subject.name, leave_out=opening.folder)
    why = f"more files name {subject.name} than were read" if cut_short else ""
    return tuple(in_files(known, subject, texts)), why


def _repository(opening: Opening) -> tuple[GitRepository | None, str]:
    try:
        found = find_git_repository(opening.repository)
    except SourceError as error:
        return None, f"the repository: {error.what}"
    return found, "" if found else "the repository: there is no git here"
