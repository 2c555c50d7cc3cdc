"""The one table of actions: keys, hints, help, palette and the gate all read it."""

from collections.abc import Callable
from dataclasses import dataclass

from cockpit.analysis.ceremony import Level
from cockpit.tui import situation as reasons
from cockpit.tui.situation import Situation


def never(now: Situation) -> str:
    """Looking is always possible."""
    return ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the operator can do."""

    id: str
    title: str
    """One or two words for the row of hints."""
    key: str
    """Keys in Textual's names, separated by commas."""
    level: Level
    """The least that it costs; `analysis.ceremony` decides what is asked."""
    group: str
    help: str
    """One sentence."""
    refusal: Callable[[Situation], str] = never
    """Why it is impossible now; empty when it is possible."""
    screens: frozenset[str] = frozenset()
    """Where it works; everywhere when empty."""

    @property
    def acts(self) -> bool:
        """Whether it can change anything."""
        return self.level > Level.LOOK

    def titled(self, now: Situation) -> str:
        """The words of its hint: what is armed is disarmed by the same key."""
        return f"dis{self.title}" if self.id == "arm" and now.grant else self.title

    def refused(self, now: Situation) -> str:
        """Why it would do nothing now; empty when it would do something."""
        if not now.opened and self.group != "move" and self.id not in WITHOUT_TARGET:
            return "No target is open: enter opens the one under the cursor."
        if self.screens and now.screen not in self.screens:
            places = " or ".join(sorted(name.capitalize() for name in self.screens))
            return f"The key for {self.title} works on {places}."
        return self.refusal(now)


def _look(
    name: str, title: str, key: str, group: str, sentence: str, *screens: str
) -> Action:  # fmt: skip
    return Action(name, title, key, Level.LOOK, group, sentence, never, frozenset(screens))


