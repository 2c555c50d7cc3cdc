"""What happened in the sample repository, commit by commit.

It is written so that a database which was deployed from `v1.3` and got the hotfix at night shows
every kind of trouble on the next release: pending, late, drifted and missing migrations.
"""

from dataclasses import dataclass
from datetime import datetime

ADA = "Ada Okafor <ada@example.com>"
JONAS = "Jonas Weber <jonas@example.com>"
MEI = "Mei Tanaka <mei@example.com>"

MAIN = "main"
HOTFIX = "hotfix/payments-by-reference"
WEIGHTS = "feature/product-weight"
UNIQUE_EMAILS = "feature/unique-emails"

FOLDER = "db/migrations"


@dataclass(frozen=True, slots=True)
class Edit:
    """One place of one file that a commit changes."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of the story."""

    when: datetime
    author: str
    subject: str
    files: tuple[str, ...] = ()
    """Added as they stand in the package's `orders` folder."""
    edits: tuple[Edit, ...] = ()
    branch: str = MAIN
    base: str | None = None
    """Where a new branch begins; None when the branch exists."""
    merges: str | None = None
    tag: str | None = None
    """The release that this commit is."""


def migration(version: str, name: str) -> str:
    """Its path in the repository."""
    return f"{FOLDER}/{version}_{name}.sql"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}Z")


_PAYMENTS = migration("20260323111500", "create_payments")
_QUANTITY = migration("20260427133000", "check_item_quantity")

STORY: tuple[Commit, ...] = (
    Commit(_at("2026-02-09T09:20"), ADA, "Begin the order service",
           ("README.md", "cockpit.toml", migration("20260209091500", "create_customers"))),
    Commit(_at("2026-02-09T09:45"), ADA, "Sell products",
           (migration("20260209094000", "create_products"),)),
    Commit(_at("2026-02-11T10:30"), JONAS, "Take orders",
           (migration("20260211102000", "create_orders"),), tag="v1.0"),
    Commit(_at("2026-03-16T14:10"), JONAS, "Find the orders of a customer by index",
           (migration("20260316140500", "index_orders_by_customer"),)),
    Commit(_at("2026-03-18T08:35"), MEI, "Sell outside the euro area",
           (migration("20260318083000", "add_orders_currency"),)),
    Commit(_at("2026-03-23T11:40"), MEI, "Record payments",
           (_PAYMENTS, "app/queries/payment_by_reference.sql"), tag="v1.1"),
    Commit(_at("2026-04-20T09:15"), ADA, "Show what an order costs",
           (migration("20260420090000", "create_order_totals"),
            "app/queries/orders_of_customer.sql", "app/queries/best_customers.sql")),
    Commit(_at("2026-04-22T15:30"), JONAS, "Take orders back",
           (migration("20260422152000", "allow_returned_orders"),)),
    Commit(_at("2026-04-27T13:50"), JONAS, "Refuse items without a quantity",
           (_QUANTITY,), tag="v1.2"),
    Commit(_at("2026-05-18T10:20"), MEI, "Collect loyalty points",
           (migration("20260518100000", "add_loyalty_points"),)),
    Commit(_at("2026-06-01T09:40"), JONAS, "Weigh products",
           (migration("20260601093000", "add_product_weight"),), branch=WEIGHTS, base=MAIN),
    Commit(_at("2026-06-08T09:05"), JONAS, "Track shipments",
           (migration("20260608084500", "track_shipments"),), tag="v1.3"),
    Commit(_at("2026-06-21T02:52"), ADA, "Find payments by reference before the bank gives up",
           (migration("20260621024000", "hotfix_payments_by_reference"),),
           branch=HOTFIX, base="v1.3"),
    Commit(_at("2026-06-24T16:05"), JONAS, "Explain what a payment's reference is",
           edits=(Edit(_PAYMENTS, "-- Money that came in. One order may be paid in parts.",
                       "-- Money that came in. One order may be paid in parts.\n"
                       "-- The reference is the bank's, which promises nothing about it."),)),
    Commit(_at("2026-06-30T11:25"), MEI, "Refuse more than 999 of one item",
           edits=(Edit(_QUANTITY, "CHECK (quantity > 0)",
                       "CHECK (quantity BETWEEN 1 AND 999)"),)),
    Commit(_at("2026-07-06T09:35"), MEI, "Let customers leave a note for the courier",
           (migration("20260706093000", "add_delivery_note"),)),
    Commit(_at("2026-07-08T17:10"), JONAS, f"Merge branch '{WEIGHTS}'", merges=WEIGHTS),
    Commit(_at("2026-07-13T10:30"), JONAS, "Require a status of every order",
           (migration("20260713101500", "require_order_status"),)),
    Commit(_at("2026-07-20T14:15"), MEI, "Report shipments by carrier",
           (migration("20260720140000", "index_shipments_by_carrier"),)),
    Commit(_at("2026-07-27T09:20"), ADA, "Begin letters with the first name",
           (migration("20260727090000", "split_customer_name"),), tag="v1.4"),
    Commit(_at("2026-08-10T10:25"), MEI, "Allow one account for an email",
           (migration("20260810101500", "unique_customer_emails"),),
           branch=UNIQUE_EMAILS, base=MAIN),
)  # fmt: skip
