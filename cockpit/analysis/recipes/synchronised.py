"""A trigger that keeps old and new columns equal while both are in use."""

from cockpit.analysis.hazards.names import Name


def trigger(table: Name, function: str, body: str) -> str:
    """Makes the function and the trigger; `body` is what happens before RETURN NEW."""
    lines = "\n".join(f"  {line}" if line else "" for line in body.strip("\n").split("\n"))
    return (
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $sync$\n"
        f"BEGIN\n{lines}\n  RETURN NEW;\nEND $sync$;\n"
        f"CREATE TRIGGER {_bare(function)} BEFORE INSERT OR UPDATE ON {table}\n"
        f"  FOR EACH ROW EXECUTE FUNCTION {function}();"
    )


def no_trigger(table: Name, function: str) -> str:
    """Drops both."""
    return f"DROP TRIGGER {_bare(function)} ON {table};\nDROP FUNCTION {function}();"


def both_ways(old: str, new: str, *, to_new: str, to_old: str) -> str:
    """The body for columns of which either may be written; the one that changed wins.

    A new row has what `new` was given, else what `old` has, be it by default.
    """
    return (
        f"IF TG_OP = 'INSERT' THEN\n"
        f"  IF NEW.{new} IS NULL THEN NEW.{new} := {to_new};\n"
        f"  ELSE NEW.{old} := {to_old}; END IF;\n"
        f"ELSIF NEW.{new} IS DISTINCT FROM OLD.{new} THEN NEW.{old} := {to_old};\n"
        f"ELSIF NEW.{old} IS DISTINCT FROM OLD.{old} THEN NEW.{new} := {to_new};\n"
        f"END IF;"
    )


def _bare(function: str) -> str:
    """A trigger has no schema of its own."""
    return function.rpartition(".")[2]
