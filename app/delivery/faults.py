"""What can go wrong with a CRM, as one taxonomy; every connector maps its vendor's errors to it in one function.

Source: the error table of the connectors' specification; docs/errors.md lists the codes.
"""

from __future__ import annotations

from enum import StrEnum

from app.core.errors import ExternalFailure
from app.core.i18n import _
from app.logs import redactor


class Fault(StrEnum):
    """The class of a failure; what the worker does follows from it alone.

    `OFFLINE`: nothing left the machine, sent again by itself. `UNKNOWN`: it left, the answer was lost: looked up
    first. `RATE_LIMITED`: refused before it was done, later by itself. `AUTH`, `BLOCKED`: the account's queue is
    paused. The others need a person for this one operation.
    """

    OFFLINE = "offline"
    UNKNOWN = "unknown"
    RATE_LIMITED = "rate_limited"
    AUTH = "auth"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    INVALID = "invalid"
    NOT_APPLIED = "not_applied"
    BLOCKED = "blocked"
    UNEXPECTED = "unexpected"


class CrmFailure(ExternalFailure):
    """A failure at a CRM.

    Args:
        keys: The CRM's keys of the fields it is about, where the CRM names them.
    """

    def __init__(
        self,
        fault: Fault,
        code: str,
        message: str,
        *,
        hint: str = "",
        detail: str = "",
        action: str | None = None,
        retry_after_s: float | None = None,
        keys: tuple[str, ...] = (),
    ) -> None:
        # A CRM's own words stand in both, and a server may repeat in them what it was sent.
        message, detail = redactor.without_keys(message), redactor.without_keys(detail)
        super().__init__(code, message, hint=hint, detail=detail, action=action, retry_after_s=retry_after_s)
        self.fault = fault
        self.keys = keys


def offline(detail: str = "") -> CrmFailure:
    """Nothing left the machine: no network, no name, no connection, no trusted certificate in time."""
    return CrmFailure(
        Fault.OFFLINE,
        "crm.offline",
        _("Нет связи с CRM."),
        hint=_("Завизированное отправится само, когда связь появится."),
        detail=detail,
    )


def certificate(detail: str = "") -> CrmFailure:
    """The portal's certificate is not trusted by this machine: nothing was sent."""
    return CrmFailure(
        Fault.OFFLINE,
        "crm.certificate",
        _("Сертификату портала CRM этот компьютер не доверяет."),
        hint=_("Попросите администратора установить сертификат компании в системное хранилище."),
        detail=detail,
    )


def unknown(detail: str = "") -> CrmFailure:
    """It left the machine and the answer was lost or is no answer of the CRM."""
    return CrmFailure(
        Fault.UNKNOWN,
        "crm.unknown",
        _("Ответ CRM потерялся: проверяем, дошло ли."),
        hint=_("Повторно ничего не отправится, пока не проверим."),
        detail=detail,
    )


def rate_limited(retry_after_s: float | None = None, detail: str = "") -> CrmFailure:
    """The CRM asked to wait; nothing was done."""
    return CrmFailure(
        Fault.RATE_LIMITED,
        "crm.rate_limited",
        _("CRM просит подождать: слишком много запросов."),
        hint=_("Отправим позже сами."),
        detail=detail,
        retry_after_s=retry_after_s,
    )


def unauthorised(detail: str = "") -> CrmFailure:
    """The key is wrong, expired or removed."""
    return CrmFailure(
        Fault.AUTH,
        "crm.auth",
        _("CRM больше не принимает ключ подключения."),
        hint=_("Подключите CRM заново: очередь сохранена и уйдёт после этого."),
        detail=detail,
        action="open_settings_crm",
    )


def forbidden(right: str = "", detail: str = "") -> CrmFailure:
    """The key is good, the right is missing; `right` names it in the CRM's words."""
    return CrmFailure(
        Fault.FORBIDDEN,
        "crm.forbidden",
        _("У подключения нет права: {right}.").format(right=right)
        if right
        else _("CRM не даёт права на это действие."),
        hint=_("Передайте это администратору CRM: он может дать право."),
        detail=detail,
    )


def not_found(detail: str = "") -> CrmFailure:
    """The deal is gone, merged or out of this person's sight."""
    return CrmFailure(
        Fault.NOT_FOUND,
        "crm.not_found",
        _("Сделка в CRM удалена или недоступна."),
        hint=_("Выберите другую сделку."),
        detail=detail,
        action="choose_deal",
    )


def invalid(text: str, keys: tuple[str, ...] = (), detail: str = "") -> CrmFailure:
    """The CRM refuses a value; `text` is the CRM's own sentence or ours."""
    return CrmFailure(
        Fault.INVALID,
        "crm.invalid",
        _("CRM не принимает значение: {text}").format(text=text),
        hint=_("Исправьте значение или соответствие полей и завизируйте ещё раз."),
        detail=detail,
        keys=keys,
        action="open_field_map",
    )


def not_mapped() -> CrmFailure:
    """Nobody has confirmed yet which field of the CRM is which of ours: nothing is written."""
    return CrmFailure(
        Fault.INVALID,
        "crm.not_mapped",
        _("Соответствие полей с CRM ещё не подтверждено."),
        hint=_("Откройте соответствие полей и подтвердите его: отправка продолжится сама."),
        action="open_field_map",
    )


def gave_up(cause: CrmFailure) -> CrmFailure:
    """A whole day of trying, with the CRM within reach."""
    return CrmFailure(
        cause.fault,
        "crm.gave_up",
        _("За сутки отправить не удалось: {cause}").format(cause=cause.message),
        hint=_("Нажмите «Повторить», когда CRM будет в порядке; без вас больше не пробуем."),
        detail=cause.detail,
        action="retry",
    )


def not_applied(labels: str, keys: tuple[str, ...], detail: str = "") -> CrmFailure:
    """The CRM answered well and did not keep the values."""
    return CrmFailure(
        Fault.NOT_APPLIED,
        "crm.not_applied",
        _("CRM не приняла: {labels}.").format(labels=labels),
        hint=_("Проверьте в CRM, можно ли менять это поле, и соответствие полей в настройках."),
        detail=detail,
        keys=keys,
        action="open_field_map",
    )


def blocked(detail: str = "") -> CrmFailure:
    """Not paid, a plan without access, or the address is barred: a matter for the administrator."""
    return CrmFailure(
        Fault.BLOCKED,
        "crm.blocked",
        _("CRM закрыла доступ программам: тариф, оплата или блокировка адреса."),
        hint=_("Передайте это администратору CRM; очередь сохранена."),
        detail=detail,
        action="open_settings_crm",
    )


def unexpected(detail: str = "") -> CrmFailure:
    """An answer that nothing else fits."""
    return CrmFailure(
        Fault.UNEXPECTED,
        "crm.unexpected",
        _("CRM ответила неожиданно."),
        hint=_("Сохраните отчёт: в нём нет ключей и имён клиентов."),
        detail=detail,
    )
