"""Our fields and the CRM's: what fits what, whether it still does, and our values in the CRM's terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from app.core import money
from app.core.clock import Clock, SystemClock, from_local
from app.core.i18n import _
from app.core.words import folded
from app.deals.model import FieldDefinition, FieldType
from app.delivery import faults
from app.delivery.model import (
    CrmValue,
    Entity,
    FieldChange,
    FieldMap,
    MappedField,
    MappingFault,
    MappingProblem,
    Money,
    Pipeline,
    RemoteField,
    RemoteOption,
    RemoteType,
)

_FITS: Mapping[FieldType, tuple[RemoteType, ...]] = {
    FieldType.TEXT: (RemoteType.TEXT,),
    FieldType.LONGTEXT: (RemoteType.TEXT,),
    FieldType.MONEY: (RemoteType.MONEY, RemoteType.NUMBER),
    FieldType.INT: (RemoteType.NUMBER,),
    FieldType.DATE: (RemoteType.DATE, RemoteType.DATETIME),
    FieldType.DATETIME: (RemoteType.DATETIME, RemoteType.DATE),
    FieldType.ENUM: (RemoteType.OPTION, RemoteType.STAGE, RemoteType.OPTIONS, RemoteType.TEXT),
    FieldType.MULTIENUM: (RemoteType.OPTIONS, RemoteType.TEXT),
    FieldType.PHONE: (RemoteType.PHONES, RemoteType.TEXT),
    FieldType.EMAIL: (RemoteType.EMAILS, RemoteType.TEXT),
    FieldType.BOOL: (RemoteType.BOOL,),
}
"""Kinds of the CRM's fields that a value of ours can stand in, the best first."""
_ALSO_CALLED = {
    "budget": ("сумма", "сумма сделки", "бюджет", "ожидаемый доход", "ожидаемая выручка", "стоимость"),
    "amount": ("сумма", "сумма сделки", "бюджет", "ожидаемый доход", "ожидаемая выручка", "стоимость"),
    "stage": ("этап", "стадия", "стадия сделки", "этап сделки", "статус"),
    "phone": ("телефон", "рабочий телефон", "мобильный"),
    "email": ("email", "электронная почта", "почта"),
    "close_date": ("дата закрытия", "предполагаемая дата закрытия", "ожидаемое закрытие"),
    "need": ("потребность", "запрос клиента", "что нужно"),
    "company": ("название компании", "компания", "организация"),
}
"""Other names that CRMs give to what a key of ours holds."""
_TITLES = frozenset({"название", "название сделки", "наименование", "имя", "имя сделки", "тема", "возможность"})
_LIKE_ENOUGH, _LIKE_OPTION = 82.0, 86.0
_PART = 0.85
_BY_TYPE_ALONE = (RemoteType.STAGE, RemoteType.PHONES, RemoteType.EMAILS)
_CHOSEN = (RemoteType.OPTION, RemoteType.OPTIONS, RemoteType.STAGE)
_NEVER = (RemoteType.LINK, RemoteType.OTHER)
SEVERAL = (RemoteType.PHONES, RemoteType.EMAILS)
"""Fields to which a value is added: those that stand there stay."""


def suggest(
    definitions: Sequence[FieldDefinition], fields: Sequence[RemoteField], pipelines: Sequence[Pipeline] = ()
) -> tuple[MappedField, ...]:
    """What fits what, by label and type; each field of the CRM at most once, in the order of our definitions.

    Only a suggestion: nothing is written through it until a person has confirmed it.
    """
    scored = [
        (score, place, number)
        for place, definition in enumerate(definitions)
        for number, remote in enumerate(fields)
        if (score := _likeness(definition, remote)) >= _LIKE_ENOUGH
    ]
    ours: dict[int, RemoteField] = {}
    taken: set[int] = set()
    for _score, place, number in sorted(scored, key=lambda item: (-item[0], item[1], item[2])):
        if place not in ours and number not in taken:
            ours[place] = fields[number]
            taken.add(number)
    return tuple(_mapped(definitions[place], ours[place], pipelines) for place in sorted(ours))


