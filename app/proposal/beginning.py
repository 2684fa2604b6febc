"""How a proposal begins: from the draft of a call, from a deal, or from nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.core.errors import UserFixable
from app.core.i18n import _
from app.deals.model import Deal
from app.draft.model import Draft, Evidence, FieldStatus, LineItem
from app.knowledge.model import Knowledge, PriceItem, Source
from app.profile.model import Profile
from app.profile.seller import Seller
from app.proposal.lines import line_for
from app.proposal.model import Client, Fact, Line, Number, Proposal, Warning, WarningKind

CONVERSATION = "разговор"
"""What stands as the file of a source that is the recorded call."""
_NEAR = 3
_NEAR_AT_LEAST = 45
_DISCOUNT = re.compile(r"\bскид[ко]\w*", re.IGNORECASE)
# What a text for the client may lean on; the budget, the competitors and the doubts of a client are not for it.
_TELLABLE = ("need", "product_interest", "deadline", "delivery_city", "company_name", "contact_name", "contact_role")


@dataclass(frozen=True, slots=True)
class LineWish:
    """A line that somebody asked for by its article."""

    sku: str
    qty: Decimal
    discount_percent: Decimal = Decimal(0)


def begin(
    draft: Draft | None,
    profile: Profile,
    knowledge: Knowledge,
    *,
    lines: Sequence[LineWish] | None,
    today: date,
    number: Number,
    deal: Deal | None = None,
) -> Proposal:
    """A proposal without texts, with what must be settled in its lines.

    Args:
        draft: What was drafted from the call; None for a proposal from a deal or from nothing.
        lines: Take these and not the products of the draft.
        deal: Gives the client where the draft is silent.

    Raises:
        UserFixable: ``proposal.article`` for an article in `lines` that the price list has not; the nearest are named.
    """
    items = price_items(profile, knowledge)
    made, found = _wished(lines, items, profile.seller) if lines is not None else _drafted(draft, items, profile.seller)
    if draft is not None:
        found += [*_contradictions(draft), *_talk_of_discounts(draft), *_doubtful_client(draft)]
    # Of the document, which is in Russian whatever language the screen has.
    asked = f"В ответ на ваш запрос от {draft.at:%d.%m.%Y}" if draft is not None else ""
    return Proposal(
        number=number,
        dated=today,
        valid_until=today + timedelta(days=profile.seller.valid_days),
        seller=profile.seller,
        client=_client(draft, deal),
        lines=tuple(made),
        asked=asked,
        vat_mode=profile.seller.vat_mode,
        assumptions=tuple(_assumptions(knowledge, today)),
        call_id=draft.call_id if draft is not None else "",
        deal_id=deal.id if deal is not None else "",
        facts=(*_line_facts(made, items), *(_talk_facts(draft) if draft is not None else ())),
        found=tuple(found),
    )


def price_items(profile: Profile, knowledge: Knowledge) -> dict[str, PriceItem]:
    """Articles in force, by article: of the knowledge base, or of the profile where the base has no price list."""
    listed = knowledge.price_list.items if knowledge.price_list is not None else profile.price_list
    return {item.sku: item for item in listed}


def nearest(name: str, items: Sequence[PriceItem], limit: int = _NEAR) -> list[PriceItem]:
    """Articles whose name or article number comes near to what was said, the nearest first."""
    from rapidfuzz import fuzz, process, utils

    texts = [f"{item.sku} {item.name}" for item in items]
    found = process.extract(
        name,
        texts,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=limit,
        score_cutoff=_NEAR_AT_LEAST,
    )
    return [items[place] for _text, _score, place in found]


def place_of(evidence: Evidence) -> str:
    """Where in the call a quote stands: «01:23», or «реплика 8» of a call that came as text."""
    if evidence.start_s is None:
        return _("реплика {number}").format(number=evidence.segment + 1)
    minutes, seconds = divmod(int(evidence.start_s), 60)
    return f"{minutes:02d}:{seconds:02d}"


def talk_source(evidence: Evidence) -> Source:
    """The source that a quote of the call is."""
    return Source(CONVERSATION, place_of(evidence), evidence.quote)


def _wished(
    wishes: Sequence[LineWish], items: dict[str, PriceItem], seller: Seller
) -> tuple[list[Line], list[Warning]]:
    made = []
    for wish in wishes:
        item = items.get(wish.sku)
        if item is None:
            near = _named(nearest(wish.sku, list(items.values())))
            raise UserFixable(
                "proposal.article",
                _("Артикула «{sku}» нет в прайс-листе.").format(sku=wish.sku),
                hint=_("Близкие: {near}.").format(near=near) if near else _("Проверьте артикул."),
            )
        made.append(line_for(item, seller, wish.qty, discount_percent=wish.discount_percent))
    return made, []


def _drafted(draft: Draft | None, items: dict[str, PriceItem], seller: Seller) -> tuple[list[Line], list[Warning]]:
    made: list[Line] = []
    found: list[Warning] = []
    for product in draft.line_items if draft is not None else ():
        item = items.get(product.sku)
        if item is None:
            found.append(_unknown(product, items))
            continue
        qty = Decimal(product.qty) if product.qty is not None else Decimal(1)
        made.append(line_for(item, seller, qty, doubt=_doubt(product, items)))
    return made, found


def _doubt(product: LineItem, items: dict[str, PriceItem]) -> str | None:
    if product.qty is None:
        return _("Количество в разговоре не названо.")
    if product.status is FieldStatus.VERIFIED:
        return None
    heard = ", ".join(pair.heard for pair in product.misheard)
    others = nearest(heard or product.name, list(items.values()), _NEAR + 1)
    near = _named([item for item in others if item.sku != product.sku][:_NEAR])
    reason = (product.reason or _("Артикул или количество не подтверждены разговором.")).rstrip(".") + "."
    return f"{reason} " + _("Близкие: {near}.").format(near=near) if near else reason


def _unknown(product: LineItem, items: dict[str, PriceItem]) -> Warning:
    near = _named(nearest(product.name or product.sku, list(items.values())))
    text = _("Артикула «{sku}» ({name}) нет в прайс-листе, строки для него нет.").format(
        sku=product.sku, name=product.name
    )
    return Warning(
        WarningKind.LINE, f"{text} " + _("Близкие: {near}.").format(near=near) if near else text, quote=product.sku
    )


def _named(items: Sequence[PriceItem]) -> str:
    return ", ".join(f"{item.name} ({item.sku})" for item in items)


def _client(draft: Draft | None, deal: Deal | None) -> Client:
    company = deal.company if deal is not None else None
    contact = deal.contact if deal is not None else None

    def said(key: str) -> str:
        value = draft.fields.get(key) if draft is not None else None
        return value.value or "" if value is not None and value.status is not FieldStatus.EMPTY else ""

    return Client(
        company=said("company_name") or (company.name if company is not None else ""),
        contact=said("contact_name") or (contact.name if contact is not None else ""),
        role=said("contact_role") or ((contact.role or "") if contact is not None else ""),
        inn=(company.inn or "") if company is not None else "",
        city=said("delivery_city"),
        email=said("email") or ((contact.email or "") if contact is not None else ""),
    )


def _doubtful_client(draft: Draft) -> Iterator[Warning]:
    labels = {
        "company_name": _("компания"),
        "contact_name": _("имя"),
        "contact_role": _("должность"),
        "delivery_city": _("город"),
        "email": _("почта"),
    }
    for key, label in labels.items():
        value = draft.fields.get(key)
        if value is not None and value.status is FieldStatus.REVIEW and value.value:
            yield Warning(
                WarningKind.UNSOURCED,
                _("Проверьте адресата: {label} «{value}» не подтверждается разговором.").format(
                    label=label, value=value.value
                ),
                quote=value.value,
            )


def _contradictions(draft: Draft) -> Iterator[Warning]:
    for claim in draft.extra.get("claims", ()):
        if not _DISCOUNT.search(str(claim["said"])):
            yield Warning(
                WarningKind.CONTRADICTION,
                _("Менеджер сказал «{said}», а в базе знаний: «{base}» ({file}). В предложении стоит то, что в базе.")
                .format(said=claim["said"], base=claim["base"], file=claim["file"]),
                quote=str(claim["said"]),
            )  # fmt: skip


def _talk_of_discounts(draft: Draft) -> Iterator[Warning]:
    """A discount of the call is shown and never taken over: a person decides."""
    quotes = [evidence for value in draft.fields.values() for evidence in value.evidence]
    quotes += [evidence for line in draft.note for evidence in line.evidence]
    quotes += [evidence for step in draft.next_steps for evidence in step.evidence]
    said = [(f"«{evidence.quote}» ({place_of(evidence)})", evidence.quote) for evidence in quotes]
    said += [(f"«{claim['said']}»", str(claim["said"])) for claim in draft.extra.get("claims", ())]
    spoken: dict[str, str] = {}
    for shown, quote in said:
        if _DISCOUNT.search(quote):
            spoken.setdefault(quote, shown)
    for quote, shown in list(spoken.items())[:_NEAR]:
        yield Warning(
            WarningKind.LINE,
            _("О скидке говорили: {quote}. В строки она не внесена: решите сами.").format(quote=shown),
            quote=quote,
        )


def _line_facts(lines: Sequence[Line], items: dict[str, PriceItem]) -> Iterator[Fact]:
    for line in lines:
        item = items.get(line.sku)
        file, _comma, row = line.source.partition(", ")
        told = [line.sku, line.name, f"{line.qty.normalize():f} {line.unit}"]
        if item is not None:
            if item.note:
                told.append(item.note)
            if item.lead_days is not None:
                told.append(f"срок отгрузки, дней: {item.lead_days}")
        yield Fact("; ".join(told), Source(file, row, line.name))


def _talk_facts(draft: Draft) -> Iterator[Fact]:
    """What was said by way of need, and no promise that the base contradicts."""
    refuted = " ".join(str(claim["said"]) for claim in draft.extra.get("claims", ()))
    for key in _TELLABLE:
        value = draft.fields.get(key)
        if value is None or value.status is not FieldStatus.VERIFIED or not value.value:
            continue
        for evidence in value.evidence:
            if evidence.quote not in refuted:
                yield Fact(f"{value.value}. {evidence.quote}", talk_source(evidence))
    for step in draft.next_steps:
        if step.status is FieldStatus.VERIFIED and step.due is not None:
            day = date.fromisoformat(step.due[:10])
            for evidence in step.evidence[:1]:
                time = f" {step.due[11:]}" if len(step.due) > 10 else ""
                yield Fact(f"{step.action} {day:%d.%m.%Y}{time}. {evidence.quote}", talk_source(evidence))


def _assumptions(knowledge: Knowledge, today: date) -> Iterator[str]:
    price_list = knowledge.price_list
    if price_list is None:
        yield _("цены из профиля на {day}").format(day=f"{today:%d.%m.%Y}")
    else:
        yield _("цены из {file}, загружен {day}").format(file=price_list.file, day=f"{price_list.loaded_at:%d.%m.%Y}")
