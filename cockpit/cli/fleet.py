"""The configured targets of a repository, for the screens: their facts, and ways to open them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from cockpit.cli.choice import Choice, read_choice
from cockpit.cli.opening import opening
from cockpit.cli.options import Request
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import CockpitError
from cockpit.present.harmless import harmless
from cockpit.present.masked_engine import hide, masked
from cockpit.present.masking import Mask
from cockpit.settings.credentials import described
from cockpit.settings.dsn import describe
from cockpit.settings.target import Target, every

if TYPE_CHECKING:
    from cockpit.deploy.engine import Engine
    from cockpit.model.comparison import Comparison
    from cockpit.tui.fleet import Opened, TargetCard


def mask_of(choice: Choice) -> Mask:
    """A mask that knows every address the settings name before anything is connected to."""
    targets = (*every(choice.resolved), *((choice.target,) if choice.target else ()))
    dsns = [target.dsn for target in targets]
    return Mask(
        hosts=[host for dsn in dsns for host, _ in dsn.hosts],
        users=[dsn.get("user") for dsn in dsns],
        databases=[dsn.get("dbname") for dsn in dsns],
    )


class ConfiguredFleet:
    """Implements `cockpit.tui.fleet.Fleet` with the settings of one repository."""

    def __init__(
        self,
        choice: Choice,
        request: Request,
        surroundings: Surroundings,
        *,
        walkthrough: bool = False,
        mask: Mask | None = None,
    ) -> None:
        self._choice, self._request = choice, request
        self._surroundings = replace(surroundings, shown=mask.text) if mask else surroundings
        self._walkthrough, self._mask = walkthrough, mask

    @property
    def cards(self) -> tuple[TargetCard, ...]:
        """In the order of the settings."""
        return tuple(self._card(target) for target in every(self._choice.resolved))

    def _card(self, target: Target) -> TargetCard:
        from cockpit.tui.fleet import TargetCard

        where = describe(target.dsn)
        source = described(target, self._surroundings.environment)
        return TargetCard(
            target.name or "",
            target.environment,
            self._mask.text(where) if self._mask else where,
            self._mask.text(source) if self._mask else source,
            str(target.origin),
        )

    def open(self, name: str) -> Opened:
        """An engine on that target. Asks for its password here, where a terminal can be asked."""
        click.echo(f"opening {harmless(name)} …")
        return self._opened(read_choice(self._asking_for(name), self._surroundings))

    def opened(self) -> Opened:
        """An engine on the target that the command line means. Raises UsageError when none is."""
        return self._opened(self._choice)

    def _opened(self, choice: Choice) -> Opened:
        from cockpit.tui.fleet import Opened

        with ExitStack() as stack:
            engine = stack.enter_context(
                self._engine(choice, self._surroundings, walkthrough=self._walkthrough)
            )
            kept = stack.pop_all()
        return Opened(engine, kept.close)

    def compare(self, names: tuple[str, ...]) -> Comparison:
        """Look at these targets side by side, each read-only. Asks the operator nothing."""
        from cockpit.deploy.comparing import compare_engines

        quiet = replace(self._surroundings, asks=False)
        with ExitStack() as stack:
            engines = [
                stack.enter_context(
                    self._engine(
                        read_choice(self._asking_for(name), quiet), quiet, walkthrough=True
                    )
                )
                for name in names
            ]
            return compare_engines(engines)

    @contextmanager
    def _engine(
        self, choice: Choice, surroundings: Surroundings, *, walkthrough: bool
    ) -> Iterator[Engine]:
        """Opened and closed again; behind the mask where there is one, and so is what goes wrong
        before.
        """
        ref = self._request.ref
        try:
            with opening(choice, ref, surroundings, walkthrough=walkthrough) as prepared:
                secret = prepared.password()  # asked now: a question would break the screens later
                engine = surroundings.open_engine(replace(prepared, password=lambda: secret))
                try:
                    yield masked(engine, self._mask) if self._mask else engine
                finally:
                    engine.close()
        except CockpitError as error:
            if self._mask:
                hide(error, self._mask)
            raise

    def _asking_for(self, name: str) -> Request:
        return replace(self._request, target=name, dsn=None, environment=None)
