"""The proof of work and the small sum, as the server checks them; the script's side is js/proof.test.mjs."""

from __future__ import annotations

import hashlib

import pytest

from display import proof
from tests.display.phone import NUMBERS, answer
from tests.display.phone import proof as computed

KEY = "only for tests"


def test_the_number_the_script_looks_for_is_the_one_the_server_wants() -> None:
    number = computed("challenge", proof.BITS)
    assert proof.works("challenge", number)
    assert hashlib.sha256(f"challenge:{number}".encode()).hexdigest().startswith("0" * (proof.BITS // 4))
    assert not proof.works("another", number)


@pytest.mark.parametrize("number", ["", "-1", "1e9", "٣", "0x10", " 1", "1" * 16, "\0", "1 "])
def test_what_is_no_number_proves_nothing(number: str) -> None:
    assert not proof.works("challenge", number)
    assert not proof.works("", computed("", proof.BITS))


def test_a_sum_is_answered_in_digits_of_any_script_and_only_for_its_own_form() -> None:
    signed = proof.new_sum(KEY, "form 1")
    asked = proof.question(KEY, signed, str)
    a, b = (NUMBERS.index(word) + 2 for word in asked.rstrip("?").split() if word in NUMBERS)
    for given in (str(a + b), f" {a + b} ", "".join("٠١٢٣٤٥٦٧٨٩"[int(d)] for d in str(a + b))):
        assert proof.is_answered(KEY, signed, "form 1", given)
    for given in ("", "x", str(a + b + 1), "-1", "²", "1" * 900, f"{a + b}.0"):
        assert not proof.is_answered(KEY, signed, "form 1", given)
    assert not proof.is_answered(KEY, signed, "form 2", str(a + b))
    assert not proof.is_answered("another key", signed, "form 1", str(a + b))
    assert proof.question(KEY, "forged", str) == "" and answer(asked) == {}
