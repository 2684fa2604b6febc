"""What the document says of itself: its status before the law, VAT, its term; and what the season puts in doubt.

The lines that go into the document are in Russian, whatever language the screen has. No paragraph of a law is named in
them: grounds change every year, and a stale one is worse than none.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from app.core.i18n import _
from app.core.money import NO_BREAK
from app.profile.seller import VatMode
from app.proposal.model import LegalStatus, Proposal, Warning, WarningKind
from app.proposal.units import written

_SIMPLIFIED_RATES = (Decimal(5), Decimal(7))
_OLD_RATE = re.compile(r"НДС[^.%\d]{0,20}(?P<a>20|18)\s?%|(?P<b>20|18)\s?%\s?НДС", re.IGNORECASE)
_OLD_GROUND = re.compile(r"(?:п\.?|пункт\w*)\s?2\s+ст(?:\.|ать\w+)\s?346\.11(?:\s+(?:НК(?:\s+РФ)?))?", re.IGNORECASE)


def status_line(proposal: Proposal) -> str:
    """The sentence about offer or no offer that the company has chosen."""
    if proposal.status is LegalStatus.OFFER:
        return f"Предложение является офертой и действует до {proposal.valid_until:%d.%m.%Y} включительно."
    if proposal.status is LegalStatus.INVITATION:
        return "Предложение является приглашением делать оферты."
    return "Предложение носит информационный характер и не является офертой; условия закрепляются договором или счётом."


def validity_line(proposal: Proposal) -> str:
    """«Предложение действует до 02.12.2026 включительно.»"""
    return f"Предложение действует до {proposal.valid_until:%d.%m.%Y} включительно."


def vat_note(proposal: Proposal) -> str:
    """«Цены указаны с НДС 22 %.»: whether VAT is inside the prices, on top of them, or not there at all."""
    rates = sorted({line.vat_rate for line in proposal.lines if line.vat_rate is not None}, reverse=True)
    if proposal.vat_mode is VatMode.NONE or (proposal.lines and not rates):
        return "Цены указаны без НДС, НДС не облагается."
    if not rates:
        rates = [proposal.seller.vat_rate]
    named = " и ".join(f"{written(rate)}{NO_BREAK}%" for rate in rates)
    note = (
        f"Цены указаны без НДС, НДС {named} начисляется сверх цены и показан отдельно."
        if proposal.vat_mode is VatMode.ON_TOP
        else f"Цены указаны с НДС {named}."
    )
    if any(line.vat_rate is None for line in proposal.lines):
        note += " Строки с пометкой «без НДС» налогом не облагаются."
    if len(rates) > 1:
        note += " Ставка указана в каждой строке."
    return note


def season_warnings(proposal: Proposal) -> list[Warning]:
    """VAT that may change before the goods are shipped: a small seller's status is settled anew each 1 January."""
    is_small = proposal.vat_mode is VatMode.NONE or proposal.seller.vat_rate in _SIMPLIFIED_RATES
    end_of_year = date(proposal.dated.year, 12, 31)
    lead = max((line.lead_days or 0 for line in proposal.lines), default=0)
    ships = max(proposal.dated + timedelta(days=min(lead, 3650)), proposal.dated)
    if not is_small or max(proposal.valid_until, ships) <= end_of_year:
        return []
    text = (
        _("Предложение действует после {day}: с 1 января статус продавца по НДС может измениться.")
        if proposal.valid_until > end_of_year
        else _("Отгрузка по сроку поставки приходится на время после {day}: статус продавца по НДС может измениться.")
    )
    cure = _("Уточните у бухгалтера, сократите срок или добавьте утверждённую оговорку об НДС.")
    return [Warning(WarningKind.VAT, f"{text.format(day=f'{end_of_year:%d.%m.%Y}')} {cure}")]


def text_warnings(proposal: Proposal) -> list[Warning]:
    """Stale words about tax in the text blocks: rates of before 2026, a ground that no longer holds."""
    found = []
    for block in proposal.blocks:
        for match in _OLD_RATE.finditer(block.text):
            old = match["a"] or match["b"]
            text = _("В тексте НДС {old} %: с 2026 года этой ставки нет.").format(old=old)
            quote = match.group()
            cure = quote.replace(old, "22") if proposal.vat_mode is not VatMode.NONE else None
            found.append(Warning(WarningKind.VAT, text, block.kind, quote, cure, is_blocking=True))
        for match in _OLD_GROUND.finditer(block.text):
            text = _("Основание «{words}» устарело: уберите ссылку на статью или уточните её у бухгалтера.")
            words = match.group()
            found.append(Warning(WarningKind.VAT, text.format(words=words), block.kind, words, is_blocking=True))
    return found


def validity_warnings(proposal: Proposal, today: date) -> list[Warning]:
    """A term that is over, or ends before the proposal begins, blocks; one of more than a year is asked about."""
    until = f"{proposal.valid_until:%d.%m.%Y}"
    if proposal.valid_until < max(proposal.dated, today):
        text = _("Срок предложения {day} уже прошёл: укажите дату позже {dated}.")
        text = text.format(day=until, dated=f"{max(proposal.dated, today):%d.%m.%Y}")
        return [Warning(WarningKind.PRICE_AGE, text, quote=until, is_blocking=True)]
    if proposal.valid_until > proposal.dated + timedelta(days=366):
        text = _("Предложение действует до {day}, дольше года: проверьте дату.").format(day=until)
        return [Warning(WarningKind.PRICE_AGE, text, quote=until)]
    return []
