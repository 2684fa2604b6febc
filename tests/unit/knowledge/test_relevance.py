"""How pieces of documents stand to a question."""

from __future__ import annotations

from decimal import Decimal

from app.knowledge.asked import read_question
from app.knowledge.model import Passage
from app.knowledge.relevance import FEATURES, Piece, Setting, pieces_of
from tests.fakes.knowledge import WordVectors


def _piece(text: str, literal: str = "") -> Piece:
    return pieces_of(Passage("1", "delivery.md", "Доставка", text, 0, literal))[0]


def _feature(name: str, question: str, text: str, *, km: int | None = None) -> float:
    distances = (Decimal(km),) if km else ()
    row = Setting(read_question(question), WordVectors().likeness, {}, distances).features([_piece(text)])[0]
    return row[FEATURES.index(name)]


def test_a_distance_picks_the_row_whose_range_it_lies_in() -> None:
    question = "Сколько стоит доставка за 110 км?"
    near = _feature("quantity_fits", question, "Куда: до 100 км; Стоимость: 45 ₽ за км")
    middle = _feature("quantity_fits", question, "Куда: от 100 до 500 км; Стоимость: 38 ₽ за км")
    assert middle > near == 0.0


def test_of_two_thresholds_the_nearer_one_fits_better() -> None:
    question = "Какая скидка на 900 000 ₽?"
    low = _feature("quantity_fits", question, "Сумма: от 300 000 ₽; Скидка: 3 %")
    high = _feature("quantity_fits", question, "Сумма: от 800 000 ₽; Скидка: 5 %")
    assert high > low > 0


def test_a_town_whose_distance_is_known_stands_for_its_zone() -> None:
    question = "Сколько стоит доставка в Ржев?"
    row = "Куда: от 100 до 500 км; Стоимость: 38 ₽ за км"
    assert _feature("town_there", question, row, km=120) == 1.0
    assert _feature("town_there", question, row) == 0.0


def test_a_row_for_other_cities_serves_a_town_that_is_not_named() -> None:
    question = "Сколько стоит доставка в Ржев?"
    assert _feature("others_for_town", question, "Куда: другие города; Иначе: транспортная компания") == 1.0
    assert _feature("other_town", question, "Куда: Тверь; Иначе: 900 ₽") == 1.0


def test_a_question_of_a_list_holds_no_value_itself() -> None:
    piece = _piece("Сколько делается короб? По договорённости.")
    assert piece.question == "Сколько делается короб?"
    assert piece.answer == "По договорённости."


def test_a_long_passage_is_taken_in_parts_of_two_sentences() -> None:
    sentences = [f"Это предложение номер {n} о разных свойствах теплицы и её каркаса." for n in range(12)]
    parts = pieces_of(Passage("1", "about.md", "", " ".join(sentences), 0))
    assert len(parts) == 11
    assert parts[3].text == " ".join(sentences[3:5])
