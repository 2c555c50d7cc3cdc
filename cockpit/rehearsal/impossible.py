"""Why a plan cannot be rehearsed here: never passed over, always named."""

from cockpit.errors import CockpitError


class Impossible(CockpitError):
    """The scratch server cannot stand for the target."""

    def __init__(self, what: str, *, missing: tuple[str, ...] = (), next_step: str = "") -> None:
        super().__init__(what, kept="The target was only read.", next_step=next_step)
        self.missing = missing
        """Each thing that is missing: `extension postgis`."""
