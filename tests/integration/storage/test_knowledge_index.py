"""Search over passages and articles on a real database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.adapters.storage.knowledge_index import SqlKnowledgeIndex, index_in_memory
from app.adapters.storage.store import open_store
from app.core.errors import UserFixable
from app.knowledge.model import Hit, Knowledge
from app.knowledge.search import stem
from app.settings import Folders, Settings
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FixedKey
from tests.fakes.knowledge import WordVectors, a_document, a_price_list, an_item

ITEMS = (
    an_item("TH-100", name="Обогреватель ТО-100"),
    an_item("TH-120", name="Обогреватель ТО-120"),
    an_item("TH-120M", name="Обогреватель ТО-120М с таймером"),
    an_item("PU-3280", name="Насос НЦ 32-80"),
)
TEXTS = (
    "Рассрочку даём на три месяца.",
    "Обогреватель ТО-100 греет теплицу до 40 м².",
    "Чем ТО-100 отличается от ТО-120? Мощностью.",
    "Deliveries leave on Tuesdays.",
)
BASE = Knowledge(a_price_list("list-1", *ITEMS), (a_document("document-1", "faq.md", *TEXTS),))


@pytest.fixture
def index() -> Iterator[SqlKnowledgeIndex]:
    made, database = index_in_memory(WordVectors())
    made.replace(BASE)
    yield made
    database.close()


def _skus(hits: list[Hit]) -> list[str]:
    return [hit.item.sku for hit in hits if hit.item]


def _texts(hits: list[Hit]) -> list[str]:
    return [hit.passage.text for hit in hits if hit.passage]


def test_a_word_is_found_in_another_case(index: SqlKnowledgeIndex) -> None:
    assert _texts(index.search("рассрочка"))[0] == TEXTS[0]


def test_an_english_word_is_found_in_another_form(index: SqlKnowledgeIndex) -> None:
    assert _texts(index.search("delivery"))[0] == TEXTS[3]


@pytest.mark.parametrize("query", ["ТО-120", "то 120", "TO-120", "th-120"])
def test_an_article_is_found_by_its_number_and_no_other_is(index: SqlKnowledgeIndex, query: str) -> None:
    assert _skus(index.items(query)) == ["TH-120"]


def test_a_passage_about_another_article_is_not_found(index: SqlKnowledgeIndex) -> None:
    assert TEXTS[1] not in _texts(index.search("обогреватель ТО-120"))
    assert TEXTS[2] in _texts(index.search("обогреватель ТО-120"))


def test_a_number_that_no_article_has_finds_none(index: SqlKnowledgeIndex) -> None:
    assert _skus(index.items("ТО-150")) == []


def test_an_article_is_found_by_the_beginning_of_a_word(index: SqlKnowledgeIndex) -> None:
    assert "PU-3280" in _skus(index.items("нас"))


def test_nothing_is_found_for_nothing(index: SqlKnowledgeIndex) -> None:
    assert index.search(" ?! ") == []


def test_signs_of_the_query_language_are_words_like_others(index: SqlKnowledgeIndex) -> None:
    assert _texts(index.search('рассрочка" OR words:* NEAR('))[0] == TEXTS[0]


def test_what_was_replaced_is_no_longer_found(index: SqlKnowledgeIndex) -> None:
    index.replace(Knowledge(None, (a_document("document-2", "faq.md", "Лизинга нет."),)))
    assert _texts(index.search("лизинг")) == ["Лизинга нет."]
    assert index.search("рассрочка") == [] or "Рассрочку" not in _texts(index.search("рассрочка"))[0]
    assert index.items("ТО-120") == []


def test_the_share_of_passages_with_a_word_is_known(index: SqlKnowledgeIndex) -> None:
    assert index.prevalence([stem("рассрочка"), stem("лизинг")]) == [0.25, 0.0]


def test_meaning_finds_what_words_do_not(index: SqlKnowledgeIndex) -> None:
    class Alike(WordVectors):
        def encode(self, texts: list[str]) -> bytes:  # type: ignore[override]
            return super().encode([text.replace("платить частями", "рассрочку даём на три месяца") for text in texts])

    made, database = index_in_memory(Alike())
    try:
        made.replace(BASE)
        assert TEXTS[0] in _texts(made.search("платить частями", 2))
    finally:
        database.close()


def test_unchanged_passages_are_not_read_anew_after_a_restart(fake_clock: FakeClock) -> None:
    class Counting(WordVectors):
        encoded = 0

        def encode(self, texts: list[str]) -> bytes:  # type: ignore[override]
            self.encoded += len(texts)
            return super().encode(texts)

    counts = []
    for base in (BASE, BASE, Knowledge(None, (*BASE.documents, a_document("document-3", "new.md", "Новый текст.")))):
        store = open_store(Folders.of_this_machine(), Settings(store_protection="clear"), FixedKey(), fake_clock)
        vectors = Counting()
        SqlKnowledgeIndex(store.database, vectors).replace(base)
        counts.append(vectors.encoded)
        store.close()
    assert counts == [4, 0, 1]


def test_vectors_that_were_stopped_halfway_are_finished_later() -> None:
    made, database = index_in_memory(WordVectors())
    try:
        made.replace(BASE, is_stopped=lambda: True)
        assert _texts(made.search("рассрочка"))[0] == TEXTS[0]
        made.replace(BASE)
        assert _texts(made.search("рассрочка"))[0] == TEXTS[0]
    finally:
        database.close()


def test_words_are_found_before_meanings_are_made_and_a_search_by_meaning_makes_them() -> None:
    class Counting(WordVectors):
        encoded = 0

        def encode(self, texts: list[str]) -> bytes:  # type: ignore[override]
            self.encoded += len(texts)
            return super().encode(texts)

    vectors = Counting()
    made, database = index_in_memory(vectors)
    try:
        made.replace(BASE, has_meanings=False)
        assert made.prevalence([stem("рассрочка")]) == [0.25]
        assert vectors.encoded == 0
        assert made.search("рассрочку", 2)
        made.make_meanings()
        assert vectors.encoded == 4 + 1
    finally:
        database.close()


def test_an_encoder_that_fails_is_heard_of_by_the_one_who_searches() -> None:
    class Broken(WordVectors):
        def encode(self, texts: list[str]) -> bytes:  # type: ignore[override]
            if texts == ["рассрочка"]:
                raise UserFixable("models.none", "Модели нет.")
            return super().encode(texts)

    made, database = index_in_memory(Broken())
    try:
        made.replace(BASE)
        with pytest.raises(UserFixable):
            made.search("рассрочка")
    finally:
        database.close()
