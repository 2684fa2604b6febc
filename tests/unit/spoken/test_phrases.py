"""What is heard in phrases of our own."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from app.spoken.cities import find_cities
from app.spoken.companies import find_organisations
from app.spoken.contacts import find_digit_strings, find_emails, find_phones
from app.spoken.dates import find_moments
from app.spoken.money import find_money
from app.spoken.names import find_people
from app.spoken.numbers import find_numbers
from app.spoken.roles import find_roles
from tests.unit.spoken import named_phrases, phrases

NOW = datetime(2026, 11, 18, 15)  # noqa: DTZ001 - the local time of a call


@pytest.mark.parametrize(("text", "wanted"), phrases.MONEY)
def test_amounts_are_heard_and_nothing_else_is_money(text: str, wanted: tuple[str, ...]) -> None:
    heard = [end for money in find_money(text) for end in (money.value, money.upper) if end is not None]
    assert heard == [Decimal(value) for value in wanted]


@pytest.mark.parametrize(("text", "wanted"), phrases.NUMBERS)
def test_numbers_are_heard_with_their_units(text: str, wanted: tuple[tuple[str, str, str, bool], ...]) -> None:
    heard = tuple(
        (str(n.value), "" if n.upper is None else str(n.upper), n.unit, n.is_ordinal) for n in find_numbers(text)
    )
    assert heard == wanted


@pytest.mark.parametrize(("text", "wanted"), phrases.MOMENTS)
def test_days_and_times_are_counted_from_the_call(text: str, wanted: tuple[str, ...]) -> None:
    assert tuple(moment.iso for moment in find_moments(text, NOW)) == wanted


@pytest.mark.parametrize(("text", "wanted"), phrases.CONTACTS)
def test_contacts_are_put_together_from_what_was_dictated(text: str, wanted: str) -> None:
    heard = [mark.value for find in (find_phones, find_emails, find_digit_strings) for mark in find(text)]
    assert heard == ([wanted] if wanted else [])


@pytest.mark.parametrize(("text", "wanted"), named_phrases.PEOPLE)
def test_people_are_named_in_the_nominative(text: str, wanted: tuple[str, ...]) -> None:
    assert tuple(person.name for person in find_people(text)) == wanted


@pytest.mark.parametrize(("text", "wanted"), named_phrases.ROLES)
def test_titles_are_named_in_the_nominative(text: str, wanted: tuple[str, ...]) -> None:
    assert tuple(role.name for role in find_roles(text)) == wanted


@pytest.mark.parametrize(("text", "wanted"), named_phrases.COMPANIES)
def test_companies_are_named_with_the_legal_form_apart(text: str, wanted: tuple[tuple[str, str], ...]) -> None:
    assert tuple((o.name, o.legal_form) for o in find_organisations(text)) == wanted


@pytest.mark.parametrize(("text", "wanted"), named_phrases.CITIES)
def test_towns_are_named_in_the_nominative(text: str, wanted: tuple[str, ...]) -> None:
    assert tuple(city.name for city in find_cities(text)) == wanted


@pytest.mark.parametrize(("text", "wanted"), [entry for entry in phrases.MONEY if entry[1]])
def test_amounts_do_not_depend_on_capitals_or_yo(text: str, wanted: tuple[str, ...]) -> None:
    for variant in (text.upper(), text.lower(), text.replace("ё", "е")):
        heard = [end for money in find_money(variant) for end in (money.value, money.upper) if end is not None]
        assert heard == [Decimal(value) for value in wanted]
