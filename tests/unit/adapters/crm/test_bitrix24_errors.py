"""What a fake Bitrix24 portal's errors become for the outbox, and that no error holds the key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.adapters.crm.bitrix24 import Bitrix24
from app.adapters.crm.bitrix24_errors import failure_of
from app.adapters.crm.transport import Answer
from app.core.errors import VizirError
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import CrmAccount, CrmKind
from app.logs import redactor
from tests.fakes.bitrix24_cards import COMPANY, CONTACT, DEAL
from tests.fakes.bitrix24_server import KEY, Portal, Trouble, bitrix24_portal
from tests.fakes.clock import FakeClock
from tests.fakes.model_server import closed_port

_OP = "0192f3c8a7b64c11a0d67f3a2c19b0de"


@pytest.fixture
def portal() -> Iterator[Portal]:
    with bitrix24_portal() as running:
        yield running


@pytest.fixture
def crm(portal: Portal, fake_clock: FakeClock) -> Iterator[Bitrix24]:
    account = CrmAccount("1", CrmKind.BITRIX24, "", portal.address)
    connector = Bitrix24(account, portal.webhook, clock_s=fake_clock.monotonic_s, wait=lambda _s: False)
    yield connector
    connector.close()


def _reading(crm: Bitrix24, deal: int) -> CrmFailure:
    with pytest.raises(CrmFailure) as caught:
        crm.read_deal(str(deal), ["title"])
    return caught.value


def _noting(crm: Bitrix24, deal: int) -> CrmFailure:
    with pytest.raises(CrmFailure) as caught:
        crm.add_note(str(deal), "Итог", _OP)
    return caught.value


@pytest.mark.parametrize(
    ("trouble", "read", "written"),
    [
        (Trouble.LIMIT, Fault.RATE_LIMITED, Fault.RATE_LIMITED),
        (Trouble.OPERATING, Fault.RATE_LIMITED, Fault.RATE_LIMITED),
        (Trouble.OVERLOAD, Fault.BLOCKED, Fault.BLOCKED),
        (Trouble.PLAN, Fault.BLOCKED, Fault.BLOCKED),
        (Trouble.EXPIRED, Fault.AUTH, Fault.AUTH),
        (Trouble.BROKEN, Fault.OFFLINE, Fault.UNKNOWN),
        (Trouble.PAGE, Fault.OFFLINE, Fault.UNKNOWN),
        (Trouble.MOVED, Fault.BLOCKED, Fault.BLOCKED),
        (Trouble.DROP_BEFORE, Fault.OFFLINE, Fault.UNKNOWN),
        (Trouble.DROP_AFTER, Fault.OFFLINE, Fault.UNKNOWN),
    ],
)
def test_each_trouble_has_its_class_for_a_question_and_for_a_change(
    portal: Portal, crm: Bitrix24, trouble: Trouble, read: Fault, written: Fault
) -> None:
    deal = portal.cards.add_deal()
    portal.troubles = {"crm.item.get": [trouble], "crm.timeline.comment.add": [trouble]}
    assert (_reading(crm, deal).fault, _noting(crm, deal).fault) == (read, written)
    assert portal.methods().count("crm.timeline.comment.add") == 1


def test_a_moved_portal_names_the_new_host_and_is_not_followed(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    portal.troubles["*"] = [Trouble.MOVED]
    failure = _noting(crm, deal)
    assert (failure.code, "new.example" in failure.message) == ("crm.moved", True)


def test_the_time_of_a_method_is_waited_for_as_its_last_good_answer_told(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    crm.read_deal(str(deal), ["title"])
    portal.troubles["crm.item.get"] = [Trouble.OPERATING]
    assert _reading(crm, deal).retry_after_s == pytest.approx(37, abs=1)


def test_a_deleted_deal_is_not_found(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    del portal.cards.cards[DEAL][deal]
    assert (_reading(crm, deal).fault, _noting(crm, deal).fault) == (Fault.NOT_FOUND, Fault.NOT_FOUND)


def test_a_right_that_was_taken_away_is_named(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    portal.cards.scopes = ("task",)
    failure = _noting(crm, deal)
    assert (failure.fault, "crm" in failure.message) == (Fault.FORBIDDEN, True)


def test_a_card_of_others_is_forbidden_and_no_reason_to_stop_the_queue(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    portal.cards.denied = {DEAL}
    failure = _reading(crm, deal)
    assert (failure.fault, "чтение карточек CRM" in failure.message) == (Fault.FORBIDDEN, True)


def test_a_stage_without_the_right_to_it_names_that_right(portal: Portal, crm: Bitrix24) -> None:
    deal = portal.cards.add_deal()
    portal.cards.no_stage_change = True
    with pytest.raises(CrmFailure, match="смена стадии сделки") as caught:
        crm.write_deal(str(deal), {"stageId": "WON"}, _OP)
    assert caught.value.fault is Fault.FORBIDDEN


def test_too_many_requests_within_a_batch_fail_the_page_and_leave_nothing_out(portal: Portal, crm: Bitrix24) -> None:
    portal.cards.add_deal(contactId=portal.cards.add_contact("Петров"))
    portal.troubles["crm.item.list"] = []
    crm.deals(since=None)
    listed = portal.methods().count("crm.item.list")
    assert listed == 2
    portal.troubles["crm.requisite.list"] = [Trouble.LIMIT]
    portal.cards.add_deal(companyId=portal.cards.add_company("Лампа"))
    with pytest.raises(CrmFailure) as caught:
        crm.deals(since=None)
    assert caught.value.fault is Fault.RATE_LIMITED


def test_deals_are_read_though_their_contacts_are_not_for_this_person(portal: Portal, crm: Bitrix24) -> None:
    portal.cards.add_deal(contactId=portal.cards.add_contact("Петров"), companyId=portal.cards.add_company("Лампа"))
    portal.cards.denied = {CONTACT, COMPANY}
    (deal,) = crm.deals(since=None).deals
    assert (deal.contact, deal.company) == (None, "")


def test_the_key_is_in_no_error_and_in_no_log_line(
    portal: Portal, crm: Bitrix24, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    deal = portal.cards.add_deal()
    portal.is_key_good = False
    told = [_reading(crm, deal), _noting(crm, deal)]
    portal.is_key_good = True
    for trouble in Trouble:
        portal.troubles["*"] = [trouble]
        told.append(_noting(crm, deal))
    for failure in told:
        cause: BaseException | None = failure
        while cause is not None:
            assert KEY not in f"{cause!r} {cause} {getattr(cause, 'detail', '')}"
            cause = cause.__cause__ or cause.__context__
    assert KEY not in redactor.clean(f"POST {portal.webhook}profile.json")
    assert KEY not in "".join(record.getMessage() for record in caplog.records if record.levelno >= 30)


def test_nothing_leaves_the_machine_where_nobody_listens(fake_clock: FakeClock) -> None:
    account = CrmAccount("1", CrmKind.BITRIX24, "", f"http://127.0.0.1:{closed_port()}")
    connector = Bitrix24(account, f"7/{KEY}", clock_s=fake_clock.monotonic_s)
    assert _noting(connector, 1).fault is Fault.OFFLINE
    connector.close()


@pytest.mark.parametrize(
    ("status", "code", "text", "fault"),
    [
        (400, "ACCESS_DENIED", "Access denied.", Fault.FORBIDDEN),
        (403, "ACCESS_DENIED", "Access denied!", Fault.FORBIDDEN),
        (403, "ACCESS_DENIED", "REST API is available only on commercial plans", Fault.BLOCKED),
        (401, "ACCESS_DENIED", "REST is available only by subscription", Fault.BLOCKED),
        (401, "NO_AUTH_FOUND", "Wrong authorization data", Fault.AUTH),
        (403, "INVALID_CREDENTIALS", "Invalid request credentials", Fault.AUTH),
        (401, "user_access_error", "", Fault.FORBIDDEN),
        (403, "insufficient_scope", "", Fault.FORBIDDEN),
        (400, "100", "Could not find value for parameter {fields}", Fault.INVALID),
        (400, "ERROR_CORE", "Поле «E-mail» содержит некорректный адрес<br>", Fault.INVALID),
        (400, "", "Элемент не найден", Fault.NOT_FOUND),
        (400, "", "Contact is not found", Fault.NOT_FOUND),
        (400, "", "Access denied", Fault.FORBIDDEN),
        (402, "", "", Fault.BLOCKED),
        (403, "PORTAL_DELETED", "Portal was deleted", Fault.BLOCKED),
        (503, "OVERLOAD_LIMIT", "", Fault.BLOCKED),
        (500, "ERROR_UNEXPECTED_ANSWER", "", Fault.UNKNOWN),
        (418, "", "", Fault.UNEXPECTED),
    ],
)
def test_the_vendors_errors_become_ours(status: int, code: str, text: str, fault: Fault) -> None:
    answer = Answer(status, {"error": code, "error_description": text}, {})
    failure = failure_of(answer, "crm.item.update", is_write=True)
    assert failure is not None
    assert failure.fault is fault
    assert isinstance(failure, VizirError)
    assert "<br>" not in failure.message


def test_an_error_of_rest_3_names_its_field() -> None:
    point = {"field": "deadline", "message": "Неверная дата"}
    code = "BITRIX_REST_V3_EXCEPTION_VALIDATION_REQUESTVALIDATIONEXCEPTION"
    body = {"error": {"code": code, "message": "Ошибка", "validation": [point]}}
    failure = failure_of(Answer(400, body, {}), "tasks.task.add", is_write=True)
    assert failure is not None
    assert (failure.fault, failure.keys, "Неверная дата" in failure.message) == (Fault.INVALID, ("deadline",), True)
