"""Bitrix24's errors as ours, in one function.

Source: the vendor's pages "Error codes" and "REST 3.0" (August 2026). The same code comes with other statuses in older
portals, so the code decides, and the status only where one code means two things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.adapters.crm.transport import Answer
from app.core.i18n import _
from app.delivery import faults
from app.delivery.faults import CrmFailure

_V3 = "BITRIX_REST_V3_EXCEPTION_"
_TEXT_CHARS = 300
_WAIT_AFTER_LIMIT_S = 2.0
_WAIT_AFTER_OPERATING_S = 300.0
"""Method time is counted over ten minutes; used where no answer told when it begins anew."""
_SCOPES = {"crm": "crm", "task": "task", "tasks": "task", "voximplant": "telephony", "disk": "disk"}

# An error without a code is told apart by its text alone, which is in the portal's language.
_SAYS_GONE = re.compile(r"not\s+found|не\s+найден|does not exist|не существует", re.IGNORECASE)
_SAYS_NO_RIGHT = re.compile(r"access|permission|\bправ[ао]?\b|доступ", re.IGNORECASE)
_SAYS_PLAN = re.compile(r"commercial|subscription|plan\b|тариф|подписк", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What Bitrix24 says of an error.

    Args:
        code: In capitals, without the prefix of REST 3; "" where there is none.
        text: A sentence in the portal's language.
        fields: Names of the fields it is about, where REST 3 tells them.
    """

    code: str
    text: str = ""
    fields: tuple[str, ...] = ()


def refusal_of(body: Any) -> Refusal | None:
    """The error in the body of an answer, also in that of one command of a batch; None without one."""
    if not isinstance(body, dict) or "error" not in body:
        return None
    error = body["error"]
    if not isinstance(error, dict):
        return Refusal(_code(error), _plain(body.get("error_description")))
    points = [point for point in error.get("validation") or () if isinstance(point, dict)]
    text = "; ".join(_plain(point.get("message")) for point in points) or _plain(error.get("message"))
    return Refusal(_code(error.get("code")), text, tuple(str(point.get("field") or "") for point in points))


@dataclass(frozen=True, slots=True)
class _Case:
    answer: Answer
    refusal: Refusal
    method: str
    is_write: bool
    reset_s: float | None = None
    keys: tuple[str, ...] = ()

    @property
    def detail(self) -> str:
        return f"{self.answer.status} {self.refusal.code or '-'} {self.method}"


def failure_of(
    answer: Answer, method: str, *, is_write: bool, reset_s: float | None = None, keys: Sequence[str] = ()
) -> CrmFailure | None:
    """Our failure for an answer of Bitrix24; None for a good one.

    Args:
        method: For the right that is missing.
        is_write: A change whose end is not known is looked up, a question is asked again.
        reset_s: Seconds until the method's time is counted anew, where an earlier answer told it.
        keys: The CRM's keys that were to be written.
    """
    refusal = refusal_of(answer.body)
    if refusal is None and answer.status < 400:
        return None
    case = _Case(answer, refusal or Refusal(""), method, is_write, reset_s, tuple(keys))
    return _BY_CODE.get(case.refusal.code, _of_status)(case)


def _too_many(case: _Case) -> CrmFailure:
    return faults.rate_limited(_waits(case.answer) or _WAIT_AFTER_LIMIT_S, case.detail)


def _too_long(case: _Case) -> CrmFailure:
    return faults.rate_limited(_waits(case.answer) or case.reset_s or _WAIT_AFTER_OPERATING_S, case.detail)


def _closed(case: _Case) -> CrmFailure:
    return faults.blocked(case.detail)


def _no_key(case: _Case) -> CrmFailure:
    return faults.unauthorised(case.detail)


def _no_scope(case: _Case) -> CrmFailure:
    return faults.forbidden(_SCOPES.get(case.method.partition(".")[0], case.method), case.detail)


def _no_right(case: _Case) -> CrmFailure:
    return faults.forbidden(_right_of(case) or case.refusal.text, case.detail)


