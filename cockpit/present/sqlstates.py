"""PostgreSQL's error codes in words, where the code alone would have to be looked up at night."""

_WORDS = {
    "0A000": "not supported",
    "08006": "the connection was lost",
    "22001": "a value is too long",
    "22003": "a number is out of range",
    "22P02": "a text cannot be read as its type",
    "23502": "a value is null where none may be",
    "23503": "a foreign key is not satisfied",
    "23505": "a value is there twice",
    "23514": "a check is not satisfied",
    "23P01": "an exclusion is not satisfied",
    "25001": "not possible in a transaction",
    "25006": "the session is read-only",
    "25P02": "the transaction has failed before",
    "2BP01": "others depend on it",
    "40001": "the transaction must be tried again",
    "40P01": "a deadlock",
    "42501": "the role may not do it",
    "42601": "the statement cannot be read",
    "42701": "the column is there already",
    "42703": "no such column",
    "42710": "the object is there already",
    "42883": "no such function",
    "42P01": "no such table",
    "42P07": "the table is there already",
    "53100": "the server's disk is full",
    "53200": "the server is out of memory",
    "53300": "the server takes no more sessions",
    "55000": "the object is not in the state for it",
    "55006": "the object is in use",
    "55P03": "lock not available",
    "57014": "cancelled",
    "57P01": "the session was ended by an administrator",
    "57P03": "the server does not take sessions now",
}
"""From appendix A of PostgreSQL's manual, in our own words."""


def sqlstate_words(code: str | None) -> str:
    """`55P03, lock not available`; the code alone where it explains itself no further."""
    if not code:
        return ""
    words = _WORDS.get(code)
    return f"{code}, {words}" if words else code
