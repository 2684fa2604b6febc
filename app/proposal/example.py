"""A proposal about nothing in particular, to try a template on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.profile.seller import Bank, Person, Seller
from app.proposal.model import BlockKind, Client, Line, Number, Proposal, Sentence, TextBlock

_TEXTS = {
    BlockKind.COVERING: "Подобрали позиции по вашему списку.",
    BlockKind.NEED: "Нужно оснастить новый участок до конца месяца.",
    BlockKind.PAYMENT: "Предоплата 50 %, остаток в день отгрузки.",
    BlockKind.DELIVERY: "Доставка до вашего склада.",
    BlockKind.WARRANTY: "12 месяцев с даты поставки.",
    BlockKind.EXCLUDED: "Монтаж и пусконаладка.",
    BlockKind.NEXT_STEP: "Позвоним в четверг, чтобы согласовать дату отгрузки.",
}


def example() -> Proposal:
    """Two rows, one with a discount; every text and requisite is filled."""
    return Proposal(
        number=Number(2026, 1),
        dated=date(2026, 11, 18),
        valid_until=date(2026, 12, 2),
        seller=Seller(
            "Образец",
            "ООО «Образец»",
            *("7707083893", "770701001", "1027700132195"),
            "Москва, Примерная ул., 1",
            *("+74950000000", "mail@example.ru", "example.ru"),
            Bank("АО «Банк»", "044525000", "40702810000000000000", "30101810000000000000"),
            Person("Анна Примерова", "менеджер", "+74950000001", "anna@example.ru"),
        ),
        client=Client("ООО «Клиент & Ко»", "Иван Иванов", "директор", "7707083893", "Тверь", "client@example.ru"),
        lines=(
            Line("А-1", "Товар первый", "шт", Decimal(2), Decimal("1500.00"), Decimal(5), Decimal(22), lead_days=7),
            Line("Б-2", "Товар второй", "м", Decimal("12.5"), Decimal("99.90"), vat_rate=Decimal(22)),
        ),
        blocks=tuple(TextBlock(kind, (Sentence(text),)) for kind, text in _TEXTS.items()),
        asked="В ответ на ваш запрос от 17.11.2026",
    )
