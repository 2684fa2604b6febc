"""Values of CRM fields by type: how each is read from what a person typed, checked, and written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.core import money, validation
from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.words import folded
from app.deals.model import FieldDefinition, FieldType, Norm
from app.spoken.model import Certainty

_EMAIL = re.compile(r"[a-z0-9._%+\-]+@[a-z0-9а-я](?:[a-z0-9а-я\-]*[a-z0-9а-я])?(?:\.[a-z0-9а-я\-]+)*\.[a-zа-я]{2,}")
_TEXTS = (FieldType.TEXT, FieldType.LONGTEXT)
_MOMENT_FORMS = (
    ("%d.%m.%Y %H:%M", True),
    ("%d.%m.%y %H:%M", True),
    ("%Y-%m-%dT%H:%M", True),
    ("%Y-%m-%d %H:%M", True),
    ("%d.%m.%Y", False),
    ("%d.%m.%y", False),
    ("%Y-%m-%d", False),
)


@dataclass(frozen=True, slots=True)
class TypedValue:
    """A value in words and in its typed form (CLI.md: `norm`)."""

    value: str
    norm: Norm


def read(definition: FieldDefinition, entered: Norm) -> TypedValue:
    """What a person entered in a field's editor, checked and worded.

    Args:
        entered: Text for most types, option id(s) or labels for enumerations, a bool or «да»/«нет» for yes and no.

    Raises:
        UserFixable: ``field.empty`` or ``field.value``: nothing, or no such value; the hint shows the form.
    """
    if entered is None or entered == [] or (isinstance(entered, str) and not entered.strip()):
        raise UserFixable(
            "field.empty",
            _("Поле «{label}» пустое.").format(label=definition.label),
            hint=_("Введите значение или отклоните поле."),
        )
    if definition.type in _TEXTS:
        text = str(entered).strip()
        _check_requisite(definition, text)
        return TypedValue(text, None)
    norm = _READERS[definition.type](definition, entered)
    if norm is None:
        raise _unfit(definition, str(entered), _("Пример: {form}.").format(form=_example(definition)))
    return TypedValue(shown(definition, norm), norm)


def shown(definition: FieldDefinition, norm: Norm, value: str | None = None) -> str:
    """A value as the screen shows it; `value` is used where the type has no typed form."""
    if norm is None or definition.type in _TEXTS:
        return value or ""
    as_text: dict[FieldType, Callable[[], str]] = {
        FieldType.MONEY: lambda: f"{number_text(norm)}{money.NO_BREAK}₽",
        FieldType.INT: lambda: number_text(norm),
        FieldType.DATE: lambda: moment_text(str(norm)) or value or str(norm),
        FieldType.DATETIME: lambda: moment_text(str(norm)) or value or str(norm),
        FieldType.ENUM: lambda: definition.option_label(str(norm)),
        FieldType.MULTIENUM: lambda: ", ".join(map(definition.option_label, norm if isinstance(norm, list) else [])),
        FieldType.PHONE: lambda: phone_text(str(norm)),
        FieldType.BOOL: lambda: _("да") if norm else _("нет"),
    }
    return as_text.get(definition.type, lambda: str(norm))()


def are_same(definition: FieldDefinition, left: TypedValue, right: TypedValue) -> bool:
    """Whether two values of a field say the same; of texts, whether they have the same words."""
    if definition.type in _TEXTS or left.norm is None or right.norm is None:
        return folded(" ".join(left.value.split())) == folded(" ".join(right.value.split()))
    if isinstance(left.norm, list) and isinstance(right.norm, list):
        return set(left.norm) == set(right.norm)
    return left.norm == right.norm


def number_text(norm: Norm) -> str:
    """A whole number with its thousands apart."""
    return money.grouped(norm) if isinstance(norm, int) and not isinstance(norm, bool) else str(norm)


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
    plain = " ".join(text.replace(",", " ").split())
    for form, has_time in _MOMENT_FORMS:
        try:
            moment = datetime.strptime(plain, form)  # noqa: DTZ007 - a wall-clock time without a zone
        except ValueError:
            continue
        return moment.strftime("%Y-%m-%dT%H:%M") if has_time else moment.strftime("%Y-%m-%d")
    return None


def read_phone(text: str) -> str | None:
    """`+7XXXXXXXXXX` for a Russian number however it is grouped, `+…` for a foreign one; None for anything else."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _money(_definition: FieldDefinition, entered: Norm) -> Norm:
    from app.spoken.money import find_money

    text = str(entered).strip()
    amount = money.read_roubles(text)
    if amount is None:
        found = find_money(text)
        is_whole = len(found) == 1 and found[0].certainty is Certainty.EXACT
        amount = found[0].value if is_whole and (found[0].start, found[0].end) == (0, len(text)) else None
    # Fields hold whole roubles: a fraction is refused rather than rounded behind the person's back.
    return int(amount) if amount is not None and amount >= 0 and amount == amount.to_integral_value() else None


