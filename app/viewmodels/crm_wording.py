"""Words for what waits for a CRM: what it is, where it stands, why, and what a person can do about it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.i18n import _, ngettext
from app.delivery.model import CrmAccount, Operation, OperationKind, OperationState

_UNDOS = (OperationKind.UNDO_FIELDS, OperationKind.UNDO_NOTE, OperationKind.UNDO_TASK)
_ATTENTION = (OperationState.CONFLICT, OperationState.REJECTED, OperationState.PAUSED)
_FAR_S = 60.0


class Sheaf(StrEnum):
    """Where an operation is shown: what needs a person first, what is done last."""

    ATTENTION = "attention"
    WAITING = "waiting"
    DONE = "done"

    @property
    def label(self) -> str:
        return {
            Sheaf.ATTENTION: _("Нужно ваше решение"),
            Sheaf.WAITING: _("Ждёт отправки"),
            Sheaf.DONE: _("Отправлено за 30 дней"),
        }[self]


def sheaf_of(operation: Operation) -> Sheaf:
    """Under which heading an operation stands."""
    if operation.state in _ATTENTION:
        return Sheaf.ATTENTION
    return Sheaf.DONE if operation.state in (OperationState.DONE, OperationState.CANCELLED) else Sheaf.WAITING


def what_text(operation: Operation) -> str:
    """What is written: «Поля: Бюджет, Срок», «Заметка о звонке», «Шаг: Выслать КП»."""
    kind = operation.kind
    if kind is OperationKind.FIELDS:
        labels = ", ".join(change.label or change.key for change in operation.changes)
        many = len(operation.changes) > 1
        return (_("Поля: {labels}") if many else _("Поле: {labels}")).format(labels=labels)
    if kind is OperationKind.NOTE:
        return _("Заметка о звонке")
    if kind is OperationKind.TASK:
        return _("Шаг: {title}").format(title=operation.task.title if operation.task else "")
    return {
        OperationKind.UNDO_FIELDS: _("Вернуть прежние значения"),
        OperationKind.UNDO_NOTE: _("Убрать заметку"),
        OperationKind.UNDO_TASK: _("Убрать шаг"),
    }[kind]


def values_text(operation: Operation) -> str:
    """The values on their way, one a line; the text of a note or task."""
    if operation.changes:
        return "\n".join(f"{change.label or change.key}: {change.shown}" for change in operation.changes)
    if operation.task is not None:
        return "\n".join(filter(None, (operation.task.title, operation.task.text)))
    return operation.text


def state_mark(operation: Operation) -> tuple[str, str]:
    """Text and tone of the state chip of an operation."""
    if operation.state is OperationState.DONE and operation.kind in _UNDOS:
        return _("возвращено"), "neutral"
    return {
        OperationState.PENDING: (_("ждёт"), "accent"),
        OperationState.SENDING: (_("отправляется"), "accent"),
        OperationState.UNKNOWN: (_("проверяем, дошло ли"), "warn"),
        OperationState.DONE: (_("доставлено"), "ok"),
        OperationState.CONFLICT: (_("изменили в CRM"), "danger"),
        OperationState.REJECTED: (_("не принято"), "danger"),
        OperationState.PAUSED: (_("остановлено"), "warn"),
        OperationState.CANCELLED: (_("отменено"), "neutral"),
    }[operation.state]


def why_text(operation: Operation) -> str:
    """Why it has not arrived, in a sentence."""
    if operation.state is OperationState.CONFLICT:
        labels = ", ".join(f"«{conflict.label}»" for conflict in operation.conflict)
        text = _("Пока черновик ждал визы, в CRM изменили: {labels}. Ничего не записано, решите, что останется.")
        return text.format(labels=labels)
    if operation.error_text and operation.state not in (OperationState.DONE, OperationState.CANCELLED):
        return operation.error_text
    return {
        OperationState.PENDING: _("Уйдёт по очереди."),
        OperationState.SENDING: _("Отправляется сейчас."),
        OperationState.UNKNOWN: _("Ответ CRM потерялся. Повторно ничего не отправится, пока не проверим, дошло ли."),
        OperationState.PAUSED: _("Отправка остановлена: CRM нужно подключить заново."),
        OperationState.REJECTED: _("CRM не приняла."),
    }.get(operation.state, "")


def next_text(operation: Operation, now: datetime) -> str:
    """When it is tried again: «Следующая попытка через 4 мин»; empty where it is not by itself."""
    if sheaf_of(operation) is not Sheaf.WAITING:
        return ""
    if operation.next_try_at is None or operation.next_try_at <= now:
        return _("Попробуем сейчас же.") if operation.attempts else ""
    seconds = (operation.next_try_at - now).total_seconds()
    if seconds < _FAR_S:
        return _("Следующая попытка через {count} с").format(count=max(1, round(seconds)))
    if seconds < 60 * _FAR_S:
        return _("Следующая попытка через {count} мин").format(count=round(seconds / 60))
    return _("Следующая попытка через {count} ч").format(count=round(seconds / 3600))


@dataclass(frozen=True, slots=True)
class Badge:
    """What is said of the CRMs in a line: at the window's lower edge, and by `deliver`.

    Args:
        tone: "muted", "warn" or "danger".
        action: Where its button leads: the queue, or where the cure is.
    """

    text: str = ""
    tone: str = "muted"
    action: str = "open_outbox"


def badge_of(operations: Sequence[Operation], accounts: Sequence[CrmAccount], now: datetime) -> Badge:
    """The most pressing thing of all that waits; nothing while all goes well."""
    waiting = [one for one in operations if sheaf_of(one) is Sheaf.WAITING]
    asking = [one for one in operations if sheaf_of(one) is Sheaf.ATTENTION]
    paused = [account for account in accounts if account.is_paused]
    if paused:
        # A plan or a payment is the administrator's: another key would be refused likewise.
        is_closed = all(account.pause_code == "crm.blocked" for account in paused)
        text = (
            _("CRM закрыла доступ: {names} ({count})") if is_closed else _("Подключите CRM заново: {names} ({count})")
        )
        names, count = ", ".join(account.title for account in paused), len(waiting) + len(asking)
        return Badge(text.format(names=names, count=count), "danger", "open_settings_crm")
    unmapped = [one for one in asking if one.error_code == "crm.not_mapped"]
    if unmapped and len(unmapped) == len(asking):
        text = _("Подтвердите соответствие полей, чтобы отправить ({count})")
        return Badge(text.format(count=len(waiting) + len(asking)), "warn", "open_field_map")
    if asking:
        word = ngettext("решение", "решения", "решений", len(asking))
        return Badge(_("CRM ждёт: {count} {word}").format(count=len(asking), word=word), "danger")
    if not waiting:
        return Badge()
    offline = ("crm.offline", "crm.certificate")
    tone = "muted"
    if any(one.state is OperationState.UNKNOWN for one in waiting):
        text, tone = _("Проверяем, дошло ли ({count})"), "warn"
    elif any(one.error_code in offline for one in waiting):
        text, tone = _("Нет связи с CRM, отправим позже ({count})"), "warn"
    elif any(_is_long_delayed(one, now) for one in waiting):
        text = _("CRM просит подождать, отправим позже ({count})")
    else:
        text = _("Отправляем в CRM ({count})")
    return Badge(text.format(count=len(waiting)), tone)


def admin_text(operation: Operation, account: CrmAccount | None) -> str:
    """What an administrator needs to know; no key, no client's name, no value."""
    lines = [
        f"{_('Визирь')}: {what_kind(operation)}",
        f"CRM: {account.kind if account else '–'}, {account.address if account else '–'}",
        _("Пользователь CRM: {id}").format(id=account.user_id if account and account.user_id else "–"),
        _("Сделка: {id}").format(id=operation.remote_id),
        _("Ошибка: {code}. {text}").format(code=operation.error_code or "–", text=operation.error_text).strip(),
        _("Попыток: {count}").format(count=operation.attempts),
        f"ID: {operation.id}",
    ]
    return "\n".join(lines)


def what_kind(operation: Operation) -> str:
    """The kind of writing without anything of its content."""
    return {
        OperationKind.FIELDS: _("запись полей сделки"),
        OperationKind.NOTE: _("запись заметки"),
        OperationKind.TASK: _("постановка задачи"),
        OperationKind.UNDO_FIELDS: _("возврат полей сделки"),
        OperationKind.UNDO_NOTE: _("удаление заметки"),
        OperationKind.UNDO_TASK: _("удаление задачи"),
    }[operation.kind]


def _is_long_delayed(operation: Operation, now: datetime) -> bool:
    is_limited = operation.error_code == "crm.rate_limited" and operation.next_try_at is not None
    return is_limited and (operation.next_try_at - now).total_seconds() > _FAR_S  # type: ignore[operator]
