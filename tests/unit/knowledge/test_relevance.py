"""How pieces of documents stand to a question."""

from __future__ import annotations

from decimal import Decimal

from app.knowledge.asked import read_question
from app.knowledge.model import Passage, PriceItem
from app.knowledge.pieces import Piece, clauses, pieces_of
from app.knowledge.relevance import FEATURES, Setting, is_named, unknown_words
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


def test_a_number_of_another_thing_is_no_number_of_the_thing_asked() -> None:
    question = "Сколько швей в цехе?"
    assert _feature("counted_missing", question, "В цехе 6 машин.") == 1.0
    assert _feature("counted_there", question, "В цехе 14 швей и 6 машин.") == 1.0


def test_a_town_that_is_not_the_asked_one_is_seen_unless_the_piece_speaks_of_a_whole_region() -> None:
    question = "Сколько стоит доставка в Ржев?"
    assert _feature("other_town", question, "В Тверь — 900 ₽.") == 1.0
    assert _feature("other_town", question, "Тверь — 900 ₽, по области — 2 000 ₽.") == 0.0


def test_a_word_with_a_slip_is_found() -> None:
    assert _feature("noun_missing", "Что с фундментом?", "Нужен фундамент.") < 0.2


def test_words_of_trade_that_mean_one_thing_are_found() -> None:
    assert _feature("trade_missing", "Привезёте теплицу?", "Доставка по будням.") == 0.0
    assert _feature("trade_missing", "Какой штраф за опоздание?", "Доставка по будням.") == 1.0


def test_a_role_without_its_adjective_is_another_person() -> None:
    asked = "Кто коммерческий директор?"
    own = _feature("role_missing", asked, "Коммерческий директор — Алла Ветрова.")
    other = _feature("role_missing", asked, "Директор — Алла Ветрова.")
    assert own < other


def test_each_part_of_a_list_says_one_thing() -> None:
    assert clauses("Каркас — 7 лет, плёнка — 1 год; стекло — 3 года.", is_row=False) == [
        "Каркас — 7 лет",
        "плёнка — 1 год",
        "стекло — 3 года.",
    ]


def test_an_article_is_named_by_all_words_of_the_question() -> None:
    item = PriceItem(sku="OZ-1", name="Шланг поливочный 25 м", unit="шт", price=Decimal(900), vat_rate="22")
    assert is_named(item, read_question("Сколько стоит поливочный шланг?"))
    assert not is_named(item, read_question("Сколько стоит доставка шланга?"))
    assert not is_named(item, read_question("Сколько стоит?"))


def test_words_that_stand_nowhere_in_the_base_are_unknown_to_it() -> None:
    words = read_question("Пахнет ли эмаль на скамейках?").words
    pieces = [_piece("Скамейки красим в любой цвет."), _piece("Столы привозим собранными.")]
    assert [word.text for word in unknown_words(words, pieces, WordVectors().likeness)] == ["пахнет", "эмаль"]
