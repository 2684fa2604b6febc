"""Every connector against a server that lies, breaks off and repeats what it was sent.

Whatever comes, a connector raises our failures only, and the key stands in none of them, nor in the log.
"""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.adapters.crm.connectors import Connectors
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import CrmAccount, CrmKind, Money, RefKind, RemoteRef, TaskOrder
from app.delivery.ports import CrmConnector
from tests.fakes.amocrm_server import token_until
from tests.fakes.clock import FakeClock
from tests.fakes.hostile_server import Asked, Behaviour, hostile, reply

OP = "0192f0c1aa007c3e8f00000000000abc"
SECRETS = {
    CrmKind.AMOCRM: token_until(),
    CrmKind.BITRIX24: "7/s3cr3tk3y0fth3w3bh00k",
    CrmKind.ODOO: "5ec5e7c0de5ec5e7c0de5ec5e7c0de5ec5e7c0de",
}
"""The parts of each key that must be seen nowhere."""
HIDDEN = {
    CrmKind.AMOCRM: SECRETS[CrmKind.AMOCRM],
    CrmKind.BITRIX24: "s3cr3tk3y0fth3w3bh00k",
    CrmKind.ODOO: SECRETS[CrmKind.ODOO],
}
AMOUNTS = {CrmKind.AMOCRM: "price", CrmKind.BITRIX24: "opportunity", CrmKind.ODOO: "expected_revenue"}

Call = Callable[[CrmConnector, CrmKind], object]
READS: dict[str, Call] = {
    "check": lambda crm, _kind: crm.check(),
    "fields": lambda crm, _kind: crm.fields(),
    "pipelines": lambda crm, _kind: crm.pipelines(),
    "deals": lambda crm, _kind: crm.deals(since=None),
    "find_deals": lambda crm, _kind: crm.find_deals("Рубеж", 5),
    "find_phone": lambda crm, _kind: crm.find_deals("+79125551020", 5),
    "read_deal": lambda crm, kind: crm.read_deal("17", [AMOUNTS[kind]]),
    "find_note": lambda crm, _kind: crm.find_note("17", OP),
    "find_task": lambda crm, _kind: crm.find_task("17", OP),
}
WRITES: dict[str, Call] = {
    "write_deal": lambda crm, kind: crm.write_deal("17", {AMOUNTS[kind]: Money(Decimal(5))}, OP),
    "add_note": lambda crm, _kind: crm.add_note("17", "Итог", OP),
    "add_task": lambda crm, _kind: crm.add_task("17", TaskOrder("Выслать КП", due=date(2026, 12, 1)), OP),
    "remove_note": lambda crm, _kind: crm.remove(RemoteRef(RefKind.NOTE, "5", "17"), OP),
    "remove_task": lambda crm, _kind: crm.remove(RemoteRef(RefKind.TASK, "5", "17"), OP),
}


def echo(asked: Asked) -> str:
    return asked.everything


def told(asked: Asked) -> dict[str, Any]:
    """All places where the three CRMs put words, filled with what was sent."""
    words = echo(asked)
    return {
        "error": words,
        "error_description": words,
        "name": "odoo.exceptions.AccessError",
        "message": words,
        "debug": words,
        "arguments": [words],
        "title": words,
        "detail": words,
        "hint": words,
        "validation-errors": [{"request_id": "0", "errors": [{"code": words, "path": words, "detail": words}]}],
    }


def refusing(status: int, **more: Any) -> Behaviour:
    return lambda asked: reply(status, {**told(asked), **more})


def page(status: int) -> Behaviour:
    return lambda asked: reply(status, f"<html>{echo(asked)}</html>".encode(), kind="text/html")


def answering(body: object) -> Behaviour:
    return lambda _asked: reply(200, body)


def drop(_asked: Asked) -> Iterable[bytes]:
    return []


