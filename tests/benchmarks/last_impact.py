"""The last statement's impact, for harnesses that ask about one statement at a time.

    cockpit impact --json --dsn URL FILE | python -m tests.benchmarks.last_impact

FILE holds the settings and earlier statements of the same transaction, then the statement that is
meant. Printed is one JSON object; nothing, and exit 1, when the file holds no statement.
"""

import json
import sys

KEPT = ("locks", "rewrites", "scans", "indexes_rebuilt", "transactional", "unknown")


def main() -> int:
    """Read the report of a whole file, print what its last statement does."""
    entries = json.load(sys.stdin)
    if not entries:
        return 1
    last = entries[-1]
    fails = any(hazard["rule"] == "will-fail" for hazard in last["hazards"])
    sys.stdout.write(json.dumps({name: last[name] for name in KEPT} | {"error": fails}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
