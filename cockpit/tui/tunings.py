"""How a backfill can be paced while it runs: the ways from where it is."""

from dataclasses import dataclass, replace

from cockpit.model.tuning import Tuning
from cockpit.present.durations import count

_LEAST_MILLISECONDS = 50
_MOST_MILLISECONDS = 5000


@dataclass(frozen=True, slots=True)
class Way:
    """One change, in words."""

    title: str
    consequence: str
    tuning: Tuning


def tunings(now: Tuning) -> tuple[Way, ...]:
    """Pause or go on first; then slower, faster, and the lag of replicas."""
    slower = max(_LEAST_MILLISECONDS, now.milliseconds // 2)
    faster = min(_MOST_MILLISECONDS, now.milliseconds * 2)
    batch = f"{count(now.batch)} rows a batch" if now.batch else f"{now.milliseconds} ms a batch"
    switch = (
        Way("go on", f"with {batch}", replace(now, paused=False))
        if now.paused
        else Way("pause", "the batches done stay done; B again goes on", replace(now, paused=True))
    )
    return (
        switch,
        Way("slower", f"{slower} ms a batch", replace(now, milliseconds=slower, batch=0)),
        Way("faster", f"{faster} ms a batch", replace(now, milliseconds=faster, batch=0)),
        Way(
            "stricter about replicas",
            f"waits when one is {max(1, now.max_lag // 2)} s behind, not {now.max_lag} s",
            replace(now, max_lag=max(1, now.max_lag // 2)),
        ),
        Way(
            "laxer about replicas",
            f"waits when one is {now.max_lag * 2} s behind, not {now.max_lag} s",
            replace(now, max_lag=now.max_lag * 2),
        ),
    )
