"""What is out of order in the local CRM: each line names its deal and its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.errors import VizirError
from app.core.i18n import _, ngettext
from app.core.observable import Signal
from app.deals.files import LocalOrder
from app.deals.hygiene_rules import column_label
from app.deals.model import Deal
from app.viewmodels.deal_files import FILES_LANE, FilesOfDeals
from app.viewmodels.requests import Requests


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One thing to put right.

    Args:
        deal_id: Where; "" for the heading of a kind.
    """

    title: str
    why: str = ""
    deal_id: str = ""


class DealOrderViewModel:
    """The list «Порядок», read anew whenever it is looked at."""

    def __init__(self, requests: Requests, files: FilesOfDeals) -> None:
        self._requests = requests
        self._files = files
        self.lines: list[OrderLine] = []
        self.count = 0
        self.is_loaded = False
        self.changed: Signal[()] = Signal()
        self.failed: Signal[VizirError] = Signal()

    def refresh(self) -> None:
        """Look all deals over."""

        def take(order: LocalOrder) -> None:
            self.lines = list(lines_of(order))
            self.count = sum(1 for line in self.lines if line.deal_id)
            self.is_loaded = True
            self.changed.emit()

        self._requests.ask("deal_order", self._files.order, take, self.failed.emit, FILES_LANE)


def lines_of(order: LocalOrder) -> Iterator[OrderLine]:
    """Headings and lines: one for each deal of a kind, with all its reasons."""
    report, deals = order.report, order.deals
    invalid: dict[str, list[str]] = {}
    for fault in report.invalid:
        cure = _(" (похоже, {value})").format(value=fault.cure) if fault.cure else ""
        invalid.setdefault(fault.deal_id, []).append(f"{column_label(fault.column)}: {fault.why}{cure}")
    missing: dict[str, list[str]] = {}
    for gap in report.missing:
        missing.setdefault(gap.deal_id, []).append(column_label(gap.column))
    yield from _kind(_("Похоже, одна сделка заведена несколько раз"), _twins(order))
    wrong = ((deal_id, "; ".join(reasons)) for deal_id, reasons in invalid.items())
    yield from _kind(_("Значения, которых не может быть"), (_line(deals[one], why) for one, why in wrong))
    empty = ((deal_id, _("не заполнено: {names}").format(names=", ".join(names))) for deal_id, names in missing.items())
    yield from _kind(_("Обязательное не заполнено"), (_line(deals[one], why) for one, why in empty))
    still = ((one.deal_id, _still(one.days)) for one in report.stale)
    yield from _kind(_("Без движения больше 30 дней"), (_line(deals[one], why) for one, why in still))


def _twins(order: LocalOrder) -> Iterator[OrderLine]:
    for group in order.report.duplicates:
        for deal_id in group.deal_ids:
            others = ", ".join(f"«{order.deals[other].title}»" for other in group.deal_ids if other != deal_id)
            yield _line(order.deals[deal_id], _("то же, что {others}: {why}").format(others=others, why=group.why))


def _kind(title: str, lines: Iterator[OrderLine]) -> Iterator[OrderLine]:
    found = list(lines)
    if found:
        yield OrderLine(f"{title} · {len(found)}")
        yield from found


def _line(deal: Deal, why: str) -> OrderLine:
    name = deal.company.name if deal.company else ""
    return OrderLine(deal.title if not name or name == deal.title else f"{deal.title} · {name}", why, deal.id)


def _still(days: int) -> str:
    word = ngettext("день", "дня", "дней", days)
    return _("никто не касался {count} {word}").format(count=days, word=word)
