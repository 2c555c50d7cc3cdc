"""How long it takes to compare a live schema of many relations with what the last run left.

    python -m tests.benchmarks.schema_drift [--tables 5000]

Every table has five columns, a key and an index; one column is added by hand.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

from cockpit.analysis.schema_drift import schema_changes
from cockpit.database.connection import Connection
from cockpit.database.schema_snapshot import read_snapshot
from cockpit.model.schema import Snapshot
from cockpit.settings.dsn import parse
from tests import databases
from tests.databases import Databases

_SEVERAL = 3


def best(work: Callable[[], Any]) -> tuple[float, Any]:
    """The best of several tries, and what it gave."""
    tries = []
    for _ in range(_SEVERAL):
        started = time.perf_counter()
        given = work()
        tries.append(time.perf_counter() - started)
    return min(tries), given


def main() -> None:
    """Print one row a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=5_000)
    asked = parser.parse_args()
    with databases.server() as dsn, Databases(dsn).fresh() as database:
        for start in range(0, asked.tables, 500):
            database.execute(
                "".join(
                    f"CREATE TABLE t{n} (id bigint PRIMARY KEY, a text NOT NULL, b int DEFAULT 0,"
                    f" c timestamptz, d numeric); CREATE INDEX ON t{n} (a);"
                    for n in range(start, min(start + 500, asked.tables))
                )
            )
        connection = Connection.open(
            parse(database.dsn), None, application="benchmark", read_only=True
        )

        def read() -> Snapshot:
            with connection.look() as reader:
                return read_snapshot(reader)

        _, before = best(read)
        database.execute("ALTER TABLE t7 ADD COLUMN hot text")
        reading, after = best(read)
        comparing, changes = best(lambda: schema_changes(before, after))
        packing, _ = best(after.packed)
        connection.close()
    for name, seconds in (("read", reading), ("compare", comparing), ("pack for a run", packing)):
        print(f"{name:16}{seconds:7.2f} s")  # noqa: T201
    print(f"{len(after.objects)} objects, {len(changes)} changed")  # noqa: T201


if __name__ == "__main__":
    main()
