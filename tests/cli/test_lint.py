"""`cockpit lint` and `cockpit impact` as a pipeline meets them."""

import json

from tests.cli.conftest import Cockpit
from tests.databases import Database
from tests.projects import FOLDER, Project

DROP = "-- migrate:up\nALTER TABLE orders DROP COLUMN remark;\n"


def test_hazard_at_the_limit_ends_with_code_6(cockpit: Cockpit, project: Project) -> None:
    path = str(project.write("1_a.sql", DROP))
    assert cockpit("lint", path).exit_code == 6
    assert cockpit("lint", "--fail-on", "never", path).exit_code == 0
    assert cockpit("lint", "--exclude", "drop-column", path).exit_code == 0


def test_text_names_place_rule_and_safer_way(cockpit: Cockpit, project: Project) -> None:
    path = str(project.write("1_a.sql", DROP))
    lines = cockpit("lint", path).stdout.splitlines()
    assert lines[0].startswith(f"{path}:2:1: HIGH drop-column: Loses all data of orders.remark")
    assert lines[-1] == "1 hazard (1 high) in 1 statement in 1 file"


def test_without_a_file_the_folder_of_the_settings_is_read(
    cockpit: Cockpit, project: Project, environment: dict[str, str]
) -> None:
    project.write("1_a.sql", DROP)
    assert cockpit("lint").stdout.splitlines()[-1] == "1 hazard (1 high) in 1 statement in 1 file"
    del environment["COCKPIT_FOLDER"]
    shown = cockpit("lint")
    assert shown.exit_code == 2
    assert "or set folder in cockpit.toml" in shown.stderr


def test_json_has_every_finding_with_its_statement(cockpit: Cockpit, project: Project) -> None:
    project.write("1_a.sql", DROP)
    told = json.loads(cockpit("lint", "--json", str(project.root / FOLDER)).stdout)
    (finding,) = told["findings"]
    assert finding["rule"] == "drop-column"
    assert (finding["line"], finding["column"], finding["severity"]) == (2, 1, "high")
    assert finding["statement"] == "ALTER TABLE orders DROP COLUMN remark"
    assert told["files"] == told["statements"] == 1


def test_github_annotation_escapes_what_would_end_it(cockpit: Cockpit, project: Project) -> None:
    path = str(project.write("1_a.sql", '-- migrate:up\nALTER TABLE "a,%:b" DROP COLUMN c;\n'))
    (line,) = cockpit("lint", "--format", "github", path).stdout.splitlines()
    head, _, words = line.partition("::Loses")
    assert head == f"::error file={path},line=2,col=1,title=drop-column"
    assert '"a,%25:b"' in words
    assert "%0A%0ASafer:%0A" in words


def test_sarif_names_only_rules_that_it_describes(cockpit: Cockpit, project: Project) -> None:
    path = str(project.write("1_a.sql", DROP))
    (run,) = json.loads(cockpit("lint", "--format", "sarif", path).stdout)["runs"]
    (result,) = run["results"]
    assert result["level"] == "error"
    assert result["ruleId"] in {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 1}


def test_unreadable_file_ends_with_code_1_and_its_place(cockpit: Cockpit, project: Project) -> None:
    path = str(project.write("1_a.sql", "-- migrate:up\nSELEC 1;\n"))
    told = cockpit("lint", path)
    assert told.exit_code == 1
    assert f"{path}:2:1: error: syntax error" in told.stdout


def test_unknown_rule_is_a_usage_error_with_the_nearest_name(
    cockpit: Cockpit, project: Project
) -> None:
    told = cockpit("lint", "--exclude", "drop-colum", str(project.root))
    assert told.exit_code == 2
    assert "Did you mean drop-column?" in told.stderr


def test_every_rule_is_listed_and_explained_with_its_examples(cockpit: Cockpit) -> None:
    assert "set-not-null-scan" in cockpit("lint", "--rules").stdout
    told = cockpit("lint", "--explain", "set-not-null-scan").stdout
    assert "ALTER TABLE orders ALTER COLUMN email SET NOT NULL;" in told
    assert "VALIDATE CONSTRAINT" in told


def test_impact_asks_the_catalog_of_the_target(
    cockpit: Cockpit, project: Project, fresh_database: Database
) -> None:
    fresh_database.execute("CREATE TABLE orders (id bigint, code varchar(5))")
    path = str(project.write("a.sql", "ALTER TABLE orders ALTER COLUMN code TYPE text;"))
    (entry,) = json.loads(cockpit("impact", "--json", path).stdout)
    assert entry["locks"] == {"public.orders": "AccessExclusiveLock"}
    assert (entry["rewrites"], entry["source"]) == ([], "predicted")
    assert (entry["line"], entry["statement"][:11]) == (1, "ALTER TABLE")


def test_impact_without_a_target_believes_the_text(
    cockpit: Cockpit, project: Project, environment: dict[str, str]
) -> None:
    del environment["COCKPIT_DSN"]
    path = str(project.write("a.sql", "ALTER TABLE orders ALTER COLUMN code TYPE text;"))
    (entry,) = json.loads(cockpit("impact", "--json", path).stdout)
    assert entry["rewrites"] == ["orders"]
    assert entry["hazards"][0]["rule"] == "change-column-type"
    assert cockpit("impact", "--fail-on", "high", path).exit_code == 6


INDEX = "-- migrate:up\nCREATE INDEX orders_remark ON orders (remark);\n"


def test_diff_shows_the_safer_form_and_writes_nothing(cockpit: Cockpit, project: Project) -> None:
    path = project.write("1_a.sql", INDEX)
    result = cockpit("lint", "--diff", str(path))
    assert "+CREATE INDEX CONCURRENTLY orders_remark ON orders (remark);" in result.stdout
    assert result.stdout.endswith("1 hazard can be taken out of 1 file\n")
    assert path.read_text() == INDEX


def test_fix_writes_it_once_the_history_does_not_have_the_file(
    cockpit: Cockpit, project: Project
) -> None:
    path = project.write("1_a.sql", INDEX)
    result = cockpit("lint", "--fix", str(path))
    assert result.exit_code == 0, result.output
    assert path.read_text() == INDEX.replace("up\n", "up transaction:false\n").replace(
        "INDEX", "INDEX CONCURRENTLY"
    )


def test_fix_leaves_an_applied_file_alone(
    cockpit: Cockpit, project: Project, fresh_database: Database
) -> None:
    fresh_database.execute("CREATE TABLE orders (remark text)")
    path = project.write("1_a.sql", INDEX)
    project.commit("add an index")
    assert cockpit("apply", "--yes").exit_code == 0
    result = cockpit("lint", "--fix", str(path))
    assert result.exit_code == 7
    assert "was applied to" in result.output
    assert path.read_text() == INDEX


def test_fix_without_a_database_needs_somebody_to_vouch(
    cockpit: Cockpit, project: Project, environment: dict[str, str]
) -> None:
    del environment["COCKPIT_DSN"]
    path = project.write("1_a.sql", INDEX)
    assert cockpit("lint", "--fix", str(path)).exit_code == 7
    assert path.read_text() == INDEX
    assert cockpit("lint", "--fix", "--never-applied", str(path)).exit_code == 0
    assert "CONCURRENTLY" in path.read_text()
