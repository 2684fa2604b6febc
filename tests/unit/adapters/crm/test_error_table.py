"""What a manager reads for each thing that goes wrong at a CRM: the table of the connectors, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from app.adapters.crm.connectors import Connectors
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import CrmAccount, CrmKind
from app.delivery.ports import CrmConnector
from tests.fakes.amocrm_server import token_until
from tests.fakes.clock import FakeClock
from tests.fakes.hostile_server import Asked, HostileServer, hostile, reply
from tests.fakes.model_server import closed_port

OP = "0192f0c1aa007c3e8f00000000000abc"
AMO, BITRIX, ODOO = CrmKind.AMOCRM, CrmKind.BITRIX24, CrmKind.ODOO
SECRETS = {AMO: token_until(), BITRIX: "7/abc123def456ghi7", ODOO: "5ec5e7c0de5ec5e7c0de5ec5e7c0de5ec5e7c0de"}
HTML = b"<html>nginx</html>"


def problem(status: int, detail: str = "") -> tuple[int, Any]:
    return status, {"title": "X", "status": status, "detail": detail}


def bitrix(status: int, code: str, text: str = "X") -> tuple[int, Any]:
    return status, {"error": code, "error_description": text}


def odoo(status: int, name: str, message: str = "X") -> tuple[int, Any]:
    return status, {
        "name": name,
        "message": message,
        "arguments": [],
        "context": {},
        "debug": "Traceback of the server",
    }


INVALID = {
    "validation-errors": [
        {
            "request_id": "0",
            "errors": [{"code": "InvalidType", "path": "params.text", "detail": "Слишком длинный текст"}],
        }
    ],
    "status": 400,
}
LIMIT = "CRM просит подождать: слишком много запросов."
LOST = "Ответ CRM потерялся: проверяем, дошло ли."
KEY = "CRM больше не принимает ключ подключения."
GONE = "Сделка в CRM удалена или недоступна."
CLOSED = "CRM закрыла доступ программам: тариф, оплата или блокировка адреса."
STRANGE = "CRM ответила неожиданно."
NO_LINE = "Нет связи с CRM."

WRITES = [
    (AMO, problem(429), Fault.UNKNOWN, LOST),
    (AMO, problem(500), Fault.UNKNOWN, LOST),
    (BITRIX, bitrix(500, "INTERNAL_SERVER_ERROR"), Fault.UNKNOWN, LOST),
    (AMO, (502, HTML), Fault.UNKNOWN, LOST),
    (BITRIX, (200, HTML), Fault.UNKNOWN, LOST),
    (ODOO, (504, HTML), Fault.UNKNOWN, LOST),
    (BITRIX, bitrix(503, "QUERY_LIMIT_EXCEEDED"), Fault.RATE_LIMITED, LIMIT),
    (BITRIX, bitrix(429, "OPERATION_TIME_LIMIT"), Fault.RATE_LIMITED, LIMIT),
    (AMO, problem(401), Fault.AUTH, KEY),
    (BITRIX, bitrix(401, "expired_token"), Fault.AUTH, KEY),
    (BITRIX, bitrix(401, "NO_AUTH_FOUND"), Fault.AUTH, KEY),
    (ODOO, odoo(401, "werkzeug.exceptions.Unauthorized"), Fault.AUTH, KEY),
    (AMO, problem(403, "Нет права менять сделки"), Fault.FORBIDDEN, "Нет права менять сделки"),
    (BITRIX, bitrix(400, "ACCESS_DENIED", "Доступ запрещён"), Fault.FORBIDDEN, "прав"),
    (BITRIX, bitrix(403, "insufficient_scope"), Fault.FORBIDDEN, "прав"),
    (ODOO, odoo(403, "odoo.exceptions.AccessError", "Нет доступа к сделке"), Fault.FORBIDDEN, "прав"),
    (AMO, problem(404), Fault.NOT_FOUND, GONE),
    (BITRIX, bitrix(400, "NOT_FOUND"), Fault.NOT_FOUND, GONE),
    (ODOO, odoo(404, "odoo.exceptions.MissingError"), Fault.NOT_FOUND, GONE),
    (AMO, (400, INVALID), Fault.INVALID, "CRM не принимает значение: Слишком длинный текст"),
    (BITRIX, bitrix(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", "Плохая дата"), Fault.INVALID, "CRM не принимает значение"),
    (ODOO, odoo(422, "odoo.exceptions.ValidationError", "Плохая дата"), Fault.INVALID, "Плохая дата"),
    (ODOO, odoo(500, "builtins.ValueError", "Wrong value"), Fault.INVALID, "CRM не принимает значение"),
    (AMO, problem(402), Fault.BLOCKED, CLOSED),
    (AMO, (403, HTML), Fault.BLOCKED, CLOSED),
    (BITRIX, bitrix(503, "OVERLOAD_LIMIT"), Fault.BLOCKED, CLOSED),
    (BITRIX, bitrix(403, "ACCESS_DENIED", "REST API is available only on commercial plans"), Fault.BLOCKED, CLOSED),
    (AMO, problem(418), Fault.UNEXPECTED, STRANGE),
]
READS = [
    (AMO, problem(429), Fault.RATE_LIMITED, LIMIT),
    (AMO, problem(500), Fault.OFFLINE, NO_LINE),
    (AMO, (200, HTML), Fault.OFFLINE, NO_LINE),
    (BITRIX, (502, HTML), Fault.OFFLINE, NO_LINE),
    (ODOO, (503, HTML), Fault.OFFLINE, NO_LINE),
]


def connector(kind: CrmKind, server: HostileServer) -> CrmConnector:
    account = CrmAccount("1", kind, "", server.address, "7")
    return Connectors(FakeClock(), lambda _seconds: False)(account, SECRETS[kind])


def answer(told: tuple[int, Any], **headers: str) -> Any:
    status, body = told
    kind = "text/html" if isinstance(body, bytes) else "application/json"
    return lambda _asked: reply(status, body, kind=kind, **headers)


def failure_of(kind: CrmKind, told: tuple[int, Any], *, is_write: bool) -> CrmFailure:
    with hostile(answer(told)) as server:
        crm = connector(kind, server)
        try:
            with pytest.raises(CrmFailure) as caught:
                _ = crm.add_note("17", "Итог", OP) if is_write else crm.find_note("17", OP)
        finally:
            crm.close()
    return caught.value


@pytest.mark.parametrize(("kind", "told", "fault", "words"), WRITES)
def test_what_becomes_of_a_note_is_told_in_a_sentence_with_its_cure(
    kind: CrmKind, told: tuple[int, Any], fault: Fault, words: str
) -> None:
    failure = failure_of(kind, told, is_write=True)

    assert (failure.fault, failure.code) == (fault, f"crm.{fault}")
    assert words in failure.message
    assert failure.hint
    assert "Traceback of the server" not in f"{failure}{failure.detail}"


@pytest.mark.parametrize(("kind", "told", "fault", "words"), READS)
def test_a_question_without_an_answer_is_asked_again_later(
    kind: CrmKind, told: tuple[int, Any], fault: Fault, words: str
) -> None:
    failure = failure_of(kind, told, is_write=False)

    assert (failure.fault, failure.message) == (fault, words)


@pytest.mark.parametrize("kind", list(CrmKind))
def test_without_a_line_nothing_is_lost(kind: CrmKind) -> None:
    crm = connector(kind, HostileServer(closed_port()))
    with pytest.raises(CrmFailure) as caught:
        crm.add_note("17", "Итог", OP)
    crm.close()

    assert (caught.value.fault, caught.value.message) == (Fault.OFFLINE, NO_LINE)
    assert caught.value.hint == "Завизированное отправится само, когда связь появится."


@pytest.mark.parametrize("kind", list(CrmKind))
def test_a_portal_that_moved_is_named_and_not_followed(kind: CrmKind) -> None:
    asked: list[Asked] = []

    def moved(request: Asked) -> Any:
        asked.append(request)
        return reply(307, b"", Location="https://novyi.example/rest/")

    with hostile(moved) as server:
        crm = connector(kind, server)
        for call in (crm.check, lambda: crm.add_note("17", "Итог", OP)):
            with pytest.raises(CrmFailure) as caught:
                call()
            assert (caught.value.code, caught.value.fault) == ("crm.moved", Fault.BLOCKED)
            assert "novyi.example" in caught.value.message
        crm.close()
    assert len(asked) == 2
