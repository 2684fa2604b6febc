"""Words for what a proposal knows by code."""

from __future__ import annotations

from app.core.i18n import _
from app.proposal.model import BlockKind, LegalStatus


def status_label(status: LegalStatus) -> str:
    """What a proposal is before the law, as a choice of the screen."""
    return {
        LegalStatus.INFORMATION: _("Информация, не оферта"),
        LegalStatus.OFFER: _("Оферта до даты"),
        LegalStatus.INVITATION: _("Приглашение делать оферты"),
    }[status]


def block_label(kind: BlockKind) -> str:
    """How a text block is headed."""
    return {
        BlockKind.COVERING: _("Вступление"),
        BlockKind.NEED: _("Задача клиента"),
        BlockKind.DELIVERY: _("Доставка"),
        BlockKind.PAYMENT: _("Оплата"),
        BlockKind.WARRANTY: _("Гарантия"),
        BlockKind.EXCLUDED: _("Что не входит"),
        BlockKind.NEXT_STEP: _("Следующий шаг"),
    }[kind]


def template_label(template: str) -> str:
    """How a template is called on the screen: a built-in one by its name, the company's own by its file."""
    built_in = {"short": _("Краткое письмо"), "full": _("Полное КП"), "price_request": _("Ответ на запрос цен")}
    return built_in.get(template) or template.replace("\\", "/").rsplit("/", 1)[-1]
