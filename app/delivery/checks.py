"""What `doctor` asks the connected CRMs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from app.core.checkup import Check, CheckResult
from app.core.clock import Clock
from app.core.errors import VizirError
from app.core.i18n import _
from app.delivery.model import CrmAccount, OperationState

if TYPE_CHECKING:
    from app.delivery.connections import ConnectionService
    from app.delivery.service import DeliveryService

_SOON = timedelta(days=14)
_FOR_A_PERSON = (OperationState.CONFLICT, OperationState.REJECTED, OperationState.PAUSED)
_ENDED = (OperationState.DONE, OperationState.CANCELLED)


def delivery_checks(
    delivery: Callable[[], DeliveryService], connections: Callable[[], ConnectionService], clock: Clock
) -> tuple[Check, ...]:
    """A line for the connected CRMs, each of which is asked, and one for the queue."""
    return (
        Check(_("Подключения к CRM"), lambda: _accounts(connections(), clock)),
        Check(_("Очередь в CRM"), lambda: _queue(delivery())),
    )


def _accounts(connections: ConnectionService, clock: Clock) -> CheckResult:
    accounts = connections.accounts()
    if not accounts:
        return CheckResult(True, _("нет: всё хранится в карточках программы"))
    results = [_account(connections, account, clock) for account in accounts]
    cures = [result.cure for result in results if result.cure]
    return CheckResult(
        all(result.is_good for result in results), "; ".join(result.text for result in results), " ".join(cures[:1])
    )


def _account(connections: ConnectionService, account: CrmAccount, clock: Clock) -> CheckResult:
    def line(text: str) -> str:
        return f"{account.title}: {text.rstrip('.')}"

    if account.is_paused:
        return CheckResult(False, line(_("приостановлено")), account.pause_text)
    try:
        connector = connections.connector(account.id)
        try:
            found = connector.check()
        finally:
            connector.close()
    except VizirError as error:
        return CheckResult(False, line(error.message), error.hint)
    if found.missing_rights:
        rights = ", ".join(found.missing_rights)
        return CheckResult(
            False, line(_("не хватает прав: {rights}").format(rights=rights)), _("Попросите администратора CRM.")
        )
    if connections.field_map(account.id).confirmed_at is None:
        cure = _("Откройте соответствие полей в настройках CRM и подтвердите его.")
        return CheckResult(False, line(_("соответствие полей не подтверждено")), cure)
    if found.expires_at is not None and found.expires_at - clock.now_utc() < _SOON:
        when = f"{clock.local(found.expires_at):%d.%m.%Y}"
        return CheckResult(
            True, line(_("ключ действует до {when}").format(when=when)), _("Создайте новый ключ заранее.")
        )
    return CheckResult(True, line(_("отвечает, {name}").format(name=found.user_name)))


def _queue(delivery: DeliveryService) -> CheckResult:
    counts = delivery.summary()
    waiting = sum(count for state, count in counts.items() if state not in _ENDED)
    asked = sum(counts.get(state, 0) for state in _FOR_A_PERSON)
    if not waiting:
        return CheckResult(True, _("пуста"))
    if not asked:
        return CheckResult(True, _("ждут отправки: {count}").format(count=waiting))
    text = _("ждут отправки: {count}, из них вашего решения: {asked}").format(count=waiting, asked=asked)
    return CheckResult(False, text, _("Откройте очередь CRM: там сказано, что сделать."))