def _int(_definition: FieldDefinition, entered: Norm) -> Norm:
    plain = re.sub(r"[\s\u00a0\u202f]", "", str(entered))
    return int(plain) if re.fullmatch(r"-?\d{1,15}", plain, re.ASCII) else None


def _date(_definition: FieldDefinition, entered: Norm) -> Norm:
    return (read_moment(str(entered)) or "")[:10] or None


def _email(_definition: FieldDefinition, entered: Norm) -> Norm:
    text = str(entered).strip().lower()
    return text if _EMAIL.fullmatch(text) and ".." not in text else None


def _bool(_definition: FieldDefinition, entered: Norm) -> Norm:
    if isinstance(entered, bool):
        return entered
    return {"да": True, "нет": False, "yes": True, "no": False}.get(folded(str(entered)).strip())


def _option(definition: FieldDefinition, entered: Norm) -> str | None:
    text = str(entered).strip()
    by_name = {folded(option.label): option.id for option in definition.options}
    return text if text in by_name.values() else by_name.get(folded(text))


def _options(definition: FieldDefinition, entered: Norm) -> Norm:
    wanted = entered if isinstance(entered, list) else re.split(r"[,;]", str(entered))
    found = [_option(definition, item) for item in wanted if str(item).strip()]
    known = [item for item in found if item is not None]
    return list(dict.fromkeys(known)) if known and len(known) == len(found) else None


_READERS: dict[FieldType, Callable[[FieldDefinition, Norm], Norm]] = {
    FieldType.MONEY: _money,
    FieldType.INT: _int,
    FieldType.DATE: _date,
    FieldType.DATETIME: lambda _definition, entered: read_moment(str(entered)),
    FieldType.PHONE: lambda _definition, entered: read_phone(str(entered)),
    FieldType.EMAIL: _email,
    FieldType.BOOL: _bool,
    FieldType.ENUM: _option,
    FieldType.MULTIENUM: _options,
}


def _example(definition: FieldDefinition) -> str:
    fixed = {
        FieldType.MONEY: "1 500 000",
        FieldType.INT: "120",
        FieldType.DATE: "20.12.2026",
        FieldType.DATETIME: "20.12.2026 10:00",
        FieldType.PHONE: "+7 912 345-67-89",
        FieldType.EMAIL: "name@company.ru",
        FieldType.BOOL: _("да"),
    }
    return fixed.get(definition.type) or ", ".join(option.label for option in definition.options)


def _check_requisite(definition: FieldDefinition, text: str) -> None:
    checks = {"inn": validation.is_inn, "kpp": validation.is_kpp, "ogrn": validation.is_ogrn, "bik": validation.is_bik}
    check = checks.get(definition.key.removeprefix("uf_"))
    if check is not None and not check(text):
        raise _unfit(definition, text, _("Сверьте цифры с карточкой клиента: контрольная сумма не сходится."))


def _unfit(definition: FieldDefinition, text: str, hint: str) -> UserFixable:
    return UserFixable(
        "field.value",
        _("Поле «{label}»: значение «{value}» не подходит.").format(label=definition.label, value=text.strip()),
        hint=hint,
    )
