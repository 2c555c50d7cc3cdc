"""A secret is given away by `reveal` and by nothing else."""

import copy
import json
import logging
import pickle
import pprint
import traceback

import msgspec
import pytest

from cockpit.settings.secret import Secret

PLANTED = "pl4nted/p@ssword"


def ways_to_print(secret: Secret) -> list[str]:
    record = logging.LogRecord("x", 0, "x", 0, "%s %r", (secret, secret), None)
    return [
        str(secret),
        repr(secret),
        f"{secret} {secret!r} {secret:>20}",
        "%s" % secret,  # noqa: UP031
        "{}".format(secret),  # noqa: UP032
        pprint.pformat({"password": [secret]}),
        record.getMessage(),
        repr({"a": secret}),
        str(dir(secret)),
    ]


def test_no_way_to_print_shows_it() -> None:
    shown = ways_to_print(Secret(PLANTED))
    assert not [words for words in shown if PLANTED in words]
    assert Secret(PLANTED).reveal() == PLANTED


def test_a_traceback_with_locals_shows_a_mask() -> None:
    secret = Secret(PLANTED)
    try:
        raise ValueError(f"no connection with {secret}")
    except ValueError as error:
        frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    text = "".join(frames.format())
    assert PLANTED not in text
    assert repr(secret) in text


@pytest.mark.parametrize("dump", [pickle.dumps, json.dumps, msgspec.json.encode])
def test_it_refuses_to_be_serialised(dump: object) -> None:
    assert callable(dump)
    with pytest.raises(TypeError) as refusal:
        dump(Secret(PLANTED))
    assert PLANTED not in str(refusal.value)


def test_it_equals_the_same_secret_and_no_plain_text() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert Secret("\udce9") == Secret("\udce9")


def test_a_copy_is_the_secret_itself() -> None:
    secret = Secret(PLANTED)
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret


def test_it_is_masked_in_the_words_of_others() -> None:
    secret = Secret(PLANTED)
    foreign = f"invalid dsn postgres://u:{PLANTED}@h and u:pl4nted%2Fp%40ssword@h"
    assert "pl4nted" not in secret.hide_in(foreign)
    assert Secret("").hide_in("abc") == "abc"
