"""What `doctor` asks the store."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from app.adapters.storage import backups
from app.adapters.storage.store import Store
from app.core.checkup import Check, CheckResult
from app.core.clock import Clock
from app.core.i18n import _
from app.settings import Folders

LOW_DISK_BYTES = 1 << 30
"""Less than this is soon filled by recordings."""


def store_checks(opened: Callable[[], Store], folders: Folders, clock: Clock) -> list[Check]:
    """The checks in the order in which their answers make sense.

    Args:
        opened: The open store; called again by each check, so it should open once.
    """
    return [
        Check(_("База"), lambda: _opens(opened())),
        Check(_("Целостность базы"), lambda: _is_whole(opened(), folders.backups)),
        Check(_("Журнал виз"), lambda: _chain_holds(opened())),
        Check(_("Резервная копия"), lambda: _has_backup(folders.backups, clock)),
        Check(_("Место на диске"), lambda: _has_room(folders.data)),
    ]


def _opens(store: Store) -> CheckResult:
    if store.is_encrypted:
        return CheckResult(True, _("открывается, зашифрована"))
    return CheckResult(
        True, _("открывается, хранится открыто"), _("Зашифровать базу можно в настройках, «Защита базы».")
    )


def _is_whole(store: Store, folder: Path) -> CheckResult:
    # A damaged file may also fail while it is read: that error says the same and is doctor's line then.
    findings = store.database.run(lambda db: [row[0] for row in db.conn.execute("PRAGMA integrity_check(3)")])
    if findings == ["ok"]:
        return CheckResult(True, _("файл цел"))
    newest = backups.newest_name(folder)
    cure = _("Верните резервную копию «{name}».").format(name=newest) if newest else _("Резервной копии нет.")
    return CheckResult(False, _("файл повреждён: {finding}").format(finding=findings[0]), cure)


def _chain_holds(store: Store) -> CheckResult:
    broken = store.approvals.verify_audit()
    if broken is None:
        return CheckResult(True, _("цепочка записей не нарушена"))
    return CheckResult(
        False,
        _("запись {number} не сходится: журнал меняли в обход программы").format(number=broken),
        _("Покажите файл специалисту; записи до этой верны."),
    )


def _has_backup(folder: Path, clock: Clock) -> CheckResult:
    newest = next(iter(backups.list_backups(folder)), None)
    if newest is None:
        return CheckResult(True, _("ещё не делалась"))
    return CheckResult(True, _("от {when}").format(when=f"{clock.local(newest.at):%d.%m.%Y %H:%M}"))


def _has_room(folder: Path) -> CheckResult:
    free = shutil.disk_usage(next(p for p in (folder, *folder.parents) if p.exists())).free
    text = _("свободно {size} ГБ").format(size=f"{free / (1 << 30):.1f}".replace(".", ","))
    if free >= LOW_DISK_BYTES:
        return CheckResult(True, text)
    return CheckResult(False, text, _("Освободите место: записи и база растут с каждым звонком."))
