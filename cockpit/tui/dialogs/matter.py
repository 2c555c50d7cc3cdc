"""What a question is about, as rows: its subject, what speaks against it, its five lines."""

from dataclasses import dataclass, replace

from cockpit.analysis.ceremony import Lines
from cockpit.tui.dialogs.room import Room, danger_rows, diff_rows, line_rows, whole_diff
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.plan_words import five_rows


@dataclass(frozen=True, slots=True)
class Matter:
    """All of it is shown where there is room; `everything` is what one key shows anywhere."""

    subject: str
    lines: Lines
    members: str = ""
    """The names of the migrations, where the subject counts them."""
    remarks: tuple[str, ...] = ()
    """What the operator must know besides the five lines; never folded."""
    dangers: tuple[str, ...] = ()
    diff: tuple[str, ...] = ()
    """What a file would become."""

    def told(self, words: tuple[str, ...]) -> "Matter":
        """With what became known while it is read."""
        return replace(self, remarks=(*self.remarks, *words))

    def subject_rows(self, width: int, height: int, room: Room) -> list[Line]:
        """What stands above the five lines."""
        rows = list(line((self.subject, "strong")).wrapped(width))
        if self.members and room < Room.ONE_ROW_EACH:
            rows += line(self.members).wrapped(width)
        for words in self.remarks:
            rows += _remark(words).wrapped(width)
        rows += danger_rows(self.dangers, width, room)
        rows += diff_rows(self.diff, height)
        return rows if room >= Room.NO_EMPTY_ROWS else [*rows, line()]

    def five(self, width: int, room: Room) -> list[Line]:
        """runs, blocks, loses, leaves, way back; always all five."""
        rows = five_rows(self.lines)
        return [each for row in rows for each in line_rows(row, width, room)]

    def everything(self) -> list[Line]:
        """Nothing folded, nothing cut."""
        head = [line((self.subject, "strong")), *([line(self.members)] if self.members else [])]
        told = [_remark(words) for words in (*self.remarks, *self.dangers)]
        return [*head, line(), *told, *([line()] if told else []), *five_rows(self.lines),
                *whole_diff(self.diff)]  # fmt: skip


def _remark(words: str) -> Line:
    return line(("! ", "drifted"), (words, "high"), hang=2)
