"""What a change of type consists of."""

from dataclasses import dataclass

from cockpit.analysis.hazards.names import Name


@dataclass(frozen=True, slots=True)
class Change:
    """The names and expressions that every part of the file says, as SQL."""

    table: Name
    plain: str
    """The column, as stored."""
    kind: str
    """The new type."""
    value: str
    """The new value, over the old column."""
    function: str
    forward: str
    """Makes the trigger that fills the new column."""
    backward: str
    """Makes the trigger that fills the old one after the swap."""
