"""Check digits of requisites: invented numbers that hold, and each digit of them spoilt."""

from __future__ import annotations

import pytest

from app.core.validation import is_account, is_bik, is_correspondent_account, is_inn, is_kpp, is_ogrn

BANK = "044525225"


@pytest.mark.parametrize("inn", ["7707083893", "500100732259"])
def test_a_true_inn_holds_and_no_single_mistyped_digit_passes(inn: str) -> None:
    assert is_inn(inn)
    for place, digit in enumerate(inn):
        spoilt = inn[:place] + str((int(digit) + 1) % 10) + inn[place + 1 :]
        assert not is_inn(spoilt), spoilt


@pytest.mark.parametrize(
    "text", ["", "770708389", "77070838930", "0000000000", "770708389a", " 7707083893", "٧٧٠٧٠٨٣٨٩٣"]
)
def test_what_has_not_the_form_is_no_inn(text: str) -> None:
    assert not is_inn(text)


@pytest.mark.parametrize("ogrn", ["1027700132195", "304500116000157"])
def test_a_true_ogrn_holds_and_a_mistyped_check_digit_does_not(ogrn: str) -> None:
    assert is_ogrn(ogrn)
    assert not is_ogrn(ogrn[:-1] + str((int(ogrn[-1]) + 1) % 10))
    assert not is_ogrn(ogrn[:-1])


def test_a_kpp_may_hold_letters_in_the_middle() -> None:
    assert is_kpp("773601001")
    assert is_kpp("7736AB001")
    assert not is_kpp("77360100")
    assert not is_kpp("A73601001")


def test_a_bik_begins_with_the_code_of_the_country() -> None:
    assert is_bik(BANK)
    assert not is_bik("144525225")
    assert not is_bik("04452522")


def test_an_account_belongs_to_its_bank() -> None:
    assert is_account("40702810500000002851", BANK)
    assert not is_account("40702810500000002851", "044525974")
    assert not is_account("40702810500000002852", BANK)
    assert not is_account("4070281050000000285", BANK)


def test_a_correspondent_account_belongs_to_its_bank() -> None:
    assert is_correspondent_account("30101810400000000225", BANK)
    assert not is_correspondent_account("30101810400000000226", BANK)
    assert not is_correspondent_account("40702810500000002851", BANK)
