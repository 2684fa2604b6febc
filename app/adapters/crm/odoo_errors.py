"""Odoo's errors as ours, in one function.

Source: answers of Odoo 19's interface /json/2. An error holds the exception's name and a text in the user's language;
its ``debug`` holds the server's own trace, with values of the deal, and is never looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from app.adapters.crm.transport import Answer
from app.core.i18n import _
from app.delivery import faults
from app.delivery.faults import CrmFailure, Fault

_TEXT_CHARS = 300
_LOCKED_S = 2.0
_WRONG_DATA = ("ValueError", "ValidationError", "UserError", "RedirectWarning")
_RECORD = re.compile(r"\(Record: (?P<model>[\w.]+)\(")
_WRONG_VALUE = re.compile(r"Wrong value for (?P<model>[\w.]+)\.(?P<field>\w+)")
_NO_FIELD = re.compile(r"Invalid field '(?P<field>\w+)'")
_REQUIRED = re.compile(r"'[^']*' \((?P<field>\w+)\)")
_BAD_TIME = re.compile(r"does not match format|unconverted data|Invalid isoformat|out of range for month")
_MODEL_NAMED = re.compile(r"\(\w+(\.\w+)+\)|:\s*(read|write|create|unlink)\b")
_NO_MODEL = re.compile(r"model '(crm|mail)\.[\w.]+' does not exist")


@dataclass(frozen=True, slots=True)
class _Refusal:
    """An error: the name of the exception with its module, the server's text, and what may go to the log."""

    status: int
    name: str
    text: str
    detail: str
    is_write: bool

    @property
    def short_name(self) -> str:
        return self.name.rsplit(".", 1)[-1]


def page_failure(answer: Answer) -> CrmFailure | None:
    """Our failure for a page that stands where an answer should be: whoever guards the server has shut it."""
    if answer.body is None and answer.status in (402, 403):
        return faults.blocked(f"{answer.status} page")
    return None


def failure_of(answer: Answer, model: str, method: str) -> CrmFailure | None:
    """Our failure for an answer of Odoo; None for a good one.

    Args:
        model: Whose method was called: what is missing may be the record itself or one that it names.
    """
    if answer.status == 200:
        return None
    body = answer.body if isinstance(answer.body, dict) else {}
    said = _Refusal(
        answer.status,
        str(body.get("name") or ""),
        str(body.get("message") or ""),
        f"{answer.status} {str(body.get('name') or '-').rsplit('.', 1)[-1]} {model}/{method}",
        answer.is_write,
    )
    if said.short_name == "MissingError":
        return _missing(said, model)
    if _NO_MODEL.search(said.text):
        return no_crm(said.detail)
    if said.short_name in _WRONG_DATA:
        # A wrong date, option or field comes as an error of the server (500), and it would come again.
        return _invalid(said)
    return _of_status(said)


def load_failure(messages: Any, detail: str) -> CrmFailure:
    """Our failure for records that `load` refused within a good answer."""
    rows = [row for row in messages or () if isinstance(row, dict)]
    text = _plain(rows[0].get("message")) if rows else ""
    keys = tuple(str(row["field"]) for row in rows if row.get("field"))
    return faults.invalid(text or _("Odoo не назвала причину"), keys, detail)


def no_field(name: str, detail: str = "") -> CrmFailure:
    """A field that the model has not, or has no more."""
    return faults.invalid(_("поля {field} в Odoo нет").format(field=name), (name,), detail)


def no_crm(detail: str = "") -> CrmFailure:
    """An Odoo without the modules that are needed."""
    return CrmFailure(
        Fault.BLOCKED,
        "crm.odoo_module",
        _("На сервере Odoo не установлено приложение CRM."),
        hint=_("Попросите администратора Odoo установить его."),
        detail=detail,
        action="open_settings_crm",
    )


def no_odoo(database: str, detail: str = "") -> CrmFailure:
    """No Odoo 19 at this address, or not with this database."""
    return CrmFailure(
        Fault.BLOCKED,
        "crm.odoo_address",
        _("По этому адресу нет Odoo 19 с базой «{database}».").format(database=database)
        if database
        else _("По этому адресу нет Odoo 19."),
        hint=_("Проверьте адрес и имя базы. Версии Odoo до 19 не подходят."),
        detail=detail,
        action="open_settings_crm",
    )


def _missing(said: _Refusal, model: str) -> CrmFailure:
    found = _RECORD.search(said.text)
    if found is None or found["model"] == model:
        return faults.not_found(said.detail)
    gone = _("запись, на которую оно указывает, в Odoo удалена ({model})").format(model=found["model"])
    return faults.invalid(gone, (), said.detail)


def _invalid(said: _Refusal) -> CrmFailure:
    if found := _WRONG_VALUE.search(said.text):
        return faults.invalid(_("такого варианта нет"), (found["field"],), said.detail)
    if found := _NO_FIELD.search(said.text):
        return no_field(found["field"], said.detail)
    if _BAD_TIME.search(said.text):
        return faults.invalid(_("такой даты нет"), (), said.detail)
    found = _REQUIRED.search(said.text)
    return faults.invalid(_plain(said.text), (found["field"],) if found else (), said.detail)


def _of_status(said: _Refusal) -> CrmFailure:
    if said.status == 401:
        return faults.unauthorised(said.detail)
    if said.status == 402:
        return faults.blocked(said.detail)
    if said.short_name == "AccessError" or said.status == 403:
        return faults.forbidden(_right(said.text), said.detail)
    if said.status in (409, 429):
        # Someone else holds the record at this moment: nothing was written.
        return faults.rate_limited(_LOCKED_S, said.detail)
    if said.status == 503 or said.name.startswith("psycopg2."):
        # Its database is starting, or broke the work off: only a look tells whether it was done.
        return faults.unknown(said.detail) if said.is_write else faults.offline(said.detail)
    return faults.unexpected(said.detail)


def _right(text: str) -> str:
    """What the connection may not do, out of a message of several lines, one of which names it."""
    lines = [line.strip(" -()\t") for line in text.splitlines() if line.strip()]
    named = [line + (")" if line.count("(") > line.count(")") else "") for line in lines]
    found = next((line for line in named if _MODEL_NAMED.search(line)), named[0] if named else "")
    return found[:_TEXT_CHARS].rstrip(".")


def _plain(text: object) -> str:
    """The first line that says something, without markup."""
    lines = (" ".join(re.sub(r"<[^>]*>", " ", line).split()) for line in str(text or "").splitlines())
    return next((line for line in lines if line), "")[:_TEXT_CHARS].rstrip(".")
