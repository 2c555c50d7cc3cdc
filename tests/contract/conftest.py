"""Contract tests about screens use the same canned cockpit as the screens' own tests."""

from tests.tui.conftest import clock, engine, open_cockpit

__all__ = ["clock", "engine", "open_cockpit"]
