"""A name that was found by its sound is shown as heard and meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QLabel, QWidget

from app.core.cancel import CancelToken
from app.draft.model import Draft, Evidence, FieldStatus, LineItem, Misheard
from tests.gui.program import Program

_REASON = "В CRM название записано так: сверьте."


def _misheard_draft(draft: Draft) -> Draft:
    company = replace(
        draft.fields["company_name"],
        status=FieldStatus.REVIEW,
        reason=_REASON,
        misheard=(Misheard("компании волга лагистик", "Волга Логистик"),),
    )
    lamp = LineItem(
        "KUP-150",
        "Светильник Купол 150",
        110,
        FieldStatus.REVIEW,
        (Evidence(8, 52.0, 55.0, "сто десять светильников Купол сто пятьдесят"),),
        "Товар узнан по звучанию: сверьте с прайсом.",
        (Misheard("купал сто пятьдесят", "Светильник Купол 150"),),
    )
    return replace(draft, fields={**draft.fields, "company_name": company}, line_items=(lamp,))


def test_a_card_shows_what_was_heard_and_what_is_meant_until_it_is_decided(program: Program, tmp_path: Path) -> None:
    made = program.script.draft

    def draft(*given: object, cancel: CancelToken, **named: object) -> Draft:
        return _misheard_draft(made(*given, cancel=cancel, **named))  # type: ignore[arg-type]

    program.script.draft = draft  # type: ignore[method-assign]
    program.start()
    program.import_sample(tmp_path)
    program.wait(lambda: program.window.calls.draft.card("field:company_name") is not None)
    card = program.window.calls.draft.card("field:company_name")
    heard = program.in_card("field:company_name", "heardText")
    assert heard.text() == "Услышано: «компании волга лагистик» → Волга Логистик"
    assert heard.isVisible()
    assert program.in_card("field:company_name", "cardState").text() == "проверьте"
    assert program.in_card("field:company_name", "cardReason").text() == _REASON
    assert heard.text() in card.accessibleDescription()
    assert "field:company_name" not in [item.id for item in program.desk.review.joint]
    products = program.find("productsCard", QWidget)
    program.wait(lambda: products.findChild(QLabel, "heardText") is not None)
    assert products.findChild(QLabel, "heardText").text() == "Услышано: «купал сто пятьдесят» → Светильник Купол 150"

    program.desk.review.new_deal()
    program.desk.review.approve("field:company_name")
    program.wait(lambda: not heard.isVisible())
