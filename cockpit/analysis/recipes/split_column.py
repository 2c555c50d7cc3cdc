"""One column becomes several, while code that knows only the one goes on running."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.recipes.remade import way_back
from cockpit.analysis.recipes.request import Request, gate, title
from cockpit.analysis.recipes.synchronised import no_trigger, trigger

NAME = "split-column"
FILE = """\
{head}
-- migrate:up phase:expand
ALTER TABLE {table} {add};
{trigger}

-- migrate:up phase:backfill {options}
UPDATE {table} SET {sets}
 WHERE {between} AND {empty};
-- migrate:check {title}
SELECT NOT EXISTS (SELECT 1 FROM {table} WHERE {old} IS NOT NULL AND {empty});

-- migrate:up phase:contract {gate}
{no_trigger}
ALTER TABLE {table} DROP COLUMN {old};

-- migrate:down phase:contract
{again}{trigger}

-- migrate:down phase:backfill {options}
UPDATE {table} SET {old} = {joined}
 WHERE {between} AND {old} IS DISTINCT FROM {joined};

-- migrate:down phase:expand{how}
{rest}{no_trigger}
ALTER TABLE {table} {drop};
"""
BODY = """\
IF TG_OP = 'INSERT' THEN
  IF {none} THEN
    {split}
  ELSIF NEW.{old} IS NULL THEN
    NEW.{old} := {joined};
  END IF;
ELSIF ({new_parts}) IS DISTINCT FROM ({old_parts}) THEN
  IF ({new_parts}) IS DISTINCT FROM ({values}) THEN
    NEW.{old} := {joined};
  END IF;
ELSIF NEW.{old} IS DISTINCT FROM OLD.{old} AND NEW.{old} IS DISTINCT FROM {joined} THEN
  {split}
END IF;"""


def write(request: Request) -> str:
    """The parts are text, cut at the separator; the last one takes the rest."""
    table, plain = request.name, request.column
    old, parts = quoted(plain), [quoted(name) for name in request.new_names(2)]
    function = str(table.sibling(request.named(plain, "sync")))
    values = _values(old, len(parts), request.separator)
    head, again, rest = way_back(request, "text", presence=True)
    return FILE.format(
        head=head,
        again=again,
        rest=rest,
        how=" transaction:false" if rest else "",
        table=table,
        old=old,
        options=request.backfill,
        between=request.between,
        add=",\n  ".join(f"ADD COLUMN {part} text" for part in parts),
        drop=",\n  ".join(f"DROP COLUMN {part}" for part in parts),
        sets=",\n  ".join(f"{p} = {v}" for p, v in zip(parts, values, strict=True)),
        empty=" AND ".join(f"{part} IS NULL" for part in parts),
        joined=_joined(parts, request.separator),
        title=title(f"every {plain} is split"),
        gate=gate(f"no running code reads or writes {request.table}.{plain}"),
        trigger=trigger(table, function, _body(old, parts, request.separator)),
        no_trigger=no_trigger(table, function),
    )


def _body(old: str, parts: list[str], separator: str) -> str:
    values = _values(f"NEW.{old}", len(parts), separator)
    new = [f"NEW.{part}" for part in parts]
    return BODY.format(
        old=old,
        none=" AND ".join(f"{part} IS NULL" for part in new),
        split="\n    ".join(f"{p} := {v};" for p, v in zip(new, values, strict=True)),
        joined=_joined(new, separator),
        values=", ".join(values),
        new_parts=", ".join(new),
        old_parts=", ".join(f"OLD.{part}" for part in parts),
    )


def _values(column: str, count: int, separator: str) -> list[str]:
    cut = _literal(separator)
    firsts = [f"split_part({column}, {cut}, {number})" for number in range(1, count)]
    rest = f"array_to_string((string_to_array({column}, {cut}))[{count}:], {cut})"
    return [*firsts, rest]


def _joined(parts: list[str], separator: str) -> str:
    """Parts that are empty leave no separator behind; no parts at all are a null."""
    kept = ", ".join(f"nullif({part}, '')" for part in parts)
    none = " AND ".join(f"{part} IS NULL" for part in parts)
    # In parentheses: PL/pgSQL would take a bare THEN for the one of its IF.
    return f"(CASE WHEN {none} THEN NULL ELSE concat_ws({_literal(separator)}, {kept}) END)"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
