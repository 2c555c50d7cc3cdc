"""The targets of the demo, as the settings of a repository would name them."""

from collections.abc import Callable
from contextlib import ExitStack, closing

from cockpit.demo.situations.targets import dev, staging
from cockpit.demo.stage import Stage
from cockpit.deploy.comparing import compare_engines
from cockpit.deploy.engine import Engine
from cockpit.model.comparison import Comparison
from cockpit.tui.fleet import Opened, TargetCard


def _as_it_is(engine: Engine) -> Engine:
    return engine


class DemoFleet:
    """Implements `cockpit.tui.fleet.Fleet` with databases on the stage's own server."""

    def __init__(self, stage: Stage, seen: Callable[[Engine], Engine] = _as_it_is) -> None:
        """`seen`: what the screens get to see of each engine."""
        self._stages = {each.target: each for each in (dev(stage), staging(stage), stage)}
        self._seen = seen

    @property
    def cards(self) -> tuple[TargetCard, ...]:
        """In the order that a release goes through them."""
        trusts = "none: the server trusts its own socket"
        return tuple(
            TargetCard(name, stage.environment, f"{stage.database}@socket", trusts, "the demo")
            for name, stage in self._stages.items()
        )

    def open(self, name: str) -> Opened:
        """An engine on that database."""
        engine = self._stages[name].open()
        return Opened(self._seen(engine), engine.close)

    def compare(self, names: tuple[str, ...]) -> Comparison:
        """All of them side by side."""
        with ExitStack() as stack:
            engines = [
                self._seen(stack.enter_context(closing(self._stages[name].open())))
                for name in names
            ]
            return compare_engines(engines)
