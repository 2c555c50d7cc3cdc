"""What the board and its panes show, and what their words mean."""

from cockpit.tui.present.pane_help import PaneHelp

SCREEN = (
    "**PENDING**: in git, not applied. **APPLIED**: applied and unchanged. **DRIFTED**: "
    "edited after it was applied, or missing from this ref.\n\n"
    "`+` pending  `^` late: older than one already applied  `!` drifted  `?` missing  `x` "
    "failed  `~` applied without a checksum  `=` imported. At the right edge: the worst "
    "hazard.\n\n"
    "Lower case looks, upper case acts, and every act asks first."
)

PANES = {
    "lane-applied": PaneHelp(
        "applied",
        "**APPLIED**: in the database, and its file says the same as then. `~` applied without "
        "a checksum, so that an edit cannot be told; `=` imported when the history was taken "
        "over.\n\n"
        "A rule names a release, above what came with it: *part of* where something of it is "
        "not in the database. A row that came with another release names that at its end.",
        ("preview.rollback", "rollback", "show.evidence"),
    ),
    "lane-drifted": PaneHelp(
        "drifted",
        "**DRIFTED**: in the database, and not as this ref has it. `!` the file was edited "
        "since, in its meaning, a comment or spaces; `?` missing: this ref has no such file, "
        "the row says where it is; `x` failed, and not in this ref. The last row, *schema*, is "
        "what was changed outside of migrations.\n\n"
        "A missing migration can be rolled back: its way down was kept, or git has it.",
        ("preview.rollback", "rollback", "settle", "show.evidence"),
    ),
    "detail-text": PaneHelp(
        "detail",
        "The migration under the cursor. *SQL*: its file, or what was applied. *plan*: what "
        "would run next. *locks*: the strongest lock on each table. *uses*: who uses what it "
        "drops. *diff*: what was edited. *history*: who applied it, and its proof.",
        ("tab.next", "tab.previous", "zoom", "copy", "edit"),
    ),
}
