"""Parts of schema objects are told in words, long ones by their lines that differ."""

import pytest

from cockpit.model.schema import Alteration, SchemaChange, SchemaObject
from cockpit.present.schema_words import change_lines, sides_lines


def changed(kind: str, before: dict[str, str], after: dict[str, str]) -> SchemaChange:
    """One object as it was and as it is."""
    one, other = (SchemaObject(kind, "", "public.t", parts) for parts in (before, after))
    return SchemaChange(Alteration.CHANGED, one, other)


@pytest.mark.parametrize(
    ("kind", "before", "after", "words"),
    [
        ("table", {}, {"replica identity": "f"}, "replica identity: DEFAULT becomes FULL"),
        ("table", {"replica identity": "n"}, {}, "replica identity: NOTHING becomes DEFAULT"),
        ("index", {}, {"replica identity": "yes"}, "replica identity: no becomes yes"),
        ("column", {"not null": "yes"}, {}, "not null: yes becomes no"),
        ("column", {}, {"default": "1"}, "default: none becomes 1"),
        ("trigger", {}, {"enabled": "no"}, "enabled: yes becomes no"),
        ("constraint", {"enforced": "yes"}, {"enforced": "no"}, "enforced: yes becomes no"),
    ],
)
def test_letters_of_the_catalog_are_words(
    kind: str, before: dict[str, str], after: dict[str, str], words: str
) -> None:
    assert list(change_lines(changed(kind, before, after)))[1:] == [f"    {words}"]


def test_of_a_changed_function_only_the_lines_that_differ_are_told() -> None:
    before = "CREATE f()\nAS $$\n-- was\nSELECT 1;\nSELECT 2;\nSELECT 3;\nSELECT\x1b 4;\n$$"
    after = before.replace("-- was\n", "").replace("SELECT\x1b 4", "SELECT\x1b 5")
    change = changed("function", {"definition": before}, {"definition": after})
    assert list(change_lines(change)) == [
        "! function public.t changed",
        "    definition:",
        "        AS $$",
        "      - -- was",
        "        SELECT 1;",
        "        SELECT 3;",
        "      - SELECT\\x1b 4;",
        "      + SELECT\\x1b 5;",
        "        $$",
    ]
    assert list(sides_lines(change, "stage", "prod"))[1] == "    definition: - on stage, + on prod"


def test_a_long_difference_is_cut_and_counted() -> None:
    before, after = ("\n".join(f"{word} {n}" for n in range(60)) for word in ("old", "new"))
    rows = list(change_lines(changed("view", {"definition": before}, {"definition": after})))
    assert len(rows) == 43
    assert rows[-1] == "      … and 80 more lines"
