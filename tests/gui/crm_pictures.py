"""Pictures of the connected CRMs: two portals in memory, one of them out of reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QWidget

from app.application import App
from app.approval.model import ApprovalRequest, Decision, DecisionKind, SubjectKind
from app.deals.model import Deal
from app.delivery import faults
from app.delivery.model import (
    Account,
    Caps,
    CrmAccount,
    CrmKind,
    Money,
    OperationState,
    RemoteField,
    RemoteOption,
    RemoteStage,
    RemoteType,
)
from app.ui.crm.conflict_dialog import ConflictDialog
from app.ui.main import WindowProgram
from app.viewmodels.crm_conflict import Choice
from app.viewmodels.workspace import Page
from tests.fakes.crm import FakeConnector, FakeCrm
from tests.gui import scene

_FIELDS = (
    RemoteField("title", "Название", RemoteType.TEXT),
    RemoteField("opportunity", "Бюджет", RemoteType.MONEY),
    RemoteField("closedate", "Срок клиента", RemoteType.DATE),
    RemoteField("ufCrm_city", "Город доставки", RemoteType.TEXT),
    RemoteField("ufCrm_need", "Потребность", RemoteType.TEXT),
    RemoteField("ufCrm_rival", "Конкуренты", RemoteType.TEXT),
    RemoteField("ufCrm_points", "Число точек света", RemoteType.NUMBER),
    RemoteField("ufCrm_area", "Площадь объекта", RemoteType.NUMBER),
    RemoteField(
        "ufCrm_object",
        "Тип объекта",
        RemoteType.OPTION,
        options=(RemoteOption("61", "Склад"), RemoteOption("62", "Цех"), RemoteOption("63", "Офис, магазин")),
    ),
    RemoteField(
        "stageId",
        "Этап",
        RemoteType.STAGE,
        options=(RemoteOption("NEW", "Новый"), RemoteOption("OFFER", "КП")),
    ),
    RemoteField("contact.PHONE", "Телефон", RemoteType.PHONES),
)
_STAGES = (RemoteStage("NEW", "Новый"), RemoteStage("OFFER", "КП"))
Found = TypeVar("Found", bound=QWidget)
WAREHOUSE, CENTRE, BOTTLING = "351", "367", "9021"


class Portals:
    """Makes the connectors of both."""

    def __init__(self) -> None:
        self.bitrix = FakeCrm(fields=_FIELDS, caps=Caps(has_robots=True))
        self.bitrix.add_deal(
            WAREHOUSE, title="Освещение склада, Казань", opportunity=Money(Decimal(2_000_000)), stageId="NEW"
        )
        self.bitrix.add_deal(CENTRE, title="Автоцентр «Меридиан», витрина")
        self.amo = FakeCrm(fields=_FIELDS)
        self.amo.add_deal(BOTTLING, title="Цех № 2, линия розлива")

    def __call__(self, account: CrmAccount, _secret: str) -> FakeConnector:
        return _Portal(self.bitrix if account.kind is CrmKind.BITRIX24 else self.amo, account)


class _Portal(FakeConnector):
    """Says whose portal it is."""

    def __init__(self, crm: FakeCrm, account: CrmAccount) -> None:
        super().__init__(crm)
        self._account = account

    def check(self) -> Account:
        told = super().check()
        place = self._account.address.removeprefix("https://")
        return replace(told, user_name="Денис Орлов", portal=place)

    def deal_url(self, deal_id: str) -> str:
        return f"{self._account.address}/crm/deal/details/{deal_id}/"


def pictures(  # noqa: PLR0915 - a script: one picture after another
    application: QApplication,
    program: WindowProgram,
    portals: Portals,
    shoot: Callable[[str, QWidget | None], None],
    wait: Callable[[int, Callable[[], bool]], None],
) -> None:
    """Connect, map, send, disagree: a picture of each.

    Args:
        shoot: Saves the window, or the widget where one is given, under a name.
        wait: Lets the window work until something is so, at most so many milliseconds.
    """
    desk, app, window = program.desk, program.app, program.window
    if desk is None or app is None:
        raise SystemExit("the store did not open")
    window.go(Page.SETTINGS)
    window.act("open_settings_crm")
    find(window, QPushButton, "connect_bitrix24").click()
    wait(1500, lambda: False)
    desk.crm.accounts.write("secret", "https://sever.bitrix24.ru/rest/12/9f2c7d1e5b8a4c6f/")
    desk.crm.accounts.check()
    wait(3000, lambda: desk.crm.accounts.finding is not None)
    shoot("crm-connect", None)
    scroll = find(window, QScrollArea, "connectScroll").verticalScrollBar()
    scroll.setValue(scroll.maximum())
    shoot("crm-connect-form", None)
    desk.crm.accounts.connect()
    wait(5000, lambda: desk.crm.mapping.is_loaded)
    desk.crm.mapping.choose("competitors", "ufCrm_points")
    desk.crm.mapping.select("uf_object_type")
    wait(800, lambda: False)
    shoot("crm-mapping", None)
    desk.crm.mapping.choose("competitors", "ufCrm_rival")
    desk.crm.mapping.choose("company_name", "")
    desk.crm.mapping.confirm()
    wait(3000, lambda: desk.crm.mapping.is_confirmed)
    bitrix = desk.crm.mapping.account_id
    app.delivery.link("deal-1", bitrix, WAREHOUSE)
    desk.crm.send()
    done = OperationState.DONE
    wait(8000, lambda: all(one.state is done for one in app.delivery.operations()) and bool(app.delivery.operations()))
    app.mirror.look("deal-1")
    portals.bitrix.colleague(WAREHOUSE, "opportunity", Money(Decimal(1_800_000)))
    _fill(app, bitrix)
    portals.amo.state = faults.offline()
    desk.crm.accounts.refresh()
    desk.crm.send()
    wait(5000, lambda: any(one.state is OperationState.CONFLICT for one in app.delivery.operations()))
    wait(5000, lambda: any(one.error_code == "crm.offline" for one in app.delivery.operations()))
    wait(3000, lambda: bool(desk.crm.outbox.badge.text))
    window.notices.clear()
    window.act("open_outbox")
    conflict = next(one for one in app.delivery.operations() if one.state is OperationState.CONFLICT)
    desk.crm.outbox.select(conflict.id)
    wait(600, lambda: False)
    shoot("crm-queue", None)
    desk.crm.outbox.open_conflict(conflict.id)
    wait(3000, lambda: _dialog(application) is not None)
    asked = _dialog(application)
    if asked is not None:
        asked.rows[0].buttons[Choice.THEIRS].click()
        wait(300, lambda: False)
        shoot("crm-conflict", asked)
        asked.reject()
    window.act("open_settings_crm")
    for row in desk.crm.accounts.rows:
        desk.crm.accounts.check_account(row.account.id)
    wait(3000, lambda: bool(desk.crm.accounts.findings) and not desk.crm.accounts.checking)
    window.notices.clear()
    shoot("crm-settings", None)
    window.go(Page.CALLS)
    desk.review.reload()
    desk.crm.deals.refresh()
    wait(5000, lambda: desk.crm.deals.facts is not None)
    wait(800, lambda: False)
    window.notices.clear()
    shoot("crm-draft", None)


def find(where: QWidget, kind: type[Found], name: str) -> Found:
    """A part of the window by its name."""
    found = where.findChild(kind, name)
    if found is None:
        raise SystemExit(f"no {name}")
    return found


def _fill(app: App, bitrix: str) -> None:
    """What waits, what disagrees, what has arrived."""
    amo = app.connections.connect(CrmKind.AMOCRM, "amoCRM", "https://oka.amocrm.ru", {}, "token")
    app.connections.confirm(amo.id, replace(app.connections.suggestion(amo.id), account_id=amo.id))
    app.delivery.link("deal-2", amo.id, BOTTLING)
    _approve(app, "call-0", "deal-2", "Сравнивают цены на линию. Просят расчёт до конца недели.")
    app.deals.create(Deal("deal-9", "Автоцентр «Меридиан», витрина"))
    app.delivery.link("deal-9", bitrix, CENTRE)
    _approve(app, "call-5", "deal-9", "Ждут образцы витринного света, решают в декабре.")
    draft_id, _draft = app.drafts.latest(scene.MAIN) or ("", None)
    budget = Decision(SubjectKind.FIELD, "budget_amount", DecisionKind.ACCEPTED, "1 500 000 ₽", 1_500_000)
    app.approval.approve(ApprovalRequest(scene.MAIN, draft_id, "deal-1", (budget,), "Денис Орлов"))


def _approve(app: App, call_id: str, deal_id: str, note: str) -> None:
    draft_id, _draft = app.drafts.latest(call_id) or ("", None)
    decisions = (
        Decision(SubjectKind.NOTE, "note", DecisionKind.ACCEPTED, note),
        Decision(SubjectKind.STEP, "0", DecisionKind.ACCEPTED, "Прислать расчёт", None, (), "manager", "2026-11-20"),
    )
    app.approvals.approve(ApprovalRequest(call_id, draft_id, deal_id, decisions, "Денис Орлов"))


def _dialog(application: QApplication) -> ConflictDialog | None:
    found = [one for one in application.topLevelWidgets() if isinstance(one, ConflictDialog) and one.isVisible()]
    return found[0] if found else None
