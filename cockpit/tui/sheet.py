"""Writing the sheet of a plan: one file, in the form that its name asks for."""

from pathlib import Path

from cockpit.deploy.engine import Engine
from cockpit.errors import UsageError
from cockpit.model.board import Board
from cockpit.model.plan import Plan
from cockpit.present.sheet import sheet
from cockpit.present.sheet_facts import gather
from cockpit.present.sheet_html import html
from cockpit.present.sheet_markdown import markdown
from cockpit.tui.sheet_pictures import sheet_pictures

FORMS = (".md", ".html")


def write_sheets(engine: Engine, board: Board, plan: Plan, paths: tuple[Path, ...]) -> None:
    """Ask the engine once, take the pictures, and write every file. Blocks; reads only.

    Raises `UsageError` for a name that is neither Markdown nor HTML, and where nothing can be
    written.
    """
    for path in paths:
        if path.suffix.lower() not in FORMS:
            raise UsageError(
                f"{path.name}: a sheet is Markdown or HTML.",
                next_step="Let its name end in .md or .html.",
            )
    facts = gather(engine, board, plan)
    blocks = sheet(facts, sheet_pictures(facts))
    for path in paths:
        text = html(blocks) if path.suffix.lower() == ".html" else markdown(blocks)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path}: it cannot be written: {error.strerror}.") from error
