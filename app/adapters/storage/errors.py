"""The database's errors become ours here, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from app.core.errors import Bug, StoredDataError, UserFixable, VizirError
from app.core.i18n import _

_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _CONSTRAINT, _NOTADB = 5, 6, 8, 10, 11, 13, 14, 19, 26


@cache
def vendor_errors() -> tuple[type[Exception], ...]:
    """The base classes of the errors of both database modules."""
    import sqlite3

    import sqlcipher3  # type: ignore[import-untyped]

    return sqlite3.Error, sqlcipher3.Error


def ours(error: BaseException, newest_backup: Callable[[], str] = str) -> BaseException:
    """Our error where `error` is the database's, caused by it; any other as it is."""
    if not isinstance(error, vendor_errors()):
        return error
    made = translated(error, backup=newest_backup())
    made.__cause__ = error
    return made


def is_not_a_database(error: BaseException) -> bool:
    """Whether the file cannot be read with this key: it is another key, or the beginning of the file is damaged."""
    return _primary_code(error) == _NOTADB


def translated(error: Exception, *, backup: str = "") -> VizirError:
    """Our error for one of the database's.

    Args:
        error: As the database module raised it.
        backup: Name of the newest backup copy, offered where the file is damaged; "" without one.
    """
    code, detail = _primary_code(error), repr(error)
    # A text that is none comes without a code: the page it stands on was overwritten.
    if code in (_CORRUPT, _NOTADB) or str(error).startswith("Could not decode to UTF-8"):
        return damaged(detail, backup)
    kind = {_BUSY: locked, _LOCKED: locked, _READONLY: read_only, _FULL: disk_full, _CANTOPEN: no_folder, _IOERR: disk}
    if code in kind:
        return kind[code](detail)
    if code == _CONSTRAINT:
        return Bug("store.refused", _("База отклонила запись, которая нарушает её правила."), detail=detail)
    return Bug("store.unexpected", _("База ответила ошибкой, которой программа не ждала."), detail=detail)


def locked(detail: str) -> UserFixable:
    """Another program holds the file longer than we wait."""
    return UserFixable(
        "store.locked",
        _("База занята другой программой."),
        hint=_("Закройте программу, которая открыла файл базы, и повторите."),
        detail=detail,
        action="retry",
    )


def disk_full(detail: str) -> UserFixable:
    """There is no place for what was to be written."""
    return UserFixable(
        "store.disk_full",
        _("На диске не осталось места: изменение не записано."),
        hint=_("Освободите место и повторите. Всё записанное раньше цело."),
        detail=detail,
        action="retry",
    )


def disk(detail: str) -> UserFixable:
    """Reading or writing failed in the disk itself."""
    return UserFixable(
        "store.disk",
        _("Диск не ответил при обращении к базе."),
        hint=_("Проверьте, что диск подключён и на нём есть место, и повторите."),
        detail=detail,
        action="retry",
    )


def damaged(detail: str, backup: str) -> StoredDataError:
    """The file cannot be trusted; nothing more is written to it."""
    return StoredDataError(
        "store.damaged",
        _("Файл базы повреждён."),
        hint=_("Можно вернуть резервную копию «{name}».").format(name=backup)
        if backup
        else _("Резервной копии нет. Сохраните файл и покажите его специалисту."),
        detail=detail,
        action="restore_backup" if backup else None,
    )


def newer(detail: str) -> StoredDataError:
    """The file was written by a newer program."""
    return StoredDataError(
        "store.newer",
        _("База создана более новой версией программы."),
        hint=_("Обновите программу. Файл не изменён."),
        detail=detail,
    )


def wrong_key(detail: str) -> UserFixable:
    """The passphrase does not open the file."""
    return UserFixable(
        "store.wrong_key",
        _("Пароль не подходит к базе."),
        hint=_("Введите пароль ещё раз. Если он точно верный, файл повреждён: верните резервную копию."),
        detail=detail,
        action="ask_passphrase",
    )


def read_only(detail: str) -> UserFixable:
    """File or folder may not be written to."""
    return UserFixable(
        "store.read_only",
        _("База открыта только для чтения: записать в неё нельзя."),
        hint=_("Дайте себе право записи на папку данных или выберите другую папку."),
        detail=detail,
        action="open_folder",
    )


def no_folder(detail: str) -> UserFixable:
    """The folder cannot be made or the file in it cannot be opened."""
    return UserFixable(
        "store.no_folder",
        _("Папка данных недоступна."),
        hint=_("Проверьте, что диск подключён и у вас есть права на папку."),
        detail=detail,
        action="open_folder",
    )


def no_call(call_id: str) -> UserFixable:
    """A call that was deleted meanwhile."""
    return UserFixable(
        "store.no_call",
        _("Этого звонка больше нет в базе."),
        hint=_("Обновите список звонков."),
        detail=call_id,
    )


def no_deal(deal_id: str) -> UserFixable:
    """A deal that is not in the store."""
    return UserFixable(
        "store.no_deal",
        _("Этой сделки нет в базе."),
        hint=_("Выберите другую сделку или создайте новую."),
        detail=deal_id,
        action="choose_deal",
    )


def _primary_code(error: BaseException) -> int:
    # The low byte is the primary result code; the rest tells apart cases that need the same cure.
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