def faults_of(field_map: FieldMap, fields: Sequence[RemoteField]) -> tuple[MappingFault, ...]:
    """Mapped fields that are not what the person confirmed: renamed, removed, of another type, an option gone."""
    by_key = {remote.key: remote for remote in fields}
    found = (_fault(mapped, by_key.get(mapped.remote_key)) for mapped in field_map.fields if mapped.is_enabled)
    return tuple(fault for fault in found if fault is not None)


def canonical(change: FieldChange, mapped: MappedField, field: RemoteField, clock: Clock | None = None) -> CrmValue:
    """An approved value in the CRM's terms; None for one that is empty or can never be written there.

    Args:
        clock: Knows the manager's time zone, in which a time without one is meant.

    Raises:
        CrmFailure: ``crm.invalid`` for a value that has no place in the field.
    """
    if field.type in _NEVER or (change.norm in (None, "", []) and not change.shown.strip()):
        return None
    write = _WRITERS[field.type]
    value = write(change, mapped, field, clock or SystemClock())
    if value is None:
        raise faults.invalid(
            _("поле «{label}»: «{value}» туда не подходит.").format(label=field.label, value=change.shown),
            (field.key,),
        )
    return value


def shown(value: CrmValue, field: RemoteField | None = None, clock: Clock | None = None) -> str:
    """A value of the CRM as the screen shows it; «пусто» for none."""
    labels = {option.id: option.label for option in field.options} if field else {}
    match value:
        case None | "" | ():
            text = _("пусто")
        case bool():
            text = _("да") if value else _("нет")
        case Money():
            text = _sum(value)
        case Decimal():
            text = f"{value.normalize():f}".replace(".", ",")
        case datetime():
            text = f"{(clock or SystemClock()).local(value):%d.%m.%Y %H:%M}"
        case date():
            text = f"{value:%d.%m.%Y}"
        case tuple():
            text = ", ".join(labels.get(item, item) for item in value)
        case _:
            text = labels.get(value, value)
    return text


def _likeness(definition: FieldDefinition, remote: RemoteField) -> float:
    from rapidfuzz import fuzz

    fits = _FITS[definition.type]
    if remote.is_readonly or remote.type not in fits or _is_title(remote):
        return 0.0
    names = [definition.label, *_other_names(definition.key)]
    theirs = _plain(remote.label)
    score = max(
        # «Город» may well be «Город доставки», but a field that is called just so comes first.
        float(max(fuzz.token_sort_ratio(_plain(name), theirs), _PART * fuzz.token_set_ratio(_plain(name), theirs)))
        for name in names
    )
    if remote.type in _BY_TYPE_ALONE:
        score = max(score, 85.0)
    # Equal names are told apart by how well the type fits; the deal's own field comes before its company's.
    return score - 2 * fits.index(remote.type) - (remote.entity is not Entity.DEAL)


def _is_title(remote: RemoteField) -> bool:
    # The name under which the company knows its deal; what a client is called must not be written over it.
    return remote.entity is Entity.DEAL and _plain(remote.label) in _TITLES


def _other_names(key: str) -> Iterable[str]:
    for part, names in _ALSO_CALLED.items():
        if part in key:
            yield from names


def _plain(label: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in folded(label)).split())


def _mapped(definition: FieldDefinition, remote: RemoteField, pipelines: Sequence[Pipeline]) -> MappedField:
    options: dict[str, str] = {}
    if remote.type in _CHOSEN:
        known = remote.options or _stages(pipelines)
        found = ((option.id, _option_like(option.label, known)) for option in definition.options)
        options = {ours: theirs.id for ours, theirs in found if theirs is not None}
    return MappedField(definition.key, remote.key, remote.label, remote.type, options)


def _stages(pipelines: Sequence[Pipeline]) -> tuple[RemoteOption, ...]:
    return tuple(RemoteOption(stage.id, stage.label) for pipeline in pipelines for stage in pipeline.stages)


def _option_like(label: str, options: Sequence[RemoteOption]) -> RemoteOption | None:
    from rapidfuzz import fuzz

    best = max(options, key=lambda option: fuzz.ratio(_plain(label), _plain(option.label)), default=None)
    return best if best is not None and fuzz.ratio(_plain(label), _plain(best.label)) >= _LIKE_OPTION else None


