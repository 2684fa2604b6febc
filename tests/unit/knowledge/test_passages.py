"""A document cut into passages that can each stand as a source."""

from __future__ import annotations

from app.knowledge import markdown, plain_text
from app.knowledge.passages import cut, sentences
from app.knowledge.ports import Section


def _markdown(text: str) -> list[tuple[str, str]]:
    return [(passage.heading, passage.text) for passage in cut(markdown.sections_of(text), "terms.md")]


def _plain(text: str) -> list[tuple[str, str]]:
    return [(passage.heading, passage.text) for passage in cut(plain_text.sections_of(text), "terms.txt")]


def test_points_paragraphs_and_rows_are_passages_under_their_headings() -> None:
    text = (
        "# Доставка\n\nВозим **своим** транспортом,\nкроме воскресенья.\n\n## По области\n\n"
        "- До 50 км — 2 500 ₽.\n- До 100 км — [4 000 ₽](http://x.ru).\n\n"
        "| Город | Срок |\n|---|:---:|\n| Липецк | 2 дня |\n| Курск | |\n\n# Гарантия\n\nДва года.\n"
    )
    assert _markdown(text) == [
        ("Доставка", "Возим своим транспортом, кроме воскресенья."),
        ("Доставка › По области", "До 50 км — 2 500 ₽."),
        ("Доставка › По области", "До 100 км — 4 000 ₽."),
        ("Доставка › По области", "Город: Липецк; Срок: 2 дня"),
        ("Доставка › По области", "Курск"),
        ("Гарантия", "Два года."),
    ]


def test_a_question_stays_with_its_answer() -> None:
    text = (
        "**Возите ли вы в субботу?** Нет.\n\nМожно ли вернуть?\n\nДа, 14 дней.\n\nВопрос: Есть монтаж?\n\nОтвет: Есть."
    )
    assert [passage for _heading, passage in _markdown(text)] == [
        "Возите ли вы в субботу? Нет.",
        "Можно ли вернуть? Да, 14 дней.",
        "Есть монтаж? Есть.",
    ]


def test_the_line_before_a_list_stands_over_its_points() -> None:
    text = "# Гарантия\n\nГарантия не действует:\n\n- без паспорта;\n- при вскрытии:\n  - двигателя;\n  - щита.\n"
    assert _markdown(text) == [
        ("Гарантия › Гарантия не действует", "без паспорта;"),
        ("Гарантия › Гарантия не действует › при вскрытии", "двигателя;"),
        ("Гарантия › Гарантия не действует › при вскрытии", "щита."),
    ]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    sentence = "Склад на ул. Мира отгружает товар в день оплаты, если она пришла до 12 часов. "
    parts = [passage for _heading, passage in _markdown(sentence * 20)]
    assert len(parts) > 2
    assert all(part.endswith("часов.") and len(part) <= 700 for part in parts)
    assert " ".join(parts) == (sentence * 20).strip()


def test_a_text_without_punctuation_is_cut_between_words() -> None:
    parts = [passage for _heading, passage in _markdown("склад отгрузка доставка " * 400)]
    assert all(len(part) <= 1500 for part in parts)
    assert " ".join(parts) == ("склад отгрузка доставка " * 400).strip()


def test_abbreviations_and_initials_do_not_end_a_sentence() -> None:
    text = "Звоните на ул. Мира А. П. Серову. Цена 500 руб. Оплата по счёту."
    assert sentences(text) == ["Звоните на ул. Мира А. П. Серову.", "Цена 500 руб. Оплата по счёту."]


def test_a_title_over_a_whole_table_is_a_heading() -> None:
    section = Section("Доставка", "| Сроки | Сроки |\n| Город | Дней |\n| Курск | 3 |")
    assert [(p.heading, p.text) for p in cut([section], "a.docx")] == [("Доставка › Сроки", "Город: Курск; Дней: 3")]


def test_a_bar_in_a_cell_does_not_split_it() -> None:
    assert _markdown("| А | Б |\n|---|---|\n| 1 \\| 2 | 3 |")[0][1] == "А: 1 | 2; Б: 3"


def test_a_table_whose_lines_do_not_begin_with_a_bar_is_a_table() -> None:
    assert _markdown("Город | Срок\n--- | ---\nКурск | 3 дня\n\nВозим | не возим.") == [
        ("", "Город: Курск; Срок: 3 дня"),
        ("", "Возим | не возим."),
    ]


def test_a_line_of_bold_words_is_a_heading_and_a_bold_question_is_not() -> None:
    assert _markdown("# Условия\n\n**Гарантия**\n\nДва года.\n\n**Есть монтаж?**\n\nЕсть.") == [
        ("Условия › Гарантия", "Два года."),
        ("Условия › Гарантия", "Есть монтаж? Есть."),
    ]


def test_what_did_not_change_keeps_its_identity() -> None:
    before = cut(markdown.sections_of("- Один.\n- Два.\n- Два."), "a.md")
    after = cut(markdown.sections_of("- Новое.\n- Один.\n- Два.\n- Два."), "a.md")
    assert [passage.id for passage in after[1:]] == [passage.id for passage in before]
    assert len({passage.id for passage in after}) == 4
    assert [passage.place for passage in after] == [0, 1, 2, 3]


def test_code_comments_and_front_matter_are_no_passages() -> None:
    text = "---\ntitle: Условия\n---\n<!-- черновик -->\nВозим **по вторникам**.\n\n***\n\nСклад: `А-1`.\n"
    assert [passage for _heading, passage in _markdown(text)] == ["Возим по вторникам.", "Склад: А-1."]


def test_plain_text_has_headings_lists_and_wrapped_lines() -> None:
    text = (
        "ДОСТАВКА\n\nВозим своим транспортом по городу и области каждый рабочий\nдень с 9 до 18 часов, заявку прини-\n"
        "маем до 16:00.\n\nРазгрузка:\n- силами покупателя\n- 500 ₽ за подъём\n\nСамовывоз\n\nПо доверенности.\n"
    )
    assert _plain(text) == [
        (
            "ДОСТАВКА",
            "Возим своим транспортом по городу и области каждый рабочий день с 9 до 18 часов, "
            "заявку принимаем до 16:00.",
        ),
        ("ДОСТАВКА › Разгрузка", "силами покупателя"),
        ("ДОСТАВКА › Разгрузка", "500 ₽ за подъём"),
        ("ДОСТАВКА › Самовывоз", "По доверенности."),
    ]
