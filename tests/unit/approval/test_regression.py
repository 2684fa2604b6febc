"""How a draft made anew stands beside the old one, measured by what the person signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.approval.model import Approval, Decision, DecisionKind, SubjectKind
from app.approval.regression import Change, FieldChange, Wanted, compared, wanted_of
from app.deals.model import FieldDefinition, FieldOption, FieldType, Norm
from app.deals.typed_values import TypedValue
from app.draft.model import FieldStatus, FieldValue
from tests.fakes.examples import FIELDS, MORNING, a_draft, accepted, note

BUDGET = next(f for f in FIELDS if f.key == "budget_amount")
NEED = next(f for f in FIELDS if f.key == "need")
CITY = next(f for f in FIELDS if f.key == "delivery_city")
SIZES = FieldDefinition(
    "uf_sizes", "Размеры", FieldType.MULTIENUM, "", options=(FieldOption("s", "S"), FieldOption("m", "M"))
)
PROVEN, DOUBTFUL, ABSENT = FieldStatus.VERIFIED, FieldStatus.REVIEW, FieldStatus.EMPTY


def drafted(value: str | None, norm: Norm = None, status: FieldStatus = PROVEN) -> FieldValue:
    return FieldValue("any", value, norm, status if value is not None else ABSENT)


def budget(roubles: int | None, status: FieldStatus = PROVEN) -> FieldValue:
    return drafted(None if roubles is None else str(roubles), roubles, status)


def change(definition: FieldDefinition, signed: TypedValue | None, before: FieldValue, after: FieldValue) -> Change:
    return compared("call-1", Wanted(definition, signed, before, is_correction=True), after).change


def test_right_where_it_was_wrong_is_better_and_the_reverse_worse() -> None:
    signed = TypedValue("350 000 ₽", 350_000)
    assert change(BUDGET, signed, budget(300_000), budget(350_000)) is Change.BETTER
    assert change(BUDGET, signed, budget(350_000), budget(300_000)) is Change.WORSE
    assert change(BUDGET, signed, budget(350_000), budget(350_000, DOUBTFUL)) is Change.SAME


def test_an_honest_gap_is_better_than_a_wrong_value_and_a_doubtful_one_better_than_a_proven_one() -> None:
    signed = TypedValue("350 000 ₽", 350_000)
    assert change(BUDGET, signed, budget(300_000), budget(None)) is Change.BETTER
    assert change(BUDGET, signed, budget(None), budget(300_000)) is Change.WORSE
    assert change(BUDGET, signed, budget(300_000), budget(300_000, DOUBTFUL)) is Change.BETTER
    assert change(BUDGET, signed, budget(300_000), budget(200_000)) is Change.SAME


def test_what_was_rejected_is_right_only_when_left_out() -> None:
    assert change(BUDGET, None, budget(300_000), budget(None)) is Change.BETTER
    assert change(BUDGET, None, budget(None), budget(300_000, DOUBTFUL)) is Change.WORSE


def test_a_long_text_is_better_when_it_comes_nearer_to_the_words_of_the_person() -> None:
    signed = TypedValue("Обогреть две теплицы до марта, старые печи не справляются", None)
    far, near = drafted("Здравствуйте, мы по поводу печей"), drafted("Старые печи не справляются, обогреть теплицы")
    assert change(NEED, signed, far, near) is Change.BETTER
    assert change(NEED, signed, near, far) is Change.WORSE
    same_words = drafted("обогреть две теплицы до марта; старые печи не справляются")
    assert change(NEED, signed, drafted(signed.value), same_words) is Change.SAME


def test_a_short_text_is_right_to_the_word() -> None:
    assert change(CITY, TypedValue("Ржев", None), drafted("ржев."), drafted("Ржева")) is Change.WORSE


def test_a_text_signed_as_drafted_may_come_in_more_words_but_a_corrected_one_may_not() -> None:
    signed, longer = TypedValue("главный агроном", None), drafted("Главный агроном хозяйства")
    taken = Wanted(CITY, signed, drafted("главный агроном"), is_correction=False)
    assert compared("call-1", taken, longer).change is Change.SAME
    assert change(CITY, signed, longer, drafted("агроном главный")) is Change.BETTER


def test_a_list_is_compared_without_its_order() -> None:
    signed = TypedValue("S, M", ["s", "m"])
    assert change(SIZES, signed, drafted("M, S", ["m", "s"]), drafted("S, M", ["s", "m"])) is Change.SAME


def test_values_are_told_in_the_words_of_the_screen() -> None:
    wanted = Wanted(BUDGET, TypedValue("350000", 350_000), budget(None), is_correction=True)
    told = compared("call-1", wanted, budget(300_000))
    assert isinstance(told, FieldChange)
    assert [told.wanted.replace("\u00a0", " "), told.before, told.after.replace("\u00a0", " ")] == [
        "350 000 ₽",
        "",
        "300 000 ₽",
    ]


def approval(number: int, *decisions: Decision, **changes: Any) -> Approval:
    made = Approval(f"a{number}", "call-1", f"d{number}", "deal-1", "Ольга", MORNING, decisions)
    return replace(made, **changes)


def test_the_last_standing_decision_on_each_field_is_wanted() -> None:
    edited = replace(accepted("delivery_city", "Ржев"), kind=DecisionKind.EDITED)
    rejected = Decision(SubjectKind.FIELD, "deadline", DecisionKind.REJECTED, None)
    approvals = [
        approval(1, accepted("delivery_city", "Тверь"), note(), rejected),
        approval(2, edited, accepted("gone", "поля больше нет")),
        approval(3, accepted("delivery_city", "Клин"), undone_at=MORNING + timedelta(hours=1)),
    ]
    found = wanted_of(approvals, {"a1": a_draft(), "a2": a_draft(), "a3": a_draft()}, FIELDS)
    assert [(w.definition.key, w.value, w.is_correction) for w in found] == [
        ("delivery_city", TypedValue("Ржев", None), True),
        ("deadline", None, False),
    ]
    assert found[0].before.value == "Тверь"
