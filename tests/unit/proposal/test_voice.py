"""The company's own letters, and what differs from them."""

from __future__ import annotations

import pytest

from app.proposal.voice import differences, voice_of

LETTERS = [
    f"Добрый день, {name}!\nПосчитали {what}, цены ниже. Если вам нужно быстрее, скажите, поищем другой склад."
    f" Доставка до ваших ворот входит в цену.\nС уважением, Олег Жуков"
    for name, what in [
        ("Марина", "три насоса"),
        ("Пётр Ильич", "рукав и хомуты"),
        ("Андрей", "кабель на 40 метров"),
        ("Ольга", "замену двигателя"),
        ("коллеги", "два дренажных насоса"),
    ]
]
SAME = (
    "Добрый день, Игорь!\nПосчитали насос и рукав, цены ниже. Счёт для вас готов, отгрузим, когда скажете."
    " Остаток можно закрыть после приёмки.\nС уважением, Олег Жуков"
)


def test_letters_have_a_voice() -> None:
    voice = voice_of(LETTERS)
    assert voice is not None
    assert (voice.letters, voice.greeting, voice.signature) == (5, "добрый день", "с уважением")
    assert voice.has_capital_you is False
    assert voice.shortest <= voice.usual <= voice.longest
    assert 5 < voice.sentence_words < 12


def test_four_letters_are_no_manner() -> None:
    assert voice_of(LETTERS[:4]) is None
    assert differences(LETTERS[:4], "Что угодно") == []


def test_a_letter_in_the_same_voice_differs_in_nothing() -> None:
    assert [found.text for found in differences(LETTERS, SAME)] == []


@pytest.mark.parametrize(
    ("change", "words", "quote", "cure"),
    [
        (("Добрый день", "Здравствуйте"), "здороваетесь иначе", "Здравствуйте", "Добрый день"),
        (("Добрый день, Игорь!\n", ""), "приветствия нет", "", None),
        (("С уважением", "С наилучшими пожеланиями"), "прощаетесь иначе", "С наилучшими пожеланиями", "С уважением"),
        (("для вас", "для Вас"), "пишут «вас»", "для Вас", "для вас"),
    ],
)
def test_other_manners_are_said_and_put_right(
    change: tuple[str, str], words: str, quote: str, cure: str | None
) -> None:
    (found,) = differences(LETTERS, SAME.replace(*change))
    assert words in found.text
    assert (found.quote, found.cure, found.is_blocking) == (quote, cure, False)


def test_longer_sentences_and_a_longer_text_are_said() -> None:
    long = (
        "Добрый день, Игорь! "
        + "Мы посчитали насос и рукав и хомуты и кабель и муфту и шкаф и ящик и бочку и насадку. " * 8
    )
    texts = [found.text for found in differences(LETTERS, long)]
    assert any("Фразы длиннее" in text for text in texts)
    assert any("Текст длиннее" in text for text in texts)


def test_a_telegram_is_too_short() -> None:
    assert any("Текст короче" in found.text for found in differences(LETTERS, "Добрый день! Цены ниже."))


def test_the_first_word_of_a_sentence_tells_nothing_of_vy() -> None:
    assert differences(LETTERS, SAME.replace("Счёт для вас готов", "Вам счёт готов")) == []
