"""When a key counts: not at once, and not while it is held down."""

from cockpit.tui.clock import Clock

QUIET_SECONDS = 0.8
"""Longer than the delay before a keyboard repeats a held key (about 0.5 s, 0.66 s on X11)."""


class ArmedKey:
    """A key that counts only some time after it was armed, and only after it was let go.

    Terminals report no key-up, so a held key is told by presses that follow each other closely.
    """

    def __init__(self, clock: Clock, arming_seconds: float) -> None:
        self._clock = clock
        self._arming_seconds = arming_seconds
        self._armed_at: float | None = None
        self._pressed_at: float | None = None

    def arm(self, arming_seconds: float | None = None) -> None:
        """Start the delay; a running one starts anew."""
        if arming_seconds is not None:
            self._arming_seconds = arming_seconds
        self._armed_at = self._clock.seconds()

    def disarm(self) -> None:
        """No press counts until it is armed again."""
        self._armed_at = None

    @property
    def armed(self) -> bool:
        """Whether the delay runs or is over."""
        return self._armed_at is not None

    @property
    def seconds_left(self) -> float:
        """Until a press counts; 0 when it does."""
        if self._armed_at is None:
            return self._arming_seconds
        return max(0.0, self._armed_at + self._arming_seconds - self._clock.seconds())

    def press(self) -> bool:
        """Whether this press counts."""
        now = self._clock.seconds()
        held = self._pressed_at is not None and now - self._pressed_at < QUIET_SECONDS
        self._pressed_at = now
        return self.armed and not held and self.seconds_left <= 0.0