ACTIONS: tuple[Action, ...] = (
    _look("move.down", "down", "j,down", "move", "Go to the next row."),
    _look("move.up", "up", "k,up", "move", "Go to the row above."),
    _look("move.left", "left", "left", "move", "Go to the lane on the left."),
    _look("move.right", "right", "right", "move", "Go to the lane on the right."),
    _look("move.first", "first", "g", "move", "Go to the first row."),
    _look("move.last", "last", "G", "move", "Go to the last row."),
    _look("move.page_down", "page down", "pagedown", "move", "Go down by a page."),
    _look("move.page_up", "page up", "pageup", "move", "Go up by a page."),
    _look("pane.next", "next pane", "tab", "move", "Put the focus on the next pane."),
    _look("pane.previous", "previous pane", "shift+tab", "move", "Focus the pane before."),
    _look("tab.next", "next tab", "]", "move", "Show the next tab of the detail.", "board"),
    _look("tab.previous", "previous tab", "[", "move", "Show the tab before.", "board"),
    _look("open", "open", "enter", "look", "Open what the cursor is on."),
    _look("back", "back", "escape", "look", "Close, clear the filter, or go back. Stops nothing."),
    _look("view.board", "board", "1", "go", "What is in git, what is live, where they differ."),
    _look("view.plan", "plan", "2", "go", "The plan looked at last."),
    _look("view.history", "history", "3", "go", "Who did what, and when."),
    _look("view.activity", "activity", "4", "go", "Other sessions and who holds locks."),
    _look("view.run", "run", "5", "go", "The run in progress, or the last one; else the history."),
    _look("view.targets", "targets", "0", "go", "The configured databases: open another one."),
    Action(
        "view.compare", "compare", "6", Level.LOOK, "go",
        "Two targets or more, side by side.", reasons.cannot_compare,
    ),
    _look(
        "view.table", "table", "v", "look",
        "Lanes or one table; all versions in Compare; every tool's in History.",
        "board", "compare", "history",
    ),
    _look("filter.open", "filter", "/", "look", "Filter: text, !text, state:drifted.", "board"),
    _look("filter.next", "next", "n", "look", "Go to the next row that matches.", "board"),
    _look("filter.previous", "previous", "N", "look", "Go to the match before.", "board"),
    _look("zoom", "zoom", "z", "look", "Give the focused pane the whole screen."),
    _look("help", "help", "question_mark,f1", "look", "What this screen shows and all its keys."),
    _look("more", "more", "colon,ctrl+p", "look", "All actions by name."),
    _look("refresh", "refresh", "r", "look", "Read git and the database again now."),
    _look("copy", "copy", "y", "look", "Copy the version, the SQL, the plan or the report."),
    _look("edit", "edit", "e", "look", "Open the file in your editor.", "board"),
    _look("preview.plan", "plan", "p", "look", "Plan for the selected migration.", "board"),
    _look("preview.apply", "plan apply", "a", "look", "What apply would do.", "board"),
    _look("preview.rollback", "plan rollback", "u", "look", "What a rollback would do.", "board"),
    _look("preview.redo", "plan redo", "d", "look", "What a redo would do.", "board"),
    _look("show.waiting", "why waiting", "x", "look", "Who is in the way of the current step."),
    _look("show.lock", "locks", "l", "look", "Every tool's deployment lock: who holds it."),
    _look("show.identity", "identity", "i", "look", "Who answers at the other end."),
    _look("show.session", "session", "t", "look", "Details of a session.", "activity", "run"),
    _look(
        "show.next", "next step", "c", "look",
        "What C would run; the next step; the next slide.", "run", "plan", "slides",
        "replay",
    ),
    _look("show.slides", "slides", "w", "look", "The plan as slides, one step each.", "plan"),
    Action(
        "sheet", "sheet", "s", Level.LOOK, "look",
        "Write the plan as a sheet for the change ticket, Markdown and HTML.",
        never, frozenset({"plan", "slides"}),
    ),
    _look("show.problems", "problems", "o", "look",
          "What failed or is half done, and what is wrong in files and history."),
    _look("show.evidence", "evidence", "m", "look",
          "What the catalog shows of it, whatever the history says.", "board"),
    _look("replay", "replay", "h", "look", "See the run again, event by event.", "history"),
    _look("plan.forms", "other forms", "b", "look",
          "Keep the data, another way down, a rehearsal.", "plan"),
    _look("theme", "theme", "f2", "look", "Change to the next colour theme."),
    _look("times", "times", "f3", "look", "Times of your own clock, or UTC again."),
    _look("quit", "leave", "q", "go", "Leave; asks only if something is held or running."),
    Action(
        "arm", "arm", "W", Level.SHARED, "act",
        "Allow writing to this database for 15 minutes, or take that back.", reasons.cannot_arm,
    ),
    Action(
        "lock", "lock", "L", Level.SHARED, "act",
        "Take the deployment lock, or give it back.", reasons.cannot_lock,
    ),
    Action(
        "apply", "apply", "A", Level.ALONE, "act",
        "Apply up to the selected migration, or everything pending.",
        reasons.cannot_apply, frozenset({"board", "plan"}),
    ),
    Action(
        "rollback", "roll back", "U", Level.ALONE, "act",
        "Roll back: choose how far, see the plan, then the question.",
        reasons.cannot_roll_back, frozenset({"board", "plan", "run", "report"}),
    ),
    Action(
        "resume", "resume", "R", Level.ALONE, "act",
        "Go on with the run that stopped, or finish what is half done.",
        reasons.cannot_resume,
    ),
    Action(
        "redo", "redo", "D", Level.ALONE, "act",
        "Down, then up again; unprotected targets only.",
        reasons.cannot_redo, frozenset({"board", "plan"}),
    ),
    Action(
        "continue", "continue", "C", Level.ALONE, "act",
        "Run the next phase.", reasons.cannot_continue, frozenset({"run"}),
    ),
    Action(
        "hold", "hold", "H", Level.ALONE, "act",
        "Stop after the current step; what is done stays done.",
        reasons.cannot_stop, frozenset({"run"}),
    ),
    Action(
        "cancel", "cancel", "X", Level.ALONE, "act",
        "Ask the server to cancel the current statement.",
        reasons.cannot_cancel, frozenset({"run"}),
    ),
    Action(
        "tune",
        "tune backfill",
        "B",
        Level.ALONE,
        "act",
        "Pause the backfill that is on, let it go on, or change its batches.",
        reasons.cannot_tune,
        frozenset({"run"}),
    ),
    Action(
        "settle", "settle", "M", Level.LOSES, "act",
        "Let the history of the selected migration say what the catalog shows.",
        reasons.cannot_settle, frozenset({"board"}),
    ),
    Action(
        "safer", "safer form", "S", Level.ALONE, "act",
        "Put the safer form of this step into its file.",
        reasons.cannot_mend, frozenset({"plan"}),
    ),
    Action(
        "terminate", "end session", "T", Level.PEOPLE, "act",
        "End somebody else's session, one at a time.",
        reasons.cannot_terminate, frozenset({"activity", "run"}),
    ),
)  # fmt: skip

WITHOUT_TARGET = frozenset(
    """open back view.targets view.compare view.table refresh zoom help more copy theme times
    quit""".split()  # noqa: SIM905
)
"""What is possible before a target is open, besides moving."""
BY_ID = {action.id: action for action in ACTIONS}


def hint_ids(*names: str) -> tuple[Action, ...]:
    """Actions by id, in that order."""
    return tuple(BY_ID[name] for name in names)