def _fault(mapped: MappedField, remote: RemoteField | None) -> MappingFault | None:
    def fault(problem: MappingProblem, text: str) -> MappingFault:
        return MappingFault(mapped.key, mapped.remote_key, problem, text)

    if remote is None:
        return fault(MappingProblem.REMOVED, _("поля «{label}» в CRM больше нет.").format(label=mapped.label))
    if remote.type is not mapped.type:
        return fault(MappingProblem.TYPE_CHANGED, _("у поля «{label}» сменился тип.").format(label=mapped.label))
    if _plain(remote.label) != _plain(mapped.label):
        text = _("поле «{old}» теперь называется «{new}».").format(old=mapped.label, new=remote.label)
        return fault(MappingProblem.RENAMED, text)
    if remote.is_readonly:
        text = _("поле «{label}» теперь только для чтения.").format(label=mapped.label)
        return fault(MappingProblem.READ_ONLY, text)
    known = {option.id for option in remote.options}
    if remote.type in _CHOSEN and known and not set(mapped.options.values()) <= known:
        text = _("в поле «{label}» больше нет варианта, который вы выбрали.").format(label=mapped.label)
        return fault(MappingProblem.OPTION_GONE, text)
    return None


def _text(change: FieldChange, *_rest: object) -> CrmValue:
    return change.shown.strip() or str(change.norm)


def _number(change: FieldChange, *_rest: object) -> CrmValue:
    if isinstance(change.norm, bool | list):
        return None
    written = str(change.norm) if change.norm is not None else change.shown
    try:
        return Decimal("".join(written.split()).replace(",", "."))
    except InvalidOperation:
        return None


def _money(change: FieldChange, *rest: object) -> CrmValue:
    if isinstance(change.norm, int):
        amount: CrmValue = Decimal(change.norm)
    else:
        amount = money.read_roubles(change.shown)
    return Money(money.rounded(amount)) if isinstance(amount, Decimal) else None


def _date(change: FieldChange, *_rest: object) -> CrmValue:
    try:
        return date.fromisoformat(str(change.norm)[:10])
    except ValueError:
        return None


def _moment(change: FieldChange, _mapped: MappedField, _field: RemoteField, clock: Clock) -> CrmValue:
    try:
        return from_local(datetime.fromisoformat(str(change.norm)), clock)
    except ValueError:
        return None


def _bool(change: FieldChange, *_rest: object) -> CrmValue:
    return change.norm if isinstance(change.norm, bool) else None


def _option(change: FieldChange, mapped: MappedField, field: RemoteField, _clock: Clock) -> CrmValue:
    if isinstance(change.norm, list):
        return None
    return _option_id(str(change.norm), change.shown, mapped, field)


def _options(change: FieldChange, mapped: MappedField, field: RemoteField, _clock: Clock) -> CrmValue:
    ours = change.norm if isinstance(change.norm, list) else [str(change.norm)]
    labels = [part.strip() for part in change.shown.split(",")] if len(ours) > 1 else [change.shown]
    pairs = zip(ours, labels, strict=False) if len(ours) == len(labels) else ((item, "") for item in ours)
    found = [_option_id(item, label, mapped, field) for item, label in pairs]
    known = [item for item in found if item is not None]
    return tuple(sorted(set(known))) if known and len(known) == len(found) else None


def _option_id(ours: str, label: str, mapped: MappedField, field: RemoteField) -> str | None:
    """By the confirmed table of options, else the one that is called exactly so."""
    if ours in mapped.options:
        return mapped.options[ours]
    wanted = _plain(label)
    return next((option.id for option in field.options if wanted and _plain(option.label) == wanted), None)


def _several(change: FieldChange, *_rest: object) -> CrmValue:
    return (str(change.norm or change.shown).strip(),)


def _sum(value: Money) -> str:
    return money.roubles(value.amount) if value.currency == "RUB" else f"{value.amount:f} {value.currency}"


_WRITERS: Mapping[RemoteType, Callable[[FieldChange, MappedField, RemoteField, Clock], CrmValue]] = {
    RemoteType.TEXT: _text,
    RemoteType.NUMBER: _number,
    RemoteType.MONEY: _money,
    RemoteType.DATE: _date,
    RemoteType.DATETIME: _moment,
    RemoteType.BOOL: _bool,
    RemoteType.OPTION: _option,
    RemoteType.STAGE: _option,
    RemoteType.OPTIONS: _options,
    RemoteType.PHONES: _several,
    RemoteType.EMAILS: _several,
}
