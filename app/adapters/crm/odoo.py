"""Odoo 19 through its interface /json/2: each call is one method of one model, in one transaction.

An exception at the server takes its whole transaction back. Only an answer that was lost leaves a doubt; then the note
is found by its message id, the task by its external id, and the fields by their values.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from app.adapters.crm.odoo_errors import failure_of, load_failure, no_field, no_odoo, page_failure
from app.adapters.crm.odoo_values import (
    LEAD,
    MODELS,
    PARTNER,
    FieldKind,
    deal_of,
    entity_of,
    field_of,
    html_of,
    is_catalogue,
    kinds_of,
    moment_of,
    moment_text,
    name_of,
    number_of,
    read_value,
    spell_phone,
    written_value,
)
from app.adapters.crm.pace import Paces
from app.adapters.crm.transport import Transport, checked_address
from app.core.errors import UserFixable
from app.core.i18n import _
from app.delivery import faults
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import (
    Account,
    Caps,
    CrmAccount,
    CrmKind,
    CrmValue,
    DealPage,
    Entity,
    Money,
    Pipeline,
    RefKind,
    RemoteDeal,
    RemoteField,
    RemoteOption,
    RemoteRef,
    RemoteStage,
    RemoteType,
    Snapshot,
    TaskOrder,
)
from app.logs import redactor

_PER_SECOND = 5.0
_BURST = 40
"""One approval with fields, note and task asks about twelve times, the fields' own description among it."""
_PAGE = 200
_MOST_OPTIONS = 200
_RUSSIAN = {"lang": "ru_RU"}
_WITH_ARCHIVED = {"active_test": False}
_VERSION = 19
_KEY = re.compile(r"[0-9A-Za-z]{20,128}")
_FACTS = ["string", "type", "required", "readonly", "store", "relation", "selection", "currency_field"]
_LISTED = [
    *("name", "stage_id", "team_id", "expected_revenue", "company_currency", "partner_id", "partner_name"),
    *("contact_name", "phone", "email_from", "user_id", "write_date", "won_status", "active"),
]
_PARTNER_LISTED = ["name", "phone", "email", "vat", "is_company", "commercial_partner_id"]
_TASK_COLUMNS = ["id", "res_model_id/id", "res_id", "summary", "activity_type_id/id", "user_id/.id", "note"]
_NEEDED_RIGHTS = ((LEAD, "read"), (LEAD, "write"), ("mail.activity", "create"), ("mail.message", "create"))
_REF_MODELS = {RefKind.NOTE: "mail.message", RefKind.TASK: "mail.activity"}
_LEAST_PHONE_DIGITS = 7