def half(asked: Asked) -> Iterable[bytes]:
    head, body = reply(200, {"result": echo(asked)})
    return [head, body[: len(body) // 2]]


def moved(asked: Asked) -> Iterable[bytes]:
    return reply(302, b"", Location=f"https://new.example{asked.path}")


STATUSES = (400, 401, 402, 403, 404, 405, 409, 410, 418, 422, 429, 500, 501, 502, 503, 504, 599)
BEHAVIOURS: dict[str, Behaviour] = {
    **{f"refuses {status}": refusing(status) for status in STATUSES},
    **{f"page {status}": page(status) for status in (200, 201, 400, 401, 403, 404, 500, 502)},
    "error in 200": refusing(200),
    "error of REST 3": lambda asked: reply(400, {"error": {"code": echo(asked), "message": echo(asked)}}),
    "value error": lambda asked: reply(500, {**told(asked), "name": "builtins.ValueError"}),
    "missing": lambda asked: reply(404, {**told(asked), "name": "odoo.exceptions.MissingError"}),
    "wait": lambda asked: reply(429, told(asked), Retry_After="soon"),
    "wait for ever": lambda asked: reply(503, told(asked), Retry_After="1e400"),
    "nothing in 200": lambda _asked: reply(200, b""),
    "nothing of no length": lambda _asked: [b"HTTP/1.0 200 X\r\nContent-Type: application/json\r\n\r\n"],
    "null": lambda _asked: reply(200, b"null"),
    "drop": drop,
    "half": half,
    "moved": moved,
}
SHAPES: list[object] = [
    None,
    True,
    5,
    "Итог",
    [],
    [[]],
    [None],
    {},
    [{}],
    {"id": None},
    {"result": None},
    {"result": 5},
    {"result": []},
    {"result": {}},
    {"result": [None]},
    {"result": [5]},
    {"result": [{}]},
    {"result": {"item": None}},
    {"result": {"item": {}}},
    {"result": {"items": None}},
    {"result": {"items": [None, 5, {}]}},
    {"result": {"result": [], "result_error": []}},
    {"result": {"result": {}, "result_error": {"who": "no"}}},
    {"result": {"task": {}}},
    {"result": {"categories": [{}]}},
    {"_embedded": None},
    {"_embedded": []},
    {"_embedded": {"leads": None, "notes": None, "tasks": None, "custom_fields": None, "pipelines": None}},
    {"_embedded": {"leads": [5], "notes": [5], "tasks": [5], "custom_fields": [5], "pipelines": [5]}},
    {"_embedded": {"leads": [{}], "notes": [{}], "tasks": [{}], "custom_fields": [{}], "pipelines": [{}]}},
    {
        "_embedded": {
            "leads": [{"id": "x", "price": "много", "updated_at": "вчера", "_embedded": 5}],
            "notes": [{"id": 5, "params": 5}],
            "tasks": [{"id": 5, "text": None, "result": 5}],
            "custom_fields": [{"id": "x", "enums": 5}],
            "pipelines": [{"id": "x", "_embedded": {"statuses": [{"id": None}]}}],
        }
    },
    {"id": 17, "custom_fields_values": 5, "_embedded": {"contacts": [{"id": 5}], "companies": [{"id": "x"}]}},
    {"version_info": []},
    {"version_info": [19, 0], "uid": "x", "context": 5},
    {"ids": False, "messages": []},
]


def failures(kind: CrmKind, behave: Behaviour, calls: dict[str, Call]) -> Iterator[tuple[str, CrmFailure]]:
    """What each call raised that raised something; anything but our failure ends the test."""
    with hostile(behave) as server:
        maker = Connectors(FakeClock(), lambda _seconds: False)
        crm = maker(CrmAccount("1", kind, "", server.address, "7"), SECRETS[kind])
        try:
            for name, call in calls.items():
                try:
                    call(crm, kind)
                except CrmFailure as failure:
                    yield name, failure
        finally:
            crm.close()


def everything_said(failure: CrmFailure) -> str:
    chain: list[BaseException] = []
    error: BaseException | None = failure
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    parts = [f"{item!r} {item} {item.args!r} {vars(item)!r}" for item in chain]
    parts += ["".join(traceback.format_exception(failure)), repr(pickle.dumps(failure))]
    # A library's exception of a request holds the request.
    parts += [repr(vars(item.request)) for item in chain if getattr(item, "_request", None) is not None]  # type: ignore[attr-defined]
    return " ".join(parts)


@pytest.fixture(autouse=True)
def all_news(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize("kind", list(CrmKind))
@pytest.mark.logs_errors
def test_a_refusal_is_ours_and_the_key_is_nowhere_in_it(
    kind: CrmKind, behaviour: str, caplog: pytest.LogCaptureFixture
) -> None:
    for name, failure in failures(kind, BEHAVIOURS[behaviour], READS | WRITES):
        assert HIDDEN[kind] not in everything_said(failure), name
    assert HIDDEN[kind] not in caplog.text


@pytest.mark.parametrize("kind", list(CrmKind))
def test_a_certificate_of_its_own_is_told_as_such_and_nothing_is_sent(kind: CrmKind, tmp_path: Any) -> None:
    import trustme

    certificate = tmp_path / "own.pem"
    trustme.CA().issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    with hostile(lambda _asked: reply(200, {}), certificate) as server:
        crm = Connectors(FakeClock(), lambda _s: False)(CrmAccount("1", kind, "", server.address, "7"), SECRETS[kind])
        for call in (READS | WRITES).values():
            with pytest.raises(CrmFailure) as caught:
                call(crm, kind)
            assert (caught.value.fault, caught.value.code) == (Fault.OFFLINE, "crm.certificate")
        crm.close()
        assert server.received == []


@pytest.mark.parametrize("body", SHAPES, ids=[json.dumps(body, ensure_ascii=False)[:60] for body in SHAPES])
@pytest.mark.parametrize("kind", list(CrmKind))
def test_an_answer_of_a_strange_shape_raises_nothing_but_our_failures(kind: CrmKind, body: object) -> None:
    for _name, failure in failures(kind, answering(body), READS | WRITES):
        assert isinstance(failure.fault, Fault)


LOOK_UPS = {name: READS[name] for name in ("find_note", "find_task")}


@pytest.mark.parametrize("behaviour", [key for key in BEHAVIOURS if key != "missing"])
@pytest.mark.parametrize("kind", list(CrmKind))
def test_a_look_up_that_fails_never_says_that_nothing_was_there(kind: CrmKind, behaviour: str) -> None:
    assert [name for name, _failure in failures(kind, BEHAVIOURS[behaviour], LOOK_UPS)] == list(LOOK_UPS)


@pytest.mark.parametrize("name", ["add_note", "add_task"])
@pytest.mark.parametrize("behaviour", ["drop", "half", "page 200", "page 502"])
@pytest.mark.parametrize("kind", list(CrmKind))
def test_a_note_or_task_whose_answer_was_lost_is_unknown_and_was_sent_once(
    kind: CrmKind, behaviour: str, name: str
) -> None:
    asked: list[Asked] = []

    def behave(request: Asked) -> Iterable[bytes]:
        if _is_write(request):
            asked.append(request)
            return BEHAVIOURS[behaviour](request)
        return reply(200, _fair(request))

    found = list(failures(kind, behave, {name: WRITES[name]}))

    assert [failure.fault for _name, failure in found] == [Fault.UNKNOWN]
    assert len(asked) == 1


def _is_write(request: Asked) -> bool:
    words = ("comment.add", "task.add", "todo.add", "message_post", "activity/load", "leads/notes")
    return request.method != "GET" and (any(word in request.path for word in words) or request.path.endswith("/tasks"))


def _fair(request: Asked) -> object:
    """Enough of an answer for the reads before a write."""
    if "/json/2/" in request.path:
        return {"uid": 7, "tz": "Europe/Moscow"} if "context_get" in request.path else [{"id": 17, "name": "Сделка"}]
    if "/rest/" in request.path:
        return {"result": "2026-11-22T12:00:00+03:00", "time": {"date_start": "2026-11-22T12:00:00+03:00"}}
    return {"id": 1, "current_user_id": 7}


EMPTY_LISTS: dict[CrmKind, list[object]] = {
    CrmKind.AMOCRM: [{"_embedded": []}],
    CrmKind.BITRIX24: [{"result": []}],
    CrmKind.ODOO: [[]],
}
"""What each CRM may write for a list with nothing in it."""


@pytest.mark.parametrize("name", ["find_note", "find_task"])
@pytest.mark.parametrize("kind", list(CrmKind))
def test_nothing_is_found_only_in_a_list_that_is_one(kind: CrmKind, name: str) -> None:
    silent = []
    for body in SHAPES:
        is_list_of_rows = "5" in json.dumps(body) or "{}" in json.dumps(body)
        if not list(failures(kind, answering(body), {name: READS[name]})) and not is_list_of_rows:
            silent.append(body)

    assert silent == EMPTY_LISTS[kind]
