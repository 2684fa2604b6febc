"""What every `KnowledgeStore` promises."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.knowledge.model import Column, Knowledge, Passage
from tests.contract.conftest import AnyStore
from tests.fakes.knowledge import DAY, a_document, a_price_list, an_item


def test_an_empty_base_holds_nothing(store: AnyStore) -> None:
    assert store.knowledge.knowledge() == Knowledge()


def test_a_price_list_comes_back_without_loss(store: AnyStore) -> None:
    full = an_item("ТО-6", min_qty=Decimal("0.5"), note="под заказ", stock=Decimal("2.25"), lead_days=14)
    price_list = a_price_list("list-1", an_item(), full, valid_until=date(2026, 4, 1), priced_on=date(2026, 3, 1))
    store.knowledge.take_price_list(price_list)
    assert store.knowledge.knowledge().price_list == price_list


def test_documents_come_back_without_loss_by_file_name(store: AnyStore) -> None:
    delivery, about = a_document("document-1", "delivery.md"), a_document("document-2", "about.md", "Работаем в Твери.")
    store.knowledge.take_document(delivery)
    store.knowledge.take_document(about)
    assert store.knowledge.knowledge().documents == (about, delivery)


def test_a_row_of_a_table_keeps_what_stands_in_the_file(store: AnyStore) -> None:
    document = a_document()
    row = Passage("row", "delivery.md", "Доставка", "Куда: Тверь; Цена: 900 ₽", 2, "Тверь | 900 ₽")
    with_row = type(document)("document-2", "prices.md", "sha", document.loaded_at, (row,))
    store.knowledge.take_document(with_row)
    assert store.knowledge.knowledge().documents[0].passages[0].quote == "Тверь | 900 ₽"


def test_a_new_price_list_replaces_the_one_before_and_keeps_it(store: AnyStore) -> None:
    first, second = a_price_list("list-1"), a_price_list("list-2", an_item("ТО-8"))
    store.knowledge.take_price_list(first)
    store.knowledge.take_price_list(second)
    assert store.knowledge.knowledge().price_list == second
    assert store.knowledge.replaced_price_lists() == [first]
    assert store.knowledge.knowledge().replaced == ("list-1",)


def test_a_document_replaces_only_the_one_of_its_name(store: AnyStore) -> None:
    old, new, other = a_document("document-1"), a_document("document-2"), a_document("document-3", "terms.md")
    for document in (old, other, new):
        store.knowledge.take_document(document)
    assert store.knowledge.knowledge().documents == (new, other)
    assert store.knowledge.replaced_documents() == [old]


def test_the_same_file_again_is_in_force_again(store: AnyStore) -> None:
    first = a_price_list("list-1")
    store.knowledge.take_price_list(first)
    store.knowledge.take_price_list(a_price_list("list-2"))
    store.knowledge.take_price_list(first)
    assert store.knowledge.knowledge().price_list == first
    assert [one.id for one in store.knowledge.replaced_price_lists()] == ["list-2"]


def test_what_is_withdrawn_is_kept_as_replaced(store: AnyStore) -> None:
    store.knowledge.take_price_list(a_price_list("list-1"))
    store.knowledge.take_document(a_document("document-1"))
    for id in ("list-1", "document-1", "nobody"):
        store.knowledge.withdraw(id)
    assert store.knowledge.knowledge() == Knowledge(replaced=("document-1", "list-1"))


def test_the_last_day_of_the_prices_can_be_said_and_taken_back(store: AnyStore) -> None:
    store.knowledge.take_price_list(a_price_list("list-1"))
    store.knowledge.set_valid_until("list-1", date(2026, 5, 1))
    said = store.knowledge.knowledge().price_list
    store.knowledge.set_valid_until("list-1", None)
    unsaid = store.knowledge.knowledge().price_list
    assert said is not None
    assert unsaid is not None
    assert (said.valid_until, unsaid.valid_until) == (date(2026, 5, 1), None)


def test_columns_are_remembered_by_titles_however_they_are_spaced(store: AnyStore) -> None:
    columns = {Column.SKU: 0, Column.PRICE: 3}
    store.knowledge.remember_columns(["Код", "Товар", "Ед.", "Цена, руб"], columns)
    assert store.knowledge.remembered_columns(["код", " Товар", "Ед.", "Цена,  руб"]) == columns
    assert store.knowledge.remembered_columns(["Код"]) is None


def test_columns_said_anew_count(store: AnyStore) -> None:
    store.knowledge.remember_columns(["Код"], {Column.SKU: 0})
    store.knowledge.remember_columns(["Код"], {Column.NAME: 0})
    assert store.knowledge.remembered_columns(["Код"]) == {Column.NAME: 0}


def test_what_was_withdrawn_comes_back_into_force(store: AnyStore) -> None:
    prices, terms = a_price_list("list-1"), a_document("document-1")
    store.knowledge.take_price_list(prices)
    store.knowledge.take_document(terms)
    for id in ("list-1", "document-1"):
        store.knowledge.withdraw(id)
        store.knowledge.restore(id)
    assert store.knowledge.knowledge() == Knowledge(prices, (terms,))
    assert store.knowledge.earlier() == []


def test_an_earlier_version_put_in_force_replaces_the_later_one_and_keeps_it(store: AnyStore) -> None:
    for price_list in (a_price_list("list-1"), a_price_list("list-2")):
        store.knowledge.take_price_list(price_list)
    for document in (a_document("document-1"), a_document("document-2")):
        store.knowledge.take_document(document)
    for id in ("list-1", "document-1", "nobody"):
        store.knowledge.restore(id)
    assert store.knowledge.knowledge().price_list == a_price_list("list-1")
    assert store.knowledge.knowledge().documents == (a_document("document-1"),)
    earlier = {one.id: (one.file, one.is_price_list, one.loaded_at, one.count) for one in store.knowledge.earlier()}
    assert earlier == {"list-2": ("catalog.csv", True, DAY, 2), "document-2": ("delivery.md", False, DAY, 2)}
