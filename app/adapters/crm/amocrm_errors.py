"""What amoCRM's refusals mean to us.

Source: the status codes of amoCRM's API v4 and its `application/problem+json` bodies.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from app.adapters.crm.transport import Answer
from app.core.i18n import _
from app.delivery import faults
from app.delivery.faults import CrmFailure

_TEXT_CHARS = 300
_BARRED = re.compile(r"block|ban|\bip\b|suspend|заблокир|приостановлен", re.IGNORECASE)
_GONE_CODES = frozenset({"NotFound", "EntityNotFound", "ElementNotFound"})
_FIELD_PATH = re.compile(r"(?:^|\.)custom_fields_values\.(\d+)")


def failure_of(answer: Answer) -> CrmFailure | None:
    """Our failure of amoCRM's answer; None for a good one.

    A change that is answered with 429 or 5xx may have been made: nothing in the documentation promises that it was
    not, so it is looked up first.
    """
    status = answer.status
    if status < 400:
        return None
    detail = f"{status} {_text(answer.body)}".strip()
    if status >= 500:
        return faults.unknown(detail) if answer.is_write else faults.offline(detail)
    if status == 429:
        return _flooded(answer, detail)
    if status in _BY_BODY:
        failure = _BY_BODY[status](answer.body, detail)
        failure.keys = failure.keys if answer.is_write else ()
        return failure
    return _PLAIN.get(status, faults.unexpected)(detail)


def keys_at(paths: Sequence[str], sent: Sequence[str], own: Mapping[str, str]) -> tuple[str, ...]:
    """The fields that a refusal is about.

    Args:
        paths: Where amoCRM found fault ("custom_fields_values.0.values.0.enum_id", "price").
        sent: Keys of the own fields in the order in which they were sent.
        own: Key of each field outside of `custom_fields_values`, by its name in the request.
    """
    keys: list[str] = []
    for path in paths:
        if (match := _FIELD_PATH.search(path)) is not None:
            index = int(match[1])
            found = sent[index] if index < len(sent) else None
        else:
            found = next((own[part] for part in path.split(".") if part in own), None)
        if found is not None and found not in keys:
            keys.append(found)
    return tuple(keys)


def _invalid(body: Any, detail: str) -> CrmFailure:
    errors = [
        error
        for item in _list(body, "validation-errors")
        if isinstance(item, dict)
        for error in _list(item, "errors")
        if isinstance(error, dict)
    ]
    codes = {str(error.get("code")) for error in errors}
    if codes and codes <= _GONE_CODES:
        return faults.not_found(detail)
    texts = list(dict.fromkeys(str(error.get("detail") or error.get("code") or "") for error in errors))
    text = "; ".join(text for text in texts if text) or _text(body)
    # They are paths here; the connector, which knows what it sent, makes keys of them.
    paths = tuple(str(error["path"]) for error in errors if error.get("path"))
    return faults.invalid(text[:_TEXT_CHARS] or _("amoCRM не назвала причину"), paths, detail)


def _refused(body: Any, detail: str) -> CrmFailure:
    text = _text(body)
    # Too many requests end in an answer without any JSON, given by the server in front of amoCRM.
    return faults.blocked(detail) if body is None or _BARRED.search(text) else faults.forbidden(text, detail)


def _flooded(answer: Answer, detail: str) -> CrmFailure:
    wait_s = _seconds(answer.headers.get("retry-after", ""))
    if not answer.is_write:
        return faults.rate_limited(wait_s, detail)
    failure = faults.unknown(detail)
    failure.retry_after_s = wait_s
    return failure


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _text(body: Any) -> str:
    if not isinstance(body, dict):
        return ""
    parts = [str(body[key]) for key in ("detail", "hint", "title") if isinstance(body.get(key), str) and body[key]]
    return " ".join(parts[:1])[:_TEXT_CHARS]


def _list(body: Any, key: str) -> list[Any]:
    found = body.get(key) if isinstance(body, dict) else None
    return found if isinstance(found, list) else []


_PLAIN: dict[int, Callable[[str], CrmFailure]] = {
    401: faults.unauthorised,
    402: faults.blocked,
    404: faults.not_found,
}
_BY_BODY: dict[int, Callable[[Any, str], CrmFailure]] = {400: _invalid, 403: _refused, 422: _invalid}
