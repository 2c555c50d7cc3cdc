"""Whether names mean here what PostgreSQL means by them."""

from cockpit.database.connection import Reader
from cockpit.errors import Refused

_EFFECTIVE = "SELECT s FROM pg_catalog.unnest(pg_catalog.current_schemas(true)) AS s"


def refuse_names_before_catalog(reader: Reader) -> None:
    """Raise `Refused` where functions and operators of some schema are found before PostgreSQL's.

    `pg_catalog` is searched first unless `search_path` names it at another place. Then whoever may
    create functions in what stands before it decides what the statements of a run mean, and runs
    code of their own with the rights of the role that migrates. Temporary objects do not count:
    functions are never looked for among them.
    """
    path = [str(name) for (name,) in reader.rows(_EFFECTIVE)]
    before = [name for name in path[: path.index("pg_catalog")] if not name.startswith("pg_temp")]
    if before:
        raise Refused(
            f"The search_path of this role finds names in {', '.join(before)} before pg_catalog: "
            "what stands there would run with the rights of the one who migrates.",
            next_step="Leave pg_catalog out of search_path, or name it first.",
        )
