"""Values between the screen and the store: how each type of field is shown, typed in and checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from app.core.errors import UserFixable
from app.core.i18n import _
from app.deals.model import FieldDefinition, FieldType, Norm

_THIN = "\u202f"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_TEXTS = (FieldType.TEXT, FieldType.LONGTEXT)


@dataclass(frozen=True, slots=True)
class TypedValue:
    """A value in words and in its typed form (CLI.md: `norm`)."""

    value: str
    norm: Norm


def read(definition: FieldDefinition, entered: Norm) -> TypedValue:
    """What a person entered in a field's editor, checked and worded.

    Args:
        entered: Text for most types, option id(s) for enumerations, a bool for yes and no.

    Raises:
        UserFixable: ``field.empty`` or ``field.value``: nothing, or no such value; the hint shows the form.
    """
    if entered is None or entered in ("", []) or (isinstance(entered, str) and not entered.strip()):
        raise UserFixable(
            "field.empty",
            _("Поле «{label}» пустое.").format(label=definition.label),
            hint=_("Введите значение или отклоните поле."),
        )
    norm = _norm(definition, entered)
    text = str(entered).strip() if definition.type in _TEXTS else shown(definition, norm)
    return TypedValue(text, norm)


def shown(definition: FieldDefinition, norm: Norm, value: str | None = None) -> str:
    """A value as the screen shows it; `value` is used where the type has no typed form."""
    if norm is None or definition.type in _TEXTS:
        return value or ""
    as_text: dict[FieldType, Callable[[], str]] = {
        FieldType.MONEY: lambda: f"{number_text(norm)}\u00a0₽",
        FieldType.INT: lambda: number_text(norm),
        FieldType.DATE: lambda: moment_text(str(norm)) or value or str(norm),
        FieldType.DATETIME: lambda: moment_text(str(norm)) or value or str(norm),
        FieldType.ENUM: lambda: definition.option_label(str(norm)),
        FieldType.MULTIENUM: lambda: ", ".join(map(definition.option_label, norm if isinstance(norm, list) else [])),
        FieldType.PHONE: lambda: phone_text(str(norm)),
        FieldType.BOOL: lambda: _("да") if norm else _("нет"),
    }
    return as_text.get(definition.type, lambda: str(norm))()


def number_text(norm: Norm) -> str:
    """A whole number with its thousands apart."""
    if isinstance(norm, int | float) and not isinstance(norm, bool):
        return f"{norm:,}".replace(",", _THIN)
    return str(norm)


def moment_text(iso: str | None) -> str:
    """`20.12.2026` or `20.12.2026 10:00` for an ISO date; empty for anything else."""
    if not iso:
        return ""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return ""
    return f"{moment:%d.%m.%Y %H:%M}" if "T" in iso else f"{moment:%d.%m.%Y}"


def phone_text(norm: str) -> str:
    """A Russian number in its usual groups, any other as it is."""
    found = re.fullmatch(r"\+7(\d{3})(\d{3})(\d{2})(\d{2})", norm)
    return "+7 {} {}-{}-{}".format(*found.groups()) if found else norm


def read_moment(text: str) -> str | None:
    """The ISO form of `20.12.2026`, `20.12.26 10:00` or ISO itself; None for anything else."""
    text = text.strip().replace(",", " ")
    for form, has_time in (
        ("%d.%m.%Y %H:%M", True),
        ("%d.%m.%y %H:%M", True),
        ("%Y-%m-%dT%H:%M", True),
        ("%Y-%m-%d %H:%M", True),
        ("%d.%m.%Y", False),
        ("%d.%m.%y", False),
        ("%Y-%m-%d", False),
    ):
        try:
            moment = datetime.strptime(" ".join(text.split()), form)  # noqa: DTZ007 - a wall-clock time without a zone
        except ValueError:
            continue
        return moment.strftime("%Y-%m-%dT%H:%M") if has_time else moment.strftime("%Y-%m-%d")
    return None


def read_phone(text: str) -> str | None:
    """`+7XXXXXXXXXX` for a Russian number however it is grouped, `+…` for a foreign one; None for anything else."""
    digits = re.sub(r"[\s()\-.\u202f\u00a0]", "", text)
    if not re.fullmatch(r"\+?\d{10,15}", digits):
        return None
    if digits.startswith("+"):
        return digits if not digits.startswith("+7") or len(digits) == 12 else None
    if len(digits) == 11 and digits[0] in "78":
        return "+7" + digits[1:]
    return "+7" + digits if len(digits) == 10 else None


def _norm(definition: FieldDefinition, entered: Norm) -> Norm:
    text = str(entered).strip()
    norm: Norm
    match definition.type:
        case FieldType.TEXT | FieldType.LONGTEXT:
            return None
        case FieldType.MONEY | FieldType.INT:
            norm, form = _whole_number(text), "1 500 000"
        case FieldType.DATE:
            norm, form = (read_moment(text) or "")[:10] or None, f"{date(2026, 12, 20):%d.%m.%Y}"
        case FieldType.DATETIME:
            norm, form = read_moment(text), "20.12.2026 10:00"
        case FieldType.PHONE:
            norm, form = read_phone(text), "+7 912 345-67-89"
        case FieldType.EMAIL:
            norm, form = text.lower() if _EMAIL.fullmatch(text) else None, "name@company.ru"
        case FieldType.BOOL:
            return bool(entered)
        case FieldType.ENUM:
            known = {o.id for o in definition.options}
            norm, form = text if text in known else None, ", ".join(o.label for o in definition.options)
        case FieldType.MULTIENUM:
            ids = [str(option) for option in entered] if isinstance(entered, list) else [text]
            known = {o.id for o in definition.options}
            norm, form = ids if set(ids) <= known else None, ", ".join(o.label for o in definition.options)
    if norm is None:
        raise UserFixable(
            "field.value",
            _("Поле «{label}»: значение «{value}» не подходит.").format(label=definition.label, value=text),
            hint=_("Пример: {form}.").format(form=form),
        )
    return norm


def _whole_number(text: str) -> int | None:
    plain = re.sub(r"[\s\u00a0\u202f₽]|руб\.?|р\.$", "", text.lower()).replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    # Fields hold whole roubles: a fraction is refused rather than rounded behind the person's back.
    return int(number) if number.is_finite() and number == number.to_integral_value() and abs(number) < 10**15 else None
