"""Eight cockpits at once on one pending plan: one runs, the others say who holds the lock."""

import subprocess
import sys
import time
from pathlib import Path

from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import FOLDER, Project

COCKPITS = 8
UNTIL_TOLD = """
INSERT INTO told VALUES ('once');
DO $$ BEGIN
  WHILE NOT EXISTS (SELECT FROM go) LOOP PERFORM pg_sleep(0.05); END LOOP;
END $$;
"""


def test_one_of_eight_runs_and_seven_name_the_holder(
    project: Project, open_here: OpenSession, fresh_database: Database, tmp_path: Path
) -> None:
    project.native("001", "told", "CREATE TABLE told (word text);\nCREATE TABLE go ();")
    project.commit()
    run(open_here())
    project.native("002", "once", UNTIL_TOLD)
    project.commit()
    command = [
        sys.executable, "-m", "cockpit", "apply", "--repo", str(project.root), "--path", FOLDER,
        "--dsn", fresh_database.dsn, "--environment", "local", "--yes",
    ]  # fmt: skip
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    racers = [
        subprocess.Popen(
            command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(COCKPITS)
    ]
    while sum(racer.poll() is not None for racer in racers) < COCKPITS - 1:
        time.sleep(0.05)
    fresh_database.execute("INSERT INTO go DEFAULT VALUES")
    ends = [(*racer.communicate(timeout=60), racer.returncode) for racer in racers]
    codes = sorted(code for _, _, code in ends)
    assert codes == [0] + [5] * (COCKPITS - 1), ends
    for _, complaint, code in ends:
        if code == 5:
            assert "deployment lock is held by" in complaint
            assert "pid" in complaint
            assert "Traceback" not in complaint
    assert fresh_database.execute("SELECT * FROM told") == [("once",)]