def _right_of(case: _Case) -> str:
    """The right in words that an administrator finds in the portal; "" where the portal's own must do."""
    if "stageId" in case.keys and not case.refusal.code:
        return _("смена стадии сделки")
    module = case.method.partition(".")[0]
    if module == "crm":
        return _("изменение карточек CRM") if case.is_write else _("чтение карточек CRM")
    return {"voximplant": _("просмотр статистики звонков"), "disk": _("чтение файлов Диска")}.get(module, "")


def _denied(case: _Case) -> CrmFailure:
    # The same code says that the plan has no REST, and that this card is not for this person.
    is_plan = case.answer.status == 401 or _SAYS_PLAN.search(case.refusal.text) is not None
    return _closed(case) if is_plan else _no_right(case)


def _gone(case: _Case) -> CrmFailure:
    return faults.not_found(case.detail)


def _key_used(case: _Case) -> CrmFailure:
    # A task of this key was made before, with other words: it is there to be found.
    return faults.unknown(case.detail)


_BY_CODE: dict[str, Callable[[_Case], CrmFailure]] = {
    "QUERY_LIMIT_EXCEEDED": _too_many,
    "OPERATION_TIME_LIMIT": _too_long,
    "ACCESS_DENIED": _denied,
    "IDEMPOTENCYKEYREUSEDEXCEPTION": _key_used,
    **dict.fromkeys(
        ("OVERLOAD_LIMIT", "PORTAL_DELETED", "PAYMENT_REQUIRED", "UPDATE_DYNAMIC_ITEM_RESTRICTED"), _closed
    ),
    **dict.fromkeys(("EXPIRED_TOKEN", "NO_AUTH_FOUND", "INVALID_CREDENTIALS", "INVALID_TOKEN"), _no_key),
    **dict.fromkeys(("AUTHORIZATION_ERROR", "APPLICATION_NOT_FOUND", "ERROR_OAUTH", "WRONG_AUTH_TYPE"), _no_key),
    **dict.fromkeys(("INSUFFICIENT_SCOPE", "INVALID_SCOPE"), _no_scope),
    **dict.fromkeys(("ERROR_METHOD_NOT_FOUND", "METHODNOTFOUNDEXCEPTION"), _no_scope),
    **dict.fromkeys(("USER_ACCESS_ERROR", "ALLOWED_ONLY_INTRANET_USER", "ACCESS_ERROR"), _no_right),
    **dict.fromkeys(("METHOD_CONFIRM_DENIED", "METHOD_CONFIRM_WAITING", "ACCESSDENIEDEXCEPTION"), _no_right),
    **dict.fromkeys(("NOT_FOUND", "OWNER_NOT_FOUND", "ERROR_NOT_FOUND", "ENTITYNOTFOUNDEXCEPTION"), _gone),
}
_BY_STATUS: dict[int, Callable[[_Case], CrmFailure]] = {
    401: _no_key,
    402: _closed,
    403: _no_right,
    404: _gone,
    429: _too_long,
}


def _of_status(case: _Case) -> CrmFailure:
    """What an error without a known code is by its status, and by its words where the status says nothing."""
    status, text = case.answer.status, case.refusal.text
    if status >= 500:
        return faults.unknown(case.detail) if case.is_write else faults.offline(case.detail)
    if status in _BY_STATUS:
        return _BY_STATUS[status](case)
    if _SAYS_GONE.search(text):
        return _gone(case)
    if not case.refusal.code and _SAYS_NO_RIGHT.search(text):
        # The only sign of a missing right to move the deal to this stage.
        return _no_right(case)
    if not text and not case.refusal.code:
        return faults.unexpected(case.detail)
    named = tuple(filter(None, case.refusal.fields)) or tuple(key for key in case.keys if key in text)
    return faults.invalid(text or case.refusal.code, named, case.detail)


def _code(raw: object) -> str:
    code = str(raw if raw is not None else "").upper().removeprefix(_V3)
    return code.rsplit("_", 1)[-1] if code.endswith("EXCEPTION") else code


def _plain(text: object) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", str(text or "")).split())[:_TEXT_CHARS]


def _waits(answer: Answer) -> float | None:
    try:
        return max(1.0, float(answer.headers.get("retry-after", "")))
    except ValueError:
        return None
