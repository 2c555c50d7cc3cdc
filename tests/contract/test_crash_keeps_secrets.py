"""A crash of the screens prints where it happened, never the values."""

import inspect
import io
from pathlib import Path

from rich.console import Console

from cockpit.tui.app import Cockpit
from tests.tui.fake_engine import FakeEngine, HandClock

SECRET = "hunter2-planted"


class Crashing(Cockpit):
    """Breaks with a password in a local."""

    CSS_PATH = str(Path(inspect.getfile(Cockpit)).with_name("cockpit.tcss"))

    def draw_all(self) -> None:
        password = SECRET
        if password:
            raise RuntimeError("broken")


async def test_a_password_in_a_local_is_not_printed() -> None:
    clock = HandClock()
    app = Crashing(FakeEngine(clock), clock=clock)
    output = io.StringIO()
    app.error_console = Console(file=output, width=120)
    try:
        async with app.run_test():
            pass
    except RuntimeError:
        pass
    app._print_error_renderables()
    assert "broken" in output.getvalue()
    assert SECRET not in output.getvalue()
