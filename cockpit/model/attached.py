"""What was given to an object after it was made, and what a new object is given of itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AttachedFacts:
    """One thing that CREATE does not bring back when the object was dropped."""

    catalog: str
    """`pg_class`, `pg_proc`, `pg_type`, `pg_namespace`: where the object is."""
    object: int
    column: str
    """Of which column it is; empty for the object itself."""
    kind: str
    """`acl`, `comment`, `label`, `options`, `statistics`, `owner`."""
    text: str
    """`acl`: a JSON list of `grantee=rights/grantor`; `label`: provider, a line end, the label;
    `options`: one `name=value` a line; `statistics`: the target; `owner`: the role, for what is no
    relation and not of the session's own role."""


@dataclass(frozen=True, slots=True)
class DefaultRightsFacts:
    """One row of `pg_default_acl`: rights of what a role will make."""

    role: str
    schema: str
    """Empty for every schema: then it stands in place of the built-in rights."""
    kind: str
    """`r` relation, `S` sequence, `f` function, `T` type, `n` schema."""
    acl: str
    """A JSON list of `grantee=rights/grantor`."""
