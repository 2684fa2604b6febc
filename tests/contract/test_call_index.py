"""What every `CallIndex` promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.draft.model import CallKind, FieldValue, NoteLine, Risk
from app.pipeline import CallQuery
from app.recording.model import CallError, CallState
from app.transcript.model import Transcript
from tests.contract.conftest import AnyStore
from tests.fakes.examples import MORNING, a_call, a_deal, a_draft, a_request, a_transcript, accepted, note


def add(store: AnyStore, call_id: str, *turns: str, hours: int = 0, **changes: object) -> None:
    store.calls.add(a_call(call_id, at=MORNING + timedelta(hours=hours), **changes))
    if turns:
        store.transcripts.save(call_id, a_transcript(*turns))


def found(store: AnyStore, text: str, *states: CallState) -> list[str]:
    query = CallQuery(text, states)
    rows = store.index.rows(query, 0, 100)
    assert store.index.count(query) == len(rows)
    return [row.id for row in rows]


def test_the_newest_call_is_first(store: AnyStore) -> None:
    for number, hours in enumerate((2, 9, 5)):
        add(store, f"call-{number}", hours=hours)
    assert found(store, "") == ["call-1", "call-2", "call-0"]


def test_of_calls_at_one_moment_the_last_added_is_first(store: AnyStore) -> None:
    for number in range(3):
        add(store, f"call-{number}")
    assert found(store, "") == ["call-2", "call-1", "call-0"]


def test_pages_join_without_gap_or_overlap(store: AnyStore) -> None:
    for number in range(7):
        add(store, f"call-{number}", "Добрый день", hours=number)
    for query in (CallQuery(), CallQuery("добрый"), CallQuery("день", (CallState.IMPORTED,))):
        pages = [store.index.rows(query, offset, 3) for offset in (0, 3, 6, 9)]
        assert [row.id for page in pages for row in page] == [f"call-{n}" for n in (6, 5, 4, 3, 2, 1, 0)]
        assert [len(page) for page in pages] == [3, 3, 1, 0]


def test_urgent_calls_are_on_top_until_they_are_approved(store: AnyStore) -> None:
    for number in range(3):
        add(store, f"call-{number}", hours=number, state=CallState.READY)
    store.drafts.save(a_draft("call-0", risks=(Risk("asked_for_human"),)))
    rows = store.index.rows(CallQuery(), 0, 3)
    assert [(row.id, row.is_urgent) for row in rows] == [("call-0", True), ("call-2", False), ("call-1", False)]
    store.calls.set_state("call-0", CallState.APPROVED)
    assert found(store, "") == ["call-2", "call-1", "call-0"]
    store.calls.set_state("call-0", CallState.READY)
    assert found(store, "") == ["call-0", "call-2", "call-1"]


def test_an_angry_call_is_urgent_and_a_calm_complaint_is_not(store: AnyStore) -> None:
    add(store, "angry")
    add(store, "calm", hours=1)
    store.drafts.save(a_draft("angry", extra={"urgent": True}))
    store.drafts.save(a_draft("calm", extra={"urgent": False}, risks=(Risk("complaint"),)))
    assert [row.is_urgent for row in store.index.rows(CallQuery(), 0, 2)] == [True, False]


def test_an_urgent_call_stays_searchable_after_it_moved(store: AnyStore) -> None:
    add(store, "old", "Позовите директора.")
    add(store, "new", "Директору понравилось.", hours=1)
    store.drafts.save(a_draft("old", risks=(Risk("asked_for_human"),)))
    assert found(store, "директор") == ["old", "new"]


def test_a_state_narrows_the_list(store: AnyStore) -> None:
    add(store, "a", "Слово", state=CallState.READY)
    add(store, "b", "Слово", state=CallState.FAILED)
    add(store, "c", "Слово")
    assert found(store, "", CallState.READY, CallState.FAILED) == ["b", "a"]
    assert found(store, "слово", CallState.READY) == ["a"]
    store.calls.set_state("a", CallState.APPROVED)
    assert found(store, "слово", CallState.READY) == []


@pytest.mark.parametrize(
    ("said", "sought"),
    [
        ("Нам нужна рассрочка.", "рассрочку"),
        ("Без рассрочки не возьмём.", "рассрочка"),
        ("Сколько скидок вы даёте?", "скидка"),
        ("Пришлите договор.", "договоров"),
        ("Всё ещё ждём.", "еще"),
        ("Поедем на объект ёлкой.", "ЕЛКА"),
        ("Насос ГНОМ 16-16 нужен.", "гном 16"),
        ("Рассрочка на полгода.", "рассроч"),
        ("Напишите на почту sales@mys.example", "mys.example"),
        ("Стали толщиной два миллиметра.", "сталь"),
    ],
)
def test_a_word_is_found_in_any_form(store: AnyStore, said: str, sought: str) -> None:
    add(store, "hit", "Добрый день.", said)
    add(store, "miss", "Добрый день.", "Спасибо, ничего не нужно.")
    assert found(store, sought) == ["hit"]


def test_all_words_must_be_found_though_in_different_turns(store: AnyStore) -> None:
    add(store, "both", "Нужна рассрочка.", "И доставка.")
    add(store, "one", "Нужна рассрочка.")
    assert found(store, "доставка рассрочки") == ["both"]


@pytest.mark.parametrize("text", ['"', "AND", "*", "OR NOT", "said:слово", "(", "'; DROP TABLE calls", "слово\u0000"])
def test_signs_of_the_query_language_are_only_text(store: AnyStore, text: str) -> None:
    add(store, "call-1", "Совсем о другом.")
    assert found(store, text) == []


def test_spaces_alone_search_for_nothing_and_show_all(store: AnyStore) -> None:
    add(store, "call-1", "Раз.")
    assert found(store, "  ") == ["call-1"]


def test_what_was_drafted_is_found(store: AnyStore) -> None:
    add(store, "call-1", "Здравствуйте.")
    store.drafts.save(a_draft(note=(NoteLine("Просит отсрочку платежа."),)))
    assert found(store, "отсрочка") == ["call-1"]
    store.drafts.save(a_draft(note=(NoteLine("Согласен на предоплату."),)))
    assert found(store, "отсрочка") == []


def test_an_approved_note_is_found(store: AnyStore) -> None:
    add(store, "call-1", "Здравствуйте.")
    store.deals.create(a_deal())
    draft_id = store.drafts.save(a_draft())
    approval = store.approvals.approve(a_request(draft_id, note("Договорились о шефмонтаже.")))
    assert found(store, "шефмонтаж") == ["call-1"]
    store.approvals.undo(approval.id, "Ольга")
    assert found(store, "шефмонтаж") == []


@pytest.mark.parametrize("text", ["Ёлкин", "елкину", "Зелёного мыса", "7707083893", "89123456789", "912 345-67-89"])
def test_a_call_is_found_by_its_deal(store: AnyStore, text: str) -> None:
    add(store, "call-1", "Здравствуйте.")
    add(store, "call-2", "Здравствуйте.")
    store.deals.create(a_deal())
    store.calls.set_deal("call-1", "deal-1")
    assert found(store, text) == ["call-1"]
    store.calls.set_deal("call-1", None)
    assert found(store, text) == []


def test_a_call_is_found_by_its_phone_and_file_name(store: AnyStore) -> None:
    add(store, "zapis-42", phone="+74951112233")
    assert found(store, "8 495 111-22-33") == ["zapis-42"]
    assert found(store, "zapis") == ["zapis-42"]


def test_the_title_is_the_deal_else_the_drafted_names_else_phone_or_file(store: AnyStore) -> None:
    def title() -> str:
        return store.index.rows(CallQuery(), 0, 1)[0].title

    add(store, "call-1")
    assert title() == "call-1.mp3"
    names = {"company_name": FieldValue("company_name", "Полюс"), "contact_name": FieldValue("contact_name", "Анна")}
    store.drafts.save(a_draft(fields=names))
    assert title() == "Анна, Полюс"
    store.deals.create(a_deal())
    store.calls.set_deal("call-1", "deal-1")
    assert title() == "Пётр Ёлкин, ООО «Зелёный мыс»"


def test_a_row_holds_what_the_list_shows(store: AnyStore) -> None:
    add(store, "call-1", "Раз.", "Два.", phone="+74951112233")
    store.drafts.save(a_draft(fields={}, kind=CallKind.SERVICE, risks=(Risk("delay"), Risk("price"))))
    store.calls.set_state("call-1", CallState.FAILED, CallError("x.y", "Не вышло.", "Повторите."))
    row = store.index.rows(CallQuery(), 0, 1)[0]
    assert (row.title, row.duration_s, row.kind, row.risks) == ("+74951112233", 8.0, "service", ("delay", "price"))
    assert (row.state, row.error, row.at) == (CallState.FAILED, "Не вышло. Повторите.", MORNING)


def test_without_transcript_the_length_is_the_recordings(store: AnyStore) -> None:
    add(store, "call-1")
    assert store.index.rows(CallQuery(), 0, 1)[0].duration_s == 61.5


def test_hits_are_the_turns_that_hold_the_word(store: AnyStore) -> None:
    add(store, "call-1", "Добрый день.", "Нужна рассрочка.", "Хорошо.", "А рассрочку дадите?")
    assert store.index.hits("call-1", "рассрочки") == [1, 3]
    assert store.index.hits("call-1", "рассро") == [1, 3]
    assert store.index.hits("call-1", "аренда") == []
    assert store.index.hits("call-1", "") == []
    assert store.index.hits("nobody", "рассрочка") == []


def test_hits_prefer_turns_that_hold_all_words(store: AnyStore) -> None:
    add(store, "call-1", "Рассрочка есть.", "А доставка?", "Доставка в рассрочку.")
    assert store.index.hits("call-1", "рассрочка доставка") == [2]
    store.transcripts.save("call-1", a_transcript("Рассрочка есть.", "А доставка?"))
    assert store.index.hits("call-1", "рассрочка доставка") == [0, 1]


def test_a_corrected_transcript_is_found_by_its_new_words_only(store: AnyStore) -> None:
    add(store, "call-1", "Нужна крыша.")
    store.transcripts.save("call-1", replace(a_transcript("Нужна крышка."), model="исправлено"))
    assert found(store, "крыша") == []
    assert found(store, "крышка") == ["call-1"]


def test_a_deleted_call_leaves_list_and_search(store: AnyStore) -> None:
    add(store, "call-1", "Нужна крыша.")
    add(store, "call-2", "Нужна крыша.")
    store.calls.delete("call-1")
    assert found(store, "") == found(store, "крыша") == ["call-2"]


def test_an_empty_transcript_is_no_obstacle(store: AnyStore) -> None:
    store.calls.add(a_call())
    store.transcripts.save("call-1", Transcript(()))
    assert found(store, "слово") == []
    assert store.index.hits("call-1", "слово") == []


def test_an_approved_value_is_found(store: AnyStore) -> None:
    add(store, "call-1", "Здравствуйте.")
    store.deals.create(a_deal())
    store.approvals.approve(a_request(store.drafts.save(a_draft()), accepted("delivery_city", "Кострома")))
    assert found(store, "Костроме") == ["call-1"]
