"""What Odoo's refusals mean; those that a real server gives on demand are tried in tests/real_odoo."""

from __future__ import annotations

import pytest

from app.adapters.crm.odoo_errors import failure_of, page_failure
from app.adapters.crm.transport import Answer
from app.delivery.faults import Fault

RECORD_RULE = (
    "Ой-ой! Похоже, вы наткнулись на сверхсекретные записи.\n\n"
    "Извините, у Анна (id=7) нет доступа 'запись' к:\n- Лид (crm.lead)\n\nОбратитесь к администратору."
)


def refusal(status: int, name: str = "", message: str = "", *, is_write: bool = True) -> Answer:
    return Answer(status, {"name": name, "message": message, "debug": "Traceback: secret"}, {}, is_write)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (refusal(401, "werkzeug.exceptions.Unauthorized", "Invalid apikey"), Fault.AUTH),
        (refusal(402), Fault.BLOCKED),
        (refusal(403, "odoo.exceptions.AccessError", RECORD_RULE), Fault.FORBIDDEN),
        (refusal(404, "odoo.exceptions.MissingError", "Gone.\n(Record: crm.lead(9,), User: 7)"), Fault.NOT_FOUND),
        (refusal(404, "odoo.exceptions.MissingError", "Gone.\n(Record: crm.stage(9,), User: 7)"), Fault.INVALID),
        (refusal(409, "odoo.exceptions.LockError", "Locked"), Fault.RATE_LIMITED),
        (refusal(429), Fault.RATE_LIMITED),
        (refusal(422, "odoo.exceptions.ValidationError", "Неверный ИНН"), Fault.INVALID),
        (refusal(500, "builtins.ValueError", "time data 'x' does not match format '%Y-%m-%d'"), Fault.INVALID),
        (refusal(500, "builtins.KeyError", "'x'"), Fault.UNEXPECTED),
        (refusal(500, "psycopg2.OperationalError", "server closed the connection"), Fault.UNKNOWN),
        (refusal(500, "psycopg2.OperationalError", "server closed", is_write=False), Fault.OFFLINE),
        (refusal(503), Fault.UNKNOWN),
        (refusal(404, "werkzeug.exceptions.NotFound", "the model 'crm.lead' does not exist"), Fault.BLOCKED),
        (refusal(404, "werkzeug.exceptions.NotFound", "The method 'crm.lead.nope' does not exist"), Fault.UNEXPECTED),
    ],
)
def test_each_refusal_has_its_class(answer: Answer, fault: Fault) -> None:
    failure = failure_of(answer, "crm.lead", "write")
    assert failure is not None
    assert failure.fault is fault
    # The server's own trace holds values of the deal.
    assert "Traceback" not in f"{failure} {failure.detail}"


def test_a_good_answer_is_no_failure_even_where_it_is_false() -> None:
    assert failure_of(Answer(200, False, {}), "crm.lead", "has_access") is None


def test_a_missing_right_is_named_without_the_jokes_around_it() -> None:
    failure = failure_of(refusal(403, "odoo.exceptions.AccessError", RECORD_RULE), "crm.lead", "write")
    assert failure is not None
    assert failure.message == "У подключения нет права: Лид (crm.lead)."


def test_the_field_that_is_wrong_is_named() -> None:
    wrong = refusal(500, "builtins.ValueError", "Wrong value for crm.lead.priority: '9'")
    failure = failure_of(wrong, "crm.lead", "write")
    assert failure is not None
    assert failure.keys == ("priority",)


@pytest.mark.parametrize("status", [402, 403])
def test_a_guards_page_in_front_of_odoo_pauses_the_connection(status: int) -> None:
    failure = page_failure(Answer(status, None, {}))
    assert failure is not None
    assert failure.fault is Fault.BLOCKED
