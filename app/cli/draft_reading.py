"""Reads what `process --json` wrote, and the lines that a script asks for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from app.core.errors import UserFixable
from app.core.i18n import _
from app.draft.model import (
    CallKind,
    Draft,
    Engine,
    Evidence,
    FieldStatus,
    FieldValue,
    LineItem,
    NextStep,
    NoteLine,
    Risk,
)
from app.proposal.beginning import LineWish
from app.transcript.model import Transcript

_MOST_BYTES = 64 * 1024 * 1024
_SAYS_NOTHING = ("call", "fields", "line_items")


@dataclass(frozen=True, slots=True)
class ReadDraft:
    """A draft from a file; both are None in a file that holds no call."""

    draft: Draft | None = None
    transcript: Transcript | None = None


def read_draft(path: Path) -> ReadDraft:
    """The draft in a file that `process --json` wrote; ``{"schema": 1}`` alone is a draft of nothing.

    Raises:
        UserFixable: ``input.no_file`` and ``input.draft``; the text says what is wrong.
    """
    value = _json(path)
    if not isinstance(value, dict) or value.get("schema") != 1:
        raise _no_draft(path, _("нет «schema»: 1"))
    if not any(key in value for key in _SAYS_NOTHING):
        return ReadDraft()
    try:
        spoken = value.get("transcript")
        return ReadDraft(_draft(value), Transcript.from_json(spoken) if spoken else None)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _no_draft(path, _("не та форма ({error})").format(error=error)) from error


def read_lines(path: Path) -> tuple[LineWish, ...]:
    """The lines asked for: ``[{"sku": "…", "qty": 2, "discount_percent": "5"}]``.

    Raises:
        UserFixable: ``input.no_file`` and ``input.lines``, with the number of the row.
    """
    value = _json(path)
    if not isinstance(value, list):
        raise _no_lines(path, _("ожидался список строк"))
    return tuple(_wish(row, path, number) for number, row in enumerate(value, 1))


def _draft(value: dict[str, Any]) -> Draft:
    call = value.get("call") or {}
    engine = value.get("engine") or {}
    seconds = engine.get("seconds") or {}
    note = value.get("note") or {}
    quotes = _evidence(note.get("evidence"))
    return Draft(
        call_id=str(call.get("id") or ""),
        at=datetime.fromisoformat(str(call["at"])),
        kind=CallKind(call.get("kind", "sales")),
        fields={str(key): _field(str(key), field) for key, field in (value.get("fields") or {}).items()},
        note=tuple(NoteLine(text, quotes) for text in str(note.get("text") or "").splitlines() if text.strip()),
        next_steps=tuple(
            NextStep(
                str(step["who"]),
                str(step["action"]),
                step.get("due"),
                FieldStatus(step["status"]),
                _evidence(step.get("evidence")),
            )
            for step in value.get("next_steps") or ()
        ),
        line_items=tuple(_item(item) for item in value.get("line_items") or ()),
        risks=tuple(Risk(str(risk["kind"]), _evidence(risk.get("evidence"))) for risk in value.get("risks") or ()),
        sentiment=str(value.get("sentiment", "neutral")),
        questions=tuple(map(str, value.get("questions") or ())),
        engine=Engine(
            str(engine.get("input", "text")),
            str(engine.get("asr", "")),
            str(engine.get("llm", "")),
            str(engine.get("prompt", "")),
            float(seconds.get("transcribe") or 0),
            float(seconds.get("draft") or 0),
        ),
    )


def _field(key: str, stored: dict[str, Any]) -> FieldValue:
    value = stored.get("value")
    return FieldValue(
        key,
        str(value) if value is not None else None,
        stored.get("norm"),
        FieldStatus(stored["status"]),
        _evidence(stored.get("evidence")),
        stored.get("reason"),
    )


def _item(stored: dict[str, Any]) -> LineItem:
    qty = stored.get("qty")
    if qty is not None and (isinstance(qty, bool) or qty != int(qty) or qty <= 0):
        raise ValueError(f"qty {qty}")
    return LineItem(
        str(stored["sku"]),
        str(stored.get("name") or stored["sku"]),
        int(qty) if qty is not None else None,
        FieldStatus(stored.get("status", "review")),
        _evidence(stored.get("evidence")),
    )


def _evidence(stored: list[dict[str, Any]] | None) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(int(quote["segment"]), _seconds(quote.get("start")), _seconds(quote.get("end")), str(quote["quote"]))
        for quote in stored or ()
    )


def _seconds(value: Decimal | float | None) -> float | None:
    return None if value is None else float(value)


def _wish(row: object, path: Path, number: int) -> LineWish:
    if not isinstance(row, dict) or not isinstance(row.get("sku"), str) or not row["sku"].strip():
        raise _no_lines(path, _("строка {number}: нет артикула «sku»").format(number=number))
    qty = _number(row.get("qty"))
    if qty is None or qty <= 0:
        raise _no_lines(path, _("строка {number}: количество «qty» должно быть больше нуля").format(number=number))
    discount = _number(row.get("discount_percent", "0"))
    if discount is None or not 0 <= discount <= 100:
        raise _no_lines(path, _("строка {number}: скидка должна быть от 0 до 100 %").format(number=number))
    return LineWish(row["sku"].strip(), qty, discount)


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip().rstrip("%").replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _json(path: Path) -> object:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _unreadable(path, "too large")
        return json.loads(path.read_text("utf-8-sig"), parse_float=_exact)
    except OSError as error:
        raise UserFixable(
            "input.no_file",
            _("Файл не открывается: {name}.").format(name=path),
            hint=_("Проверьте путь и права на чтение."),
            detail=repr(error),
        ) from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, repr(error)) from error


def _exact(text: str) -> float | Decimal:
    """A number with a point, without losing digits: the float where it says the same."""
    number = float(text)
    return number if Decimal(repr(number)) == Decimal(text) else Decimal(text)


def _unreadable(path: Path, detail: str) -> UserFixable:
    return UserFixable(
        "input.json",
        _("Это не JSON в кодировке UTF-8: {name}.").format(name=path),
        hint=_("Укажите файл, который записала команда «process --json»."),
        detail=detail,
    )


def _no_draft(path: Path, why: str) -> UserFixable:
    return UserFixable(
        "input.draft",
        _("В файле {name} нет черновика звонка: {why}.").format(name=path.name, why=why),
        hint=_("Укажите файл команды «process --json» или файл с {example}.").format(example='{"schema": 1}'),
    )


def _no_lines(path: Path, why: str) -> UserFixable:
    return UserFixable(
        "input.lines",
        _("Строки из {name} не прочитаны: {why}.").format(name=path.name, why=why),
        hint=_("Пример строки: {example}.").format(example='{"sku": "ТД-100", "qty": 2, "discount_percent": "5"}'),
    )
