"""The card says how earlier drafts fared, and what earlier calls said."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.gui import scene
from tests.gui.program import Program


def open_main(program: Program) -> None:
    """Show the sample call beside the deal that an earlier call wrote into."""
    program.start()
    scene.fill(program.app, program.clock.local(program.clock.now_utc()))
    program.desk.call_list.refresh()
    program.window.calls.list.select(scene.MAIN)
    program.desk.open_call(scene.MAIN)
    program.wait(lambda: bool(program.desk.review.items))
    program.desk.review.choose_deal("deal-1")
    program.wait(lambda: program.desk.review.deal is not None)
    program.wait(lambda: program.window.calls.draft.card("field:delivery_city") is not None)


def test_the_card_says_how_often_such_values_were_right(program: Program) -> None:
    open_main(program)
    program.wait(lambda: not program.in_card("field:budget_amount", "cardRecord").isHidden())
    assert program.in_card("field:budget_amount", "cardRecord").text() == "верно 47 из 50"
    assert "исправлено: 3" in program.in_card("field:budget_amount", "cardRecord").toolTip()
    assert program.in_card("field:deadline", "cardRecord").isHidden()
    assert "верно 47 из 50" in program.window.calls.draft.card("field:budget_amount").accessibleDescription()


def test_a_value_that_contradicts_the_crm_shows_both_quotes_and_the_way_to_the_earlier_call(program: Program) -> None:
    open_main(program)
    change = program.in_card("field:budget_amount", "cardInCrm").text().replace("\u00a0", " ")
    assert change == "Было 2 000 000 ₽ → станет 1 500 000 ₽"
    assert (
        program.in_card("field:budget_amount", "evidenceQuote").text() == "«У нас утверждено полтора миллиона рублей»"
    )
    assert program.in_card("field:budget_amount", "earlierQuote").text().startswith("«бюджет где-то два миллиона»")
    assert program.in_card("field:delivery_city", "cardInCrm").text() == "Уже в CRM, подтверждено снова"
    assert program.in_card("field:delivery_city", "earlierQuote").text().startswith("«склад у нас в Казани»")
    source = program.in_card("field:budget_amount", "earlierSource")
    assert source.text() == "9 октября"
    program.bot.mouseClick(source, Qt.MouseButton.LeftButton)
    program.wait(lambda: program.desk.review.call_id == "call-old")
