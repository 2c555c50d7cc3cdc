"""`cockpit adopt`: the proof first, then a question that fits the target, then one entry."""

import json
from dataclasses import replace

import pytest

from cockpit.model.adoption import Finding
from cockpit.model.target import Environment
from tests.tui import canned
from tests.unit.cli.commands import Commands

FINDING = Finding("column public.a.b", "is live, and no file makes it")


def writes(cockpit: Commands) -> list[str]:
    return [c for c in cockpit.engine.calls if c.startswith(("arm", "adopt ", "undo"))]


def unprotected(cockpit: Commands) -> None:
    standpoint = cockpit.engine.board.standpoint
    local = replace(standpoint, environment=Environment.LOCAL, name="here")
    cockpit.engine.board = replace(cockpit.engine.board, standpoint=local)


def open_finding(cockpit: Commands) -> None:
    cockpit.engine.proposed = replace(canned.adoption(), findings=(FINDING,))


def test_a_dry_run_shows_the_proof_and_arms_nothing(cockpit: Commands) -> None:
    shown = cockpit("adopt", "--dry-run")
    assert shown.exit_code == 0
    assert "goose in goose_db_version: 2 versions in force" in shown.stdout
    assert "holds: files and live schema say the same" in shown.stdout
    assert writes(cockpit) == []


def test_as_json_it_is_one_object_with_its_id(cockpit: Commands) -> None:
    told = json.loads(cockpit("adopt", "--dry-run", "--json").stdout)
    assert told["id"] == canned.adoption().id
    assert [one["version"] for one in told["import"]] == ["001", "002"]


@pytest.mark.parametrize("dry", [("--dry-run",), ()])
def test_what_does_not_hold_is_named_and_refused(cockpit: Commands, dry: tuple[str, ...]) -> None:
    open_finding(cockpit)
    refused = cockpit("adopt", *dry, "--yes")
    assert refused.exit_code == 7
    assert "open     column public.a.b is live, and no file makes it" in refused.stdout
    assert writes(cockpit) == []


def test_a_name_that_fits_nothing_is_a_mistake(cockpit: Commands) -> None:
    open_finding(cockpit)
    refused = cockpit("adopt", "--accept", "column public.a.c")
    assert (refused.exit_code, writes(cockpit)) == (2, [])


def test_an_unprotected_target_is_adopted_with_a_yes(cockpit: Commands) -> None:
    unprotected(cockpit)
    done = cockpit("adopt", "--yes")
    assert done.exit_code == 0
    assert writes(cockpit) == ["arm None", "adopt 2 reason="]


def test_without_a_terminal_and_without_a_yes_nothing_is_written(cockpit: Commands) -> None:
    unprotected(cockpit)
    assert cockpit("adopt").exit_code == 7
    assert writes(cockpit) == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--yes",), 7),
        (("--confirm", "orders-prod"), 7),
        (("--confirm", "orders-prod", "--plan-id", "00000000"), 7),
        (("--confirm", "orders", "--plan-id", canned.adoption().id[:12]), 7),
        (("--confirm", "orders-prod", "--plan-id", canned.adoption().id[:12]), 0),
    ],
)
def test_a_protected_target_wants_its_name_and_what_was_reviewed(
    cockpit: Commands, options: tuple[str, ...], code: int
) -> None:
    assert cockpit("adopt", *options).exit_code == code
    assert (writes(cockpit) != []) is (code == 0)


def test_what_was_accepted_on_a_protected_target_needs_a_reason(cockpit: Commands) -> None:
    open_finding(cockpit)
    accepted = cockpit.engine.proposed.accepting([FINDING.label])
    options = ("adopt", "--accept", FINDING.label, "--confirm", "orders-prod")
    reviewed = ("--plan-id", accepted.id[:12])
    assert cockpit(*options, *reviewed).exit_code == 7
    assert cockpit(*options, *reviewed, "--reason", "by hand in May").exit_code == 0
    assert writes(cockpit)[-1] == "adopt 2 reason=by hand in May"


def test_undoing_asks_as_much(cockpit: Commands) -> None:
    assert cockpit("adopt", "--undo", "--yes").exit_code == 7
    assert writes(cockpit) == []
    undone = cockpit("adopt", "--undo", "--confirm", "orders-prod")
    assert undone.exit_code == 0
    assert "counts again" in undone.stdout
    assert writes(cockpit) == ["arm orders-prod", "undo adoption"]


def test_nothing_to_adopt_arms_nothing(cockpit: Commands) -> None:
    cockpit.engine.proposed = replace(canned.adoption(), imports=(), evidence=None)
    shown = cockpit("adopt", "--yes")
    assert (shown.exit_code, writes(cockpit)) == (0, [])
    assert "nothing to adopt" in shown.stdout