class Odoo:
    """One Odoo under one person's API key; see `app.delivery.ports.CrmConnector`.

    Args:
        account: Its ``names["database"]`` may be empty where the server has one database.
        secret: The API key.
        clock_s: Seconds that never run backwards.
        wait: Waits so many seconds; True if the wait was broken off.
        paces: Shared by all who ask the same portal.

    Raises:
        UserFixable: ``crm.address``, ``crm.secret_form``.
    """

    kind = CrmKind.ODOO
    caps = Caps(has_robots=True, keeps_one_number=True)

    def __init__(
        self,
        account: CrmAccount,
        secret: str,
        *,
        clock_s: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
        paces: Paces | None = None,
    ) -> None:
        key = secret.strip()
        if _KEY.fullmatch(key) is None:
            raise UserFixable(
                "crm.secret_form",
                _("Это не ключ API Odoo."),
                hint=_("Создайте его в Odoo: «My Preferences» («Мои настройки»), вкладка «Безопасность», «Ключи API»."),
                action="open_settings_crm",
            )
        redactor.register_secret(key)
        self._address = checked_address(account.address)
        self._database = account.names.get("database", "")
        headers = {"Authorization": f"bearer {key}"}
        if self._database:
            headers["X-Odoo-Database"] = self._database
        pace = (paces or Paces()).of(self._address, _PER_SECOND, _BURST, clock_s=clock_s, wait=wait)
        self._transport = Transport(f"{self._address}/json/2", headers, pace, page_failure)
        self._user_id = account.user_id
        self._zone: tzinfo | None = None
        self._language: Mapping[str, str] = _RUSSIAN
        self._kinds: dict[str, dict[str, FieldKind]] = {}
        self._currencies: dict[tuple[str, int, str], str] = {}

    def check(self) -> Account:
        self._check_version()
        try:
            user_id = str(self._context()["uid"])
        except CrmFailure as failure:
            # A page instead of an answer: without such a database Odoo does not know the interface.
            raise no_odoo(self._database, failure.detail) if _is_page(failure) else failure from None
        user = self._read("res.users", "read", ids=[int(user_id)], fields=["name", "company_id"])[0]
        missing = [
            (model, operation)
            for model, operation in _NEEDED_RIGHTS
            if not self._read(model, "has_access", ids=[], operation=operation)
        ]
        portal = name_of(user.get("company_id")) or urlsplit(self._address).netloc
        return Account(user_id, str(user["name"]), portal, _rights(missing), self._key_end(int(user_id)))

    def fields(self) -> tuple[RemoteField, ...]:
        self._kinds.clear()
        options: dict[str, tuple[RemoteOption, ...]] = {}
        found = []
        for entity, model in MODELS.items():
            for kind in self._kinds_of(model).values():
                listed = kind.relation if kind.type is RemoteType.STAGE or is_catalogue(kind.relation) else ""
                if listed and listed not in options:
                    options[listed] = self._options(listed)
                found.append(field_of(entity, kind, options.get(listed, ())))
        return tuple(found)

    def pipelines(self) -> tuple[Pipeline, ...]:
        order = {"domain": [], "order": "sequence, id"}
        stages = self._labelled("crm.stage", "search_read", fields=["name", "is_won", "team_ids"], **order)
        teams = self._labelled("crm.team", "search_read", fields=["name"], **order)
        return tuple(
            Pipeline(
                str(team["id"]),
                str(team["name"]),
                # A stage without teams belongs to all of them.
                tuple(
                    RemoteStage(str(stage["id"]), str(stage["name"]), is_won=bool(stage["is_won"]))
                    for stage in stages
                    if not stage["team_ids"] or team["id"] in stage["team_ids"]
                ),
            )
            for team in teams
        )

    def deals(self, *, since: datetime | None, cursor: str | None = None) -> DealPage:
        # By number, not by time: the time is told in whole seconds and kept in finer ones, so a page that ends within
        # a second could not be gone on from. What changes meanwhile changed after `since` of the next reading.
        domain: list[Any] = [["type", "=", "opportunity"], ["id", ">", int(cursor or 0)]]
        if since is not None:
            domain.append(["write_date", ">=", moment_text(since)])
        rows = self._search(LEAD, domain, _LISTED, "id", limit=_PAGE, context=_WITH_ARCHIVED)
        return DealPage(self._as_deals(rows), str(rows[-1]["id"]) if len(rows) == _PAGE else None)

    def find_deals(self, text: str, limit: int) -> tuple[RemoteDeal, ...]:
        digits = re.sub(r"\D", "", text)
        domain: list[Any] = [["type", "=", "opportunity"]]
        if len(digits) >= _LEAST_PHONE_DIGITS and not re.search(r"[^\W\d]", text):
            # The same number may be written with +7, with 8 or without either.
            number = re.sub(r"\D", "", spell_phone(text))[-10:]
            sought = ["phone_mobile_search", "ilike", number]
            people = self._read(PARTNER, "search", domain=[sought], limit=_PAGE, context=_WITH_ARCHIVED)
            domain += ["|", sought, ["partner_id", "child_of", people]] if people else [sought]
        else:
            names = ["name", "partner_name", "contact_name", "email_from", "partner_id.name", "partner_id.email"]
            for word in text.split():
                domain += ["|"] * (len(names) - 1) + [[name, "ilike", word] for name in names]
        rows = self._search(LEAD, domain, _LISTED, "write_date desc, id desc", limit=limit, context=_WITH_ARCHIVED)
        return self._as_deals(rows)

    def read_deal(self, deal_id: str, keys: Sequence[str]) -> Snapshot:
        values: dict[str, CrmValue] = {}
        for entity, record, names in self._records(deal_id, keys):
            row = self._row(MODELS[entity], record, names) if record is not None else {}
            for name in names:
                key = name if entity is Entity.DEAL else f"{entity.value}.{name}"
                values[key] = read_value(self._kind(entity, name), row) if row else None
        return Snapshot(deal_id, {key: values[key] for key in keys})

    def write_deal(self, deal_id: str, changes: Mapping[str, CrmValue], op_id: str) -> Snapshot | None:
        for entity, record, names in self._records(deal_id, list(changes)):
            keys = {name: name if entity is Entity.DEAL else f"{entity.value}.{name}" for name in names}
            if record is None:
                what = _("контакта") if entity is Entity.CONTACT else _("компании")
                raise faults.invalid(_("у сделки в Odoo нет {what}").format(what=what), tuple(keys.values()))
            model = MODELS[entity]
            written = {
                name: written_value(
                    kind := self._kind(entity, name),
                    changes[key],
                    self._currency(model, record, kind) if isinstance(changes[key], Money) else "",
                )
                for name, key in keys.items()
            }
            self._write(model, "write", ids=[record], vals=written)
        stands = dict(self.read_deal(deal_id, list(changes)).values)
        for key, value in changes.items():
            # Odoo tells 0 for empty: what was written as 0 stands as it was meant.
            if stands[key] is None and _is_zero(value):
                stands[key] = value
        return Snapshot(deal_id, stands)

    def add_note(self, deal_id: str, text: str, op_id: str) -> RemoteRef:
        made = self._write(
            LEAD,
            "message_post",
            ids=[int(deal_id)],
            body=html_of(text),
            body_is_html=True,
            message_type="comment",
            # An internal note: a comment would be mailed to the deal's followers, the client among them.
            subtype_xmlid="mail.mt_note",
            message_id=_message_id(op_id),
        )
        return RemoteRef(RefKind.NOTE, str(made[0] if isinstance(made, list) else made), deal_id)

    def find_note(self, deal_id: str, op_id: str) -> RemoteRef | None:
        # Wherever it is now: the notes of a merged deal move to the one that remains.
        found = self._ids("mail.message", domain=[["message_id", "=", _message_id(op_id)]], limit=1)
        return RemoteRef(RefKind.NOTE, str(found[0]), deal_id) if found else None

    def add_task(self, deal_id: str, task: TaskOrder, op_id: str) -> RemoteRef:
        title = task.title
        if isinstance(task.due, datetime):
            # Odoo's tasks have a day and no time.
            title = f"{title} ({task.due.astimezone(self._user_zone()):%H:%M})"
        columns, row = list(_TASK_COLUMNS), [
            *(_external_id(op_id), "crm.model_crm_lead", deal_id, title, "mail.mail_activity_data_todo"),
            *(task.owner_id or self._own_id(), html_of(task.text)),
        ]  # fmt: skip
        if (day := self._day_of(task.due)) is not None:
            columns.append("date_deadline")
            row.append(day.isoformat())
        told = self._write("mail.activity", "load", fields=columns, data=[row])
        if not told.get("ids"):
            # A deal that is gone or a colleague's is refused in the same words as anything else.
            self._row(LEAD, int(deal_id), ["name"])
            raise load_failure(told.get("messages"), "200 mail.activity/load")
        return RemoteRef(RefKind.TASK, str(told["ids"][0]), deal_id)

    def find_task(self, deal_id: str, op_id: str) -> RemoteRef | None:
        # The table of external ids is closed to ordinary people; of a record they may ask it. Done tasks are archived.
        on_deal = [["res_model", "=", LEAD], ["res_id", "=", int(deal_id)]]
        tasks = self._ids("mail.activity", domain=on_deal, context=_WITH_ARCHIVED)
        told = self._read("mail.activity", "get_metadata", ids=tasks) if tasks else []
        wanted = _external_id(op_id)
        found = next((row["id"] for row in told if wanted in _external_ids(row)), None)
        return RemoteRef(RefKind.TASK, str(found), deal_id) if found is not None else None

    def remove(self, ref: RemoteRef, op_id: str) -> None:
        try:
            self._write(_REF_MODELS[ref.kind], "unlink", ids=[int(ref.id)])
        except CrmFailure as failure:
            if failure.fault is not Fault.NOT_FOUND:
                raise

    def deal_url(self, deal_id: str) -> str:
        return f"{self._address}/odoo/crm/{deal_id}"

    def close(self) -> None:
        self._transport.close()

    def _read(self, model: str, method: str, **arguments: Any) -> Any:
        answer = self._transport.read("POST", f"{model}/{method}", json=arguments)
        if (failure := failure_of(answer, model, method)) is not None:
            raise failure
        return answer.body

    def _ids(self, model: str, **arguments: Any) -> list[int]:
        found = self._read(model, "search", **arguments)
        # «Nothing found» is an empty list and nothing else: a look-up that finds nothing leads to another sending.
        if not isinstance(found, list) or not all(isinstance(record_id, int) for record_id in found):
            raise faults.unexpected(f"{model}/search without a list of ids")
        return found

    def _labelled(self, model: str, method: str, **arguments: Any) -> Any:
        """What a method answers with labels in Russian, or in the person's own language where Odoo has no Russian."""
        try:
            return self._read(model, method, **arguments, context=self._language)
        except CrmFailure as failure:
            if failure.fault is not Fault.INVALID or self._language is not _RUSSIAN:
                raise
        self._language = {"lang": self._context().get("lang") or "en_US"}
        return self._read(model, method, **arguments, context=self._language)

    def _write(self, model: str, method: str, **arguments: Any) -> Any:
        answer = self._transport.write("POST", f"{model}/{method}", json=arguments)
        if (failure := failure_of(answer, model, method)) is not None:
            raise failure
        return answer.body

    def _search(
        self, model: str, domain: list[Any], fields: Sequence[str], order: str, **more: Any
    ) -> list[dict[str, Any]]:
        rows = self._read(model, "search_read", domain=domain, fields=list(fields), order=order, **more)
        return [row for row in rows if isinstance(row, dict)]

    def _row(self, model: str, record: int, names: Iterable[str]) -> Mapping[str, Any]:
        """Fields of one record. Raises ``Fault.NOT_FOUND``."""
        kinds = self._kinds_of(model)
        currencies = [kinds[name].currency for name in names if name in kinds and kinds[name].currency]
        rows = self._read(model, "read", ids=[record], fields=[*names, *currencies])
        if not rows:
            raise faults.not_found(f"no {model}")
        row: Mapping[str, Any] = rows[0]
        self._currencies.update({(model, record, name): name_of(row.get(name)) for name in currencies})
        return row

    def _records(self, deal_id: str, keys: Sequence[str]) -> list[tuple[Entity, int | None, list[str]]]:
        """Which fields of which records the keys are; None for a deal without a contact or company."""
        names: dict[Entity, list[str]] = {}
        for key in keys:
            entity, name = entity_of(key)
            names.setdefault(entity, []).append(name)
        found: list[tuple[Entity, int | None, list[str]]] = []
        if set(names) - {Entity.DEAL}:
            person = number_of(self._row(LEAD, int(deal_id), ["partner_id"]).get("partner_id"))
            company = None
            if person is not None:
                row = self._row(PARTNER, person, ["is_company", "commercial_partner_id"])
                owner = number_of(row.get("commercial_partner_id"))
                is_company = owner is not None and (
                    bool(row.get("is_company")) or bool(self._row(PARTNER, owner, ["is_company"]).get("is_company"))
                )
                company = owner if is_company else None
                person = None if row.get("is_company") else person
            for entity, record in ((Entity.CONTACT, person), (Entity.COMPANY, company)):
                if entity in names:
                    found.append((entity, record, names[entity]))
        if Entity.DEAL in names:
            # Last: a change of its stage starts the automation rules, which should see all of it.
            found.append((Entity.DEAL, int(deal_id), names[Entity.DEAL]))
        return found

    def _as_deals(self, rows: Sequence[Mapping[str, Any]]) -> tuple[RemoteDeal, ...]:
        partners: dict[int, Mapping[str, Any]] = {}
        wanted = {number for row in rows if (number := number_of(row.get("partner_id"))) is not None}
        while wanted:
            # Searched, not read: one that this person may not see is left out instead of refusing all of them.
            told = self._search(PARTNER, [["id", "in", sorted(wanted)]], _PARTNER_LISTED, "id", context=_WITH_ARCHIVED)
            partners.update({row["id"]: row for row in told})
            owners = {number_of(row.get("commercial_partner_id")) for row in told}
            wanted = {owner for owner in owners if owner is not None and owner not in partners} - wanted
        return tuple(deal_of(row, partners) for row in rows)

    def _kinds_of(self, model: str) -> dict[str, FieldKind]:
        if model not in self._kinds:
            self._kinds[model] = kinds_of(self._labelled(model, "fields_get", attributes=_FACTS))
        return self._kinds[model]

    def _kind(self, entity: Entity, name: str) -> FieldKind:
        kind = self._kinds_of(MODELS[entity]).get(name)
        if kind is None:
            raise no_field(name)
        return kind

    def _currency(self, model: str, record: int, kind: FieldKind) -> str:
        place = (model, record, kind.currency)
        if kind.currency and place not in self._currencies:
            self._row(model, record, [kind.name])
        return self._currencies.get(place, "")

    def _options(self, model: str) -> tuple[RemoteOption, ...]:
        rows = self._labelled(model, "search_read", domain=[], fields=["display_name"], limit=_MOST_OPTIONS)
        return tuple(RemoteOption(str(row["id"]), str(row["display_name"])) for row in rows)

    def _context(self) -> Mapping[str, Any]:
        told: Mapping[str, Any] = self._read("res.users", "context_get")
        self._user_id = str(told["uid"])
        self._zone = _zone_of(str(told.get("tz") or ""))
        return told

    def _own_id(self) -> str:
        if not self._user_id:
            self._context()
        return self._user_id

    def _user_zone(self) -> tzinfo | None:
        if self._zone is None:
            self._context()
        return self._zone

    def _day_of(self, due: date | datetime | None) -> date | None:
        return due.astimezone(self._user_zone()).date() if isinstance(due, datetime) else due

    def _key_end(self, user_id: int) -> datetime | None:
        """When the key lapses. Odoo does not tell which of several keys this is: then it is the first to lapse."""
        try:
            rows = self._search("res.users.apikeys", [["user_id", "=", user_id]], ["expiration_date"], "id")
        except CrmFailure as failure:
            if failure.fault is not Fault.FORBIDDEN:
                raise
            return None
        return min((end for row in rows if (end := moment_of(row.get("expiration_date")))), default=None)

    def _check_version(self) -> None:
        try:
            told = self._transport.read("GET", f"{self._address}/web/version").body
        except CrmFailure as failure:
            raise no_odoo("", failure.detail) if _is_page(failure) else failure from None
        version = told.get("version_info") if isinstance(told, dict) else None
        if not version or not isinstance(version[0], int) or version[0] < _VERSION:
            raise no_odoo("", f"version {version}")


def _rights(missing: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Missing rights as an administrator of Odoo finds them: groups where one gives them, else model and operation."""
    sales = [_("Продажи: только свои документы")] if any(model == LEAD for model, _operation in missing) else []
    return (*sales, *(f"{model}: {operation}" for model, operation in missing if model != LEAD))


def _is_page(failure: CrmFailure) -> bool:
    """Whether a server answered with a page where Odoo answers with JSON."""
    return failure.code == "crm.offline" and failure.detail[:1].isdigit() and "text/html" in failure.detail


def _is_zero(value: CrmValue) -> bool:
    amount = value.amount if isinstance(value, Money) else value
    return isinstance(amount, Decimal) and not amount


def _message_id(op_id: str) -> str:
    return f"<{op_id}@vizir>"


def _external_id(op_id: str) -> str:
    return f"vizir.{op_id}"


def _external_ids(row: Mapping[str, Any]) -> set[str]:
    return {str(item.get("xmlid")) for item in row.get("xmlids") or ()} | {str(row.get("xmlid"))}


def _zone_of(name: str) -> tzinfo | None:
    """The time zone of that name; None, this machine's own, where there is none."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
