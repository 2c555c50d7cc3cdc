"""The names of the demo's situations, for those who only want to list them."""

SCENARIOS = {
    "board": "v1.4 waits to go live: pending, late, drifted and missing side by side",
    "drift": "files, history and schema say different things, in every way",
    "waiting": "other programs hold locks on the table that the next migration wants",
    "rollback": "v1.4 is deployed, the app went back to v1.3 at night, the schema has not",
    "failure": "a migration failed half way, and another run was cut off in the middle",
    "disconnected": "the server goes away while you look, and comes back on its own",
    "targets": "production, staging and a new database: open one, lay them side by side",
}
"""Name to what it shows; the first one is shown when none is named."""

DEFAULT = next(iter(SCENARIOS))
