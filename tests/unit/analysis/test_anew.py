"""A definition of the catalog, said again of another column."""

from cockpit.analysis.hazards.names import LONGEST, Name, suffixed
from cockpit.analysis.recipes.anew import Anew

ANEW = Anew("Num", "Num_new")
TABLE = Name("Shop", "Orders")


def test_an_index_keeps_everything_but_the_column_and_its_name() -> None:
    definition = (
        'CREATE UNIQUE INDEX x ON "Shop"."Orders" USING btree (a, "Num" text_pattern_ops DESC, '
        "lower((\"Num\")::text)) INCLUDE (b) NULLS NOT DISTINCT WITH (fillfactor='70') "
        'WHERE ("Num" > 3)'
    )
    assert ANEW.index(definition, "x_new") == (
        'CREATE UNIQUE INDEX CONCURRENTLY x_new ON "Shop"."Orders" USING btree '
        '(a, "Num_new" text_pattern_ops DESC, lower("Num_new"::text)) INCLUDE (b) '
        "NULLS NOT DISTINCT WITH (fillfactor='70') WHERE \"Num_new\" > 3"
    )


def test_of_a_foreign_key_only_the_side_that_changes_is_said_anew() -> None:
    key = 'FOREIGN KEY ("Num") REFERENCES "Else"("Num") ON DELETE SET NULL ("Num") DEFERRABLE'
    own = ANEW.constraint(TABLE, key, "k", own=True, referenced=False)
    assert own == (
        'ALTER TABLE "Shop"."Orders" ADD CONSTRAINT k FOREIGN KEY ("Num_new") REFERENCES "Else" '
        '("Num") ON DELETE SET NULL ("Num_new") DEFERRABLE NOT VALID'
    )
    other = ANEW.constraint(TABLE, key, "k", own=False, referenced=True)
    assert other == (
        'ALTER TABLE "Shop"."Orders" ADD CONSTRAINT k FOREIGN KEY ("Num") REFERENCES "Else" '
        '("Num_new") ON DELETE SET NULL ("Num") DEFERRABLE NOT VALID'
    )


def test_statistics_quote_every_column_that_needs_it() -> None:
    definition = 'CREATE STATISTICS s (ndistinct) ON "Num", "Other", b FROM "Shop"."Orders"'
    assert ANEW.statistics(definition, Name("Shop", "s_new")) == (
        'CREATE STATISTICS "Shop".s_new (ndistinct) ON "Num_new", "Other", b FROM "Shop"."Orders"'
    )


def test_what_cannot_be_read_is_not_guessed() -> None:
    assert ANEW.index("CREATE INDEX x ON", "y") is None
    assert ANEW.statistics("SELECT 1", TABLE) is None


def test_a_suffix_is_kept_however_long_the_name() -> None:
    long = "ä" * 60
    assert suffixed(long, "old").endswith("_old")
    assert len(suffixed(long, "old").encode()) <= LONGEST
    assert suffixed(long, "old") != suffixed(long, "new")
