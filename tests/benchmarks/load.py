"""An application in a process of its own: reads and writes of single rows, and how long they took.

    python -m tests.benchmarks.load DSN ROWS

Goes on until its standard input ends, then prints every wait in seconds as JSON. A process of its
own, so that the program that is measured and the measure do not share an interpreter.
"""

import json
import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

CLIENTS = 4
PAUSE_SECONDS = 0.005


@dataclass
class Load:
    """Clients that read and write as fast as an application with a pause between requests would."""

    dsn: str
    rows: int
    waits: list[float] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def client(self, seed: int) -> None:
        """One connection's life."""
        dice = random.Random(seed)  # noqa: S311
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            while not self.stop.is_set():
                number = dice.randrange(1, self.rows)
                began = time.monotonic()
                if dice.random() < 0.5:
                    connection.execute("SELECT total FROM orders WHERE id = %s", (number,))
                else:
                    connection.execute(
                        "UPDATE orders SET total = total + 1 WHERE id = %s", (number,)
                    )
                self.waits.append(time.monotonic() - began)
                time.sleep(PAUSE_SECONDS)


class Application:
    """The process, as a benchmark holds it."""

    def __init__(self, dsn: str, rows: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.load", dsn, str(rows)],
            cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def waits(self) -> list[float]:
        """End it; how long each of its statements took, in seconds."""
        said, _ = self._process.communicate(timeout=600)
        waits: list[float] = json.loads(said)
        return waits


def main(dsn: str, rows: int) -> None:
    """Work until the standard input ends."""
    load = Load(dsn, rows)
    clients = [threading.Thread(target=load.client, args=(n,)) for n in range(CLIENTS)]
    for client in clients:
        client.start()
    sys.stdin.read()
    load.stop.set()
    for client in clients:
        client.join()
    json.dump(load.waits, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
